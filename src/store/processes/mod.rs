//! How what goes on around the log is read: checkpoints, sagas, dead letters, the outbox, read models.

mod letters;
mod own;
mod sagas;

pub use own::OwnProcesses;

use super::StoreError;
use async_trait::async_trait;
use foldback_domain::event::{Position, StreamName, Version};
use foldback_domain::processes::{
    Checkpoint, CheckpointSample, DeadLetter, ModelRow, OutboxEntry, OutboxRead, SagaEntry, SagaSummary, SagasRead,
    SnapshotCursor, StoredSnapshot,
};

/// What a store tells of the processes around its log. Every call is one bounded read; nothing is left behind. What the
/// source has no place for is an empty list: its capabilities say so beforehand.
#[async_trait]
pub trait ProcessReader: Send + Sync {
    /// Every checkpoint, by name; with a position, as the samples tell of the moment when the head was there.
    async fn read_checkpoints(&self, as_of: Option<Position>) -> Result<Vec<Checkpoint>, StoreError>;

    /// The last samples of a checkpoint, the oldest first; with a position, those taken until the head was there.
    async fn read_samples(
        &self,
        name: &str,
        as_of: Option<Position>,
        limit: usize,
    ) -> Result<Vec<CheckpointSample>, StoreError>;

    /// A page of the sagas.
    async fn read_sagas(&self, read: &SagasRead) -> Result<Vec<SagaSummary>, StoreError>;

    /// How many sagas have each status, by the contract's word.
    async fn read_saga_counts(&self, as_of: Option<Position>) -> Result<Vec<(String, u64)>, StoreError>;

    /// One saga with its log, oldest line first; `None` when there is no such saga.
    async fn read_saga(
        &self,
        saga_id: &str,
        as_of: Option<Position>,
    ) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError>;

    /// What is given up on and not yet taken up again, oldest first, behind so many.
    async fn read_dead_letters(
        &self,
        as_of: Option<Position>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError>;

    /// A page of the outbox.
    async fn read_outbox(&self, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError>;

    /// A page of a projection's live rows, by key, behind a key.
    async fn read_rows(&self, projection: &str, after: Option<&str>, limit: usize)
    -> Result<Vec<ModelRow>, StoreError>;

    /// How many snapshots are stored; `None` where the store keeps none.
    async fn count_snapshots(&self) -> Result<Option<u64>, StoreError>;

    /// The newest snapshot of a stream at a version or before it, in a form of state; `None` where there is none.
    async fn read_snapshot(&self, _: &StreamName, _: Version, _: u32) -> Result<Option<(Version, String)>, StoreError> {
        Ok(None)
    }

    /// The last versions of a stream that have a snapshot, the newest first, and where their events are in the log.
    async fn read_snapshot_marks(
        &self,
        _: &StreamName,
        _: usize,
    ) -> Result<Vec<(Version, Option<Position>)>, StoreError> {
        Ok(Vec::new())
    }

    /// Some of the stored snapshots, in order of stream and version, behind one of them; none where the store keeps none.
    async fn read_snapshots(
        &self,
        after: Option<&SnapshotCursor>,
        limit: usize,
    ) -> Result<Vec<StoredSnapshot>, StoreError>;

    /// How many events stand behind a position, up to another one, both `None` for the ends; counted.
    async fn count_between(&self, after: Option<Position>, to: Option<Position>) -> Result<u64, StoreError>;
}
