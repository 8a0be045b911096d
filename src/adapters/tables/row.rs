//! Rows turned into events. Whatever stands in a column, a page does not fail for it.

use super::cell::{Cell, time_in};
use super::columns::HEAD;
use super::map::{Map, Word};
use super::pick::{PickOf, pick};
use foldback_domain::event::{
    Category, EventBody, EventHead, Mark, Payload, Position, RecordedEvent, StreamName, Version,
};
use jiff::Timestamp;

/// What a row has beside its columns: the payloads, where something is to be picked out of them.
pub struct Payloads<'p> {
    data: Option<&'p Payload>,
    metadata: Option<&'p Payload>,
}

/// Which payloads the heads of a map need.
pub fn needs(map: &Map) -> (bool, bool) {
    let words = [&map.correlation_id, &map.causation_id, &map.actor, &map.time];
    let of = |of: PickOf| words.iter().any(|word| word.as_ref().and_then(Word::pick).is_some_and(|pick| pick.of == of));
    (of(PickOf::Data), of(PickOf::Metadata))
}

/// A whole event from a row of all columns.
pub fn recorded(row: &mut Vec<Cell>, map: &Map) -> RecordedEvent {
    let metadata = row.pop().filter(|cell| *cell != Cell::Null).map(Cell::payload);
    let stored = row.pop().unwrap_or(Cell::Null).payload();
    let (data, raw) = map.unwrap.both(stored);
    let head = head_of(row, map, &Payloads { data: Some(raw.as_ref().unwrap_or(&data)), metadata: metadata.as_ref() });
    RecordedEvent { head, data, raw, metadata }
}

/// An event without payload and metadata.
pub fn head(row: &mut Vec<Cell>, map: &Map) -> EventHead {
    recorded(row, map).head
}

fn head_of(row: &[Cell], map: &Map, payloads: &Payloads<'_>) -> EventHead {
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    debug_assert!(row.len() >= HEAD, "a row has the columns of a head");
    EventHead {
        global_position: cell(0).int().map(Position),
        stream_id: StreamName(cell(1).text().unwrap_or_default()),
        stream_version: cell(2).int().map(Version),
        category: Category(cell(3).text().unwrap_or_default()),
        event_id: cell(4).text(),
        event_type: cell(5).text().unwrap_or_default(),
        schema_version: schema_version(cell(6)),
        correlation_id: payloads.word(&map.correlation_id, cell(7)),
        causation_id: payloads.word(&map.causation_id, cell(8)),
        actor: payloads.word(&map.actor, cell(9)),
        created_at: payloads.time(&map.time, cell(10)),
        mark: cell(11).text().as_deref().and_then(Mark::of),
    }
}

/// What a fold needs, from a row of version, type, schema version and payload.
pub fn body(row: &mut Vec<Cell>, map: &Map) -> Option<EventBody> {
    let data = map.unwrap.unwrap(row.pop()?.payload());
    Some(EventBody {
        version: Version(row.first()?.int()?),
        event_type: row.get(1)?.text().unwrap_or_default().into(),
        schema_version: schema_version(row.get(2)?),
        data,
        more: None,
    })
}

/// A number, or what follows the last `#` or `.` of a text: `Placed#2`.
fn schema_version(cell: &Cell) -> Option<u32> {
    let number = match cell {
        Cell::Text(text) => text.rsplit(['#', '.']).next()?.trim().parse().ok()?,
        other => other.int()?,
    };
    u32::try_from(number).ok()
}

impl Payloads<'_> {
    fn of(&self, of: PickOf) -> Option<&Payload> {
        match of {
            PickOf::Data => self.data,
            PickOf::Metadata => self.metadata,
        }
    }

    fn word(&self, word: &Option<Word>, cell: &Cell) -> Option<String> {
        match word.as_ref()? {
            Word::Sql(_) => cell.text(),
            Word::Pick(found) => pick(self.of(found.of)?, &found.at),
        }
    }

    fn time(&self, word: &Option<Word>, cell: &Cell) -> Option<Timestamp> {
        match word.as_ref()? {
            Word::Sql(_) => cell.time(),
            Word::Pick(found) => time_in(&pick(self.of(found.of)?, &found.at)?),
        }
    }
}
