//! What the rules of a domain say of an event that is recorded already, and of a command that nobody has given.

use serde_json::Value;

/// An event that a command leads to, as it would be stored today.
#[derive(Debug, Clone, PartialEq)]
pub struct Decided {
    /// Its type.
    pub event_type: &'static str,
    /// The schema version of its payload.
    pub schema_version: u32,
    /// The payload.
    pub data: Value,
}

/// What the rules say of an event as the next one behind a state: what the command that such an event comes of would
/// lead to there.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// Nobody can say: there are no rules here, or no command leads to such an event.
    Unknown,
    /// The same event.
    Agrees,
    /// Other events.
    Differs(Vec<Decided>),
    /// A rule refuses it; its sentence.
    Refuses(String),
}

/// What the rules make of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Trial {
    /// There are no rules here that know a command of this name.
    UnknownName,
    /// The JSON does not have the fields or the form that the command asks for.
    Malformed(String),
    /// A rule refuses it; its sentence.
    Refused(String),
    /// It leads to these events.
    Decided(Vec<Decided>),
}
