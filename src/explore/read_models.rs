//! The history of a read model: its projection is folded over the log aside, and every version of every row is kept in a
//! scratch file. The live rows are never touched. It is folded as far as it was asked for; going back costs nothing.

use super::{Explorer, Reporter};
use crate::store::books::RowChange;
use crate::store::versions::{RowVersion, RowVersions};
use crate::store::{EventReader, StoreError};
use foldback_domain::event::{Position, RecordedEvent, safe_text};
use foldback_domain::processes::ModelRow;
use foldback_domain::projection::{Halt, OnPoison, Projection, Rows, take_in};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use std::sync::Arc;

/// How many events are read at a time.
const PAGE: usize = 4_096;
/// How many bytes of rows stay in memory: there may be as many histories as read models.
const MEMORY: usize = 4 << 20;
/// How many bytes of rows may stay in memory while nothing is folded.
const IDLE: usize = 256 << 10;
/// How many rows of its own one event may ask for.
const ASKED: usize = 1_000;

/// A projection's rows at every position, as far as the log was folded.
pub struct ReadModel {
    reader: Arc<dyn EventReader>,
    projection: &'static dyn Projection,
    versions: RowVersions,
    rows: Rows,
    /// The last position that was taken in.
    reached: Option<Position>,
    /// Where the live projection is: what it could not handle up to there, it has passed over.
    live: Option<Position>,
    skipped: u64,
    stopped: Option<(Position, String)>,
}

impl ReadModel {
    /// The history of a projection whose live checkpoint is at a position; nothing is folded yet.
    pub fn new(
        explorer: &Explorer,
        projection: &'static dyn Projection,
        live: Option<Position>,
    ) -> Result<ReadModel, StoreError> {
        Ok(Self::of(explorer.reader.clone(), projection, live, RowVersions::new()?))
    }

    /// The same in a scratch file that has no versions yet.
    pub(super) fn of(
        reader: Arc<dyn EventReader>,
        projection: &'static dyn Projection,
        live: Option<Position>,
        versions: RowVersions,
    ) -> ReadModel {
        ReadModel {
            reader,
            projection,
            versions,
            rows: Rows::of_empty_model(),
            reached: None,
            live,
            skipped: 0,
            stopped: None,
        }
    }

    /// Which projection it is.
    pub fn projection(&self) -> &'static dyn Projection {
        self.projection
    }

    /// How many events were passed over, since they cannot be handled.
    pub fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The event at which the fold stops, and why: the projection would.
    pub fn stopped(&self) -> Option<&(Position, String)> {
        self.stopped.as_ref()
    }

    /// The scratch file.
    pub fn versions(&self) -> &RowVersions {
        &self.versions
    }

    /// Folds on up to a position, which must not be behind the head: what comes there later would be missed.
    pub async fn read_to(&mut self, to: Position, progress: &Reporter) -> Result<(), StoreError> {
        let begun = self.reached.map_or(0, |reached| reached.0);
        let total = Some(to.0.saturating_sub(begun).max(0).unsigned_abs());
        while self.stopped.is_none() && self.reached < Some(to) {
            let filter = LogFilter { to: Some(to), ..LogFilter::default() };
            let start = self.reached.map(|reached| Position(reached.0.saturating_add(1)));
            let read = LogRead { filter, start, direction: Direction::Forward, limit: PAGE };
            let page = self.reader.read_events(&read).await?;
            let mut changes = Vec::new();
            for event in &page.items {
                if !self.take_in(event, &mut changes)? {
                    break;
                }
            }
            self.versions.add(&changes)?;
            if self.rows.bytes() > MEMORY {
                self.rows.forget();
            }
            match page.next {
                Some(next) if self.stopped.is_none() => self.reached = Some(Position(next.0.saturating_sub(1))),
                _ => self.reached = Some(to),
            }
            let done = self.reached.map_or(0, |reached| reached.0).saturating_sub(begun);
            progress.report(done.max(0).unsigned_abs(), total);
        }
        // Nobody folds on for a while: what the next events need is read again from the file.
        if self.rows.bytes() > IDLE {
            self.rows.forget();
        }
        Ok(())
    }

    /// Takes an event in; whether the fold goes on.
    fn take_in(&mut self, event: &RecordedEvent, changes: &mut Vec<RowChange>) -> Result<bool, StoreError> {
        for _ in 0..=ASKED {
            match take_in(self.projection, event, &mut self.rows) {
                Ok(()) => {
                    let changed = self.rows.take_changes();
                    changes.extend(changed.into_iter().map(|(key, row, position)| RowChange { key, row, position }));
                    return Ok(true);
                }
                Err(Halt::Missing(key)) => {
                    // What this page has changed is known to the rows; older rows are in the file.
                    let row = self.versions.newest(&key)?;
                    self.rows.load(key, row);
                }
                Err(Halt::Poison(why)) => return Ok(self.pass_over(event, why)),
            }
        }
        Ok(self.pass_over(event, format!("it asks for more than {ASKED} rows")))
    }

    /// What becomes of an event that cannot be handled; whether the fold goes on.
    fn pass_over(&mut self, event: &RecordedEvent, why: String) -> bool {
        let at = event.head.global_position;
        if self.projection.on_poison() == OnPoison::Stop && at > self.live {
            self.stopped = Some((at.unwrap_or(Position(0)), safe_text(&why).into_owned()));
            return false;
        }
        self.skipped += 1;
        true
    }

    /// The versions of a row up to a position, the newest first.
    pub fn before(&self, key: &str, at: Position, limit: usize) -> Result<Vec<RowVersion>, StoreError> {
        self.versions.before(key, at, limit)
    }

    /// A page of the rows as they should have been at a position that was folded to, by key, behind a key.
    pub fn page(&self, at: Position, after: Option<&str>, limit: usize) -> Result<Vec<ModelRow>, StoreError> {
        self.versions.page(at, after, limit)
    }
}
