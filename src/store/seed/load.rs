//! The loop: a line, its checks, its row.

use super::line::{self, Line};
use super::lines::Lines;
use super::{Progress, SeedError, Seeded};
use crate::store::StoreError;
use crate::store::sqlite::unavailable;
use foldback_domain::event::{Payload, safe_text};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, ToSql, types::ToSqlOutput};
use std::io::BufRead;
use std::sync::atomic::{AtomicBool, Ordering};

const INSERT_EVENT: &str = include_str!("../sqlite/sql/insert_event.sql");
const STREAM_VERSION: &str = "SELECT version FROM streams WHERE stream_id = $1";

/// How often progress is told.
pub const EVERY: u64 = 5_000;

/// Reads the input to its end into a store's empty tables.
pub fn load(
    connection: &Connection,
    input: impl BufRead,
    mut progress: impl FnMut(Progress),
    stop: &AtomicBool,
) -> Result<Seeded, SeedError> {
    let failed = |error: rusqlite::Error| SeedError::Store(unavailable("the new store", &error));
    let mut insert = connection.prepare(INSERT_EVENT).map_err(failed)?;
    let mut version_of = connection.prepare(STREAM_VERSION).map_err(failed)?;
    let (mut seeded, mut head) = (Seeded::default(), None);
    let mut lines = Lines::new(input);
    while let Some((number, text)) = lines.next()? {
        let refuse = |why: String| SeedError::Line { line: number, why };
        let event = line::parse(text).map_err(refuse)?;
        let known: Option<i64> =
            version_of.query_row([&*event.stream_id], |row| row.get(0)).optional().map_err(failed)?;
        check(&event, known, head).map_err(refuse)?;
        insert
            .execute(rusqlite::params![
                event.global_position,
                event.stream_id,
                event.stream_version,
                event.category,
                event.event_type,
                event.schema_version,
                event.created_at,
                event.event_id,
                event.metadata.as_ref().map(Stored),
                Stored(&event.data),
            ])
            .map_err(|error| match error.to_string().contains("events.event_id") {
                true => refuse(format!("event_id {} was used on an earlier line", safe_text(&event.event_id))),
                false => failed(error),
            })?;
        head = Some(connection.last_insert_rowid());
        seeded.events += 1;
        seeded.streams += u64::from(known.is_none());
        if seeded.events.is_multiple_of(EVERY) {
            if stop.load(Ordering::Relaxed) {
                return Err(SeedError::GivenUp);
            }
            progress(Progress { events: seeded.events, bytes: lines.bytes });
        }
    }
    if seeded.events == 0 {
        return Err(no_events());
    }
    progress(Progress { events: seeded.events, bytes: lines.bytes });
    Ok(seeded)
}

/// A store without events is not what was asked for.
pub fn no_events() -> SeedError {
    let hint = "give a file with one JSON event a line, as `foldback log SOURCE --format jsonl` prints them";
    StoreError::unavailable("the input", "has no events", hint).into()
}

/// Order is part of what a log is: positions rise, and a stream goes on where it was.
pub fn check(event: &Line<'_>, known: Option<i64>, head: Option<i64>) -> Result<(), String> {
    if let (Some(at), Some(head)) = (event.global_position, head)
        && at <= head
    {
        let again = if at == head { "is the same as" } else { "is below" };
        return Err(format!("global_position {at} {again} {head} before it; positions must rise"));
    }
    match known {
        Some(known) if event.stream_version != known.saturating_add(1) => {
            let stream = safe_text(&event.stream_id);
            let (found, expected) = (event.stream_version, known.saturating_add(1));
            let what = if found <= known { "is there already or out of order" } else { "leaves a gap" };
            Err(format!("stream_version {found} of {stream} {what}; {expected} was expected"))
        }
        _ => Ok(()),
    }
}

/// A payload as it is bound: text as text, bytes as bytes.
struct Stored<'a>(&'a Payload);

impl ToSql for Stored<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Payload::Json(text) | Payload::Text(text) => ValueRef::Text(text.as_bytes()),
            Payload::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
