//! `blame`: which event last changed each field, or every event that ever changed one.

use super::args::AtArgs;
use super::failure::Failure;
use super::moment::{self, Found};
use super::output::{Align, Output, Table, safe};
use super::show::target;
use crate::explore::{Explorer, Reporter};
use crate::replay::{Moment, Outcome};
use foldback_domain::event::{EventHead, Version, format_time};
use serde_json::{Map, Value, json};

/// One line of blame, with the event it names.
struct Line {
    path: String,
    value: Value,
    version: Option<Version>,
    head: Option<EventHead>,
    op: Option<&'static str>,
}

/// Prints the lines.
pub async fn run(explorer: &Explorer, args: &AtArgs, path: Option<&str>, out: &mut Output) -> Result<u8, Failure> {
    // With --stream the stream is named: what stands alone is then the path.
    let alone = AtArgs { target: None, ..args.clone() };
    let (args, path) = match (&args.stream, &args.target, path) {
        (Some(_), Some(only), None) => (&alone, Some(only.as_str())),
        _ => (args, path),
    };
    let mut found = moment::find(explorer, &target(args)?).await?;
    let progress = out.reporter("folding");
    let (at, lines) = match path {
        None => {
            let blamed = found.travel.blame(found.version, &progress).await?;
            let lines = blamed.lines.into_iter().map(|line| Line {
                head: line.turn.and_then(|turn| blamed.events.get(&turn).cloned()),
                path: line.path,
                value: line.value,
                version: line.version,
                op: None,
            });
            (blamed.moment, lines.collect())
        }
        Some(path) => history(&mut found, path, &progress).await?,
    };
    if out.is_json() {
        out.document(&document(explorer, &found, &at, &lines))?;
    } else {
        text(&found, &at, &lines, path, out)?;
    }
    Ok(moment::code(&at))
}

async fn history(found: &mut Found, path: &str, progress: &Reporter) -> Result<(Moment, Vec<Line>), Failure> {
    if !path.is_empty() && !path.starts_with('/') {
        return Err(Failure::Usage(format!(
            "{path:?} is not a path: a path is an RFC 6901 pointer such as /items/0/quantity"
        )));
    }
    let mut lines = Vec::new();
    let each = |head: &EventHead, change: crate::replay::Change| {
        lines.push(Line {
            op: Some(change.op.name()),
            path: change.path,
            value: change.after.unwrap_or(Value::Null),
            version: head.stream_version,
            head: Some(head.clone()),
        });
    };
    let (at, _) = found.travel.history(path, found.version, u64::MAX, progress, each).await?;
    if matches!(at.outcome, Outcome::Unavailable(_)) {
        lines.clear();
    }
    let known = at.state.as_ref().is_some_and(|state| state.pointer(path).is_some());
    if lines.is_empty() && !known && at.outcome == Outcome::Complete {
        return Err(Failure::NotFound(format!(
            "the state of {} never had a path {}; foldback blame without a path lists them",
            safe(found.travel.summary().stream_id.as_str()),
            safe(path)
        )));
    }
    Ok((at, lines))
}

fn document(explorer: &Explorer, found: &Found, at: &Moment, lines: &[Line]) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("schema".to_owned(), "foldback.blame/1".into());
    document.insert("source".to_owned(), moment::source(explorer));
    document.extend(moment::place(found));
    document.insert("reducer".to_owned(), moment::reducer(found.travel.reducer().ok().as_ref()));
    document.extend(moment::outcome(at));
    document.insert("lines".to_owned(), lines.iter().map(line_document).collect());
    document
}

fn line_document(line: &Line) -> Value {
    let head = line.head.as_ref();
    let mut document = json!({
        "path": line.path,
        "value": line.value,
        "version": line.version,
        "global_position": head.and_then(|head| head.global_position),
        "event_type": head.map(|head| &head.event_type),
        "event_id": head.and_then(|head| head.event_id.as_ref()),
        "created_at": head.and_then(|head| head.created_at).map(format_time),
        "actor": head.and_then(|head| head.actor.as_ref()),
    });
    if let Some(op) = line.op {
        document["op"] = op.into();
    }
    document
}

fn text(found: &Found, at: &Moment, lines: &[Line], path: Option<&str>, out: &mut Output) -> Result<(), Failure> {
    moment::title(found, out)?;
    moment::caveats(at, out)?;
    let mut table = Table::new(&[
        ("PATH", Align::Left),
        ("V", Align::Right),
        ("TYPE", Align::Left),
        ("AT", Align::Left),
        ("ACTOR", Align::Left),
        ("VALUE", Align::Left),
    ]);
    for line in lines {
        let head = line.head.as_ref();
        table.row(vec![
            safe(if line.path.is_empty() { "(whole)" } else { &line.path }).into_owned(),
            line.version.map_or("-".to_owned(), |version| version.to_string()),
            head.map_or("(initial)".to_owned(), |head| safe(&head.event_type).into_owned()),
            head.and_then(|head| head.created_at).map_or("-".to_owned(), format_time),
            head.and_then(|head| head.actor.as_deref()).map_or("-".to_owned(), |actor| safe(actor).into_owned()),
            moment::short(&line.value),
        ]);
    }
    if !table.is_empty() {
        out.table(&table)?;
    } else if let Some(path) = path.filter(|_| at.state.is_some()) {
        out.line(&format!("no event changed {}: it has its initial value", safe(path)))?;
    }
    Ok(())
}
