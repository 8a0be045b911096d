//! A recorded event, in the three widths that readers ask for. What is not needed is not read.

use super::{Category, Mark, Payload, Position, StreamName, Version};
use jiff::Timestamp;
use std::sync::Arc;

/// All of an event but its payload and metadata: what lists, blame and traces need.
/// What the source does not have is `None`, never invented.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventHead {
    /// The place in the whole log.
    pub global_position: Option<Position>,
    /// The stream it belongs to.
    pub stream_id: StreamName,
    /// The place in its stream.
    pub stream_version: Option<Version>,
    /// The kind of thing the stream is about.
    pub category: Category,
    /// The event's own id.
    pub event_id: Option<String>,
    /// The type, in the source's own text.
    pub event_type: String,
    /// The version of the type's schema.
    pub schema_version: Option<u32>,
    /// The id that everything of one business transaction shares.
    pub correlation_id: Option<String>,
    /// The id of the message that led to this event.
    pub causation_id: Option<String>,
    /// Who did it: a person or a service.
    pub actor: Option<String>,
    /// When it was recorded.
    pub created_at: Option<Timestamp>,
    /// What the source did to it; nothing to most.
    pub mark: Option<Mark>,
}

/// A whole event: head, payload and metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedEvent {
    /// All but payload and metadata.
    pub head: EventHead,
    /// What happened.
    pub data: Payload,
    /// The payload as it is stored, where `data` was wrapped, compressed or in another form in it.
    pub raw: Option<Payload>,
    /// What is known about it beside what happened.
    pub metadata: Option<Payload>,
}

/// What a fold needs of an event, and nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventBody {
    /// The place in the stream.
    pub version: Version,
    /// The type, in the source's own text. Streams have few types and many events: a page shares their names.
    pub event_type: Arc<str>,
    /// The version of the type's schema.
    pub schema_version: Option<u32>,
    /// What happened.
    pub data: Payload,
    /// All the rest, for the few folds that look at it. Whoever reads events for a fold asks it first.
    pub more: Option<Box<EventMore>>,
}

/// What is known of an event beside what a fold needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventMore {
    /// The head of the event.
    pub head: EventHead,
    /// What is known about it beside what happened.
    pub metadata: Option<Payload>,
}

impl RecordedEvent {
    /// The payload as it is stored.
    pub fn stored(&self) -> &Payload {
        self.raw.as_ref().unwrap_or(&self.data)
    }

    /// What a fold needs of this event; `None` where it has no version, so that it cannot be folded.
    pub fn body(&self) -> Option<EventBody> {
        Some(EventBody {
            version: self.head.stream_version?,
            event_type: self.head.event_type.as_str().into(),
            schema_version: self.head.schema_version,
            data: self.data.clone(),
            more: None,
        })
    }

    /// The same with all the rest; `None` where it has no version.
    pub fn into_body(self) -> Option<EventBody> {
        Some(EventBody {
            version: self.head.stream_version?,
            event_type: self.head.event_type.as_str().into(),
            schema_version: self.head.schema_version,
            data: self.data,
            more: Some(Box::new(EventMore { head: self.head, metadata: self.metadata })),
        })
    }
}
