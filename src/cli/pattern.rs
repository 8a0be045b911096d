//! `log --pattern`: what happened without, before or behind something else.

use super::failure::Failure;
use super::log::LogArgs;
use super::output::{Align, Output, Table, count, place, safe};
use crate::analysis::pattern::{Group, Pattern};
use crate::explore::Explorer;
use crate::explore::pattern::{self, Found, Known, Seen};
use foldback_domain::event::{EventHead, format_time};
use foldback_domain::reading::LogFilter;
use serde_json::{Value, json};

/// Prints what the pattern describes.
pub async fn run(
    explorer: &Explorer,
    text: &str,
    filter: &LogFilter,
    args: &LogArgs,
    out: &mut Output,
) -> Result<u8, Failure> {
    let pattern: Pattern =
        text.parse().map_err(|error| Failure::Usage(format!("--pattern '{}': {error}", safe(text))))?;
    let progress = out.reporter("looking at events");
    let json = out.is_json();
    let mut left = args.limit.unwrap_or(usize::MAX);
    let mut table = table();
    let mut list = out.list("foldback.log/1", "matches");
    let mut written = Ok(());
    let each = |found: Found| {
        if left == 0 {
            return false;
        }
        left -= 1;
        written = match json {
            true => list.item(&document(&found)),
            false => list.row(&mut table, cells(&pattern, &found)),
        };
        written.is_ok()
    };
    let seen = pattern::find(explorer, &pattern, filter, &progress, each).await?;
    written?;
    if !table.is_empty() {
        list.table(&table)?;
    }
    list.end(&rest(text, &seen))?;
    if !json {
        said(&pattern, &seen, out)?;
    }
    Ok(0)
}

/// The fields of the document behind the matches.
fn rest(text: &str, seen: &Seen) -> Value {
    json!({
        "pattern": text,
        "searched": {"events": seen.events},
        "matched": seen.matches,
        "open": seen.open,
        "undated": seen.undated,
        "ungrouped": seen.ungrouped,
    })
}

fn document(found: &Found) -> Value {
    json!({
        "known": known(found.known),
        "correlation_id": found.first.correlation_id,
        "first": event(&found.first),
        "second": found.second.as_ref().map(event),
    })
}

fn known(known: Known) -> &'static str {
    match known {
        Known::Match => "match",
        Known::Open => "open",
        Known::Undated => "undated",
    }
}

fn event(head: &EventHead) -> Value {
    json!({
        "global_position": head.global_position,
        "stream_id": head.stream_id,
        "stream_version": head.stream_version,
        "event_id": head.event_id,
        "event_type": head.event_type,
        "correlation_id": head.correlation_id,
        "actor": head.actor,
        "created_at": head.created_at.map(format_time),
    })
}

fn table() -> Table {
    Table::new(&[
        ("POSITION", Align::Right),
        ("AT", Align::Left),
        ("STREAM", Align::Left),
        ("V", Align::Right),
        ("TYPE", Align::Left),
        ("THE OTHER", Align::Left),
        ("TOGETHER BY", Align::Left),
    ])
}

fn cells(pattern: &Pattern, found: &Found) -> Vec<String> {
    let head = &found.first;
    let place_of = |head: &EventHead| head.global_position.map_or("-".to_owned(), |position| place(position.number()));
    let other = match (&found.second, found.known) {
        (Some(second), _) => {
            let later = match (head.created_at, second.created_at) {
                (Some(first), Some(second)) => format!(", {} later", later(second.duration_since(first))),
                _ => String::new(),
            };
            format!("{} {}{later}", place_of(second), safe(&second.event_type))
        }
        (None, Known::Match) => "none".to_owned(),
        (None, Known::Open) => "none yet".to_owned(),
        (None, Known::Undated) => "a time is missing".to_owned(),
    };
    let group = match pattern.group {
        Group::Correlation => head.correlation_id.as_deref().unwrap_or_default(),
        Group::Stream => head.stream_id.as_str(),
    };
    vec![
        place_of(head),
        head.created_at.map_or("-".to_owned(), format_time),
        safe(head.stream_id.as_str()).into_owned(),
        head.stream_version.map_or("-".to_owned(), |version| version.to_string()),
        safe(&head.event_type).into_owned(),
        other,
        safe(group).into_owned(),
    ]
}

/// How much later, in the unit that shows it best.
fn later(span: jiff::SignedDuration) -> String {
    let sign = if span.is_negative() { "-" } else { "" };
    format!("{sign}{}", super::output::span(span.unsigned_abs()))
}

/// How many there are, and what nobody knows.
fn said(pattern: &Pattern, seen: &Seen, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    out.line(&style.dim(format!(
        "{} in {} searched",
        count(seen.matches, "match", "matches"),
        count(seen.events, "event", "events")
    )))?;
    if seen.open > 0 {
        let open = count(seen.open, "event is", "events are");
        out.line(&style.warn(format!("⚠ {open} still open: the log ends before the time that the pattern gives")))?;
    }
    if seen.undated > 0 {
        let undated = count(seen.undated, "event", "events");
        out.line(&style.warn(format!("⚠ nobody knows of {undated}: a time is missing")))?;
    }
    if seen.ungrouped > 0 {
        let ungrouped = count(seen.ungrouped, "event that the pattern names has", "events that the pattern names have");
        let way =
            if pattern.group == Group::Correlation { "; 'by stream' takes what one stream holds together" } else { "" };
        out.line(&style.warn(format!(
            "⚠ {ungrouped} no {}{way}",
            match pattern.group {
                Group::Correlation => "correlation id",
                Group::Stream => "stream",
            }
        )))?;
    }
    Ok(())
}
