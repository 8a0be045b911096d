//! What the time machine answers: a state at a version, what changed, and who changed it last.

use foldback_domain::event::{EventBody, Version};
use foldback_domain::{FoldError, Violation};
use serde_json::Value;
use std::fmt;
use std::sync::Arc;

/// The state of a stream at a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Moment {
    /// The version asked for; `None` is the initial state, before the first event.
    pub version: Option<Version>,
    /// How far the fold came and what it rests on.
    pub outcome: Outcome,
    /// The state; `None` only where the outcome is unavailable.
    pub state: Option<Arc<Value>>,
    /// How many events the state holds.
    pub events_folded: u64,
    /// Where the fold began.
    pub started_from: StartedFrom,
    /// What should not be true of the state, and is.
    pub violations: Vec<Violation>,
}

impl Moment {
    /// Whether this was shown unverified, and the fold of every event has now come to something else.
    pub fn is_refuted_by(&self, folded: &Moment) -> bool {
        let checked = self.started_from.is_unverified() && !folded.started_from.is_unverified();
        checked && self.version == folded.version && self.state != folded.state
    }

    /// The answer where nothing can fold the stream. `why` is a sentence that says so and names the way out.
    pub fn unavailable(version: Option<Version>, why: String) -> Moment {
        Moment {
            version,
            outcome: Outcome::Unavailable(why),
            state: None,
            events_folded: 0,
            started_from: StartedFrom::Start,
            violations: Vec::new(),
        }
    }
}

/// Whether a state can be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Every event up to the version was folded.
    Complete,
    /// The fold stopped at an event; the state is the one before it.
    Partial(Stop),
    /// There is no state, and why.
    Unavailable(String),
}

/// The event at which a fold stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Its version.
    pub version: Version,
    /// Its type.
    pub event_type: String,
    /// What is wrong with it, as a clause: `the type is unknown to this aggregate`.
    pub why: String,
}

impl Stop {
    /// The stop at an event that a fold refused, without what the stop says anyway: version and type.
    pub fn at(event: &EventBody, error: &FoldError) -> Stop {
        Stop { version: event.version, event_type: event.event_type.to_string(), why: error.reason() }
    }
}

impl fmt::Display for Stop {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the fold stopped at v{} {}: {}", self.version, self.event_type, self.why)
    }
}

/// Where a fold began. Keyframes of the same run do not count: they are folds from the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StartedFrom {
    /// The initial state.
    Start,
    /// A snapshot stored by the system, at this version.
    Snapshot(Version),
    /// A state that foldback itself folded in an earlier run, at this version; nothing it rests on has changed since.
    Cache(Version),
    /// The same, of a source that may have changed since.
    Earlier(Version),
}

impl StartedFrom {
    /// Whether nobody has folded the events before it to see that it is right.
    pub fn is_unverified(self) -> bool {
        matches!(self, StartedFrom::Snapshot(_) | StartedFrom::Earlier(_))
    }
}

/// One difference between two states.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Where, as an RFC 6901 pointer. For a removal it is the place in the state before; else in the state after.
    pub path: String,
    /// What kind of difference.
    pub op: ChangeOp,
    /// The value before; `None` for an addition.
    pub before: Option<Value>,
    /// The value after; `None` for a removal.
    pub after: Option<Value>,
}

/// Kinds of differences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangeOp {
    /// It was not there.
    Add,
    /// It is no longer there.
    Remove,
    /// It has another value.
    Replace,
    /// An array element with the same key stands elsewhere; this is where it stood, in the state before.
    Move {
        /// The pointer in the state before.
        from: String,
    },
}

impl ChangeOp {
    /// The word that documents use.
    pub fn name(&self) -> &'static str {
        match self {
            ChangeOp::Add => "add",
            ChangeOp::Remove => "remove",
            ChangeOp::Replace => "replace",
            ChangeOp::Move { .. } => "move",
        }
    }
}

/// A path of a state and the version that last changed it.
#[derive(Debug, Clone, PartialEq)]
pub struct BlameLine {
    /// Where, as an RFC 6901 pointer.
    pub path: String,
    /// The value now.
    pub value: Value,
    /// The version of the event that last changed it; `None` where the initial state has it.
    pub version: Option<Version>,
    /// Which of the events of that version it was.
    pub turn: Option<super::Turn>,
}
