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
