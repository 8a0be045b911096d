//! `bisect`: the first event after which an expression holds, per stream.

use super::PARTIAL;
use super::failure::Failure;
use super::moment;
use super::output::{Align, Output, Spool, Table, count, safe, thousands};
use crate::explore::bisect::{self, Finding, Searched};
use crate::explore::{Explorer, monotone};
use crate::replay::reducers::Expr;
use clap::Args;
use foldback_domain::event::{Category, StreamName, format_time};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::io;

/// What `bisect` takes.
#[derive(Debug, Args)]
pub struct BisectArgs {
    /// The source.
    pub source: String,
    /// The stream, and the expression; with --category or --all the expression alone.
    #[arg(required = true, num_args = 1..=2, value_names = ["STREAM", "EXPR"])]
    pub words: Vec<String>,
    /// Search every stream of this category.
    #[arg(long, conflicts_with = "all")]
    pub category: Option<String>,
    /// Search every stream of every category.
    #[arg(long)]
    pub all: bool,
    /// Take it that what holds once holds ever after: search by halves, and look only at the neighbour of what is found.
    #[arg(long)]
    pub monotone: bool,
}

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
    let (stream, text) = match (args.category.is_some() || args.all, args.words.as_slice()) {
        (false, [stream, text]) => (Some(stream), text),
        (true, [text]) => (None, text),
        _ => {
            return Err(Failure::Usage(
                "bisect SOURCE STREAM EXPR, bisect SOURCE --category C EXPR, or bisect SOURCE --all EXPR".to_owned(),
            ));
        }
    };
    let expr = expression("EXPR", text)?;
    let progress = out.reporter("searching events");
    let mut found = Spool::new();
    let searched = match stream {
        Some(stream) => {
            let stream = StreamName::from(stream.as_str());
            let Some(summary) = explorer.reader.read_summary(&stream).await? else {
                return Err(Failure::no_stream(explorer, &stream));
            };
            let (finding, searched) = match args.monotone {
                true => monotone::stream(explorer, &expr, &summary, &progress).await?,
                false => bisect::stream(explorer, &expr, &summary, &progress).await?,
            };
            finding.map_or(Ok(()), |finding| take(&mut found, &finding))?;
            searched
        }
        None => {
            let category = args.category.as_deref().map(Category::from);
            let mut kept = Ok(());
            let each = |finding: Finding, _: &Searched| {
                kept = take(&mut found, &finding);
                kept.is_ok()
            };
            let searched = match args.monotone {
                true => monotone::streams(explorer, &expr, category.as_ref(), &progress, each).await?,
                false => bisect::streams(explorer, &expr, category.as_ref(), &progress, each).await?,
            };
            kept?;
            searched
        }
    };
    if let (0, Some(category)) = (searched.streams, &args.category) {
        return Err(Failure::NotFound(format!(
            "no stream is of the category {}; foldback overview {} lists the categories",
            safe(category),
            explorer.words()
        )));
    }
    let findings = found.len();
    if out.is_json() {
        let mut list = out.list("foldback.bisect/1", "findings");
        for text in found.sorted() {
            list.item(&RawValue::from_string(text?).map_err(io::Error::other)?)?;
        }
        list.end(&rest(explorer, args, text, &searched))?;
    } else {
        said(explorer, args, &searched, found, out)?;
    }
    Ok(match findings {
        1.. => FOUND,
        0 if outcome(&searched) == "complete" => 0,
        0 => PARTIAL,
    })
}

/// Keeps a finding to be printed in order of the log.
fn take(found: &mut Spool, finding: &Finding) -> Result<(), Failure> {
    let rank = finding.head.global_position.map_or(i64::MAX, |position| position.0);
    Ok(found.push(rank, &document(finding).to_string())?)
}

fn outcome(searched: &Searched) -> &'static str {
    match (searched.unsearched, searched.unavailable && searched.unsearched == searched.streams) {
        (0, _) if searched.decided_nothing() => "unavailable",
        (0, _) => "complete",
        (_, true) => "unavailable",
        (_, false) => "partial",
    }
}

/// The fields of the document behind its findings.
fn rest(explorer: &Explorer, args: &BisectArgs, expr: &str, searched: &Searched) -> Value {
    let undecided = || searched.first_undecided.as_ref().filter(|_| searched.decided_nothing());
    json!({
        "source": moment::source(explorer),
        "expression": expr,
        "searched": {"streams": searched.streams, "events": searched.events},
        "method": if args.monotone { "assumed-monotone" } else { "linear" },
        "outcome": outcome(searched),
        "reason": searched.reason.as_ref().or_else(undecided),
        "undecided": searched.undecided,
        "first_undecided": searched.first_undecided,
    })
}

fn document(found: &Finding) -> Value {
    let head = &found.head;
    let state = |text: &Option<String>| text.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "stream_id": head.stream_id,
        "version": head.stream_version,
        "global_position": head.global_position,
        "event_type": head.event_type,
        "event_id": head.event_id,
        "created_at": head.created_at.map(format_time),
        "actor": head.actor,
        "before": state(&found.before),
        "after": state(&found.after),
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

fn cells(found: &Value) -> Vec<String> {
    let text = |key: &str| found[key].as_str().map_or("-".to_owned(), |text| safe(text).into_owned());
    vec![
        text("stream_id"),
        found["version"].as_i64().map_or("-".to_owned(), |version| version.to_string()),
        found["global_position"].as_i64().map_or("-".to_owned(), thousands),
        text("event_type"),
        text("created_at"),
        text("actor"),
    ]
}

/// What was found and searched, what is not known, and how to look into what was found.
fn said(
    explorer: &Explorer,
    args: &BisectArgs,
    searched: &Searched,
    found: Spool,
    out: &mut Output,
) -> Result<(), Failure> {
    let style = out.style();
    let findings = found.len();
    let mut table = table();
    let mut first = None;
    for text in found.sorted() {
        let found: Value = serde_json::from_str(&text?).map_err(io::Error::other)?;
        out.row(&mut table, cells(&found))?;
        first.get_or_insert(found);
    }
    if !table.is_empty() {
        out.table(&table)?;
    }
    if let Some(first) = first.as_ref().filter(|first| !first["after"].is_null()) {
        let which = if findings == 1 { "" } else { " the first" };
        out.line(&format!("before{which}  {}", moment::short(&first["before"])))?;
        out.line(&format!("after{which}   {}", moment::short(&first["after"])))?;
    }
    let how = match args.monotone {
        true => "asked, by halves: assumed that what holds once holds ever after",
        false => "searched, one by one",
    };
    out.line(&style.dim(format!(
        "{} in {} of {} {how}",
        count(findings, "finding", "findings"),
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
    if let Some(first) = &first {
        let version = first["version"].as_i64().map_or(String::new(), |version| format!("@{version}"));
        let stream = first["stream_id"].as_str().unwrap_or_default();
        let target = crate::analysis::command::operand(&format!("{stream}{version}"));
        out.line(&style.dim(format!("next: foldback show {} {target}", explorer.words())))?;
    }
    Ok(())
}
