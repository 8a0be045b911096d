//! What a domain implements: aggregates that decide and evolve, and events that can be stored.

use crate::command::CommandError;
use crate::event::Payload;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use std::fmt;

/// A decider: state is a fold over events, commands are decided against it.
pub trait Aggregate: Send + Sync + 'static {
    /// The category of its streams: `order` for `order-1001`.
    const CATEGORY: &'static str;
    /// The form of its state. It grows when the state's fields change their meaning, so that no snapshot of the old
    /// form is read.
    const STATE_VERSION: u32 = 1;
    /// What the events add up to.
    type State: Clone + Serialize + DeserializeOwned + Send + Sync;
    /// What can have happened.
    type Event: DomainEvent;
    /// What can be asked for.
    type Command;
    /// Why a rule refuses a command.
    type Refusal: fmt::Display;

    /// The state before the first event.
    fn initial() -> Self::State;

    /// The state after one more event. It never judges: history is what it is.
    fn evolve(state: Self::State, event: Self::Event) -> Self::State;

    /// The events that a command leads to, or the rule that refuses it.
    fn decide(state: &Self::State, command: Self::Command) -> Result<Vec<Self::Event>, Self::Refusal>;

    /// What should never be true of a state, though history may have made it so.
    fn violations(_state: &Self::State) -> Vec<Violation> {
        Vec::new()
    }

    /// The command that an event comes of; `None` where no single command leads to such an event. It lets a history be
    /// asked what the rules would have said.
    fn command_for(_event: &Self::Event) -> Option<Self::Command> {
        None
    }

    /// Reads a command by its name from JSON text; without an implementation no command has a name.
    fn parse_command(_name: &str, _json: &str) -> Result<Self::Command, CommandError> {
        Err(CommandError::UnknownName)
    }
}

/// A broken invariant of a state: a finding, not an error.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// A stable name in kebab case: `refunded-beyond-capture`.
    pub code: &'static str,
    /// A sentence with the numbers: `refunded 45,000 of 30,300 captured`.
    pub message: String,
}

/// An event of a domain: named, versioned and storable.
pub trait DomainEvent: Sized + Send {
    /// Every type of this domain's events.
    const TYPES: &'static [&'static str];

    /// The name it is stored under.
    fn event_type(&self) -> &'static str;

    /// The schema version that is written today.
    fn schema_version(&self) -> u32;

    /// The payload as it is stored today.
    fn encode(&self) -> Value;

    /// Reads a stored event strictly: old schemas are upcast, unknown types and fields are errors.
    fn decode(event_type: &str, schema_version: u32, data: &Payload) -> Result<Self, DecodeError>;

    /// The payload in today's schema, where the stored one is older; `None` where it is today's already.
    fn upcast(event_type: &str, schema_version: u32, data: &Payload) -> Option<Result<Value, DecodeError>>;
}

/// Why a stored event is not an event of the domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecodeError {
    /// The type has no place in this aggregate.
    UnknownType,
    /// The schema version is newer than this program knows, or has no upcaster.
    UnknownSchema {
        /// The version that was stored.
        found: u32,
        /// The version that this program writes.
        newest: u32,
    },
    /// The payload does not have the fields or the form that the type asks for.
    Malformed(String),
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DecodeError::UnknownType => write!(f, "the type is unknown to this aggregate"),
            DecodeError::UnknownSchema { found, newest } => {
                write!(f, "schema version {found} is unknown; the newest known is {newest}")
            }
            DecodeError::Malformed(why) => write!(f, "the payload does not decode: {why}"),
        }
    }
}

impl std::error::Error for DecodeError {}
