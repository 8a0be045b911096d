//! Projections at work: each handles the log in batches, its rows and its checkpoint in one transaction, so that a crash
//! at any instant neither loses nor doubles. One that fails stops no other.

mod apply;
mod settings;

pub(super) use apply::{Applied, apply};
pub use settings::{DEFAULT_RETRY, Dials, Settings};

use super::Works;
use crate::store::StoreError;
use crate::store::books::{Batch, CheckpointRow, FailureKind, NewFailure, RowChange, Target};
use foldback_domain::event::{Position, RecordedEvent, safe_text};
use foldback_domain::processes::ConsumerKind;
use foldback_domain::projection::{OnPoison, Projection, Rows};
use foldback_domain::projections;
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// What became of a batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// The checkpoint moved; whether more events are known to wait.
    Moved {
        /// To where.
        to: Position,
        /// Whether more wait.
        more: bool,
    },
    /// Somebody else moved it: the next batch begins from there.
    Overtaken,
    /// There is nothing to do.
    Current,
    /// Somebody paused it.
    Paused,
    /// It stopped at an event that it cannot handle.
    Failed {
        /// Which event.
        at: Position,
    },
}

/// Runs the projections of a store.
#[derive(Clone)]
pub struct ProjectionRunner {
    works: Works,
    settings: Settings,
    /// When a projection was sampled last, and what it was doing then.
    sampled: Arc<Mutex<HashMap<&'static str, (Timestamp, &'static str)>>>,
}

impl ProjectionRunner {
    /// A runner with the standard settings.
    pub fn new(works: Works) -> ProjectionRunner {
        ProjectionRunner { works, settings: Settings::default(), sampled: Arc::default() }
    }

    /// The same with other settings.
    pub fn with(self, settings: Settings) -> ProjectionRunner {
        ProjectionRunner { settings, ..self }
    }

    /// The settings. What can be changed while it runs is changed here.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Handles one batch of a projection.
    pub async fn step(&self, name: &str) -> Result<Progress, StoreError> {
        let projection = named(name)?;
        let progress = match self.batch(projection).await {
            // Somebody else paused it, moved it or rebuilt it meanwhile.
            Err(StoreError::Moved { .. }) => Progress::Overtaken,
            other => other?,
        };
        self.sample(projection, progress).await?;
        Ok(progress)
    }

    /// Handles everything that waits for a projection now.
    pub async fn catch_up(&self, name: &str) -> Result<Progress, StoreError> {
        loop {
            match self.step(name).await? {
                Progress::Moved { .. } | Progress::Overtaken => {}
                other => return Ok(other),
            }
        }
    }

    async fn batch(&self, projection: &'static dyn Projection) -> Result<Progress, StoreError> {
        let checkpoint = checkpoint(&self.works, projection).await?;
        match (checkpoint.status.as_str(), checkpoint.failed_position) {
            ("paused", _) => return Ok(Progress::Paused),
            ("failed", Some(at)) => return Ok(Progress::Failed { at }),
            _ => {}
        }
        let delay = self.settings.delay(projection.name());
        let mut limit = if delay.is_some() { 1 } else { self.settings.batch };
        loop {
            match self.some(projection, &checkpoint, limit, delay).await {
                // What one event leads to cannot be kept: it is found by smaller and smaller batches.
                Err(StoreError::Unstorable { .. }) if limit > 1 => limit = limit.div_ceil(2),
                done => return done,
            }
        }
    }

    /// Handles so many events at most.
    async fn some(
        &self,
        projection: &'static dyn Projection,
        checkpoint: &CheckpointRow,
        limit: usize,
        delay: Option<Duration>,
    ) -> Result<Progress, StoreError> {
        let page = self.works.reader.read_events(&behind(checkpoint.position, limit)).await?;
        if page.items.is_empty() {
            return Ok(Progress::Current);
        }
        if let Some(delay) = delay {
            self.works.clock.sleep(delay).await;
        }
        let mut rows = Rows::new();
        match apply(&self.works, projection, Target::Live, &page.items, &mut rows).await? {
            Applied::All => {
                let to = last_position(&page.items).unwrap_or(Position(0));
                match self.write(projection, checkpoint, to, &mut rows, &[]).await {
                    Err(StoreError::Unstorable { why, .. }) if page.items.len() == 1 => {
                        self.poison(projection, checkpoint, &page.items[0], why).await
                    }
                    written => written.map(|()| Progress::Moved { to, more: page.next.is_some() }),
                }
            }
            // What stands before the event is kept first; the event then begins a batch of its own.
            Applied::Until { index, .. } if index > 0 => {
                let to = last_position(&page.items[..index]).unwrap_or(Position(0));
                self.write(projection, checkpoint, to, &mut rows, &[]).await?;
                Ok(Progress::Moved { to, more: true })
            }
            Applied::Until { why, .. } => self.poison(projection, checkpoint, &page.items[0], why).await,
        }
    }

    async fn write(
        &self,
        projection: &dyn Projection,
        checkpoint: &CheckpointRow,
        to: Position,
        rows: &mut Rows,
        skipped: &[NewFailure],
    ) -> Result<(), StoreError> {
        let changes = changes(rows);
        let batch = Batch {
            name: projection.name(),
            target: Target::Live,
            from: checkpoint.position,
            to,
            changes: &changes,
            skipped,
            at: self.works.clock.now(),
        };
        self.works.books.write_batch(&batch).await
    }

    /// Tries an event again as the policy says; then the projection stops there or skips it, by its setting.
    async fn poison(
        &self,
        projection: &'static dyn Projection,
        checkpoint: &CheckpointRow,
        event: &RecordedEvent,
        mut why: String,
    ) -> Result<Progress, StoreError> {
        let name = projection.name();
        let at = event.head.global_position.unwrap_or(Position(0));
        let mut attempts = 1;
        while let Some(pause) = self.settings.retry.pause(attempts, &self.works.chance) {
            self.works.books.note_attempt(name, at, attempts, &why, self.works.clock.now()).await?;
            self.works.clock.sleep(pause).await;
            // The row or the event may have been mended meanwhile: both are read again.
            let read = behind(checkpoint.position, 1);
            let again = self.works.reader.read_events(&read).await?.items;
            let mut rows = Rows::new();
            match apply(&self.works, projection, Target::Live, &again, &mut rows).await? {
                Applied::All => match self.write(projection, checkpoint, at, &mut rows, &[]).await {
                    Err(StoreError::Unstorable { why: said, .. }) => why = said,
                    written => return written.map(|()| Progress::Moved { to: at, more: true }),
                },
                Applied::Until { why: said, .. } => why = said,
            }
            attempts += 1;
        }
        let stops = self.settings.on_poison(projection) == OnPoison::Stop;
        let failure = failure(projection, event, why, attempts, stops, self.works.clock.now());
        if stops {
            self.works.books.stop_projection(&failure).await?;
            return Ok(Progress::Failed { at });
        }
        self.write(projection, checkpoint, at, &mut Rows::new(), &[failure]).await?;
        Ok(Progress::Moved { to: at, more: true })
    }

    /// Writes down where the projection is: when what it does changed, and now and then while it moves.
    async fn sample(&self, projection: &'static dyn Projection, progress: Progress) -> Result<(), StoreError> {
        let doing = match progress {
            Progress::Moved { .. } | Progress::Overtaken => "moving",
            Progress::Current => "current",
            Progress::Paused => "paused",
            Progress::Failed { .. } => "failed",
        };
        let (name, now) = (projection.name(), self.works.clock.now());
        {
            let mut sampled = self.sampled.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, before)) = sampled.get(name)
                && *before == doing
                && (doing == "current" || now.duration_since(*at) < self.settings.sample_every)
            {
                return Ok(());
            }
            sampled.insert(name, (now, doing));
        }
        self.works.books.sample(name, now).await
    }
}

/// The projection of a name, or the names that there are.
pub fn named(name: &str) -> Result<&'static dyn Projection, StoreError> {
    projections::named(name).ok_or_else(|| {
        let names: Vec<&str> = projections::ALL.iter().map(|projection| projection.name()).collect();
        StoreError::unavailable(
            format!("projection {}", safe_text(name)),
            "there is none of this name",
            format!("there are {}", names.join(", ")),
        )
    })
}

/// The checkpoint of a projection; it is made, with the table of its rows, where there is none yet.
pub(super) async fn checkpoint(works: &Works, projection: &dyn Projection) -> Result<CheckpointRow, StoreError> {
    let name = projection.name();
    if let Some(checkpoint) = works.books.read_checkpoint(name).await? {
        return Ok(checkpoint);
    }
    let kind = ConsumerKind::Projection;
    works.books.ensure_consumer(name, kind, None, projection.indexed(), works.clock.now()).await?;
    let gone = || StoreError::unavailable(format!("projection {name}"), "has no checkpoint in this store", "");
    works.books.read_checkpoint(name).await?.ok_or_else(gone)
}

/// A page of the log behind a position.
pub(super) fn behind(position: Option<Position>, limit: usize) -> LogRead {
    let start = position.map(|position| Position(position.0.saturating_add(1)));
    LogRead { filter: LogFilter::default(), start, direction: Direction::Forward, limit }
}

pub(super) fn last_position(events: &[RecordedEvent]) -> Option<Position> {
    events.last().and_then(|event| event.head.global_position)
}

/// The rows that changed, as they are written.
pub(super) fn changes(rows: &mut Rows) -> Vec<RowChange> {
    rows.take_changes().into_iter().map(|(key, row, position)| RowChange { key, row, position }).collect()
}

/// An event that a projection gives up on.
pub(super) fn failure(
    projection: &dyn Projection,
    event: &RecordedEvent,
    error: String,
    attempts: u32,
    stops: bool,
    at: Timestamp,
) -> NewFailure {
    let head = &event.head;
    NewFailure {
        kind: FailureKind::Projection,
        consumer: projection.name().to_owned(),
        subject: None,
        event_id: head.event_id.clone(),
        position: head.global_position,
        stream: Some(head.stream_id.clone()),
        correlation_id: head.correlation_id.clone(),
        payload: None,
        error,
        attempts,
        blocks: stops.then(|| projection.name().to_owned()),
        at,
    }
}
