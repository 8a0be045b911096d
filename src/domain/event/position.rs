//! Where an event stands: in its stream (version) and in the whole log (global position).

use serde::{Deserialize, Serialize};
use std::fmt;

/// An event's place in the whole log, in the source's own numbers. The system's one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Position(pub i64);

/// An event's place in its stream, in the source's own numbers: some sources begin at 0, some at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Version {
    /// What an append to a stream of foldback's own store expects when there is no stream yet.
    pub const NO_STREAM: Version = Version(-1);

    /// The version that follows in a stream without gaps.
    pub fn next(self) -> Version {
        Version(self.0.saturating_add(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
