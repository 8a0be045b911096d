//! What would have been: a branch is a stream with a few edits, in memory only. It refolds recorded facts; nothing is
//! decided anew, but what the rules would say of each fact now is marked.

mod export;
mod lockstep;
mod plan;
mod text;
mod timeline;

pub use export::{Language, Test, Then};
pub use lockstep::{Compared, Counts, Lockstep, Mark, Parting, Place};
pub use plan::Plan;
pub use timeline::BranchTimeline;

use foldback_domain::event::Version;

/// A branch: the recorded stream with edits. Edits name events by the versions that they were recorded under, so that
/// each means the same whatever the others do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Branch {
    /// What it is called.
    pub name: String,
    /// In the order that they were made. Of two that are about one event the later counts.
    pub edits: Vec<Edit>,
}

/// One edit. `behind: None` is the place before the first event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// As if the event had not happened.
    Skip(Version),
    /// As if it had happened with another payload.
    Change {
        /// Which event.
        version: Version,
        /// The payload in the schema that the event was recorded in, as JSON text.
        data: String,
    },
    /// As if one more had happened.
    Insert {
        /// Right behind which event.
        behind: Option<Version>,
        /// Its type.
        event_type: String,
        /// Its payload in today's schema, as JSON text.
        data: String,
    },
    /// As if it had happened earlier or later.
    Move {
        /// Which event.
        version: Version,
        /// Right behind which other.
        behind: Option<Version>,
    },
}

impl Edit {
    /// The events that it names.
    pub fn versions(&self) -> impl Iterator<Item = Version> {
        let (one, other) = match self {
            Edit::Skip(version) | Edit::Change { version, .. } => (Some(*version), None),
            Edit::Insert { behind, .. } => (None, *behind),
            Edit::Move { version, behind } => (Some(*version), *behind),
        };
        one.into_iter().chain(other)
    }

    /// Up to which version nothing is touched; `None`: nothing is sure to be as it was.
    fn untouched(&self) -> Option<Version> {
        let before = |version: Version| Some(Version(version.0.saturating_sub(1)));
        match self {
            Edit::Skip(version) | Edit::Change { version, .. } => before(*version),
            Edit::Insert { behind, .. } => behind.and_then(before),
            Edit::Move { version, behind } => before(*version).min(behind.and_then(before)),
        }
    }
}

impl Branch {
    /// Up to which version it is the same as main: `None` where it may part before the first event, and the outer
    /// `None` where it has no edits.
    pub fn untouched(&self) -> Option<Option<Version>> {
        self.edits.iter().map(Edit::untouched).min()
    }
}
