//! What travel asks of the world, and what the world answers.

use super::super::super::window::Want;
use super::around::Around;
use super::branch::{Branched, Here, Tried};
use crate::replay::{Blamed, Branch, Break, Language, Step, Tally};
use foldback_domain::ReducerInfo;
use foldback_domain::event::{EventHead, Position, StreamName, Version};
use foldback_domain::reading::{Direction, StreamRead, StreamSummary};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What is asked of the world, always about one stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// What the stream is.
    Open(StreamName),
    /// To fold it to its end, ahead of what is asked.
    Fold(StreamName),
    /// The versions before a place and behind it.
    Versions {
        /// What the window wants.
        want: Want<Version>,
        /// Those before, read away from the place.
        before: Option<StreamRead>,
        /// Those behind.
        after: Option<StreamRead>,
    },
    /// All about a version; changes against a pinned one where there is one.
    Step {
        /// Which stream.
        stream: StreamName,
        /// Which version; `None` is the initial state.
        at: Option<Version>,
        /// The pinned version.
        base: Option<Version>,
    },
    /// What each version changed.
    Tallies {
        /// Which stream.
        stream: StreamName,
        /// From this version.
        from: Version,
        /// To this version, inclusive.
        to: Version,
    },
    /// The nearest version that changed a path.
    Change {
        /// Which stream.
        stream: StreamName,
        /// Which path.
        path: String,
        /// From this version.
        from: Option<Version>,
        /// Which way.
        direction: Direction,
    },
    /// The nearest version at which a watched field changed or a condition was met.
    Run {
        /// Which stream.
        stream: StreamName,
        /// From this version.
        from: Option<Version>,
        /// Which way.
        direction: Direction,
        /// The paths that are watched.
        watched: Vec<String>,
        /// The conditions.
        stops: Vec<Break>,
        /// Whether the film is to stop there, and not the cursor to go there.
        film: bool,
    },
    /// For each path, the event that last changed it.
    Blame {
        /// Which stream.
        stream: StreamName,
        /// At which version.
        at: Option<Version>,
    },
    /// A branch beside main.
    Beside {
        /// Of which stream.
        stream: StreamName,
        /// Which branch.
        branch: Branch,
        /// At which version.
        at: Option<Version>,
    },
    /// What somebody should look at on a branch.
    Branch {
        /// Of which stream.
        stream: StreamName,
        /// Which branch.
        branch: Branch,
        /// Up to which version.
        at: Option<Version>,
    },
    /// What a command would lead to on a branch.
    Try {
        /// Of which stream.
        stream: StreamName,
        /// Which branch; one without edits is main.
        branch: Branch,
        /// At which version.
        at: Option<Version>,
        /// The command.
        name: String,
        /// Its fields.
        json: String,
    },
    /// The read models and sagas around a branch.
    Around {
        /// Of which stream.
        stream: StreamName,
        /// Which branch.
        branch: Branch,
        /// Up to which version.
        at: Option<Version>,
    },
    /// A branch as a test.
    Export {
        /// Of which stream.
        stream: StreamName,
        /// Which branch; one without edits is main.
        branch: Branch,
        /// Up to which version.
        at: Option<Version>,
        /// What it is written in.
        language: Language,
    },
    /// The last version at a time or before it.
    VersionAt {
        /// Which stream.
        stream: StreamName,
        /// The time.
        at: Timestamp,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// What the stream is and who folds it; `None` where there is no such stream.
    Opened(Option<Box<Opened>>),
    /// It is folded to its end.
    Folded,
    /// Versions.
    Versions {
        /// What was wanted.
        want: Want<Version>,
        /// In order of version.
        rows: Vec<EventHead>,
        /// The first that does not stand before the place.
        pivot: usize,
        /// Whether the first is the stream's first, where that is known.
        at_start: Option<bool>,
        /// Whether the last is the stream's last, where that is known.
        at_end: Option<bool>,
    },
    /// All about a version.
    Step(Arc<Step>),
    /// What each version changed.
    Tallies(Vec<(Version, Tally)>),
    /// The nearest change; `None` where there is none.
    Change(Direction, Option<Version>),
    /// The version to stop at and why; `None` where there is none up to the end.
    Ran {
        /// Whether the film is to stop there.
        film: bool,
        /// Where, and why.
        stop: Option<(Version, String)>,
        /// Where that is in the log.
        position: Option<Position>,
    },
    /// Blame.
    Blame(Arc<Blamed>),
    /// A branch beside main.
    Beside(Arc<Here>),
    /// A branch up to the stream's end.
    Branch(Arc<Branched>),
    /// What a command would lead to.
    Tried(Tried),
    /// What follows from a branch around its stream.
    Around(Box<Around>),
    /// A test as text, or why there is none.
    Exported(Result<String, String>),
    /// The version; `None` before the first.
    VersionAt(Option<Version>),
}

/// An opened stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// What it is.
    pub summary: StreamSummary,
    /// Who folds it, or why nobody can.
    pub reducer: Result<ReducerInfo, String>,
    /// The versions whose state the system itself has stored, the newest so many, and where they are in the log.
    pub snapshots: BTreeMap<Version, Option<Position>>,
}
