//! The outbox: messages in order for each aggregate, at least once. A dead one blocks its aggregate, and no other.

use super::Books;
use super::failures::{self, FailureKind, NewFailure};
use crate::store::StoreError;
use foldback_domain::event::{Position, StreamName};
use jiff::Timestamp;

/// A message that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its number.
    pub number: i64,
    /// The partition key.
    pub aggregate: StreamName,
    /// The event that it was made of.
    pub event_id: String,
    /// Its position.
    pub position: Option<Position>,
    /// What it is called outside.
    pub message_type: String,
    /// What is told, as JSON.
    pub payload: String,
    /// What it belongs to.
    pub correlation_id: Option<String>,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// When it was written.
    pub created_at: Option<Timestamp>,
}

impl Books {
    /// Messages that may go out now, oldest first: of each aggregate only the first that waits, unless it is dead or
    /// its next attempt is still to come.
    pub async fn waiting_messages(&self, now: Timestamp, limit: usize) -> Result<Vec<Waiting>, StoreError> {
        let sql = "SELECT o.number, o.aggregate_id, o.event_id, o.global_position, o.message_type, o.payload, \
                   o.correlation_id, o.attempts, o.created_at FROM outbox o \
                   WHERE o.status = 'pending' AND (o.next_attempt_at IS NULL OR o.next_attempt_at <= $1) \
                   AND NOT EXISTS (SELECT 1 FROM outbox before WHERE before.aggregate_id = o.aggregate_id \
                                   AND before.number < o.number AND before.status IN ('pending', 'dead')) \
                   ORDER BY o.number LIMIT $2";
        let rows = self.database.rows(sql, &[now.into(), (limit as i64).into()]).await?;
        rows.iter()
            .map(|row| {
                Ok(Waiting {
                    number: row.must_int(0)?,
                    aggregate: StreamName(row.must_text(1)?),
                    event_id: row.must_text(2)?,
                    position: row.int(3)?.map(Position),
                    message_type: row.must_text(4)?,
                    payload: row.json(5)?.unwrap_or_default(),
                    correlation_id: row.text(6)?,
                    attempts: u32::try_from(row.must_int(7)?).unwrap_or(u32::MAX),
                    created_at: row.time(8)?,
                })
            })
            .collect()
    }

    /// When the next message that could not go out is tried again; `None` where none waits for that.
    pub async fn next_message_attempt(&self, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
        let sql = "SELECT min(next_attempt_at) FROM outbox WHERE status = 'pending' AND next_attempt_at > $1";
        let row = self.database.row(sql, &[now.into()]).await?;
        row.map(|row| row.time(0)).transpose().map(Option::flatten)
    }

    /// Notes that messages are out.
    pub async fn messages_published(&self, numbers: &[i64], at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        for number in numbers {
            let sql = "UPDATE outbox SET status = 'published', published_at = $2, error = NULL \
                       WHERE number = $1 AND status = 'pending'";
            tx.run(sql, &[(*number).into(), at.into()]).await?;
        }
        tx.commit().await
    }

    /// Notes that a message could not go out, and when it is tried again.
    pub async fn message_failed(
        &self,
        number: i64,
        attempts: u32,
        error: &str,
        next: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE outbox SET attempts = $2, error = $3, next_attempt_at = $4 \
                   WHERE number = $1 AND status = 'pending'";
        self.database.run(sql, &[number.into(), attempts.into(), error.into(), next.into()]).await.map(|_| ())
    }

    /// Gives a message up: it is a dead letter now, and blocks its aggregate.
    pub async fn message_dead(&self, number: i64, failure: &NewFailure) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let sql =
            "UPDATE outbox SET status = 'dead', attempts = $2, error = $3 WHERE number = $1 AND status = 'pending'";
        if tx.run(sql, &[number.into(), failure.attempts.into(), (&failure.error).into()]).await? > 0 {
            failures::record(&mut tx, failure).await?;
        }
        tx.commit().await
    }

    /// Takes a dead message up again (`pending`), or passes over it for good (`skipped`).
    pub async fn revive_message(
        &self,
        consumer: &str,
        number: i64,
        skip: bool,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let (status, resolution) = if skip { ("skipped", "skipped") } else { ("pending", "retried") };
        let sql = "UPDATE outbox SET status = $2, attempts = 0, next_attempt_at = NULL \
                   WHERE number = $1 AND status = 'dead'";
        tx.run(sql, &[number.into(), status.into()]).await?;
        let subject = number.to_string();
        failures::resolve(&mut tx, FailureKind::Outbox, consumer, Some(&subject), resolution, at).await?;
        tx.commit().await
    }
}
