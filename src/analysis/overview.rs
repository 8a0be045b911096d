//! What is here, and does anything need me?

use foldback_domain::event::{EventHead, Position, StreamName, Version};
use foldback_domain::reading::{StreamSummary, Totals};
use foldback_domain::source::SourceInfo;

/// What can be said of a store at once, without counting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Glance {
    /// The greatest position; `None` in an empty store.
    pub head: Option<Position>,
    /// About how many events there are, by what the database knows without counting; `None` where it does not know.
    pub estimate: Option<u64>,
    /// The lowest position.
    pub first: Option<EventHead>,
    /// The newest events, newest first.
    pub newest: Vec<EventHead>,
    /// The longest streams, longest first; empty where finding them would need a count of the whole store.
    pub longest: Vec<StreamSummary>,
}

/// The whole answer, as the command line gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overview {
    /// What the source is.
    pub source: SourceInfo,
    /// What can be said at once.
    pub glance: Glance,
    /// Everything counted; `None` where an estimate was asked for, and there is one.
    pub totals: Option<Totals>,
    /// How many snapshots are stored; `None` where that is not known.
    pub snapshots: Option<u64>,
    /// What needs attention.
    pub attention: Attention,
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attention {
    /// What was found, the worst first.
    pub findings: Vec<Finding>,
    /// How many streams were folded to find it.
    pub streams_folded: u64,
    /// How many streams there are to fold; more than were folded where the budget ended.
    pub streams: u64,
    /// How many streams no reducer folds.
    pub without_reducer: u64,
    /// Why nothing was folded, where nothing could be.
    pub unavailable: Option<String>,
    /// How many projections were looked at; `None` where the source tells of none.
    pub projections: Option<usize>,
}

impl Attention {
    /// Takes over what the processes around the log need now; what was found in the streams stays.
    pub fn renew(&mut self, needs: Attention) {
        self.findings.retain(|finding| finding.place == FindingPlace::Stream);
        self.findings.splice(0..0, needs.findings);
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        self.projections = needs.projections;
    }
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Should be looked at.
    Warning,
    /// Is wrong.
    Error,
}

impl Severity {
    /// The word that documents use.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// Which screen a finding opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingPlace {
    /// The source itself.
    Source,
    /// The stream, at its version.
    Stream,
    /// The projections.
    Projections,
    /// The sagas.
    Sagas,
    /// The dead letters.
    DeadLetters,
}

/// Something that needs attention, and where to look.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// A stable name in kebab case.
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// A sentence.
    pub message: String,
    /// Which screen it opens.
    pub place: FindingPlace,
    /// The stream it is about.
    pub stream_id: Option<StreamName>,
    /// The projection, saga or kind of dead letter it is about.
    pub about: Option<String>,
    /// The version at which it began.
    pub version: Option<Version>,
    /// The command that looks into it.
    pub next: String,
}
