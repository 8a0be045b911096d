//! How a store of foldback's own is written: append, with an expected version.

use super::StoreError;
use async_trait::async_trait;
use foldback_domain::event::{Category, Payload, Position, RecordedEvent, StreamName, Version};
use jiff::Timestamp;

/// An event that is to be appended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id, unique in the store.
    pub event_id: String,
    /// Its type.
    pub event_type: String,
    /// The schema version of the payload.
    pub schema_version: u32,
    /// What happened.
    pub data: Payload,
    /// Correlation, causation, actor, and whatever else is known.
    pub metadata: Option<Payload>,
    /// When it happened.
    pub created_at: Timestamp,
}

/// A message that goes out because of an event, written with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMessage {
    /// The event that it is made of: one of those appended with it.
    pub event_id: String,
    /// What it is called outside.
    pub message_type: String,
    /// What is told, as JSON.
    pub payload: String,
    /// What it belongs to.
    pub correlation_id: Option<String>,
}

/// What a command led to, written with its events: who asks again gets the same answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandResult {
    /// The command's id.
    pub command_id: String,
    /// The answer, as JSON.
    pub result: String,
}

/// Everything that one command changes: all of it, or nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// The stream.
    pub stream: StreamName,
    /// Its category.
    pub category: Category,
    /// The version that the stream must be at; -1: there is no stream.
    pub expected: Version,
    /// What happened; may be nothing.
    pub events: Vec<NewEvent>,
    /// What goes out because of it. The stream is the partition key.
    pub messages: Vec<NewMessage>,
    /// The command that it was, where it has an id.
    pub command: Option<CommandResult>,
    /// When it is written.
    pub at: Timestamp,
}

/// Where an append ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// The stream's version after it.
    pub version: Version,
    /// The global position of its last event.
    pub global_position: Position,
}

/// A store that can be appended to. Only a store that foldback itself made is one.
#[async_trait]
pub trait EventWriter: Send + Sync {
    /// Appends events to a stream if it is at the expected version (-1: there is no stream), all or none.
    async fn append(
        &self,
        stream: &StreamName,
        category: &Category,
        expected: Version,
        events: &[NewEvent],
    ) -> Result<Appended, StoreError>;

    /// Appends events as they were recorded elsewhere, keeping ids, versions, times and, where given, positions.
    async fn import(&self, events: &[RecordedEvent]) -> Result<(), StoreError>;
}
