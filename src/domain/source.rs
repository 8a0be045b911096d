//! What a source is and what it can do, said plainly: what is missing has a reason.

use crate::event::Position;

/// How a source numbers its log: which place a number that somebody types means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Numbering {
    /// Each event has its own number.
    #[default]
    Own,
    /// Several events may share a number.
    Shared,
    /// It has no numbers.
    None,
}

impl Numbering {
    /// The place of the first event with this number.
    pub fn first(self, number: i64) -> Position {
        match self {
            Numbering::Shared => Position::shared(number),
            Numbering::Own | Numbering::None => Position(number),
        }
    }

    /// The last place that an event with this number can have.
    pub fn last(self, number: i64) -> Position {
        match self {
            Numbering::Shared => Position(Position::shared(number).0.saturating_add(Position::SHARE - 1)),
            Numbering::Own | Numbering::None => Position(number),
        }
    }
}

/// A source as the header shows it and as documents name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceInfo {
    /// What the user called it, without secrets: `shop.db`, `demo`.
    pub label: String,
    /// What kind of thing it is: `sqlite`, `jsonl`, `postgres`, `memory`.
    pub kind: String,
    /// The layout of its tables: `foldback`, `python-eventsourcing`.
    pub layout: String,
    /// What its columns were taken for, where no layout fits and it is read by a guess.
    pub guess: Option<String>,
    /// What else is to be said of how it is read.
    pub remarks: Vec<String>,
    /// The store's name where a database holds several.
    pub store: Option<String>,
    /// Whether foldback made it, so that the embedded domain may fold it unasked.
    pub own: bool,
    /// Whether it is opened for reading only.
    pub read_only: bool,
    /// How it numbers its log.
    pub numbering: Numbering,
    /// What it can do.
    pub capabilities: Capabilities,
}

/// What a source can serve, each with the reason where it cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// State by a fold.
    pub state: Capability,
    /// One order over all streams.
    pub global_order: Capability,
    /// Checkpoints of projections.
    pub projections: Capability,
    /// Logs of sagas.
    pub sagas: Capability,
    /// Stored snapshots.
    pub snapshots: Capability,
    /// What consumers gave up on.
    pub dead_letters: Capability,
    /// Messages on their way out.
    pub outbox: Capability,
    /// New events as they come.
    pub follow: Capability,
}

/// Whether a source has something, and if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Capability {
    /// It has it.
    Available,
    /// It does not; a sentence that says why and, where there is one, the way out.
    Unavailable(String),
}

impl Capability {
    /// Whether it is available.
    pub fn is_available(&self) -> bool {
        matches!(self, Capability::Available)
    }

    /// Why it is not available.
    pub fn reason(&self) -> Option<&str> {
        match self {
            Capability::Available => None,
            Capability::Unavailable(reason) => Some(reason),
        }
    }
}

impl Capabilities {
    /// The capabilities by the names that documents use, in the order that they are shown.
    pub fn named(&self) -> [(&'static str, &Capability); 8] {
        [
            ("state", &self.state),
            ("global_order", &self.global_order),
            ("projections", &self.projections),
            ("sagas", &self.sagas),
            ("snapshots", &self.snapshots),
            ("dead_letters", &self.dead_letters),
            ("outbox", &self.outbox),
            ("follow", &self.follow),
        ]
    }
}
