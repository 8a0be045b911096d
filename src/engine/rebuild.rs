//! Rebuilding a read model into fresh tables beside the live ones, which go on being read, and then swapping them.
//!
//! While one page of events is applied the next is read. Rows stay in memory as long as they fit, and go to the table in
//! large batches when they do not, and at the end. A rebuild that was interrupted is begun again from the start: what it made is thrown away.

use super::Works;
use super::projections::{apply, behind, changes, checkpoint, failure, last_position, named};
use crate::store::books::{Batch, NewFailure, RowChange, Target};
use crate::store::{EventReader, StoreError};
use foldback_domain::event::{Position, RecordedEvent, safe_text};
use foldback_domain::projection::{OnPoison, Projection, Rows};
use foldback_domain::reading::Page;
use std::collections::BTreeSet;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How many events are read at a time.
const PAGE: usize = 4_096;
/// How many rows one transaction writes: appends wait for it.
const ROWS: usize = 20_000;
/// After how many events the books are told how far it is.
const EVENTS: u64 = 100_000;
/// How many bytes of rows stay in memory.
const MEMORY: usize = 64 << 20;
/// How many events a rebuild may skip: with more it is the projection that is broken.
const SKIPPED: usize = 10_000;
/// How often a rebuild runs after live rows that are always a little further.
const CHASES: usize = 1_000;

/// What a rebuild led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// How many events it went through.
    pub events: u64,
    /// The last of them.
    pub position: Option<Position>,
    /// How many events it skipped, since they cannot be handled.
    pub skipped: usize,
    /// The event that the projection is going to stop at, and why.
    pub stops: Option<(Position, String)>,
}

/// How far a rebuild has come: events done, and how many there are in all.
pub type Report<'a> = &'a (dyn Fn(u64, Option<u64>) + Sync);

/// Rebuilds a projection. Dropped half-way it leaves the live rows as they are; [`abandon`] throws away what it made.
pub async fn rebuild(
    works: &Works,
    name: &str,
    on_poison: Option<OnPoison>,
    report: Report<'_>,
) -> Result<Rebuilt, StoreError> {
    let projection = named(name)?;
    checkpoint(works, projection).await?;
    let begun = works.books.begin_rebuild(name, projection.indexed(), works.clock.now()).await?;
    let mut work = Work {
        works,
        projection,
        on_poison: on_poison.unwrap_or_else(|| projection.on_poison()),
        by_hand: works.books.read_skipped(name).await?.into_iter().collect(),
        rows: Rows::of_empty_model(),
        written: None,
        reached: None,
        unwritten: 0,
        events: 0,
        skipped: Vec::new(),
        stops: None,
    };
    let total = begun.rebuild_target.and_then(|head| u64::try_from(head.0).ok());
    for _ in 0..CHASES {
        work.catch_up(&mut |done| report(done, total)).await?;
        work.flush().await?;
        match works.books.finish_rebuild(name, &work.skipped, works.clock.now()).await {
            Ok(()) => {
                return Ok(Rebuilt {
                    events: work.events,
                    position: work.reached,
                    skipped: work.skipped.len(),
                    stops: work.stops,
                });
            }
            // The live rows are further. Where this is for a few events only, those are taken in too.
            Err(StoreError::Moved { .. }) if work.stops.is_none() && still_ours(works, name).await? => {}
            Err(StoreError::Moved { what }) => {
                let Some((at, why)) = work.stops else { return Err(StoreError::Moved { what }) };
                abandon(works, name).await?;
                return Err(StoreError::unavailable(
                    format!("the rebuild of projection {name}"),
                    format!("stops at event {at} ({}), and the live rows are further; they stay", safe_text(&why)),
                    "let the event be skipped with --skip-poison",
                ));
            }
            Err(error) => return Err(error),
        }
    }
    abandon(works, name).await?;
    let why = "never came up with the live rows, which went on being written";
    Err(StoreError::unavailable(format!("the rebuild of projection {name}"), why, "pause the projection first"))
}

/// Gives a rebuild up: the live rows stay.
pub async fn abandon(works: &Works, name: &str) -> Result<(), StoreError> {
    works.books.abandon_rebuild(named(name)?.name(), works.clock.now()).await
}

async fn still_ours(works: &Works, name: &str) -> Result<bool, StoreError> {
    let checkpoint = works.books.read_checkpoint(name).await?;
    Ok(checkpoint.is_some_and(|checkpoint| checkpoint.rebuild_generation.is_some()))
}

struct Work<'a> {
    works: &'a Works,
    projection: &'static dyn Projection,
    on_poison: OnPoison,
    by_hand: BTreeSet<Position>,
    rows: Rows,
    /// What the books say how far it is.
    written: Option<Position>,
    /// The last event that was taken in.
    reached: Option<Position>,
    /// How many events were taken in since.
    unwritten: u64,
    events: u64,
    skipped: Vec<NewFailure>,
    stops: Option<(Position, String)>,
}

type Reading = JoinHandle<Result<Page<RecordedEvent, Position>, StoreError>>;

impl Work<'_> {
    /// Takes in everything that is in the log now.
    async fn catch_up(&mut self, report: &mut (dyn FnMut(u64) + Send)) -> Result<(), StoreError> {
        let mut reading = Ahead(read(&self.works.reader, self.reached));
        while self.stops.is_none() {
            let page = reading.page().await?;
            if let Some(next) = page.next {
                reading = Ahead(read(&self.works.reader, Some(Position(next.0 - 1))));
            }
            self.take_in(&page.items).await?;
            report(self.events);
            if page.next.is_none() {
                break;
            }
        }
        Ok(())
    }

    async fn take_in(&mut self, events: &[RecordedEvent]) -> Result<(), StoreError> {
        let mut rest = events;
        while !rest.is_empty() {
            let applied = apply(self.works, self.projection, Target::Fresh, rest, &mut self.rows).await?;
            let super::projections::Applied::Until { index, why } = applied else {
                self.went_through(rest);
                break;
            };
            let event = &rest[index];
            let at = event.head.global_position.unwrap_or(Position(0));
            self.went_through(&rest[..index]);
            if self.on_poison == OnPoison::Stop && !self.by_hand.contains(&at) {
                self.stops = Some((at, why));
                return Ok(());
            }
            if !self.by_hand.contains(&at) {
                self.skip(event, why)?;
            }
            self.went_through(&rest[index..=index]);
            rest = &rest[index + 1..];
        }
        if self.rows.bytes() > MEMORY {
            self.flush().await?;
            self.rows.forget();
        } else if self.unwritten >= EVENTS {
            // Only how far it is: rows that are going to change again are not worth a write.
            self.write(&[]).await?;
        }
        Ok(())
    }

    fn went_through(&mut self, events: &[RecordedEvent]) {
        self.reached = last_position(events).or(self.reached);
        self.unwritten += events.len() as u64;
        self.events += events.len() as u64;
    }

    fn skip(&mut self, event: &RecordedEvent, why: String) -> Result<(), StoreError> {
        if self.skipped.len() == SKIPPED {
            let what = format!("the rebuild of projection {}", self.projection.name());
            let why = format!("would skip more than {SKIPPED} events; the last: {}", safe_text(&why));
            return Err(StoreError::unavailable(what, why, "this program may be older than the events"));
        }
        self.skipped.push(failure(self.projection, event, why, 1, false, self.works.clock.now()));
        Ok(())
    }

    /// Writes what has changed, and how far that is.
    async fn flush(&mut self) -> Result<(), StoreError> {
        let changes = changes(&mut self.rows);
        for some in changes.chunks(ROWS) {
            self.write(some).await?;
        }
        self.write(&[]).await
    }

    async fn write(&mut self, changes: &[RowChange]) -> Result<(), StoreError> {
        let Some(to) = self.reached else { return Ok(()) };
        if changes.is_empty() && self.written == Some(to) {
            return Ok(());
        }
        let batch = Batch {
            name: self.projection.name(),
            target: Target::Fresh,
            from: self.written,
            to,
            changes,
            skipped: &[],
            at: self.works.clock.now(),
        };
        self.works.books.write_batch(&batch).await?;
        self.written = Some(to);
        self.unwritten = 0;
        Ok(())
    }
}

/// A page that is being read; given up when it is dropped.
struct Ahead(Reading);

impl Ahead {
    async fn page(&mut self) -> Result<Page<RecordedEvent, Position>, StoreError> {
        (&mut self.0)
            .await
            .unwrap_or_else(|error| Err(StoreError::unavailable("the log", format!("the read broke: {error}"), "")))
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn read(reader: &Arc<dyn EventReader>, after: Option<Position>) -> Reading {
    let (reader, read) = (reader.clone(), behind(after, PAGE));
    tokio::spawn(async move { reader.read_events(&read).await })
}
