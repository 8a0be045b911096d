//! Rows turned into events, in the three widths that readers ask for.

use super::table_map::TableMap;
use crate::store::StoreError;
use crate::store::database::Row;
use foldback_domain::event::{Category, EventBody, EventHead, Payload, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::StreamSummary;
use serde_json::value::RawValue;

/// The columns of a head, in the order that [`head`] reads them.
pub fn head_columns(map: &TableMap) -> String {
    [
        &map.position,
        &map.stream,
        &map.version,
        &map.category,
        &map.event_id,
        &map.event_type,
        &map.schema_version,
        &map.correlation_id,
        &map.causation_id,
        &map.actor,
        &map.time,
    ]
    .map(String::as_str)
    .join(", ")
}

/// The columns of a whole event, in the order that [`recorded`] reads them.
pub fn recorded_columns(map: &TableMap) -> String {
    format!("{}, {}, {}", head_columns(map), map.data, map.metadata)
}

/// The columns of what a fold needs, in the order that [`body`] reads them.
pub fn body_columns(map: &TableMap) -> String {
    format!("{}, {}, {}, {}", map.version, map.event_type, map.schema_version, map.data)
}

/// All of an event but its payload and metadata.
pub fn head(row: &Row) -> Result<EventHead, StoreError> {
    Ok(EventHead {
        global_position: row.int(0)?.map(Position),
        stream_id: StreamName(row.text(1)?.unwrap_or_default()),
        stream_version: row.int(2)?.map(Version),
        category: Category(row.text(3)?.unwrap_or_default()),
        event_id: row.text(4)?,
        event_type: row.text(5)?.unwrap_or_default(),
        schema_version: schema_version(row, 6)?,
        correlation_id: row.text(7)?,
        causation_id: row.text(8)?,
        actor: row.text(9)?,
        created_at: row.time(10)?,
        mark: None,
    })
}

/// A whole event.
pub fn recorded(row: &Row) -> Result<RecordedEvent, StoreError> {
    let data = row.text(11)?.map_or_else(|| Payload::Json("null".to_owned()), payload);
    Ok(RecordedEvent { head: head(row)?, data, raw: None, metadata: row.text(12)?.map(payload) })
}

/// What a fold needs of an event.
pub fn body(row: &Row) -> Result<EventBody, StoreError> {
    Ok(EventBody {
        version: Version(row.must_int(0)?),
        event_type: row.text(1)?.unwrap_or_default().into(),
        schema_version: schema_version(row, 2)?,
        data: row.text(3)?.map_or_else(|| Payload::Json("null".to_owned()), payload),
        more: None,
    })
}

fn schema_version(row: &Row, column: usize) -> Result<Option<u32>, StoreError> {
    Ok(row.int(column)?.and_then(|number| u32::try_from(number).ok()))
}

/// A payload, unwrapped where it was wrapped because JSON alone can be stored. What cannot be wrapped is not looked into.
fn payload(text: String) -> Payload {
    if !text.contains("\"$encoding\"") {
        return Payload::Json(text);
    }
    match RawValue::from_string(text.clone()) {
        Ok(raw) => Payload::from_raw(&raw),
        Err(_) => Payload::Json(text),
    }
}

/// A stream from a row of name, category, first version, version, events, first and last time, last position.
pub fn summary(row: &Row) -> Result<StreamSummary, StoreError> {
    Ok(StreamSummary {
        stream_id: StreamName(row.text(0)?.unwrap_or_default()),
        category: Category(row.text(1)?.unwrap_or_default()),
        first_version: row.int(2)?.map(Version),
        version: row.int(3)?.map(Version),
        events: row.int(4)?.and_then(|number| u64::try_from(number).ok()).unwrap_or(0),
        unversioned: 0,
        first_at: row.time(5)?,
        last_at: row.time(6)?,
        last_position: row.int(7)?.map(Position),
    })
}
