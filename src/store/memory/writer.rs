//! Appending to memory: all events of a call, or none.

use super::MemoryStore;
use crate::store::event_id::derived;
use crate::store::metadata::with_ids;
use crate::store::{Appended, EventWriter, NewEvent, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{Category, EventHead, Position, RecordedEvent, StreamName, Version, safe_text};
use std::sync::PoisonError;

impl MemoryStore {
    /// Adds one event if it has its place behind the others.
    fn add(events: &mut Vec<RecordedEvent>, mut event: RecordedEvent) -> Result<(), StoreError> {
        let head = &mut event.head;
        let last = last_version(events, &head.stream_id);
        let refuse = |why: String| {
            let what = format!("an event of stream {}", safe_text(head.stream_id.as_str()));
            Err(StoreError::unavailable(what, why, "nothing was imported"))
        };
        let version = head.stream_version.unwrap_or_else(|| last.next());
        if last != Version::NO_STREAM && version != last.next() {
            return refuse(format!("the stream is at version {last}, so {} was expected next", last.next()));
        }
        let top = events.last().and_then(|event| event.head.global_position);
        let position = head.global_position.unwrap_or_else(|| Position(top.map_or(1, |top| top.0 + 1)));
        if top.is_some_and(|top| position <= top) {
            return refuse(format!("its position {position} is not above the log's head"));
        }
        let id = head.event_id.clone().unwrap_or_else(|| derived(head.stream_id.as_str(), version.0));
        if events.iter().any(|other| other.head.event_id.as_ref() == Some(&id)) {
            return Err(StoreError::DuplicateEvent { event_id: safe_text(&id).into_owned() });
        }
        let ids = [&head.correlation_id, &head.causation_id, &head.actor].map(Option::as_deref);
        match with_ids(event.metadata.take(), ids) {
            Ok(metadata) => event.metadata = metadata,
            Err(why) => return refuse(why),
        }
        (head.stream_version, head.global_position, head.event_id) = (Some(version), Some(position), Some(id));
        let lifted = event.metadata.as_ref().and_then(|metadata| metadata.parse().ok());
        let lift = |key: &str| lifted.as_ref().and_then(|metadata| metadata.get(key)).and_then(as_text);
        (head.correlation_id, head.causation_id, head.actor) =
            (lift("correlation_id"), lift("causation_id"), lift("actor"));
        events.push(event);
        Ok(())
    }

    /// Runs a change on a copy, which takes the place of the events when all of it went well.
    fn change<T>(
        &self,
        change: impl FnOnce(&mut Vec<RecordedEvent>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut events = self.events.write().unwrap_or_else(PoisonError::into_inner);
        let before = events.len();
        let done = change(&mut events);
        if done.is_err() {
            events.truncate(before);
        }
        done
    }
}

fn as_text(value: &serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::Null => None,
        serde_json::Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn last_version(events: &[RecordedEvent], stream: &StreamName) -> Version {
    let last = events.iter().rev().find(|event| event.head.stream_id == *stream);
    last.and_then(|event| event.head.stream_version).unwrap_or(Version::NO_STREAM)
}

#[async_trait]
impl EventWriter for MemoryStore {
    async fn append(
        &self,
        stream: &StreamName,
        category: &Category,
        expected: Version,
        new: &[NewEvent],
    ) -> Result<Appended, StoreError> {
        self.change(|events| {
            let actual = last_version(events, stream);
            if actual != expected {
                return Err(StoreError::Conflict { stream: stream.clone(), expected, actual });
            }
            for event in new {
                let head = EventHead {
                    global_position: None,
                    stream_id: stream.clone(),
                    stream_version: None,
                    category: category.clone(),
                    event_id: Some(event.event_id.clone()),
                    event_type: event.event_type.clone(),
                    schema_version: Some(event.schema_version),
                    correlation_id: None,
                    causation_id: None,
                    actor: None,
                    created_at: Some(event.created_at),
                    mark: None,
                };
                let recorded =
                    RecordedEvent { head, data: event.data.clone(), raw: None, metadata: event.metadata.clone() };
                Self::add(events, recorded)?;
            }
            let top = events.last().and_then(|event| event.head.global_position);
            Ok(Appended { version: last_version(events, stream), global_position: top.unwrap_or(Position(0)) })
        })
    }

    async fn import(&self, recorded: &[RecordedEvent]) -> Result<(), StoreError> {
        self.change(|events| recorded.iter().try_for_each(|event| Self::add(events, event.clone())))
    }
}
