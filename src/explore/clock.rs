//! Where the clock can stand: one event on or back, or at any place.

use super::log::page;
use super::{Explorer, Reporter};
use crate::analysis::clock::AsOf;
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position};
use foldback_domain::reading::{Direction, LogFilter, LogRead};

/// How many events one step passes at most: a key that is held down sends many at once.
const FURTHEST: i64 = 1_000;

/// So many events on from a place, or back; `None` is behind the newest event, which is where nothing comes after.
pub async fn step(explorer: &Explorer, from: Option<Position>, by: i64) -> Result<Option<AsOf>, StoreError> {
    let count = by.clamp(-FURTHEST, FURTHEST).unsigned_abs() as usize;
    if by >= 0 {
        let Some(from) = from else { return Ok(None) };
        let events = read(explorer, Some(next(from)), Direction::Forward, count).await?;
        return Ok(events.last().and_then(after));
    }
    // The event that the clock stands behind is the first of these.
    let events = read(explorer, from, Direction::Backward, count + 1).await?;
    if events.len() > count {
        return Ok(events.last().and_then(after));
    }
    let first = events.last().and_then(|head| head.global_position);
    Ok(first.map(before).or(from.map(AsOf::before_all)))
}

/// At a position: just after the last event there or before it.
pub async fn at(explorer: &Explorer, position: Position) -> Result<AsOf, StoreError> {
    let events = read(explorer, Some(position), Direction::Backward, 1).await?;
    Ok(events.first().and_then(after).unwrap_or(AsOf::before_all(position)))
}

/// The newest event's position.
pub async fn head(explorer: &Explorer) -> Result<Option<Position>, StoreError> {
    let events = read(explorer, None, Direction::Backward, 1).await?;
    Ok(events.first().and_then(|head| head.global_position))
}

async fn read(
    explorer: &Explorer,
    start: Option<Position>,
    direction: Direction,
    limit: usize,
) -> Result<Vec<EventHead>, StoreError> {
    let read = LogRead { filter: LogFilter::default(), start, direction, limit };
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
