//! Finding: the crew that searches many streams, and what it searches for.

mod crew;
mod long;
mod monotone;
mod pattern;
mod plain;
mod run;

use foldback::domain::Registry;
use foldback::domain::event::{Category, EventHead, Payload, Position, RecordedEvent, StreamName, Version};
use foldback::explore::Explorer;
use foldback::store::memory::MemoryStore;
use foldback::store::writer::EventWriter;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// An event of a stream, without its places: the log gives them.
fn event(stream: &str, event_type: &str, data: Value) -> (String, String, Value) {
    (stream.to_owned(), event_type.to_owned(), data)
}

/// A log of these events, in this order.
async fn explorer(events: Vec<(String, String, Value)>) -> Explorer {
    let mut versions: HashMap<String, i64> = HashMap::new();
    let recorded = events.into_iter().zip(1..).map(|((stream, event_type, data), position)| {
        let version = versions.entry(stream.clone()).and_modify(|version| *version += 1).or_insert(0);
        let category = stream.split('-').next().unwrap_or_default();
        RecordedEvent {
            head: EventHead {
                global_position: Some(Position(position)),
                category: Category::from(category),
                stream_version: Some(Version(*version)),
                event_id: Some(format!("e-{position}")),
                event_type,
                schema_version: Some(1),
                correlation_id: None,
                causation_id: None,
                actor: None,
                created_at: "2026-01-05T09:00:00Z".parse().ok(),
                stream_id: StreamName(stream),
                mark: None,
            },
            data: Payload::Json(data.to_string()),
            raw: None,
            metadata: None,
        }
    });
    let store = MemoryStore::new();
    store.import(&recorded.collect::<Vec<_>>()).await.unwrap();
    Explorer::new(Arc::new(store), Registry::embedded(), false)
}
