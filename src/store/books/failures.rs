//! Dead letters: what a consumer gave up on, until somebody takes it up again.

use super::{Books, head};
use crate::store::StoreError;
use crate::store::database::{Arg, Tx};
use foldback_domain::event::{Position, StreamName};
use jiff::Timestamp;

/// Who gives up on something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// A projection, at an event.
    Projection,
    /// A saga, at a compensation.
    Saga,
    /// The relay, at a message.
    Outbox,
}

impl FailureKind {
    /// The word before the number of a dead letter's id.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Projection => "projection",
            FailureKind::Saga => "saga",
            FailureKind::Outbox => "outbox",
        }
    }

    /// The kind of a word.
    pub fn of(name: &str) -> Option<FailureKind> {
        use FailureKind::{Outbox, Projection, Saga};
        [Projection, Saga, Outbox].into_iter().find(|kind| kind.name() == name)
    }
}

/// Something that is given up on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFailure {
    /// Who gives up.
    pub kind: FailureKind,
    /// By name.
    pub consumer: String,
    /// What it stands for within its kind: a saga's id, a message's number.
    pub subject: Option<String>,
    /// The event that it is about.
    pub event_id: Option<String>,
    /// Its position.
    pub position: Option<Position>,
    /// Its stream.
    pub stream: Option<StreamName>,
    /// What it belongs to.
    pub correlation_id: Option<String>,
    /// What could not be handled, as JSON.
    pub payload: Option<String>,
    /// Why.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// What cannot go on because of it.
    pub blocks: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// A dead letter that nobody has taken up again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFailure {
    /// Its number; with its kind before it, its id.
    pub number: i64,
    /// Who gave up, by name.
    pub consumer: String,
    /// What it stands for.
    pub subject: Option<String>,
    /// The position of its event.
    pub position: Option<Position>,
}

/// Records a failure in the transaction of what failed; its number.
pub(super) async fn record(tx: &mut Tx, new: &NewFailure) -> Result<i64, StoreError> {
    let head = head(tx).await?;
    let sql = "INSERT INTO failed_events (kind, consumer, subject, event_id, global_position, stream_id, \
               correlation_id, payload, error, attempts, blocks, failed_at, head_position) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) RETURNING number";
    let args = [
        new.kind.name().into(),
        (&new.consumer).into(),
        new.subject.as_deref().into(),
        new.event_id.as_deref().into(),
        new.position.into(),
        new.stream.as_ref().map(StreamName::as_str).into(),
        new.correlation_id.as_deref().into(),
        Arg::Json(new.payload.as_deref()),
        (&new.error).into(),
        new.attempts.into(),
        new.blocks.as_deref().into(),
        new.at.into(),
        head.into(),
    ];
    match tx.row(sql, &args).await? {
        Some(row) => row.must_int(0),
        None => Err(StoreError::unavailable("a dead letter", "was not written", "")),
    }
}

/// Marks open failures of a consumer as taken up again.
pub(super) async fn resolve(
    tx: &mut Tx,
    kind: FailureKind,
    consumer: &str,
    subject: Option<&str>,
    status: &str,
    at: Timestamp,
) -> Result<u64, StoreError> {
    let head = head(tx).await?;
    let sql = "UPDATE failed_events SET status = $1, resolved_at = $2, resolved_head = $3 \
               WHERE status = 'open' AND kind = $4 AND consumer = $5 AND (subject = $6 OR $6 IS NULL)";
    let args = [status.into(), at.into(), head.into(), kind.name().into(), consumer.into(), subject.into()];
    tx.run(sql, &args).await
}

impl Books {
    /// Marks the open dead letters of a consumer about something as taken up again: `retried` or `skipped`. How many
    /// there were.
    pub async fn resolve_failure(
        &self,
        kind: FailureKind,
        consumer: &str,
        subject: Option<&str>,
        status: &str,
        at: Timestamp,
    ) -> Result<u64, StoreError> {
        let mut tx = self.database.begin().await?;
        let resolved = resolve(&mut tx, kind, consumer, subject, status, at).await?;
        tx.commit().await?;
        Ok(resolved)
    }

    /// An open dead letter by kind and number; `None` where there is none, or it has been taken up.
    pub async fn read_failure(&self, kind: FailureKind, number: i64) -> Result<Option<OpenFailure>, StoreError> {
        let sql = "SELECT consumer, subject, global_position FROM failed_events \
                   WHERE status = 'open' AND kind = $1 AND number = $2";
        let Some(row) = self.database.row(sql, &[kind.name().into(), number.into()]).await? else { return Ok(None) };
        Ok(Some(OpenFailure {
            number,
            consumer: row.must_text(0)?,
            subject: row.text(1)?,
            position: row.int(2)?.map(Position),
        }))
    }
}
