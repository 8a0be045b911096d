//! What can go wrong with a store. Each error names the thing, the expectation, the fact and the next step.

use foldback_domain::event::{StreamName, Version};
use thiserror::Error;

/// How the reason of a lost connection begins.
const LOST: &str = "lost the connection";

/// An error of a store.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum StoreError {
    /// Somebody else appended first.
    #[error("Wrong expected version: {expected} (stream {stream} is at {actual}); reload and decide again")]
    Conflict {
        /// The stream.
        stream: StreamName,
        /// What the writer expected; -1 is "no stream".
        expected: Version,
        /// Where the stream is.
        actual: Version,
    },
    /// An event with this id is there already.
    #[error("Event id {event_id} is already in the store; an id can be used once")]
    DuplicateEvent {
        /// The id.
        event_id: String,
    },
    /// A command with this id was handled before: its answer is in the books.
    #[error("Command {command_id} was handled already; its first answer stands")]
    CommandHandled {
        /// The id.
        command_id: String,
    },
    /// A consumer has taken in this event before.
    #[error("{consumer} has taken in event {event_id} already")]
    EventHandled {
        /// The consumer.
        consumer: String,
        /// The event's id.
        event_id: String,
    },
    /// Somebody else moved a checkpoint or a saga in the meantime.
    #[error("{what} was moved by another process in the meantime; load it and go on from there")]
    Moved {
        /// What was moved.
        what: String,
    },
    /// It is nothing that this store can hold. Trying again does not help.
    #[error("{what} cannot be stored: {why}")]
    Unstorable {
        /// The thing, made safe to show.
        what: String,
        /// What is the case.
        why: String,
    },
    /// The source cannot be opened, or can no longer be read.
    #[error("{what}: {why}{}", if .hint.is_empty() { String::new() } else { format!("; {}", .hint) })]
    Unavailable {
        /// The thing: a path or URL without secrets, made safe to show.
        what: String,
        /// What was expected and what is the case.
        why: String,
        /// What to do next; may be empty.
        hint: String,
    },
    /// A database holds several stores, and nobody said which is meant.
    #[error("{what} holds several stores: {names}; say which with ?store=NAME")]
    SeveralStores {
        /// The database, made safe to show.
        what: String,
        /// The names of its stores, with commas between.
        names: String,
    },
}

impl StoreError {
    /// An [`StoreError::Unavailable`] from its three parts.
    pub fn unavailable(what: impl Into<String>, why: impl Into<String>, hint: impl Into<String>) -> Self {
        StoreError::Unavailable { what: what.into(), why: why.into(), hint: hint.into() }
    }

    /// What is the case, without the thing and the next step.
    pub fn why(&self) -> String {
        match self {
            StoreError::Unavailable { why, .. } => why.clone(),
            other => other.to_string(),
        }
    }

    /// A connection that was there is gone; what was said of it stands in brackets.
    pub fn lost(what: &str, said: &str) -> Self {
        Self::unavailable(what, format!("{LOST} ({said})"), "try again: it is made anew")
    }

    /// Whether a connection was lost, so that a question may be asked once more over a new one.
    pub fn is_lost(&self) -> bool {
        matches!(self, StoreError::Unavailable { why, .. } if why.starts_with(LOST))
    }
}
