//! The statements that read what was given up on, and what is on its way out.

use super::own::{limit, position, small};
use crate::store::StoreError;
use crate::store::database::{Arg, Ask, Row};
use foldback_domain::event::{Payload, Position, StreamName};
use foldback_domain::processes::{DeadLetter, OutboxEntry, OutboxRead, OutboxStatus};
use foldback_domain::sagas::transfer;
use jiff::Timestamp;

/// How many messages of then are looked at in one question.
const THEN: usize = 500;

const LETTERS: &str = "SELECT number, kind, consumer, subject, event_id, global_position, stream_id, correlation_id, \
                       payload, error, attempts, blocks, failed_at, head_position FROM failed_events";

/// What taking it up again does, as a sentence: the words that `retry` says too.
fn retry(row: &Row, kind: &str, consumer: &str, blocks: Option<&str>) -> Result<Option<String>, StoreError> {
    let subject = row.text(3)?.unwrap_or_default();
    Ok(match (kind, blocks) {
        ("projection", Some(_)) => {
            let at = row.int(5)?.map_or(String::new(), |at| format!(" at position {at}"));
            Some(format!("projection {consumer} goes on, and tries the event{at} again"))
        }
        // It has been passed over: only a rebuild would handle it again.
        ("projection", None) => None,
        ("saga", _) if consumer == transfer::TYPE => {
            Some(format!("{subject} is tried again: the deposit, or else the compensation"))
        }
        ("saga", _) => Some(format!("saga {subject} tries the failed compensation again")),
        ("outbox", _) => Some(format!("message {subject} waits to be published again, before what stands behind it")),
        _ => None,
    })
}

fn letter(row: &Row) -> Result<DeadLetter, StoreError> {
    let (kind, consumer, blocks) = (row.must_text(1)?, row.must_text(2)?, row.text(11)?);
    Ok(DeadLetter {
        id: format!("{kind}:{}", row.must_int(0)?),
        event_id: row.text(4)?,
        position: position(row, 5)?,
        stream_id: row.text(6)?.map(StreamName),
        correlation_id: row.text(7)?,
        payload: row.payload(8)?,
        error: row.must_text(9)?,
        attempts: small(row, 10)?,
        at: row.time(12)?,
        head: position(row, 13)?,
        retry: retry(row, &kind, &consumer, blocks.as_deref())?,
        consumer,
        blocks,
    })
}

pub(super) async fn dead(
    ask: &dyn Ask,
    as_of: Option<Position>,
    offset: u64,
    most: usize,
) -> Result<Vec<DeadLetter>, StoreError> {
    let offset = Arg::Int(Some(i64::try_from(offset).unwrap_or(i64::MAX)));
    let rows = match as_of {
        None => {
            let sql = format!("{LETTERS} WHERE status = 'open' ORDER BY number LIMIT $1 OFFSET $2");
            ask.rows(&sql, &[limit(most), offset]).await?
        }
        Some(head) => {
            let sql = format!(
                "{LETTERS} WHERE head_position <= $1 AND (status = 'open' OR resolved_head > $1) \
                 ORDER BY number LIMIT $2 OFFSET $3"
            );
            ask.rows(&sql, &[head.into(), limit(most), offset]).await?
        }
    };
    rows.iter().map(letter).collect()
}

fn message(row: &Row) -> Result<OutboxEntry, StoreError> {
    Ok(OutboxEntry {
        number: row.must_int(0)?,
        aggregate: StreamName(row.must_text(1)?),
        event_id: row.must_text(2)?,
        position: position(row, 3)?,
        message_type: row.must_text(4)?,
        payload: row.payload(5)?.unwrap_or(Payload::Json("null".to_owned())),
        correlation_id: row.text(6)?,
        status: OutboxStatus::of(&row.must_text(7)?).unwrap_or(OutboxStatus::Pending),
        attempts: small(row, 8)?,
        error: row.text(9)?,
        created_at: row.time(10)?,
        published_at: row.time(11)?,
    })
}

const MESSAGES: &str = "SELECT number, aggregate_id, event_id, global_position, message_type, payload, correlation_id, \
                        status, attempts, error, created_at, published_at";

/// The dead letter of a message that was given up by then and not yet taken up again.
const DEAD_THEN: &str = "FROM failed_events f WHERE f.kind = 'outbox' AND f.subject = CAST(o.number AS TEXT) \
                         AND f.head_position <= $4 AND (f.status = 'open' OR f.resolved_head > $4) LIMIT 1";

/// Whether it was passed over by then.
const SKIPPED_THEN: &str = "EXISTS (SELECT 1 FROM failed_events f WHERE f.kind = 'outbox' \
                            AND f.subject = CAST(o.number AS TEXT) AND f.status = 'skipped' AND f.resolved_head <= $4)";

pub(super) async fn outbox(ask: &dyn Ask, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
    if let Some(head) = read.as_of {
        return outbox_then(ask, read, head).await;
    }
    let sql = format!(
        "{MESSAGES} FROM outbox WHERE number > $1 AND ($2 IS NULL OR correlation_id = $2) \
         AND ($3 IS NULL OR status = $3) ORDER BY number LIMIT $4"
    );
    let args = [
        read.after.unwrap_or(i64::MIN).into(),
        read.correlation_id.as_deref().into(),
        read.status.map(OutboxStatus::name).into(),
        limit(read.limit),
    ];
    ask.rows(&sql, &args).await?.iter().map(message).collect()
}

/// The messages as they were when the log's head was there: out, where they went out before the next event was recorded.
async fn outbox_then(ask: &dyn Ask, read: &OutboxRead, head: Position) -> Result<Vec<OutboxEntry>, StoreError> {
    let next = "SELECT created_at FROM events WHERE global_position > $1 ORDER BY global_position LIMIT 1";
    let until = match ask.rows(next, &[head.into()]).await?.first() {
        Some(row) => row.time(0)?,
        None => None,
    };
    let only_dead = if read.status == Some(OutboxStatus::Dead) {
        format!("AND EXISTS (SELECT 1 {DEAD_THEN})")
    } else {
        String::new()
    };
    let sql = format!(
        "{MESSAGES}, (SELECT f.error {DEAD_THEN}), (SELECT f.attempts {DEAD_THEN}), \
         CAST(CASE WHEN {SKIPPED_THEN} THEN 1 ELSE 0 END AS BIGINT) \
         FROM outbox o WHERE number > $1 AND ($2 IS NULL OR correlation_id = $2) AND global_position <= $4 {only_dead} \
         ORDER BY number LIMIT $3"
    );
    let mut found = Vec::new();
    let mut after = read.after.unwrap_or(i64::MIN);
    while found.len() < read.limit {
        let args = [after.into(), read.correlation_id.as_deref().into(), limit(THEN), head.into()];
        let rows = ask.rows(&sql, &args).await?;
        for row in &rows {
            let entry = message_then(row, until)?;
            after = entry.number;
            if read.status.is_none_or(|status| status == entry.status) && found.len() < read.limit {
                found.push(entry);
            }
        }
        if rows.len() < THEN {
            break;
        }
    }
    Ok(found)
}

fn message_then(row: &Row, until: Option<Timestamp>) -> Result<OutboxEntry, StoreError> {
    let now = message(row)?;
    let was_out = now.published_at.is_some_and(|at| until.is_none_or(|until| at < until));
    // How often it had been tried by then, and what went wrong, is written down only where it was given up.
    let error = row.text(12)?;
    let status = match (&error, row.int(14)?) {
        (Some(_), _) => OutboxStatus::Dead,
        (None, Some(1)) => OutboxStatus::Skipped,
        (None, _) if was_out => OutboxStatus::Published,
        (None, _) => OutboxStatus::Pending,
    };
    Ok(OutboxEntry {
        status,
        attempts: small(row, 13)?,
        error,
        published_at: now.published_at.filter(|_| status == OutboxStatus::Published),
        ..now
    })
}
