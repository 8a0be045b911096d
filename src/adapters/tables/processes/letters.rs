//! Dead letters, and messages on their way out.

use super::Query;
use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::engine::Engine;
use crate::store::StoreError;
use foldback_domain::event::{Payload, Position, StreamName};
use foldback_domain::processes::{DeadLetter, OutboxEntry, OutboxRead, OutboxStatus};

/// A page of the dead letters, of one table after the other. The columns: id, consumer, event id, position, stream,
/// correlation id, payload, error, attempts, time.
pub async fn dead(
    engine: &dyn Engine,
    queries: &[(String, Query)],
    offset: u64,
    limit: usize,
) -> Result<Vec<DeadLetter>, StoreError> {
    let mut found = Vec::new();
    // With one table the database passes over what is not wanted.
    let (skip, mut over) = if queries.len() == 1 { (offset, 0) } else { (0, offset) };
    for (kind, query) in queries {
        let wanted = limit.saturating_sub(found.len()).saturating_add(usize::try_from(over).unwrap_or(usize::MAX));
        if wanted == 0 {
            break;
        }
        let order = match query.columns[9].sql() {
            "NULL" => query.columns[0].sql().to_owned(),
            time => format!("{time}, {}", query.columns[0].sql()),
        };
        let behind = format!(" ORDER BY {order} LIMIT {wanted} OFFSET {skip}");
        for row in query.ask(engine, &behind, &[]).await? {
            if over > 0 {
                over -= 1;
                continue;
            }
            found.push(letter(kind, row));
        }
    }
    Ok(found)
}

fn letter(kind: &str, mut row: Vec<Cell>) -> DeadLetter {
    let payload = row.get_mut(6).map(|cell| std::mem::replace(cell, Cell::Null));
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    DeadLetter {
        id: format!("{kind}:{}", cell(0).text().unwrap_or_default()),
        consumer: cell(1).text().unwrap_or_default(),
        event_id: cell(2).text(),
        position: cell(3).int().map(Position),
        stream_id: cell(4).text().map(StreamName),
        correlation_id: cell(5).text(),
        payload: payload.filter(|cell| *cell != Cell::Null).map(Cell::payload),
        error: cell(7).text().unwrap_or_default(),
        attempts: cell(8).int().and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(0),
        at: cell(9).time(),
        head: None,
        blocks: None,
        retry: None,
    }
}

/// A page of the outbox, oldest first. The columns: number, aggregate, event id, kind, payload, correlation id, status,
/// attempts, error, time, published.
pub async fn outbox(engine: &dyn Engine, queries: &[Query], read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
    let mut found = Vec::new();
    for query in queries {
        let number = query.columns[0].sql();
        // The number, the time, or whatever tells one from another.
        let order = [0, 9, 2].map(|n| query.columns[n].sql()).into_iter().find(|sql| *sql != "NULL").unwrap_or("1");
        let mut behind = String::new();
        if let (Some(after), true) = (read.after, number != "NULL") {
            behind += &format!(" AND {number} > {after}");
        }
        behind += &format!(" ORDER BY {order} LIMIT {}", read.limit.saturating_add(1_000));
        let entries = query.ask(engine, &behind, &[]).await?;
        let entries = entries.into_iter().zip(1i64..).map(|(row, place)| entry(row, place));
        let asked = entries.filter(|entry| {
            read.status.is_none_or(|status| status == entry.status)
                && read.correlation_id.as_ref().is_none_or(|id| entry.correlation_id.as_ref() == Some(id))
        });
        found.extend(asked.take(read.limit.saturating_sub(found.len())));
    }
    Ok(found)
}

fn entry(mut row: Vec<Cell>, place: i64) -> OutboxEntry {
    let payload = row.get_mut(4).map(|cell| std::mem::replace(cell, Cell::Null));
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    let published_at = cell(10).time();
    let said = cell(6).text().and_then(|word| OutboxStatus::of(&word.to_lowercase()));
    let status = match (said, published_at) {
        (Some(status), _) => status,
        (None, Some(_)) => OutboxStatus::Published,
        (None, None) => OutboxStatus::Pending,
    };
    OutboxEntry {
        number: cell(0).int().unwrap_or(place),
        aggregate: StreamName(cell(1).text().unwrap_or_default()),
        event_id: cell(2).text().unwrap_or_default(),
        position: None,
        message_type: cell(3).text().unwrap_or_default(),
        payload: payload.map_or_else(|| Payload::Json("null".to_owned()), Cell::payload),
        correlation_id: cell(5).text(),
        status,
        attempts: cell(7).int().and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(0),
        error: cell(8).text(),
        created_at: cell(9).time(),
        published_at,
    }
}
