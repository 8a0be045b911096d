//! Rows turned into events, in the three widths that readers ask for.

use super::table_map::TableMap;
use super::value;
use foldback_domain::event::{Category, EventBody, EventHead, Mark, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::StreamSummary;
use rusqlite::Row;
use rusqlite::types::ValueRef;
use std::sync::Arc;

/// The columns of a head, in the order that [`head`] reads them.
pub fn head_columns(map: &TableMap) -> String {
    let optional = |sql: &Option<String>| sql.clone().unwrap_or_else(|| "NULL".to_owned());
    [
        map.position.clone(),
        map.shown_stream(),
        map.version.clone(),
        map.category.clone(),
        optional(&map.event_id),
        map.event_type.clone(),
        optional(&map.schema_version),
        optional(&map.correlation_id),
        optional(&map.causation_id),
        optional(&map.actor),
        map.time.as_ref().map_or_else(|| "NULL".to_owned(), |time| time.sql.clone()),
        optional(&map.mark),
    ]
    .join(", ")
}

/// The columns of a whole event, in the order that [`recorded`] reads them.
pub fn recorded_columns(map: &TableMap) -> String {
    format!("{}, {}, {}", head_columns(map), map.data, map.metadata.as_deref().unwrap_or("NULL"))
}

/// The columns of what a fold needs, in the order that [`body`] reads them.
pub fn body_columns(map: &TableMap) -> String {
    let schema = map.schema_version.as_deref().unwrap_or("NULL");
    format!("{}, {}, {schema}, {}", map.version, map.event_type, map.data)
}

/// All of an event but its payload and metadata.
pub fn head(row: &Row<'_>, map: &TableMap) -> rusqlite::Result<EventHead> {
    let text = |column| row.get_ref(column).map(value::text);
    let integer = |column| row.get_ref(column).map(value::integer);
    Ok(EventHead {
        global_position: integer(0)?.map(Position),
        stream_id: StreamName(text(1)?.unwrap_or_default()),
        stream_version: integer(2)?.map(Version),
        category: Category(text(3)?.unwrap_or_default()),
        event_id: text(4)?,
        event_type: text(5)?.unwrap_or_default(),
        schema_version: integer(6)?.and_then(|number| u32::try_from(number).ok()),
        correlation_id: text(7)?,
        causation_id: text(8)?,
        actor: text(9)?,
        created_at: match &map.time {
            Some(time) => time.form.read(row.get_ref(10)?),
            None => None,
        },
        mark: text(11)?.as_deref().and_then(Mark::of),
    })
}

/// A whole event.
pub fn recorded(row: &Row<'_>, map: &TableMap) -> rusqlite::Result<RecordedEvent> {
    let metadata = row.get_ref(13)?;
    let (data, raw) = map.unwrap.both(value::payload(row.get_ref(12)?));
    Ok(RecordedEvent {
        head: head(row, map)?,
        data,
        raw,
        metadata: (metadata != ValueRef::Null).then(|| value::payload(metadata)),
    })
}

/// The names of event types that a page has had so far. A stream has few.
#[derive(Default)]
pub struct TypeNames(Vec<Arc<str>>);

impl TypeNames {
    /// How many names are remembered: beyond that, looking is dearer than copying.
    const MOST: usize = 16;

    fn shared(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.0.iter().find(|known| ***known == *name) {
            return known.clone();
        }
        let name: Arc<str> = name.into();
        if self.0.len() < Self::MOST {
            self.0.push(name.clone());
        }
        name
    }
}

/// What a fold needs of an event; `None` where it has no version.
pub fn body(row: &Row<'_>, map: &TableMap, names: &mut TypeNames) -> rusqlite::Result<Option<EventBody>> {
    let Some(version) = value::integer(row.get_ref(0)?) else { return Ok(None) };
    Ok(Some(EventBody {
        version: Version(version),
        event_type: names.shared(&value::shown(row.get_ref(1)?).unwrap_or_default()),
        schema_version: value::integer(row.get_ref(2)?).and_then(|number| u32::try_from(number).ok()),
        data: map.unwrap.unwrap(value::payload(row.get_ref(3)?)),
        more: None,
    }))
}

/// A stream from a row of name, category, first version, version, events, first and last time, last position.
pub fn summary(row: &Row<'_>, map: &TableMap) -> rusqlite::Result<StreamSummary> {
    let time = |column| -> rusqlite::Result<_> {
        let value = row.get_ref(column)?;
        Ok(map.time.as_ref().and_then(|time| time.form.read(value)))
    };
    Ok(StreamSummary {
        stream_id: StreamName(value::text(row.get_ref(0)?).unwrap_or_default()),
        category: Category(value::text(row.get_ref(1)?).unwrap_or_default()),
        first_version: value::integer(row.get_ref(2)?).map(Version),
        version: value::integer(row.get_ref(3)?).map(Version),
        events: value::integer(row.get_ref(4)?).and_then(|n| u64::try_from(n).ok()).unwrap_or(0),
        unversioned: 0,
        first_at: time(5)?,
        last_at: time(6)?,
        last_position: value::integer(row.get_ref(7)?).map(Position),
    })
}
