//! `bisect`: the first event after which an expression holds, per stream.

use super::PARTIAL;
use super::args::BisectArgs;
use super::failure::Failure;
use super::moment;
use super::output::{Align, List, Output, Table, count, place, safe};
use crate::explore::Explorer;
use crate::explore::bisect::{Finding, Search, Searched};
use crate::replay::reducers::Expr;
use foldback_domain::event::{Category, StreamName, format_time};
use serde_json::{Value, json};

/// The exit code when something was found.
const FOUND: u8 = 1;

/// Reads an expression; a failure says what is wrong with it.
pub fn expression(what: &str, text: &str) -> Result<Expr, Failure> {
    Expr::parse(text).map_err(|trouble| {
        Failure::Usage(format!(
            "{what} {text:?}: {}; it is an expression over state and event, such as 'state.refunded > state.captured'",
            trouble.why
        ))
    })
}

/// Prints the findings.
pub async fn run(explorer: &Explorer, args: &BisectArgs, out: &mut Output) -> Result<u8, Failure> {
    let (stream, expr) = match (&args.category, args.words.as_slice()) {
        (None, [stream, expr]) => (Some(stream), expr),
        (Some(_), [expr]) => (None, expr),
        _ => return Err(Failure::Usage("bisect SOURCE STREAM EXPR, or bisect SOURCE --category C EXPR".to_owned())),
    };
    let text = expr;
    let expr = expression("EXPR", text)?;
    let mut search = Search::new(explorer, expr).map_err(|why| Failure::Usage(format!("EXPR {text:?}: {why}")))?;
    let progress = out.reporter("searching events");
    let json = out.is_json();
    let mut list = out.list("foldback.bisect/1", "findings")?;
    let mut found = Found { table: table(), first: None, count: 0 };
    match (stream, &args.category) {
        (Some(stream), _) => {
            let stream = StreamName::from(stream.as_str());
            let Some(summary) = explorer.reader.read_summary(&stream).await? else {
                return Err(Failure::no_stream(explorer, &stream));
            };
            if let Some(finding) = search.stream(&summary).await? {
                found.take(finding, json, &mut list)?;
            }
        }
        (None, category) => {
            let category = Category::from(category.as_deref().unwrap_or_default());
            let mut written = Ok(());
            let each = |finding| {
                written = found.take(finding, json, &mut list);
                written.is_ok()
            };
            search.category(&category, &progress, each).await?;
            written?;
        }
    }
    let searched = &search.searched;
    list.end(&rest(explorer, text, searched))?;
    if searched.streams == 0 {
        let category = args.category.as_deref().unwrap_or_default();
        return Err(Failure::NotFound(format!(
            "no stream is of the category {}; foldback overview {} lists the categories",
            safe(category),
            explorer.words()
        )));
    }
    if !json {
        said(explorer, searched, &found, out)?;
    }
    Ok(match (found.count, searched.unsearched) {
        (1.., _) => FOUND,
        (0, 0) => 0,
        (0, _) => PARTIAL,
    })
}

/// What was found. The states around an event are kept only of the first: there may be many.
struct Found {
    table: Table,
    first: Option<Finding>,
    count: u64,
}

impl Found {
    fn take(&mut self, found: Finding, json: bool, list: &mut List<'_>) -> Result<(), Failure> {
        self.count += 1;
        if json {
            list.item(&finding(&found))?;
        } else {
            self.table.row(cells(&found));
        }
        self.first.get_or_insert(found);
        Ok(())
    }
}

fn outcome(searched: &Searched) -> &'static str {
    match (searched.unsearched, searched.unavailable && searched.unsearched == searched.streams) {
        (0, _) => "complete",
        (_, true) => "unavailable",
        (_, false) => "partial",
    }
}

/// The fields of the document behind its findings.
fn rest(explorer: &Explorer, expr: &str, searched: &Searched) -> String {
    let rest = json!({
        "source": moment::source(explorer),
        "expression": expr,
        "searched": {"streams": searched.streams, "events": searched.events},
        "method": "linear",
        "outcome": outcome(searched),
        "reason": searched.reason,
        "undecided": searched.undecided,
        "first_undecided": searched.first_undecided,
    });
    let text = rest.to_string();
    format!(",{}", &text[1..text.len() - 1])
}

fn finding(found: &Finding) -> Value {
    let head = &found.head;
    json!({
        "stream_id": head.stream_id,
        "version": head.stream_version,
        "global_position": head.global_position,
        "event_type": head.event_type,
        "event_id": head.event_id,
        "created_at": head.created_at.map(format_time),
        "actor": head.actor,
        "before": found.before,
        "after": found.after,
    })
}

fn table() -> Table {
    Table::new(&[
        ("STREAM", Align::Left),
        ("V", Align::Right),
        ("POSITION", Align::Right),
        ("TYPE", Align::Left),
        ("AT", Align::Left),
        ("ACTOR", Align::Left),
    ])
}

fn cells(Finding { head, .. }: &Finding) -> Vec<String> {
    vec![
        safe(head.stream_id.as_str()).into_owned(),
        head.stream_version.map_or("-".to_owned(), |version| version.to_string()),
        head.global_position.map_or("-".to_owned(), |position| place(position.number())),
        safe(&head.event_type).into_owned(),
        head.created_at.map_or("-".to_owned(), format_time),
        head.actor.as_deref().map_or("-".to_owned(), |actor| safe(actor).into_owned()),
    ]
}

/// What was searched, what is not known, and how to look into what was found.
fn said(explorer: &Explorer, searched: &Searched, found: &Found, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    if !found.table.is_empty() {
        out.table(&found.table)?;
    }
    if let (1, Some(Finding { before: Some(before), after: Some(after), .. })) = (found.count, &found.first) {
        out.line(&format!("before  {}", moment::short(before)))?;
        out.line(&format!("after   {}", moment::short(after)))?;
    }
    out.line(&style.dim(format!(
        "{} in {} of {} searched, one by one",
        count(found.count, "finding", "findings"),
        count(searched.events, "event", "events"),
        count(searched.streams, "stream", "streams"),
    )))?;
    if let Some(first) = &searched.first_undecided {
        out.line(&style.warn(format!(
            "⚠ undecided after {}: the expression throws, first at {}",
            count(searched.undecided, "event", "events"),
            safe(first)
        )))?;
    }
    if let Some(reason) = &searched.reason {
        let streams = count(searched.unsearched, "stream was", "streams were");
        out.line(&style.warn(format!("⚠ {streams} not searched to the end: {}", safe(reason))))?;
    }
    if let Some(Finding { head, .. }) = &found.first {
        let version = head.stream_version.map_or(String::new(), |version| format!("@{version}"));
        let target = crate::analysis::command::operand(&format!("{}{version}", head.stream_id));
        out.line(&style.dim(format!("next: foldback show {} {target}", explorer.words())))?;
    }
    Ok(())
}
