//! All that is known about one version of a stream: what the travel screen shows at a glance.

use super::{Change, Moment};
use foldback_domain::ReducerInfo;
use foldback_domain::event::{EventHead, RecordedEvent, Version};
use serde_json::Value;
use std::collections::BTreeMap;

/// One version: its event, the state after it, and what changed against a base.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// The state at the version.
    pub moment: Moment,
    /// Who folded it; `None` where nobody could.
    pub reducer: Option<ReducerInfo>,
    /// The event of the version, the last where several have it; `None` at the initial state.
    pub event: Option<RecordedEvent>,
    /// The other events that have the same version, in front of it: the state is after all of them.
    pub others: Vec<EventHead>,
    /// The event's payload in today's schema, where the stored one is older.
    pub upcast: Option<Result<Value, String>>,
    /// The version that the changes are against: the one before, or a pinned one; `None` is the initial state.
    pub base: Option<Version>,
    /// What changed since the base; empty where either state is unavailable.
    pub changes: Vec<Change>,
}

/// Blame for a whole state: a line for each path, and the events that the lines name.
#[derive(Debug, Clone, PartialEq)]
pub struct Blamed {
    /// The state that is explained.
    pub moment: Moment,
    /// Who folded it.
    pub reducer: Option<ReducerInfo>,
    /// A line for each leaf of the state, in the state's order.
    pub lines: Vec<super::BlameLine>,
    /// The events that the lines name.
    pub events: BTreeMap<super::Turn, EventHead>,
}
