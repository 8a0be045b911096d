//! What goes on around the log, as a store tells it: checkpoints of projections, sagas, dead letters, the outbox.
//! What a source does not have is `None`, never invented.

use crate::event::{Payload, Position, StreamName, Version};
use jiff::Timestamp;
use std::fmt;

/// What a checkpoint belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ConsumerKind {
    /// A projection, which keeps a read model.
    Projection,
    /// The runner of sagas.
    Saga,
    /// The relay of the outbox.
    Outbox,
}

/// What a store says a projection is doing. How it is doing is for the analysis to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointStatus {
    /// It handles what comes.
    Running,
    /// Somebody paused it.
    Paused,
    /// It stopped at an event that it cannot handle.
    Failed,
    /// It is being rebuilt beside its live rows.
    Replaying,
    /// The store does not say.
    Unknown,
}

/// How far a projection has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// The projection's name.
    pub name: String,
    /// What it belongs to.
    pub kind: ConsumerKind,
    /// The last position that it has processed; `None` before the first.
    pub position: Option<Position>,
    /// What the store says it is doing.
    pub status: CheckpointStatus,
    /// The error at which it stopped, or that it is retrying.
    pub error: Option<String>,
    /// The position of the event that it cannot handle.
    pub failed_position: Option<Position>,
    /// How often it has tried that event.
    pub attempts: u32,
    /// How many events it has skipped, where it skips what it cannot handle; `None` where that is not known.
    pub skipped: Option<u64>,
    /// A rebuild under way.
    pub rebuild: Option<Rebuild>,
    /// When the checkpoint moved last.
    pub updated_at: Option<Timestamp>,
    /// How many events wait behind it.
    pub lag: Lag,
    /// How many events at or below its position it has still to process; they are not among those behind it.
    pub in_gaps: u64,
}

/// How many events wait behind a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lag {
    /// Those above its position: they can be counted.
    Above,
    /// As many: the source counts otherwise.
    Known(u64),
    /// Nobody can say.
    Unknown,
}

/// How far a rebuild has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rebuild {
    /// The last position that it has processed; `None` before the first.
    pub position: Option<Position>,
    /// The head when it began.
    pub target: Position,
    /// When it began.
    pub started_at: Timestamp,
}

/// Where a checkpoint was at some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckpointSample {
    /// When.
    pub at: Timestamp,
    /// The last position processed then; `None` before the first.
    pub position: Option<Position>,
    /// The head then; `None` in an empty log.
    pub head: Option<Position>,
}

/// How a saga, or one of its steps, is doing. The words are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SagaStatus {
    /// It has begun.
    Started,
    /// It waits for a step.
    Executing,
    /// All steps succeeded.
    Completed,
    /// A step failed and there was nothing to compensate.
    Failed,
    /// It is undoing what it did.
    Compensating,
    /// All that it did is undone.
    Compensated,
    /// Something could not be undone: a human has to.
    CompensationFailed,
    /// Nothing came in time.
    TimedOut,
    /// The source does not say, or says something that foldback has no word for.
    Unknown,
}

impl SagaStatus {
    /// Every status, in the order of a saga's life.
    pub const ALL: [SagaStatus; 9] = [
        SagaStatus::Started,
        SagaStatus::Executing,
        SagaStatus::Completed,
        SagaStatus::Failed,
        SagaStatus::Compensating,
        SagaStatus::Compensated,
        SagaStatus::CompensationFailed,
        SagaStatus::TimedOut,
        SagaStatus::Unknown,
    ];

    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            SagaStatus::Started => "STARTED",
            SagaStatus::Executing => "EXECUTING",
            SagaStatus::Completed => "COMPLETED",
            SagaStatus::Failed => "FAILED",
            SagaStatus::Compensating => "COMPENSATING",
            SagaStatus::Compensated => "COMPENSATED",
            SagaStatus::CompensationFailed => "COMPENSATION_FAILED",
            SagaStatus::TimedOut => "TIMED_OUT",
            SagaStatus::Unknown => "UNKNOWN",
        }
    }

    /// The status of a word; [`SagaStatus::Unknown`] for any other.
    pub fn of(name: &str) -> SagaStatus {
        Self::ALL.into_iter().find(|status| status.name() == name).unwrap_or(SagaStatus::Unknown)
    }

    /// Whether nothing more will happen by itself.
    pub fn is_over(self) -> bool {
        use SagaStatus::{Compensated, CompensationFailed, Completed, Failed};
        matches!(self, Completed | Failed | Compensated | CompensationFailed)
    }
}

impl fmt::Display for SagaStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A saga without its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaSummary {
    /// Its id: `fulfil-1017`.
    pub saga_id: String,
    /// What kind of saga it is: `order-fulfilment`.
    pub saga_type: String,
    /// How it is doing.
    pub status: SagaStatus,
    /// The source's own word for that, where it is not foldback's.
    pub native_status: Option<String>,
    /// What its events share.
    pub correlation_id: Option<String>,
    /// The step that it is at.
    pub step: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// When it began.
    pub started_at: Option<Timestamp>,
    /// Its last sign.
    pub updated_at: Option<Timestamp>,
    /// When it gives up waiting.
    pub due_at: Option<Timestamp>,
    /// Whether it was made out from its events, since nobody coordinates it.
    pub derived: bool,
}

/// What a line of a saga's log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaEntry {
    /// The line's place in the saga's own log, from 0.
    pub sequence: i64,
    /// How the saga is doing after it.
    pub status: SagaStatus,
    /// The step that it is about; `None` for the saga as a whole.
    pub step: Option<String>,
    /// How that step is doing: executing, completed, failed, timed out; compensating and so on for one that undoes.
    pub step_status: Option<SagaStatus>,
    /// The step that this one undoes.
    pub compensates: Option<String>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// When.
    pub at: Timestamp,
    /// When the saga gives up waiting for what it asked for here.
    pub due_at: Option<Timestamp>,
    /// What came in, in words: `OrderPlaced`, `reply of payment`, `timeout`, `retry by kim`.
    pub cause: Option<String>,
    /// The event that came in.
    pub event_id: Option<String>,
    /// Its position.
    pub position: Option<Position>,
    /// What went out: a JSON array of `{kind: "command"|"call"|"dead_letter", id, name, to}`.
    pub sent: Option<Payload>,
    /// The saga's state after it, as JSON.
    pub state: Option<Payload>,
    /// What went wrong.
    pub error: Option<String>,
    /// The head of the log when it was written.
    pub head: Option<Position>,
}

/// Something that a consumer gave up on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadLetter {
    /// `kind:number`: `projection:3`, `saga:1`, `outbox:7`.
    pub id: String,
    /// Who gave up: a projection, a saga, the outbox' relay, by name.
    pub consumer: String,
    /// The event that it is about.
    pub event_id: Option<String>,
    /// Its position.
    pub position: Option<Position>,
    /// Its stream.
    pub stream_id: Option<StreamName>,
    /// What it belongs to.
    pub correlation_id: Option<String>,
    /// What could not be handled, where it is not just the event.
    pub payload: Option<Payload>,
    /// Why.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was given up.
    pub at: Option<Timestamp>,
    /// The head of the log then.
    pub head: Option<Position>,
    /// What cannot go on because of it: a projection, an aggregate, a saga.
    pub blocks: Option<String>,
    /// What `retry` would do, as a sentence; `None` where it cannot be retried.
    pub retry: Option<String>,
}

/// How a message of the outbox is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutboxStatus {
    /// It waits to be published.
    Pending,
    /// It is out.
    Published,
    /// It was given up, and blocks its aggregate.
    Dead,
    /// Somebody skipped it.
    Skipped,
}

impl OutboxStatus {
    /// The word that is stored.
    pub fn name(self) -> &'static str {
        match self {
            OutboxStatus::Pending => "pending",
            OutboxStatus::Published => "published",
            OutboxStatus::Dead => "dead",
            OutboxStatus::Skipped => "skipped",
        }
    }

    /// The status of a word that was stored.
    pub fn of(name: &str) -> Option<OutboxStatus> {
        use OutboxStatus::{Dead, Pending, Published, Skipped};
        [Pending, Published, Dead, Skipped].into_iter().find(|status| status.name() == name)
    }
}

/// A message on its way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxEntry {
    /// Its number.
    pub number: i64,
    /// The stream whose messages stay in order: the partition key.
    pub aggregate: StreamName,
    /// The event that it was made of.
    pub event_id: String,
    /// Its position.
    pub position: Option<Position>,
    /// What the message is called outside: `shop.order.placed`.
    pub message_type: String,
    /// What is told.
    pub payload: Payload,
    /// What it belongs to.
    pub correlation_id: Option<String>,
    /// How it is doing.
    pub status: OutboxStatus,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// The last error.
    pub error: Option<String>,
    /// When it was written.
    pub created_at: Option<Timestamp>,
    /// When it went out.
    pub published_at: Option<Timestamp>,
}

/// A row of a read model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelRow {
    /// Its key.
    pub key: String,
    /// The row, as JSON.
    pub row: Payload,
    /// The last event that changed it.
    pub position: Option<Position>,
}

/// A state that the system itself stored, so that its folds need not begin at the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredSnapshot {
    /// The stream.
    pub stream_id: StreamName,
    /// The version that it is the state after; `None` where the source does not say.
    pub version: Option<Version>,
    /// The form of the state, where the source numbers forms.
    pub schema_version: Option<u32>,
    /// The state as it is stored.
    pub state: Payload,
    /// When it was taken.
    pub created_at: Option<Timestamp>,
}

/// Behind which snapshot a page begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SnapshotCursor {
    /// The stream of the last one that was read.
    pub stream_id: StreamName,
    /// Its version.
    pub version: Option<Version>,
    /// How many were read: tables of which nobody knows that stream and version tell rows apart are counted.
    pub read: u64,
}

/// Which sagas are wanted. Those that need somebody come first: failed compensations, then those that are not over,
/// the one with the oldest last sign first, then the rest.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SagasRead {
    /// As the sagas were when the log's head was here; `None`: now.
    pub as_of: Option<Position>,
    /// Only those with this correlation id.
    pub correlation_id: Option<String>,
    /// How many to pass over.
    pub offset: u64,
    /// How many at most.
    pub limit: usize,
}

/// Which messages of the outbox are wanted, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OutboxRead {
    /// Only those with this correlation id.
    pub correlation_id: Option<String>,
    /// Only those with this status.
    pub status: Option<OutboxStatus>,
    /// Only those made of events at this position or before it.
    pub as_of: Option<Position>,
    /// Behind which number to begin.
    pub after: Option<i64>,
    /// How many at most.
    pub limit: usize,
}
