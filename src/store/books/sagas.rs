//! Sagas: every transition is one transaction: the saga as it is now, the lines of its log, the event that it took in.

use super::failures::{self, FailureKind, NewFailure};
use super::{Books, head, moved};
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use foldback_domain::event::Payload;
use foldback_domain::processes::{SagaEntry, SagaStatus};
use jiff::Timestamp;

/// A saga as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaRecord {
    /// Its id.
    pub saga_id: String,
    /// What kind of saga it is.
    pub saga_type: String,
    /// How it is doing.
    pub status: SagaStatus,
    /// What its events share.
    pub correlation_id: Option<String>,
    /// The last line of its log; -1 before the first.
    pub sequence: i64,
    /// The step that it is at.
    pub step: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// Its state, as JSON.
    pub state: String,
    /// When it gives up waiting.
    pub due_at: Option<Timestamp>,
    /// When it began.
    pub started_at: Timestamp,
    /// Its last sign.
    pub updated_at: Timestamp,
}

/// A transition of a saga: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SagaCommit {
    /// The last line of the log before it: -1 where the saga begins.
    pub expected: i64,
    /// The saga after it.
    pub saga: SagaRecord,
    /// The new lines. Their heads are filled in here.
    pub entries: Vec<SagaEntry>,
    /// The consumer and the event that it took in, so that it takes it in once.
    pub consumed: Option<(String, String)>,
    /// What it gives up on.
    pub dead_letter: Option<NewFailure>,
    /// Whether its open dead letters are taken up again.
    pub retried: bool,
}

const SAGA: &str = "SELECT saga_id, saga_type, status, correlation_id, sequence, step, error, state, due_at, \
                    started_at, updated_at FROM sagas";

fn record(row: &Row) -> Result<SagaRecord, StoreError> {
    let missing = || StoreError::unavailable("a saga", "has no time", "");
    Ok(SagaRecord {
        saga_id: row.must_text(0)?,
        saga_type: row.must_text(1)?,
        status: SagaStatus::of(&row.must_text(2)?),
        correlation_id: row.text(3)?,
        sequence: row.must_int(4)?,
        step: row.text(5)?,
        error: row.text(6)?,
        state: row.json(7)?.unwrap_or_default(),
        due_at: row.time(8)?,
        started_at: row.time(9)?.ok_or_else(missing)?,
        updated_at: row.time(10)?.ok_or_else(missing)?,
    })
}

impl Books {
    /// A saga as it is now.
    pub async fn load_saga(&self, saga_id: &str) -> Result<Option<SagaRecord>, StoreError> {
        let sql = format!("{SAGA} WHERE saga_id = $1");
        self.database.row(&sql, &[saga_id.into()]).await?.as_ref().map(record).transpose()
    }

    /// Sagas that are not over, behind an id, by id: what a runner takes up when it starts.
    pub async fn live_sagas(&self, after: &str, limit: usize) -> Result<Vec<SagaRecord>, StoreError> {
        let sql = format!(
            "{SAGA} WHERE saga_id > $1 AND status IN ('STARTED', 'EXECUTING', 'COMPENSATING', 'TIMED_OUT') \
             ORDER BY saga_id LIMIT $2"
        );
        self.database.rows(&sql, &[after.into(), (limit as i64).into()]).await?.iter().map(record).collect()
    }

    /// Sagas that have waited long enough, the longest first.
    pub async fn due_sagas(&self, now: Timestamp, limit: usize) -> Result<Vec<SagaRecord>, StoreError> {
        let sql = format!("{SAGA} WHERE due_at IS NOT NULL AND due_at <= $1 ORDER BY due_at LIMIT $2");
        self.database.rows(&sql, &[now.into(), (limit as i64).into()]).await?.iter().map(record).collect()
    }

    /// When the next saga of a kind has waited long enough; `None` where none waits.
    pub async fn next_due_saga(&self, saga_type: &str) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(due_at) FROM sagas WHERE due_at IS NOT NULL AND saga_type = $1";
        let row = self.database.row(sql, &[saga_type.into()]).await?;
        row.map(|row| row.time(0)).transpose().map(Option::flatten)
    }

    /// Writes a transition. [`StoreError::Moved`] where the saga went on in the meantime, and
    /// [`StoreError::EventHandled`] where it has taken in the event before.
    pub async fn commit_saga(&self, commit: &SagaCommit) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let saga = &commit.saga;
        if let Some((consumer, event_id)) = &commit.consumed {
            let sql = "INSERT INTO processed_events (consumer, event_id, processed_at) VALUES ($1, $2, $3) \
                       ON CONFLICT (consumer, event_id) DO NOTHING";
            if tx.run(sql, &[consumer.into(), event_id.into(), saga.updated_at.into()]).await? == 0 {
                return Err(StoreError::EventHandled { consumer: consumer.clone(), event_id: event_id.clone() });
            }
        }
        let values = [
            (&saga.saga_id).into(),
            (&saga.saga_type).into(),
            saga.status.name().into(),
            saga.correlation_id.as_deref().into(),
            saga.sequence.into(),
            saga.step.as_deref().into(),
            saga.error.as_deref().into(),
            Arg::Json(Some(&saga.state)),
            saga.due_at.into(),
            saga.started_at.into(),
            saga.updated_at.into(),
            commit.expected.into(),
        ];
        let sql = if commit.expected < 0 {
            "INSERT INTO sagas (saga_id, saga_type, status, correlation_id, sequence, step, error, state, due_at, \
             started_at, updated_at) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11 WHERE $12 = -1 \
             ON CONFLICT (saga_id) DO NOTHING"
        } else {
            "UPDATE sagas SET saga_type = $2, status = $3, correlation_id = $4, sequence = $5, step = $6, error = $7, \
             state = $8, due_at = $9, started_at = $10, updated_at = $11 WHERE saga_id = $1 AND sequence = $12"
        };
        if tx.run(sql, &values).await? == 0 {
            return Err(moved(format!("saga {}", saga.saga_id)));
        }
        let head = head(&mut tx).await?;
        for entry in &commit.entries {
            let sql = "INSERT INTO saga_log (saga_id, saga_type, sequence, correlation_id, status, step, step_status, \
                       compensates, attempt, logged_at, due_at, cause, event_id, event_position, sent, state, error, \
                       head_position) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, \
                       $17, $18)";
            let json = |payload: &Option<Payload>| -> Option<String> {
                payload.as_ref().map(|payload| payload.to_raw().get().to_owned())
            };
            let (sent, state) = (json(&entry.sent), json(&entry.state));
            let args = [
                (&saga.saga_id).into(),
                (&saga.saga_type).into(),
                entry.sequence.into(),
                saga.correlation_id.as_deref().into(),
                entry.status.name().into(),
                entry.step.as_deref().into(),
                entry.step_status.map(SagaStatus::name).into(),
                entry.compensates.as_deref().into(),
                entry.attempt.into(),
                entry.at.into(),
                entry.due_at.into(),
                entry.cause.as_deref().into(),
                entry.event_id.as_deref().into(),
                entry.position.into(),
                Arg::Json(sent.as_deref()),
                Arg::Json(state.as_deref()),
                entry.error.as_deref().into(),
                head.into(),
            ];
            tx.run(sql, &args).await?;
        }
        if commit.retried {
            let subject = Some(saga.saga_id.as_str());
            failures::resolve(&mut tx, FailureKind::Saga, &saga.saga_type, subject, "retried", saga.updated_at).await?;
        }
        if let Some(failure) = &commit.dead_letter {
            failures::record(&mut tx, failure).await?;
        }
        tx.commit().await
    }

    /// Whether a consumer has taken in an event.
    pub async fn is_handled(&self, consumer: &str, event_id: &str) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM processed_events WHERE consumer = $1 AND event_id = $2";
        Ok(!self.database.rows(sql, &[consumer.into(), event_id.into()]).await?.is_empty())
    }

    /// Notes that a consumer which keeps no saga has taken in an event, and what it gave up on.
    pub async fn mark_handled(
        &self,
        consumer: &str,
        event_id: &str,
        failure: Option<&NewFailure>,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let sql = "INSERT INTO processed_events (consumer, event_id, processed_at) VALUES ($1, $2, $3) \
                   ON CONFLICT (consumer, event_id) DO NOTHING";
        if tx.run(sql, &[consumer.into(), event_id.into(), at.into()]).await? > 0
            && let Some(failure) = failure
        {
            failures::record(&mut tx, failure).await?;
        }
        tx.commit().await
    }
}
