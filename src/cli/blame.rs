//! `blame`: which event last changed each field, or every event that ever changed one.

use super::args::AtArgs;
use super::failure::Failure;
use super::moment::{self, Found};
use super::output::{Align, Output, Spool, Table, safe};
use super::show::target;
use crate::explore::{Explorer, Reporter};
use crate::replay::{Moment, Outcome};
use foldback_domain::event::{EventHead, Version, format_time};
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};
use std::io;

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
    let mut lines = Spool::new();
    let at = match path {
        None => {
            let blamed = found.travel.blame(found.version, &progress).await?;
            for line in blamed.lines {
                let head = line.turn.and_then(|turn| blamed.events.get(&turn));
                push(&mut lines, &line_document(&line.path, &line.value, line.version, head)).map_err(unwritten)?;
            }
            blamed.moment
        }
        Some(path) => history(&mut found, path, &mut lines, &progress).await?,
    };
    // What was found before nobody knew any more is not the whole.
    let lines = if matches!(at.outcome, Outcome::Unavailable(_)) { Spool::new() } else { lines };
    if out.is_json() {
        let rest = rest(explorer, &found, &at);
        let mut list = out.list("foldback.blame/1", "lines");
        for line in lines.sorted() {
            // It is JSON already.
            list.item(&RawValue::from_string(line.map_err(unwritten)?).map_err(io::Error::other)?)?;
        }
        list.end(&rest.into())?;
    } else {
        text(&found, &at, lines, path, out)?;
    }
    Ok(moment::code(&at))
}

async fn history(found: &mut Found, path: &str, lines: &mut Spool, progress: &Reporter) -> Result<Moment, Failure> {
    if !path.is_empty() && !path.starts_with('/') {
        return Err(Failure::Usage(format!(
            "{path:?} is not a path: a path is an RFC 6901 pointer such as /items/0/quantity"
        )));
    }
    let mut written = Ok(());
    let each = |head: &EventHead, change: crate::replay::Change| {
        let value = change.after.unwrap_or(Value::Null);
        let mut line = line_document(&change.path, &value, head.stream_version, Some(head));
        line["op"] = change.op.name().into();
        if written.is_ok() {
            written = push(lines, &line);
        }
    };
    let (at, changes) = found.travel.history(path, found.version, u64::MAX, progress, each).await?;
    written.map_err(unwritten)?;
    let known = at.state.as_ref().is_some_and(|state| state.pointer(path).is_some());
    if changes == 0 && !known && at.outcome == Outcome::Complete {
        return Err(Failure::NotFound(format!(
            "the state of {} never had a path {}; foldback blame without a path lists them",
            safe(found.travel.summary().stream_id.as_str()),
            safe(path)
        )));
    }
    Ok(at)
}

/// Lines wait in a file: there may be as many as events.
fn push(lines: &mut Spool, line: &Value) -> io::Result<()> {
    lines.push(0, &line.to_string())
}

fn read(line: &str) -> Result<Value, Failure> {
    serde_json::from_str(line).map_err(|error| unwritten(error.into()))
}

fn unwritten(error: io::Error) -> Failure {
    Failure::Source(format!(
        "the lines found cannot wait in a temporary file: {error}; set TMPDIR to a folder with room"
    ))
}

/// The fields of the document behind the lines.
fn rest(explorer: &Explorer, found: &Found, at: &Moment) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("source".to_owned(), moment::source(explorer));
    document.extend(moment::place(found));
    document.insert("reducer".to_owned(), moment::reducer(found.travel.reducer().ok().as_ref()));
    document.extend(moment::outcome(at));
    document
}

fn line_document(path: &str, value: &Value, version: Option<Version>, head: Option<&EventHead>) -> Value {
    json!({
        "path": path,
        "value": value,
        "version": version,
        "global_position": head.and_then(|head| head.global_position),
        "event_type": head.map(|head| &head.event_type),
        "event_id": head.and_then(|head| head.event_id.as_ref()),
        "created_at": head.and_then(|head| head.created_at).map(format_time),
        "actor": head.and_then(|head| head.actor.as_ref()),
    })
}

fn text(found: &Found, at: &Moment, lines: Spool, path: Option<&str>, out: &mut Output) -> Result<(), Failure> {
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
    if let Some(path) = path.filter(|_| lines.len() == 0 && at.state.is_some()) {
        out.line(&format!("no event changed {}: it has its initial value", safe(path)))?;
    }
    for line in lines.sorted() {
        out.row(&mut table, cells(&read(&line.map_err(unwritten)?)?))?;
    }
    if !table.is_empty() {
        out.table(&table)?;
    }
    Ok(())
}

fn cells(line: &Value) -> Vec<String> {
    let text = |key: &str, none: &str| line[key].as_str().map_or(none.to_owned(), |text| safe(text).into_owned());
    let path = match line["path"].as_str() {
        None | Some("") => "(whole)".to_owned(),
        Some(path) => safe(path).into_owned(),
    };
    vec![
        path,
        line["version"].as_i64().map_or("-".to_owned(), |version| version.to_string()),
        text("event_type", "(initial)"),
        text("created_at", "-"),
        text("actor", "-"),
        moment::short(&line["value"]),
    ]
}
