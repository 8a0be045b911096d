//! What an event was like by which a keyframe that ends with it can be known again.

use crate::store::{EventReader, StoreError};
use foldback_domain::event::{Payload, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{Direction, StreamRead};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What tells the events of a version from any others in their place; `None` where there is no such event.
pub(in crate::explore) async fn of(
    reader: &dyn EventReader,
    stream: &StreamName,
    version: Version,
) -> Result<Option<Uuid>, StoreError> {
    let read =
        StreamRead { stream: stream.clone(), from: version, to: version, direction: Direction::Forward, limit: 1 };
    let events = reader.read_records(&read).await?.items;
    if events.is_empty() {
        return Ok(None);
    }
    let mut text = Vec::new();
    for event in &events {
        part(&mut text, event);
    }
    Ok(Some(Uuid::new_v5(&Uuid::NAMESPACE_URL, &text)))
}

/// The same for some versions. What cannot be read is not witnessed.
pub(in crate::explore) async fn of_all(
    reader: &dyn EventReader,
    stream: &StreamName,
    versions: Vec<Version>,
) -> BTreeMap<Version, Uuid> {
    let mut found = BTreeMap::new();
    for version in versions {
        if let Ok(Some(witness)) = of(reader, stream, version).await {
            found.insert(version, witness);
        }
    }
    found
}

fn part(text: &mut Vec<u8>, event: &RecordedEvent) {
    let head = &event.head;
    let known = format!(
        "{:?} {:?} {:?} {:?} {:?}",
        head.global_position, head.event_id, head.event_type, head.created_at, head.schema_version
    );
    let data = match &event.data {
        Payload::Json(text) | Payload::Text(text) => text.as_bytes(),
        Payload::Bytes(bytes) => bytes,
    };
    for part in [known.as_bytes(), data] {
        text.extend(part.len().to_le_bytes());
        text.extend(part);
    }
}
