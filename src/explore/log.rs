//! The log: pages of it, one event of it, its shape over time, and where in it a time is.

use super::filter::Filter;
pub use super::log_time::position_at;
use super::{Explorer, Reporter};
use crate::analysis::log::{Bucket, Histogram};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead, Page};
use foldback_domain::source::Numbering;
use jiff::Timestamp;

/// At how many places a server is asked, in one question, when its log's events were recorded.
const SAMPLES: i64 = 96;

/// How many whole events are looked at between two looks at the progress.
const LOOKED: usize = 1_000;

/// A page of the log that is full unless the log ends; the filters may pass over any number of events to fill it.
pub async fn page(
    explorer: &Explorer,
    read: &LogRead,
    progress: &Reporter,
) -> Result<Page<EventHead, Position>, StoreError> {
    let mut read = read.clone();
    let wanted = read.limit;
    let first = read.start;
    let mut items = Vec::new();
    loop {
        read.limit = wanted - items.len();
        let page = explorer.reader.read_log(&read).await?;
        items.extend(page.items);
        match page.next {
            Some(next) if items.len() < wanted => {
                read.start = Some(next);
                progress.report(first.map_or(next.0, |first| (next.0 - first.0).abs()).unsigned_abs(), None);
            }
            next => return Ok(Page { items, next }),
        }
    }
}

/// A page of the events that a filter lets through; full unless the log ends.
pub async fn page_where(
    explorer: &Explorer,
    read: &LogRead,
    chosen: &mut Filter,
    progress: &Reporter,
) -> Result<Page<EventHead, Position>, StoreError> {
    let (mut read, wanted) = (LogRead { limit: LOOKED, ..read.clone() }, read.limit);
    let (mut items, mut looked) = (Vec::new(), 0);
    let total = ahead(explorer, &read).await?;
    loop {
        let page = explorer.reader.read_events(&read).await?;
        for event in page.items {
            looked += 1;
            let position = event.head.global_position;
            if items.len() == wanted {
                return Ok(Page { items, next: position });
            }
            items.extend(chosen.passes(event).await?.map(|event| event.head));
        }
        progress.report(looked, total);
        match page.next {
            Some(next) => read.start = Some(next),
            None => return Ok(Page { items, next: None }),
        }
    }
}

/// How many events stand ahead of a place at most, where positions count them and no other filter passes over some.
async fn ahead(explorer: &Explorer, read: &LogRead) -> Result<Option<u64>, StoreError> {
    if !read.filter.is_empty() || explorer.source().numbering != Numbering::Own {
        return Ok(None);
    }
    let Some(head) = explorer.reader.read_head().await? else { return Ok(None) };
    let start = read.start.unwrap_or(if read.direction == Direction::Forward { Position(0) } else { head });
    let events =
        if read.direction == Direction::Forward { head.0.saturating_sub(start.0) } else { start.0.min(head.0) };
    Ok(u64::try_from(events).ok())
}

/// One event, whole; `None` when there is no such event.
pub async fn event(explorer: &Explorer, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
    explorer.reader.read_event(address).await
}

/// The first event at a position or behind it (or before it, backwards).
async fn near(explorer: &Explorer, from: Position, direction: Direction) -> Result<Option<EventHead>, StoreError> {
    let read = LogRead { filter: LogFilter::default(), start: Some(from), direction, limit: 1 };
    Ok(explorer.reader.read_log(&read).await?.items.into_iter().next())
}

/// The log's shape over time in so many parts. It looks up a few events for each part, by halving, so that it takes
/// as long on a large log as on a small one; the counts are differences of positions.
pub async fn histogram(explorer: &Explorer, parts: usize) -> Result<Option<Histogram>, StoreError> {
    let ends = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 1 };
    let first = explorer.reader.read_log(&ends).await?.items.into_iter().next();
    let last =
        explorer.reader.read_log(&LogRead { direction: Direction::Backward, ..ends }).await?.items.into_iter().next();
    let (Some(first), Some(last)) = (first, last) else { return Ok(None) };
    let (Some(low), Some(high)) = (first.global_position, last.global_position) else { return Ok(None) };
    let (Some(begin), Some(end)) = (first.created_at, last.created_at) else { return Ok(None) };
    let span = (end.as_millisecond() - begin.as_millisecond()).max(1);
    // What only time orders has no numbers whose difference counts events.
    if low.number().is_none() || low.number() != Some(low.0) {
        return Ok(None);
    }
    let asked: Vec<Position> = (0..=SAMPLES).map(|n| Position(low.0 + (high.0 - low.0) / SAMPLES * n)).collect();
    let mut moments = explorer.reader.read_moments(&asked).await?;
    if let Some(moments) = &mut moments {
        moments.push((high, end));
    }
    let mut edges = vec![(begin, low)];
    for part in 1..parts.max(1) {
        let at = begin.as_millisecond() + span * part as i64 / parts as i64;
        let at = Timestamp::from_millisecond(at).unwrap_or(end);
        let from = match &moments {
            Some(moments) => between(moments, at).max(edges[part - 1].1),
            None => first_since(explorer, at, edges[part - 1].1, high).await?,
        };
        edges.push((at, from));
    }
    let mut buckets: Vec<Bucket> =
        edges.iter().map(|(from_at, from)| Bucket { from_at: *from_at, from: *from, events: 0 }).collect();
    for index in 0..buckets.len() {
        let behind = buckets.get(index + 1).map_or(high.0 + 1, |next| next.from.0);
        buckets[index].events = (behind - buckets[index].from.0).max(0).unsigned_abs();
    }
    Ok(Some(Histogram { buckets, exact: false }))
}

/// About the first position at which the log has reached a time, between the moments that are known.
fn between(moments: &[(Position, Timestamp)], at: Timestamp) -> Position {
    let behind = moments.iter().position(|(_, moment)| *moment >= at).unwrap_or(moments.len().saturating_sub(1));
    let (Some((low, from)), Some((high, to))) = (moments.get(behind.saturating_sub(1)), moments.get(behind)) else {
        return Position(0);
    };
    let span = to.duration_since(*from).as_secs_f64();
    let part = if span > 0.0 { (at.duration_since(*from).as_secs_f64() / span).clamp(0.0, 1.0) } else { 0.0 };
    Position(low.0 + ((high.0 - low.0) as f64 * part) as i64)
}

/// The first position at which the log has reached a time, by halving between two positions.
async fn first_since(
    explorer: &Explorer,
    at: Timestamp,
    low: Position,
    high: Position,
) -> Result<Position, StoreError> {
    let (mut low, mut high) = (low.0, high.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        match near(explorer, Position(middle), Direction::Forward).await? {
            Some(head) if head.created_at.is_some_and(|created| created < at) => {
                // Holes: the event found may stand behind the middle.
                low = head.global_position.map_or(middle, |found| found.0).max(middle) + 1;
            }
            _ => high = middle,
        }
    }
    Ok(Position(low))
}
