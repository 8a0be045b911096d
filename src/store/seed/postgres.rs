//! The loop again, into PostgreSQL: the whole store is made in one transaction.

use super::line::{self, Line};
use super::lines::Lines;
use super::load::{EVERY, check, no_events};
use super::{Progress, SeedError, Seeded};
use crate::store::StoreError;
use crate::store::append::{NewRow, insert, version};
use crate::store::database::Tx;
use crate::store::postgres::{Address, Creation};
use foldback_domain::event::{Category, Position, StreamName, Version, parse_time, safe_text};
use std::io::BufRead;
use tokio::sync::mpsc;

/// How many lines are read ahead of the database.
const AHEAD: usize = 64;

/// A line on its way: its number, its text, and how many bytes were read with it.
type Read = Result<(u64, String, u64), SeedError>;

/// Loads events into a new store in a schema that must be empty, as [`seed`](super::seed) loads them into a file. On any
/// error nothing is left behind, also when the future is dropped or the program ends.
pub async fn seed_postgres(
    input: impl BufRead + Send + 'static,
    target: &Address,
    mut progress: impl FnMut(Progress) + Send,
) -> Result<Seeded, SeedError> {
    let mut creation = Creation::begin(target).await?;
    creation.tx.hold().await?;
    let mut lines = read(input);
    let (mut seeded, mut head, mut bytes) = (Seeded::default(), None, 0);
    while let Some(line) = lines.recv().await {
        let (number, text, read) = line?;
        bytes = read;
        let event = line::parse(&text).map_err(|why| SeedError::Line { line: number, why })?;
        head = Some(write(&mut creation.tx, number, &event, head, &mut seeded).await?.0);
        if seeded.events.is_multiple_of(EVERY) {
            progress(Progress { events: seeded.events, bytes });
        }
    }
    if seeded.events == 0 {
        return Err(no_events());
    }
    creation.finish().await?;
    progress(Progress { events: seeded.events, bytes });
    Ok(seeded)
}

/// The lines of the input, from a thread that may wait for them. It ends when nobody takes them any more.
fn read(input: impl BufRead + Send + 'static) -> mpsc::Receiver<Read> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    tokio::task::spawn_blocking(move || {
        let mut lines = Lines::new(input);
        loop {
            let line = match lines.next() {
                Ok(None) => return,
                Ok(Some((number, text))) => Ok((number, text.to_owned())),
                Err(error) => Err(error),
            };
            let broken = line.is_err();
            let sent = sender.blocking_send(line.map(|(number, text)| (number, text, lines.bytes)));
            if broken || sent.is_err() {
                return;
            }
        }
    });
    receiver
}

async fn write(
    tx: &mut Tx,
    number: u64,
    event: &Line<'_>,
    head: Option<i64>,
    seeded: &mut Seeded,
) -> Result<Position, SeedError> {
    let refuse = |why: String| SeedError::Line { line: number, why };
    let stream = StreamName(event.stream_id.clone().into_owned());
    let known = version(tx, &stream).await?;
    let known = (known != Version::NO_STREAM).then_some(known.0);
    check(event, known, head).map_err(refuse)?;
    let row = NewRow {
        position: event.global_position.map(Position),
        stream: &stream,
        version: Version(event.stream_version),
        category: &Category(event.category.clone()),
        event_type: &event.event_type,
        schema_version: event.schema_version,
        created_at: event.created_at.as_deref().and_then(parse_time),
        event_id: &event.event_id,
        metadata: event.metadata.as_ref(),
        data: &event.data,
    };
    let position = insert(tx, &row).await.map_err(|error| match error {
        StoreError::DuplicateEvent { event_id } => {
            refuse(format!("event_id {} was used on an earlier line", safe_text(&event_id)))
        }
        StoreError::Unstorable { .. } => refuse(error.to_string()),
        other => SeedError::Store(other),
    })?;
    seeded.events += 1;
    seeded.streams += u64::from(known.is_none());
    Ok(position)
}
