//! The statements that read what was given up on, and what is on its way out.

use super::own::{limit, position, small};
use crate::store::StoreError;
use crate::store::database::{Arg, Ask, Row};
use foldback_domain::event::{Payload, Position, StreamName};
use foldback_domain::processes::{DeadLetter, OutboxEntry, OutboxRead, OutboxStatus};
use foldback_domain::sagas::transfer;

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

pub(super) async fn outbox(ask: &dyn Ask, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
    let sql = "SELECT number, aggregate_id, event_id, global_position, message_type, payload, correlation_id, status, \
               attempts, error, created_at, published_at FROM outbox WHERE number > $1 \
               AND ($2 IS NULL OR correlation_id = $2) AND ($3 IS NULL OR status = $3) \
               AND ($4 IS NULL OR global_position <= $4) ORDER BY number LIMIT $5";
    let args = [
        read.after.unwrap_or(i64::MIN).into(),
        read.correlation_id.as_deref().into(),
        read.status.map(OutboxStatus::name).into(),
        read.as_of.into(),
        limit(read.limit),
    ];
    ask.rows(sql, &args).await?.iter().map(message).collect()
}
