//! Why a verb has no answer, and the exit code that says so.

use crate::explore::Explorer;
use crate::store::StoreError;
use foldback_domain::event::StreamName;
use std::fmt;
use std::io;

/// Why a verb has no answer. Each names the thing, the expectation, the fact and the next step.
#[derive(Debug)]
pub enum Failure {
    /// A rule refuses it, or others were always faster (1).
    Refused(String),
    /// The words are off (2).
    Usage(String),
    /// The database holds several stores, and nobody said which (2).
    SeveralStores(String),
    /// The source cannot be opened or read (3).
    Source(String),
    /// There is no such stream, version or id (4).
    NotFound(String),
    /// Somebody pressed Ctrl-C, or asked the program to end (130, as shells have it).
    Interrupted,
    /// The reader of our output went away; nobody is left to tell.
    PipeClosed,
}

impl Failure {
    /// The exit code (CONTRACT: 1 refused, 2 wrong usage, 3 source, 4 not found).
    pub fn code(&self) -> u8 {
        match self {
            Failure::Refused(_) => 1,
            Failure::Usage(_) | Failure::SeveralStores(_) => 2,
            Failure::Source(_) => 3,
            Failure::NotFound(_) => 4,
            Failure::Interrupted => 130,
            Failure::PipeClosed => 0,
        }
    }

    /// There is no such stream; in the past it may only begin later.
    pub fn no_stream(explorer: &Explorer, stream: &StreamName) -> Self {
        let then = if explorer.as_of().is_some() { " as of then: it begins later, or never" } else { "" };
        Failure::NotFound(format!(
            "no stream {} in {}{then}; foldback streams {} lists them",
            super::output::safe(stream.as_str()),
            explorer.source().label,
            explorer.words(),
        ))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Refused(why)
            | Failure::Usage(why)
            | Failure::SeveralStores(why)
            | Failure::Source(why)
            | Failure::NotFound(why) => f.write_str(why),
            Failure::Interrupted | Failure::PipeClosed => Ok(()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::SeveralStores { .. } => Failure::SeveralStores(error.to_string()),
            other => Failure::Source(other.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Failure::PipeClosed,
            _ => Failure::Source(format!("standard output: {error}")),
        }
    }
}
