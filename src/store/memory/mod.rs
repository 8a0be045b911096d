//! The reference: a store in memory, written to be obviously right. Every other store answers as it does.

mod reader;
mod writer;

use foldback_domain::event::{EventHead, RecordedEvent};
use foldback_domain::reading::{LogFilter, matches_pattern};
use foldback_domain::source::{Capabilities, Capability, Numbering, SourceInfo};
use std::sync::atomic::AtomicU64;
use std::sync::{PoisonError, RwLock};

/// Events in memory, in global order.
#[derive(Debug)]
pub struct MemoryStore {
    events: RwLock<Vec<RecordedEvent>>,
    rows: AtomicU64,
    source: SourceInfo,
}

impl Default for MemoryStore {
    fn default() -> Self {
        let none = |what: &str| Capability::Unavailable(format!("a store in memory has no {what}"));
        MemoryStore {
            events: RwLock::default(),
            rows: AtomicU64::new(0),
            source: SourceInfo {
                label: "memory".into(),
                kind: "memory".into(),
                layout: "foldback".into(),
                guess: None,
                remarks: Vec::new(),
                store: None,
                own: true,
                numbering: Numbering::Own,
                read_only: false,
                capabilities: Capabilities {
                    state: Capability::Available,
                    global_order: Capability::Available,
                    projections: none("checkpoints of projections"),
                    sagas: none("saga log"),
                    snapshots: none("snapshots"),
                    dead_letters: none("failed events"),
                    outbox: none("outbox"),
                    follow: Capability::Available,
                },
            },
        }
    }
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn with<T>(&self, ask: impl FnOnce(&[RecordedEvent]) -> T) -> T {
        ask(&self.events.read().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Whether an event passes a filter. What it does not have meets no condition.
pub fn passes(filter: &LogFilter, head: &EventHead) -> bool {
    filter.stream.as_ref().is_none_or(|stream| head.stream_id == *stream)
        && filter.category.as_ref().is_none_or(|category| head.category == *category)
        && filter.event_type.as_ref().is_none_or(|pattern| matches_pattern(pattern, &head.event_type))
        && filter.correlation_id.as_ref().is_none_or(|id| head.correlation_id.as_ref() == Some(id))
        && filter.since.is_none_or(|since| head.created_at.is_some_and(|at| at >= since))
        && filter.until.is_none_or(|until| head.created_at.is_some_and(|at| at <= until))
        && filter.from.is_none_or(|from| head.global_position >= Some(from))
        && filter.to.is_none_or(|to| head.global_position.is_some_and(|at| at <= to))
}
