//! The one clock: a position that everything is as of.

use foldback_domain::event::Position;
use jiff::Timestamp;

/// Where the clock stands: just after an event, or before all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf {
    /// The last position that has happened.
    pub position: Position,
    /// When its event was recorded, where the source says.
    pub at: Option<Timestamp>,
    /// Whether anything had happened by then.
    pub happened: bool,
}

impl AsOf {
    /// Just after an event.
    pub fn after(position: Position, at: Option<Timestamp>) -> AsOf {
        AsOf { position, at, happened: true }
    }

    /// Before everything that happened.
    pub fn before_all(position: Position) -> AsOf {
        AsOf { position, at: None, happened: false }
    }
}

/// A place on the clock worth going to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Where it stands.
    pub position: Position,
    /// What it is.
    pub kind: MarkKind,
}

/// What is at a mark; of several in one column the last of these is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// The system itself stored the state of the open stream.
    Snapshot,
    /// Something failed.
    Failure,
    /// Play stops there in the open stream, or has stopped.
    Stop,
    /// The user wants to come back.
    Bookmark,
}

impl MarkKind {
    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            MarkKind::Snapshot => "snapshot",
            MarkKind::Failure => "failure",
            MarkKind::Stop => "stop",
            MarkKind::Bookmark => "bookmark",
        }
    }
}
