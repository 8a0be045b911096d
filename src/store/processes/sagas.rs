//! The statements that read sagas: as they are now from their own table, as they were from their log.

use super::own::{limit, position, small};
use crate::store::StoreError;
use crate::store::database::{Arg, Ask, Row};
use foldback_domain::event::Position;
use foldback_domain::processes::{SagaEntry, SagaStatus, SagaSummary, SagasRead};
use jiff::Timestamp;

/// More lines of one saga than these are not read: a saga that long is a mistake, and its end says so.
const LINES: usize = 10_000;

/// Failed compensations first, then what is not over, the oldest sign first, then the rest, the newest first.
const BY_NEED: &str = "ORDER BY CASE status WHEN 'COMPENSATION_FAILED' THEN 0 WHEN 'COMPLETED' THEN 2 \
                       WHEN 'FAILED' THEN 2 WHEN 'COMPENSATED' THEN 2 ELSE 1 END, \
                       CASE WHEN status IN ('COMPLETED', 'FAILED', 'COMPENSATED', 'COMPENSATION_FAILED') THEN NULL \
                       ELSE updated_at END, updated_at DESC, saga_id";

const NOW: &str = "SELECT saga_id, saga_type, status, correlation_id, step, error, started_at, updated_at, due_at \
                   FROM sagas";

/// The last line that each saga's log had when the head was at `$1`.
const THEN: &str = "SELECT l.saga_id AS saga_id, l.saga_type AS saga_type, l.status AS status, \
                    l.correlation_id AS correlation_id, l.step AS step, l.error AS error, \
                    f.began AS started_at, l.logged_at AS updated_at, l.due_at AS due_at \
                    FROM saga_log l JOIN (SELECT saga_id, max(sequence) AS last, min(logged_at) AS began \
                    FROM saga_log WHERE head_position <= $1 GROUP BY saga_id) f \
                    ON f.saga_id = l.saga_id AND f.last = l.sequence";

fn summary(row: &Row) -> Result<SagaSummary, StoreError> {
    Ok(SagaSummary {
        saga_id: row.must_text(0)?,
        saga_type: row.must_text(1)?,
        status: SagaStatus::of(&row.must_text(2)?),
        native_status: None,
        correlation_id: row.text(3)?,
        step: row.text(4)?,
        error: row.text(5)?,
        started_at: row.time(6)?,
        updated_at: row.time(7)?,
        due_at: row.time(8)?,
        derived: false,
    })
}

pub(super) async fn page(ask: &dyn Ask, read: &SagasRead) -> Result<Vec<SagaSummary>, StoreError> {
    let offset = Arg::Int(Some(i64::try_from(read.offset).unwrap_or(i64::MAX)));
    let correlation = Arg::Text(read.correlation_id.as_deref());
    let rows = match read.as_of {
        None => {
            let sql = format!("{NOW} WHERE ($1 IS NULL OR correlation_id = $1) {BY_NEED} LIMIT $2 OFFSET $3");
            ask.rows(&sql, &[correlation, limit(read.limit), offset]).await?
        }
        Some(head) => {
            let sql = format!(
                "SELECT * FROM ({THEN}) was WHERE ($2 IS NULL OR correlation_id = $2) {BY_NEED} LIMIT $3 OFFSET $4"
            );
            ask.rows(&sql, &[head.into(), correlation, limit(read.limit), offset]).await?
        }
    };
    rows.iter().map(summary).collect()
}

pub(super) async fn counts(ask: &dyn Ask, as_of: Option<Position>) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = match as_of {
        None => ask.rows("SELECT status, count(*) FROM sagas GROUP BY status ORDER BY status", &[]).await?,
        Some(head) => {
            let sql = format!("SELECT status, count(*) FROM ({THEN}) was GROUP BY status ORDER BY status");
            ask.rows(&sql, &[head.into()]).await?
        }
    };
    rows.iter().map(|row| Ok((row.must_text(0)?, row.must_int(1)?.max(0).unsigned_abs()))).collect()
}

fn entry(row: &Row) -> Result<SagaEntry, StoreError> {
    Ok(SagaEntry {
        sequence: row.must_int(0)?,
        status: SagaStatus::of(&row.must_text(1)?),
        step: row.text(2)?,
        step_status: row.text(3)?.map(|word| SagaStatus::of(&word)),
        compensates: row.text(4)?,
        attempt: small(row, 5)?,
        at: row.time(6)?.unwrap_or(Timestamp::UNIX_EPOCH),
        due_at: row.time(7)?,
        cause: row.text(8)?,
        event_id: row.text(9)?,
        position: position(row, 10)?,
        sent: row.payload(11)?,
        state: row.payload(12)?,
        error: row.text(13)?,
        head: position(row, 14)?,
    })
}

pub(super) async fn one(
    ask: &dyn Ask,
    saga_id: &str,
    as_of: Option<Position>,
) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError> {
    let found = match as_of {
        None => ask.rows(&format!("{NOW} WHERE saga_id = $1"), &[saga_id.into()]).await?,
        Some(head) => {
            let sql = format!("SELECT * FROM ({THEN}) was WHERE saga_id = $2");
            ask.rows(&sql, &[head.into(), saga_id.into()]).await?
        }
    };
    let Some(summary) = found.first().map(summary).transpose()? else { return Ok(None) };
    let sql = "SELECT sequence, status, step, step_status, compensates, attempt, logged_at, due_at, cause, event_id, \
               event_position, sent, state, error, head_position FROM saga_log \
               WHERE saga_id = $1 AND ($2 IS NULL OR head_position <= $2) ORDER BY sequence LIMIT $3";
    let rows = ask.rows(sql, &[saga_id.into(), as_of.into(), limit(LINES)]).await?;
    Ok(Some((summary, rows.iter().map(entry).collect::<Result<_, _>>()?)))
}
