//! Which place in the log words mean: a position, a time, or an event's id; with `^` behind it, the place just before.

use super::{Explorer, Reporter, log};
use crate::analysis::when::{no_numbers, parse_number, parse_when};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, RecordedEvent, safe_text};
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead};
use foldback_domain::source::Numbering;
use jiff::Timestamp;

/// Why words mean no place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NoPlace {
    /// They are off.
    Wrong(String),
    /// They name an event that is not there.
    Missing(String),
}

/// The place that words mean: behind an event and all before it. A time is the last event at it or before it.
pub async fn place(
    explorer: &Explorer,
    text: &str,
    now: Timestamp,
    progress: &Reporter,
) -> Result<Result<Position, NoPlace>, StoreError> {
    let text = text.trim();
    let (named, before) = text.strip_suffix('^').map_or((text, false), |named| (named.trim_end(), true));
    // The beginning of some ids could be read as a date.
    let is_uuid = uuid::Uuid::parse_str(named).is_ok();
    let (first, last) = if let Some(number) = parse_number(named) {
        let numbering = explorer.reader.source().numbering;
        if let Some(why) = no_numbers(numbering) {
            return Ok(Err(NoPlace::Wrong(format!("position {named}: {why}, or an event's id"))));
        }
        (numbering.first(number), numbering.last(number))
    } else if let Some(at) = parse_when(named, now).filter(|_| !is_uuid) {
        // Before the first event there is a place too: nothing has happened yet.
        let place = log::position_at(explorer, at, progress).await?.unwrap_or(Position(i64::MIN));
        (place, place)
    } else {
        let found = explorer.reader.read_event(&EventAddress::Id(named.to_owned())).await?;
        match found.map(|event| event.head.global_position) {
            Some(Some(place)) => (place, place),
            Some(None) => {
                let why = format!("event {} has no place in the order of all events", safe_text(named));
                return Ok(Err(NoPlace::Wrong(why)));
            }
            None if is_uuid => {
                return Ok(Err(NoPlace::Missing(format!(
                    "no event has the id {}; `foldback log` lists events with their ids, with --json",
                    safe_text(named)
                ))));
            }
            None => {
                let why = format!(
                    "{:?} is neither a position, nor a time, nor the id of an event here; try 1204, '2h ago', \
                     or 1204^ for just before it",
                    safe_text(named)
                );
                return Ok(Err(NoPlace::Wrong(why)));
            }
        }
    };
    Ok(Ok(if before { Position(first.0.saturating_sub(1)) } else { last }))
}

/// The last event there is; in the past the last of then.
pub async fn last(explorer: &Explorer) -> Result<Option<EventHead>, StoreError> {
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Backward, limit: 1 };
    Ok(log::page(explorer, &read, &Reporter::silent()).await?.items.into_iter().next())
}

/// The first event with this number, whole; `None` where there is none, or no event has a number.
pub async fn numbered(explorer: &Explorer, number: i64) -> Result<Option<RecordedEvent>, StoreError> {
    let numbering = explorer.reader.source().numbering;
    let filter = match numbering {
        Numbering::None => return Ok(None),
        Numbering::Own | Numbering::Shared => {
            LogFilter { from: Some(numbering.first(number)), to: Some(numbering.last(number)), ..LogFilter::default() }
        }
    };
    let read = LogRead { filter, start: None, direction: Direction::Forward, limit: 1 };
    Ok(explorer.reader.read_events(&read).await?.items.into_iter().next())
}
