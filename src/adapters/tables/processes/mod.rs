//! What other people's stores tell of the processes around their log: by queries that a layout made.

mod checkpoints;
mod letters;
mod query;
mod sagas;
mod snapshots;

pub use query::{Column, Query, Written};

use super::columns::Columns;
use super::engine::{Engine, rows};
use super::map::{Map, Order};
use crate::store::{ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::Position;
use foldback_domain::processes::{
    Checkpoint, CheckpointSample, DeadLetter, ModelRow, OutboxEntry, OutboxRead, SagaEntry, SagaSummary, SagasRead,
    SnapshotCursor, StoredSnapshot,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The queries of a layout for what is there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Processes {
    /// Snapshots: stream, version, state, time.
    pub snapshots: Vec<Query>,
    /// Checkpoints.
    pub checkpoints: Vec<CheckpointQuery>,
    /// Sagas.
    pub sagas: Vec<SagaQuery>,
    /// Dead letters, with the layout's word for each kind.
    pub dead_letters: Vec<(String, Query)>,
    /// Messages on their way out.
    pub outbox: Vec<Query>,
}

/// Checkpoints of one table: name, segment, position, gaps, lag, status, error, failed position, attempts, time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointQuery {
    /// The question.
    pub query: Query,
    /// Whether the number is the next position to be read.
    pub next: bool,
    /// What the source's words mean.
    pub words: BTreeMap<String, String>,
}

/// Sagas of one table: id, kind, status, correlation id, step, error, begun, time, state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaQuery {
    /// The question.
    pub query: Query,
    /// What the source's words mean.
    pub words: BTreeMap<String, String>,
    /// Its steps: saga's id, number, name, status, error, time.
    pub steps: Option<Query>,
}

/// Reads what goes on around a foreign log.
pub struct ForeignProcesses {
    engine: Arc<dyn Engine>,
    map: Map,
    columns: Columns,
    queries: Processes,
}

impl ForeignProcesses {
    /// A reader of an engine's tables.
    pub fn new(engine: Arc<dyn Engine>, map: Map, queries: Processes) -> Self {
        let columns = Columns::of(&map, engine.dialect());
        ForeignProcesses { engine, map, columns, queries }
    }

    /// How many rows there are behind a condition.
    async fn count(&self, rows_of: &str) -> Result<u64, StoreError> {
        let mut reading = self.engine.begin().await?;
        let found = rows(reading.as_mut(), &format!("SELECT count(*) {rows_of}"), &[]).await?;
        reading.end().await?;
        Ok(found.first().and_then(|row| row.first()?.int()).and_then(|count| u64::try_from(count).ok()).unwrap_or(0))
    }
}

#[async_trait]
impl ProcessReader for ForeignProcesses {
    async fn read_checkpoints(&self, as_of: Option<Position>) -> Result<Vec<Checkpoint>, StoreError> {
        // What a checkpoint was in the past nobody wrote down.
        if as_of.is_some() {
            return Ok(Vec::new());
        }
        checkpoints::read(self.engine.as_ref(), &self.queries.checkpoints, &self.map, &self.columns).await
    }

    async fn read_samples(&self, _: &str, _: Option<Position>, _: usize) -> Result<Vec<CheckpointSample>, StoreError> {
        Ok(Vec::new())
    }

    async fn read_sagas(&self, read: &SagasRead) -> Result<Vec<SagaSummary>, StoreError> {
        if read.as_of.is_some() {
            return Ok(Vec::new());
        }
        sagas::page(self.engine.as_ref(), &self.queries.sagas, read).await
    }

    async fn read_saga_counts(&self, as_of: Option<Position>) -> Result<Vec<(String, u64)>, StoreError> {
        if as_of.is_some() {
            return Ok(Vec::new());
        }
        sagas::counts(self.engine.as_ref(), &self.queries.sagas).await
    }

    async fn read_saga(
        &self,
        saga_id: &str,
        as_of: Option<Position>,
    ) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError> {
        if as_of.is_some() {
            return Ok(None);
        }
        sagas::one(self.engine.as_ref(), &self.queries.sagas, saga_id).await
    }

    async fn read_dead_letters(
        &self,
        as_of: Option<Position>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        if as_of.is_some() {
            return Ok(Vec::new());
        }
        letters::dead(self.engine.as_ref(), &self.queries.dead_letters, offset, limit).await
    }

    async fn read_outbox(&self, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
        letters::outbox(self.engine.as_ref(), &self.queries.outbox, read).await
    }

    async fn read_rows(&self, _: &str, _: Option<&str>, _: usize) -> Result<Vec<ModelRow>, StoreError> {
        Ok(Vec::new())
    }

    async fn count_between(&self, after: Option<Position>, to: Option<Position>) -> Result<u64, StoreError> {
        let mut source = self.map.rows();
        if let Order::Number(_) | Order::Shared { .. } = self.map.order {
            let place = &self.columns.place;
            for (sign, at) in [(">", after), ("<=", to)] {
                if let Some(at) = at {
                    source += &format!(" AND {place} {sign} {}", at.0);
                }
            }
        }
        self.count(&source).await
    }

    async fn read_snapshots(
        &self,
        after: Option<&SnapshotCursor>,
        limit: usize,
    ) -> Result<Vec<StoredSnapshot>, StoreError> {
        let offset = after.map_or(0, |after| after.read);
        snapshots::page(self.engine.as_ref(), &self.queries.snapshots, offset, limit).await
    }

    async fn count_snapshots(&self) -> Result<Option<u64>, StoreError> {
        if self.queries.snapshots.is_empty() {
            return Ok(None);
        }
        let mut all = 0;
        for query in &self.queries.snapshots {
            all += match self.count(&query.rows).await {
                Ok(count) => count,
                Err(error) => return Err(query.refused(self.engine.as_ref(), error).await),
            };
        }
        Ok(Some(all))
    }
}
