//! Where in the log a time is. Near the end it is looked for event by event; far back the log is halved, where its times
//! rise, and what stands around the place that was found is looked at one by one.

use super::{Explorer, Reporter, log};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use jiff::Timestamp;

/// At how many places it is looked whether the times of a log rise.
const PROBES: i64 = 64;

/// How many events behind the place that was found are looked at: one that was recorded late may stand among them.
const NEIGHBOURS: usize = 4_096;

/// How often late ones may be found among the neighbours before the log counts as one without order.
const LATE: usize = 16;

/// The last event, in log order, that was recorded at a time or before it. In a log whose times rise, one that stands
/// more than some thousand events behind its time is not seen; a log whose times do not rise is read to the end.
pub async fn position_at(
    explorer: &Explorer,
    at: Timestamp,
    progress: &Reporter,
) -> Result<Option<Position>, StoreError> {
    let filter = LogFilter { until: Some(at), ..LogFilter::default() };
    let mut read = LogRead { filter, start: None, direction: Direction::Backward, limit: 1 };
    // What a store looks at in one read, it is asked for event by event.
    let page = explorer.reader.read_log(&read).await?;
    if let Some(head) = page.items.first() {
        return Ok(head.global_position);
    }
    let Some(rest) = page.next else { return Ok(None) };
    if let Some(found) = halved(explorer, at, rest).await? {
        return Ok(found);
    }
    read.start = Some(rest);
    let page = log::page(explorer, &read, progress).await?;
    Ok(page.items.first().and_then(|head| head.global_position))
}

/// The same for the log up to a position, by halving; `None` where its times do not rise, or it has no numbers to halve.
async fn halved(explorer: &Explorer, at: Timestamp, end: Position) -> Result<Option<Option<Position>>, StoreError> {
    let first = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 1 };
    let first = explorer.reader.read_log(&first).await?.items.into_iter().next().and_then(|head| head.global_position);
    let Some(low) = first else { return Ok(Some(None)) };
    if low.number() != Some(low.0) || !rises(explorer, low, end).await? {
        return Ok(None);
    }
    // The first position whose event is later.
    let (mut low, mut high) = (low.0, end.0 + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let Some((place, time)) = near(explorer, middle).await? else {
            high = middle;
            continue;
        };
        match time {
            None => return Ok(None),
            Some(time) if time <= at => low = place.max(middle) + 1,
            Some(_) => high = middle,
        }
    }
    // Late ones behind it push it on.
    let mut behind = low;
    for _ in 0..LATE {
        match last_of(explorer, at, behind, end).await? {
            Some(late) => behind = late.0 + 1,
            None => {
                let before = LogRead {
                    filter: LogFilter { until: Some(at), ..LogFilter::default() },
                    start: Some(Position(behind - 1)),
                    direction: Direction::Backward,
                    limit: 1,
                };
                let page = log::page(explorer, &before, &Reporter::silent()).await?;
                return Ok(Some(page.items.first().and_then(|head| head.global_position)));
            }
        }
    }
    Ok(None)
}

/// Whether the times at some places, evenly spread, never fall.
async fn rises(explorer: &Explorer, low: Position, high: Position) -> Result<bool, StoreError> {
    let places: Vec<Position> = (0..PROBES).map(|n| Position(low.0 + (high.0 - low.0) / PROBES * n)).collect();
    let times: Vec<Option<Timestamp>> = match explorer.reader.read_moments(&places).await? {
        Some(moments) => moments.into_iter().map(|(_, time)| Some(time)).collect(),
        None => {
            let mut times = Vec::new();
            for place in places {
                times.extend(near(explorer, place.0).await?.map(|(_, time)| time));
            }
            times
        }
    };
    Ok(times.iter().all(Option::is_some) && times.is_sorted())
}

/// The last event at a time or before it among the neighbours behind a position.
async fn last_of(explorer: &Explorer, at: Timestamp, from: i64, end: Position) -> Result<Option<Position>, StoreError> {
    let filter = LogFilter { to: Some(end), ..LogFilter::default() };
    let read = LogRead { filter, start: Some(Position(from)), direction: Direction::Forward, limit: NEIGHBOURS };
    let page = log::page(explorer, &read, &Reporter::silent()).await?;
    let early = |head: &&EventHead| head.created_at.is_some_and(|time| time <= at);
    Ok(page.items.iter().rev().find(early).and_then(|head| head.global_position))
}

/// The first event at a position or behind it: where, and when.
async fn near(explorer: &Explorer, from: i64) -> Result<Option<(i64, Option<Timestamp>)>, StoreError> {
    let start = Some(Position(from));
    let read = LogRead { filter: LogFilter::default(), start, direction: Direction::Forward, limit: 1 };
    let head = explorer.reader.read_log(&read).await?.items.into_iter().next();
    Ok(head.and_then(|head| Some((head.global_position?.0, head.created_at))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::adapters::{self, OpenOptions, SourceSpec};
    use crate::store::seed::seed;
    use foldback_domain::Registry;
    use std::fmt::Write;

    const EVENTS: i64 = 9_000;

    /// A log with holes whose events were recorded so many milliseconds after its beginning.
    async fn log(millisecond: impl Fn(i64) -> i64) -> (tempfile::TempDir, Explorer) {
        let mut lines = String::new();
        for n in 0..EVENTS {
            let at = Timestamp::from_millisecond(1_767_600_000_000 + millisecond(n)).unwrap();
            writeln!(
                lines,
                r#"{{"global_position":{},"stream_id":"a-1","stream_version":{n},"event_type":"A","data":{{}},"created_at":"{at}"}}"#,
                1 + n * 3
            )
            .unwrap();
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log.db");
        seed(std::io::Cursor::new(lines), &path, |_| {}).await.unwrap();
        let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
        let reader = adapters::open(&spec, &OpenOptions::default()).await.unwrap();
        (folder, Explorer::new(reader, Registry::embedded(), false))
    }

    async fn agree(explorer: &Explorer, times: impl Iterator<Item = i64>) {
        for time in times {
            let at = Timestamp::from_millisecond(1_767_600_000_000 + time).unwrap();
            let exact = position_at(explorer, at, &Reporter::silent()).await.unwrap();
            let quick = halved(explorer, at, Position(1 + (EVENTS - 1) * 3)).await.unwrap();
            assert_eq!(quick, Some(exact), "at {time}");
        }
    }

    #[tokio::test]
    async fn halving_finds_what_reading_all_finds() {
        let (_folder, explorer) = log(|n| n * 40).await;
        agree(&explorer, [-1, 0, 1, 39, 40, 41, 80_000, 239_999, EVENTS * 40, i64::from(i32::MAX)].into_iter()).await;
    }

    #[tokio::test]
    async fn neighbours_recorded_late_and_many_at_once_are_seen() {
        // Every hundredth comes a thousand events late, and ten share a moment; no probe meets a late one.
        let (_folder, explorer) = log(|n| if n % 100 == 76 { (n - 1_000) * 40 } else { n / 10 * 400 }).await;
        agree(&explorer, (0..20).map(|n| 40_000 + n * 11_117)).await;
    }

    #[tokio::test]
    async fn a_log_whose_times_fall_is_not_halved() {
        let (_folder, explorer) = log(|n| (n % 3_000) * 40).await;
        let at = Timestamp::from_millisecond(1_767_600_000_000 + 40_000).unwrap();
        assert_eq!(halved(&explorer, at, Position(1 + (EVENTS - 1) * 3)).await.unwrap(), None);
        assert_eq!(position_at(&explorer, at, &Reporter::silent()).await.unwrap(), Some(Position(1 + 7_000 * 3)));
    }
}
