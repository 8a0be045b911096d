//! What went on around the log then, as far as the store wrote it down over time.

use super::Past;
use crate::store::{ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{Position, safe_text};
use foldback_domain::processes::{
    Checkpoint, CheckpointSample, DeadLetter, ModelRow, OutboxEntry, OutboxRead, SagaEntry, SagaSummary, SagasRead,
    SnapshotCursor, StoredSnapshot,
};

impl Past {
    fn until(&self, as_of: Option<Position>) -> Option<Position> {
        Some(as_of.map_or(self.end, |as_of| as_of.min(self.end)))
    }

    fn told(&self) -> Result<&dyn ProcessReader, StoreError> {
        let nothing = || StoreError::unavailable("this source", "tells nothing of what goes on around its log", "");
        self.inner.processes().ok_or_else(nothing)
    }
}

#[async_trait]
impl ProcessReader for Past {
    async fn read_checkpoints(&self, as_of: Option<Position>) -> Result<Vec<Checkpoint>, StoreError> {
        self.told()?.read_checkpoints(self.until(as_of)).await
    }

    async fn read_samples(
        &self,
        name: &str,
        as_of: Option<Position>,
        limit: usize,
    ) -> Result<Vec<CheckpointSample>, StoreError> {
        self.told()?.read_samples(name, self.until(as_of), limit).await
    }

    async fn read_sagas(&self, read: &SagasRead) -> Result<Vec<SagaSummary>, StoreError> {
        self.told()?.read_sagas(&SagasRead { as_of: self.until(read.as_of), ..read.clone() }).await
    }

    async fn read_saga_counts(&self, as_of: Option<Position>) -> Result<Vec<(String, u64)>, StoreError> {
        self.told()?.read_saga_counts(self.until(as_of)).await
    }

    async fn read_saga(
        &self,
        saga_id: &str,
        as_of: Option<Position>,
    ) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError> {
        self.told()?.read_saga(saga_id, self.until(as_of)).await
    }

    async fn read_dead_letters(
        &self,
        as_of: Option<Position>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        self.told()?.read_dead_letters(self.until(as_of), offset, limit).await
    }

    async fn read_outbox(&self, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
        self.told()?.read_outbox(&OutboxRead { as_of: self.until(read.as_of), ..read.clone() }).await
    }

    async fn read_rows(&self, projection: &str, _: Option<&str>, _: usize) -> Result<Vec<ModelRow>, StoreError> {
        Err(StoreError::unavailable(
            format!("the rows of {}", safe_text(projection)),
            "are kept only as they are now",
            "look at them without --as-of",
        ))
    }

    async fn count_snapshots(&self) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    async fn read_snapshots(&self, _: Option<&SnapshotCursor>, _: usize) -> Result<Vec<StoredSnapshot>, StoreError> {
        Err(StoreError::unavailable("the snapshots", "are kept only as they are now", "look at them without --as-of"))
    }

    async fn count_between(&self, after: Option<Position>, to: Option<Position>) -> Result<u64, StoreError> {
        self.told()?.count_between(after, self.until(to)).await
    }
}
