//! `diff`: what changed in the state between two versions, or between two streams.

use super::failure::Failure;
use super::moment::{self, Found};
use super::output::{Output, Style, safe};
use super::target::Target;
use crate::explore::Explorer;
use crate::replay::{Change, ChangeOp, Moment, TextTag, diff, text_change};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// Prints the changes.
pub async fn run(explorer: &Explorer, from: &str, to: Option<&str>, out: &mut Output) -> Result<u8, Failure> {
    let now = Timestamp::now();
    let (from, to) = match to {
        Some(to) => (Target::parse(from, now), Target::parse(to, now)),
        None => {
            let (stream, a, b) = Target::parse_range(from, now).ok_or_else(|| {
                Failure::Usage(format!("{from:?} is not a range; try STREAM@2..3, or STREAM@2 and OTHER@3"))
            })?;
            (Target { stream: stream.clone(), at: a }, Target { stream, at: b })
        }
    };
    let mut before = moment::find(explorer, &from).await?;
    let mut after = moment::find(explorer, &to).await?;
    let a = before.travel.moment(before.version, &out.reporter("folding")).await?;
    let b = after.travel.moment(after.version, &out.reporter("folding")).await?;
    let changes = match (&a.state, &b.state) {
        (Some(a), Some(b)) => diff(a, b),
        _ => Vec::new(),
    };
    if out.is_json() {
        out.document(&json!({
            "schema": "foldback.diff/1",
            "source": moment::source(explorer),
            "from": side(&before, &a),
            "to": side(&after, &b),
            "changes": changes.iter().map(document).collect::<Vec<_>>(),
        }))?;
    } else {
        moment::title(&before, out)?;
        moment::caveats(&a, out)?;
        moment::title(&after, out)?;
        moment::caveats(&b, out)?;
        if changes.is_empty() && a.state.is_some() && b.state.is_some() {
            let whole = moment::code(&a) == 0 && moment::code(&b) == 0;
            out.line(if whole { "no difference" } else { "no difference, as far as they were folded" })?;
        }
        text(&changes, out)?;
    }
    Ok(moment::code(&a).max(moment::code(&b)))
}

/// Prints changes, a line each.
pub fn text(changes: &[Change], out: &mut Output) -> Result<(), Failure> {
    let width = changes.iter().map(|change| change.path.chars().count()).max().unwrap_or(0).min(40);
    for change in changes {
        for line in lines(change, width, out.style()) {
            out.line(&line)?;
        }
    }
    Ok(())
}

fn side(found: &Found, at: &Moment) -> Map<String, Value> {
    let mut side = moment::place(found);
    side.insert("reducer".to_owned(), moment::reducer(found.travel.reducer().ok().as_ref()));
    side.extend(moment::outcome(at));
    side
}

/// A change as documents show it; a move also says where from.
pub fn document(change: &Change) -> Value {
    let mut document = json!({
        "path": change.path, "op": change.op.name(), "before": change.before, "after": change.after,
    });
    if let ChangeOp::Move { from } = &change.op {
        document["from"] = from.as_str().into();
    }
    document
}

/// A change on one line, or a long text piece by piece.
fn lines(change: &Change, width: usize, style: Style) -> Vec<String> {
    let Some(parts) = text_change(change) else { return vec![line(change, width, style)] };
    let mut lines = vec![style.warn(format!("~ {}", safe(&change.path)))];
    for part in parts {
        lines.extend(part.text.lines().map(|text| match part.tag {
            TextTag::Equal => style.dim(format!("      {}", safe(text))),
            TextTag::Removed => style.bad(format!("    - {}", safe(text))),
            TextTag::Added => style.good(format!("    + {}", safe(text))),
        }));
    }
    lines
}

fn line(change: &Change, width: usize, style: Style) -> String {
    let path = safe(&change.path);
    let pad = " ".repeat(width.saturating_sub(path.chars().count()));
    let value = |value: &Option<Value>| value.as_ref().map_or(String::new(), moment::short);
    let (before, after) = (value(&change.before), value(&change.after));
    match &change.op {
        ChangeOp::Add => style.good(format!("+ {path}{pad}  {after}")),
        ChangeOp::Remove => style.bad(format!("- {path}{pad}  {before}")),
        ChangeOp::Replace => style.warn(format!("~ {path}{pad}  {before} → {after}")),
        ChangeOp::Move { from } => style.warn(format!("> {path}{pad}  moved from {}", safe(from))),
    }
}
