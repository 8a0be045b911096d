//! Every event of a store that a library wrote, column by column, against plain SQL in the database's own client.

use super::databases::Database;
use super::truth::last_word;
use crate::cli::foldback;
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde_json::Value;
use std::path::Path;

/// A row of plain SQL: position, stream, category, version, event id, type, time, correlation, causation, user.
type Row = Vec<Option<String>>;

/// Where the log differs from what plain SQL says. What plain SQL leaves open with a NULL says nothing.
pub fn differences(database: &Database, truth: &Path) -> Vec<String> {
    let truth: Value = serde_json::from_str(&std::fs::read_to_string(truth).unwrap()).unwrap();
    let rows = database.ask(truth["reference_query"].as_str().unwrap());
    let log = foldback(&["log", &database.source, "--format", "jsonl"]);
    let events: Vec<Value> = log.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut wrong = Vec::new();
    if rows.len() < events.len() {
        wrong.push(format!("{} events, and plain SQL has {} rows", events.len(), rows.len()));
    }
    // Where nothing but time orders events, plain SQL has them in another order among those of one moment.
    let key =
        |place: &Option<String>, stream: &Option<String>, id: &Option<String>, version: &Option<String>| match place {
            Some(place) => format!("{place} {}", version.as_deref().unwrap_or_default()),
            None => format!("{stream:?} {version:?} {id:?}"),
        };
    let text = |value: &Value| match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    };
    for event in &events {
        let part = |name: &str| text(&event[name]);
        let id = if event["stream_version"].is_null() { part("event_id") } else { None };
        let mine = key(&part("global_position"), &part("stream_id"), &id, &part("stream_version"));
        let found = rows.iter().find(|row: &&Row| {
            let id = if row[3].is_none() { row[4].clone() } else { None };
            mine == key(&row[0], &row[1], &id, &row[3])
        });
        let Some(row) = found else {
            wrong.push(format!("plain SQL has no {mine}"));
            continue;
        };
        for (column, name) in [
            (1, "stream_id"),
            (2, "category"),
            (4, "event_id"),
            (5, "event_type"),
            (6, "created_at"),
            (7, "correlation_id"),
            (8, "causation_id"),
            (9, "actor"),
        ] {
            let (got, wanted) = (part(name), &row[column]);
            let same = match (name, &got, wanted) {
                (_, _, None) => true,
                ("event_type", Some(got), Some(wanted)) => last_word(got) == last_word(wanted),
                ("created_at", Some(got), Some(wanted)) => got.parse::<Timestamp>().ok() == moment(wanted),
                _ => got == *wanted,
            };
            if !same {
                wrong.push(format!("{name} of {mine}: {got:?}, and not {wanted:?}"));
            }
        }
    }
    wrong.truncate(12);
    wrong
}

/// A time as a database's client writes it; without a zone it is UTC.
fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let zoned = if text.ends_with("+00") { format!("{text}:00") } else { text.to_owned() };
    zoned
        .parse()
        .or_else(|_| {
            text.parse::<DateTime>().and_then(|at| at.to_zoned(jiff::tz::TimeZone::UTC)).map(|at| at.timestamp())
        })
        .ok()
}
