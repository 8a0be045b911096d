//! Where the clock can stand: one event on or back, at a time, at an event.

use super::log::page;
use super::{Explorer, Reporter};
use crate::analysis::clock::AsOf;
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position};
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead};
use jiff::Timestamp;

/// How many events one step passes at most: a key that is held down sends many at once.
const FURTHEST: i64 = 1_000;

/// So many events on from a place, or back; `None` is behind the newest event, which is where nothing comes after.
pub async fn step(explorer: &Explorer, from: Option<Position>, by: i64) -> Result<Option<AsOf>, StoreError> {
    let count = by.clamp(-FURTHEST, FURTHEST).unsigned_abs() as usize;
    if by >= 0 {
        let Some(from) = from else { return Ok(None) };
        let events = read(explorer, Some(next(from)), Direction::Forward, count, LogFilter::default()).await?;
        return Ok(events.last().and_then(after));
    }
    // The event that the clock stands behind is the first of these.
    let events = read(explorer, from, Direction::Backward, count + 1, LogFilter::default()).await?;
    if events.len() > count {
        return Ok(events.last().and_then(after));
    }
    let first = events.last().and_then(|head| head.global_position);
    Ok(first.map(before).or(from.map(AsOf::before_all)))
}

/// At a position: just after the last event there or before it.
pub async fn at(explorer: &Explorer, position: Position) -> Result<AsOf, StoreError> {
    let events = read(explorer, Some(position), Direction::Backward, 1, LogFilter::default()).await?;
    Ok(events.first().and_then(after).unwrap_or(AsOf::before_all(position)))
}

/// At a time: just after the last event, in log order, that was recorded then or before; `None` in an empty log.
pub async fn at_time(explorer: &Explorer, at: Timestamp) -> Result<Option<AsOf>, StoreError> {
    let until = LogFilter { until: Some(at), ..LogFilter::default() };
    if let Some(as_of) = read(explorer, None, Direction::Backward, 1, until).await?.first().and_then(after) {
        return Ok(Some(as_of));
    }
    let first = read(explorer, None, Direction::Forward, 1, LogFilter::default()).await?;
    Ok(first.first().and_then(|head| head.global_position).map(before))
}

/// Just after the event with this id; `None` where there is none.
pub async fn at_event(explorer: &Explorer, id: String) -> Result<Option<AsOf>, StoreError> {
    let event = explorer.reader.read_event(&EventAddress::Id(id)).await?;
    Ok(event.and_then(|event| after(&event.head)))
}

/// The newest event's position.
pub async fn head(explorer: &Explorer) -> Result<Option<Position>, StoreError> {
    let events = read(explorer, None, Direction::Backward, 1, LogFilter::default()).await?;
    Ok(events.first().and_then(|head| head.global_position))
}

async fn read(
    explorer: &Explorer,
    start: Option<Position>,
    direction: Direction,
    limit: usize,
    filter: LogFilter,
) -> Result<Vec<EventHead>, StoreError> {
    let read = LogRead { filter, start, direction, limit };
    Ok(page(explorer, &read, &Reporter::silent()).await?.items)
}

fn after(head: &EventHead) -> Option<AsOf> {
    Some(AsOf::after(head.global_position?, head.created_at))
}

fn before(first: Position) -> AsOf {
    AsOf::before_all(Position(first.0.saturating_sub(1)))
}

fn next(position: Position) -> Position {
    Position(position.0.saturating_add(1))
}
