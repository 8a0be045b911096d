//! What a source is and what it can do, said plainly: what is missing has a reason.

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
