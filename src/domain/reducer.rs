//! Aggregates with their types erased, so that the time machine can fold any of them.

use crate::aggregate::{Aggregate, DecodeError, DomainEvent, Violation};
use crate::command::CommandError;
use crate::edits::Edit;
use crate::event::{EventBody, Version};
use crate::members::{Member, Want};
use crate::verdict::{Decided, Trial, Verdict};
use serde_json::Value;
use std::any::Any;
use std::fmt;
use std::marker::PhantomData;

/// Makes folds for the streams of one category: an aggregate of the domain, or a user's script.
pub trait Reducer: Send + Sync {
    /// What it is and what it is called.
    fn info(&self) -> ReducerInfo;

    /// A fold at its beginning, with the state before the first event.
    fn start(&self) -> Box<dyn Fold>;

    /// A fold from what [`Fold::save`] gave. Fails when the bytes are not of this reducer.
    fn restore(&self, saved: &[u8]) -> Result<Box<dyn Fold>, FoldError>;

    /// The event types that it has a handler for.
    fn event_types(&self) -> Vec<String>;

    /// What tells it from any other reducer of the same program, and from what it was before it was changed; `None` where
    /// nobody can tell, so that nothing it folded may be kept beyond the program's end.
    fn identity(&self) -> Option<String> {
        None
    }

    /// The form of state that it takes from snapshots of the store; `None` where it takes none.
    fn snapshot_form(&self) -> Option<u32> {
        None
    }

    /// The payload in today's schema where the stored one is older, else `None`.
    fn upcast(&self, event: &EventBody) -> Option<Result<Value, FoldError>>;

    /// Whether its folds look at more of an event than its payload: [`EventBody::more`] must be there for them.
    fn needs_more(&self) -> bool {
        false
    }
}

/// A fold on its way: the state after the events that it was given so far.
pub trait Fold: Send {
    /// Adds one event. After an error the state is what it was before the event.
    fn apply(&mut self, event: &EventBody) -> Result<(), FoldError>;

    /// The state as JSON. Fails where it is none: a script may make what JSON does not have.
    fn state(&self) -> Result<Value, FoldError>;

    /// These top-level members of the state, or their sizes, without the rest of it, which may be much; `None` where the state is not made
    /// of members, or cannot be had in parts.
    fn members(&self, _: &[Want]) -> Option<Vec<Member>> {
        None
    }

    /// What has changed since a value was made of the state, or of an object that has only these of its members, without
    /// making another value; `None` where nobody can tell.
    fn edits(&self, _known: &Value, _only: Option<&[String]>) -> Option<Vec<Edit>> {
        None
    }

    /// The state as bytes from which [`Reducer::restore`] makes the same fold again. Fails where it cannot be kept.
    fn save(&self) -> Result<Vec<u8>, FoldError>;

    /// What should never be true of the state, and is.
    fn violations(&self) -> Vec<Violation>;

    /// What the rules say of an event as the next one. Nothing changes.
    fn judge(&self, _event: &EventBody) -> Verdict {
        Verdict::Unknown
    }

    /// What the rules make of a command here. Nothing changes.
    fn decide(&self, _name: &str, _json: &str) -> Trial {
        Trial::UnknownName
    }

    /// The fold itself, for who knows what kind it is and can ask it more; `None` where there is no more to ask.
    fn as_any(&mut self) -> Option<&mut dyn Any> {
        None
    }
}

/// Where a reducer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReducerKind {
    /// Rust code: the embedded domain, or the user's own.
    Domain,
    /// A script that the user gave.
    Script,
}

/// A reducer's kind and name, as documents and panes show them: `domain:order`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReducerInfo {
    /// Where it comes from.
    pub kind: ReducerKind,
    /// What it is called.
    pub name: String,
}

impl fmt::Display for ReducerInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            ReducerKind::Domain => "domain",
            ReducerKind::Script => "script",
        };
        write!(f, "{kind}:{}", self.name)
    }
}

/// Why a fold could not take an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FoldError {
    /// The event is not one of this reducer's.
    Decode {
        /// The event's version in its stream.
        version: Version,
        /// The event's type.
        event_type: String,
        /// What is wrong with it.
        error: DecodeError,
    },
    /// A saved fold is not of this reducer.
    NotAState(String),
    /// A script failed at the event.
    Script {
        /// The event's version in its stream.
        version: Version,
        /// The event's type.
        event_type: String,
        /// The script's name.
        script: String,
        /// The line of the script.
        line: Option<u32>,
        /// What is wrong.
        why: String,
    },
    /// A script has no state that could be shown or kept.
    NoState {
        /// The script's name.
        script: String,
        /// The line of the script.
        line: Option<u32>,
        /// What is wrong.
        why: String,
    },
}

impl FoldError {
    /// What is wrong, without the event: who shows it names that already.
    pub fn reason(&self) -> String {
        match self {
            FoldError::Decode { error, .. } => error.to_string(),
            FoldError::NotAState(why) => format!("the saved state is not of this reducer: {why}"),
            FoldError::Script { script, line, why, .. } | FoldError::NoState { script, line, why } => {
                format!("{script}{}: {why}", line.map_or(String::new(), |line| format!(":{line}")))
            }
        }
    }
}

impl fmt::Display for FoldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FoldError::Decode { version, event_type, .. } | FoldError::Script { version, event_type, .. } => {
                write!(f, "v{version} {event_type}: {}", self.reason())
            }
            FoldError::NotAState(_) | FoldError::NoState { .. } => f.write_str(&self.reason()),
        }
    }
}

impl std::error::Error for FoldError {}

/// An [`Aggregate`] as a [`Reducer`].
pub struct Domain<A>(PhantomData<fn() -> A>);

impl<A: Aggregate> Domain<A> {
    /// The reducer of this aggregate.
    pub const fn new() -> Self {
        Domain(PhantomData)
    }
}

impl<A: Aggregate> Default for Domain<A> {
    fn default() -> Self {
        Self::new()
    }
}

struct Folding<A: Aggregate> {
    /// `None` only while an event is being applied.
    state: Option<A::State>,
}

/// Old stores have no schema version column; the first schema is meant.
fn schema_of(event: &EventBody) -> u32 {
    event.schema_version.unwrap_or(1)
}

fn decode_error(event: &EventBody, error: DecodeError) -> FoldError {
    FoldError::Decode { version: event.version, event_type: event.event_type.to_string(), error }
}

impl<A: Aggregate> Reducer for Domain<A> {
    fn info(&self) -> ReducerInfo {
        ReducerInfo { kind: ReducerKind::Domain, name: A::CATEGORY.to_owned() }
    }

    fn identity(&self) -> Option<String> {
        Some(format!("domain {} {}", std::any::type_name::<A>(), A::STATE_VERSION))
    }

    fn snapshot_form(&self) -> Option<u32> {
        Some(A::STATE_VERSION)
    }

    fn start(&self) -> Box<dyn Fold> {
        Box::new(Folding::<A> { state: Some(A::initial()) })
    }

    fn restore(&self, saved: &[u8]) -> Result<Box<dyn Fold>, FoldError> {
        let state = serde_json::from_slice(saved).map_err(|e| FoldError::NotAState(e.to_string()))?;
        Ok(Box::new(Folding::<A> { state: Some(state) }))
    }

    fn event_types(&self) -> Vec<String> {
        A::Event::TYPES.iter().map(|name| (*name).to_owned()).collect()
    }

    fn upcast(&self, event: &EventBody) -> Option<Result<Value, FoldError>> {
        A::Event::upcast(&event.event_type, schema_of(event), &event.data)
            .map(|result| result.map_err(|error| decode_error(event, error)))
    }
}

impl<A: Aggregate> Folding<A> {
    fn current(&self) -> &A::State {
        self.state.as_ref().expect("a fold has a state between events")
    }
}

impl<A: Aggregate> Fold for Folding<A> {
    fn apply(&mut self, event: &EventBody) -> Result<(), FoldError> {
        let decoded = A::Event::decode(&event.event_type, schema_of(event), &event.data)
            .map_err(|error| decode_error(event, error))?;
        let state = self.state.take().expect("a fold has a state between events");
        self.state = Some(A::evolve(state, decoded));
        Ok(())
    }

    fn state(&self) -> Result<Value, FoldError> {
        Ok(serde_json::to_value(self.current()).expect("a state of the domain is JSON"))
    }

    fn members(&self, wants: &[Want]) -> Option<Vec<Member>> {
        crate::members::members(self.current(), wants)
    }

    fn edits(&self, known: &Value, only: Option<&[String]>) -> Option<Vec<Edit>> {
        crate::compare::compare(self.current(), known, only)
    }

    fn save(&self) -> Result<Vec<u8>, FoldError> {
        Ok(serde_json::to_vec(self.current()).expect("a state of the domain is JSON"))
    }

    fn violations(&self) -> Vec<Violation> {
        A::violations(self.current())
    }

    fn judge(&self, event: &EventBody) -> Verdict {
        let Ok(recorded) = A::Event::decode(&event.event_type, schema_of(event), &event.data) else {
            return Verdict::Unknown;
        };
        let Some(command) = A::command_for(&recorded) else { return Verdict::Unknown };
        match A::decide(self.current(), command) {
            Err(refusal) => Verdict::Refuses(refusal.to_string()),
            Ok(events) => {
                let events = decided::<A>(&events);
                match events.first() {
                    Some(first) if first.event_type == recorded.event_type() && first.data == recorded.encode() => {
                        Verdict::Agrees
                    }
                    _ => Verdict::Differs(events),
                }
            }
        }
    }

    fn decide(&self, name: &str, json: &str) -> Trial {
        match A::parse_command(name, json) {
            Err(CommandError::UnknownName) => Trial::UnknownName,
            Err(CommandError::Malformed(why)) => Trial::Malformed(why),
            Ok(command) => match A::decide(self.current(), command) {
                Err(refusal) => Trial::Refused(refusal.to_string()),
                Ok(events) => Trial::Decided(decided::<A>(&events)),
            },
        }
    }
}

fn decided<A: Aggregate>(events: &[A::Event]) -> Vec<Decided> {
    let one = |event: &A::Event| Decided {
        event_type: event.event_type(),
        schema_version: event.schema_version(),
        data: event.encode(),
    };
    events.iter().map(one).collect()
}
