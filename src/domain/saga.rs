//! Sagas: deciders over messages. A saga takes in a signal and says what it is now, what its log says, what goes out,
//! and how long it waits. It knows no clock and no chance: the runner brings both.

use crate::event::StreamName;
use crate::fact::Fact;
use crate::processes::SagaStatus;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use std::time::Duration;
use uuid::Uuid;

/// A saga that somebody runs, step by step.
pub trait Saga: Send + Sync + 'static {
    /// What kind of saga it is: `order-fulfilment`.
    const TYPE: &'static str;
    /// What it remembers between two signals.
    type State: Clone + Serialize + DeserializeOwned + Send + Sync;

    /// Which saga an event is for; `None` for an event that no saga of this kind listens to.
    fn id_of(fact: &Fact) -> Option<String>;

    /// What a signal leads to; `None` where it changes nothing. A saga that has not begun has no state.
    fn decide(at: &At<'_, Self::State>, signal: &Signal<'_>) -> Option<Transition<Self::State>>;

    /// What was asked for and not answered: sent again when a runner starts, under the same ids. With the line of the
    /// log that asked first.
    fn outstanding(saga_id: &str, state: &Self::State) -> Option<(i64, Outgoing)>;
}

/// Where a saga is when a signal comes in.
#[derive(Debug, Clone, Copy)]
pub struct At<'a, S> {
    /// Its id.
    pub saga_id: &'a str,
    /// The last line of its log; -1 before the first.
    pub sequence: i64,
    /// What it remembers; `None` before it began.
    pub state: Option<&'a S>,
    /// How patient it is.
    pub patience: &'a Patience,
}

/// How often something is tried, and how long is waited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// How often, the first time included.
    pub attempts: u32,
    /// The pause after the first attempt; each one is twice as long as the one before.
    pub first_pause: Duration,
    /// The longest pause.
    pub cap: Duration,
    /// How long an answer may take.
    pub answer: Duration,
}

impl Patience {
    /// What is used where nothing else is said: 3 attempts, 1 s doubling up to 10 s, 30 s for an answer.
    pub const STANDARD: Patience = Patience {
        attempts: 3,
        first_pause: Duration::from_secs(1),
        cap: Duration::from_secs(10),
        answer: Duration::from_secs(30),
    };

    /// The pause after an attempt, counted from 1.
    pub fn pause(&self, attempt: u32) -> Duration {
        let factor = 2u32.saturating_pow(attempt.saturating_sub(1));
        self.first_pause.saturating_mul(factor).min(self.cap)
    }
}

/// What comes in.
#[derive(Debug, Clone)]
pub enum Signal<'a> {
    /// An event of the log.
    Event {
        /// What happened.
        fact: &'a Fact,
        /// Its type.
        event_type: &'a str,
    },
    /// An answer to what it asked for.
    Reply(&'a Reply),
    /// It has waited long enough.
    Timeout,
    /// Somebody takes it up again where it gave up.
    Retry {
        /// Who.
        by: String,
    },
    /// Somebody has seen to what it gave up on: it goes on behind that.
    Skip {
        /// Who.
        by: String,
    },
}

/// Who is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// The command bus: a command by name, and the stream that decides it.
    Command {
        /// Its name.
        name: String,
        /// The stream.
        stream: StreamName,
    },
    /// A service outside.
    Call {
        /// Which one: `payment`.
        service: String,
        /// What it is to do: `charge`.
        operation: String,
    },
}

/// Something that a saga asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct Outgoing {
    /// The id of this attempt. Commands have one id for all attempts, so that they have one effect.
    pub id: String,
    /// What all attempts have in common: who gets it twice does it once.
    pub key: String,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// Who is asked.
    pub to: Recipient,
    /// What for: the command's fields, or the call's.
    pub body: Value,
}

impl Outgoing {
    /// Something that a saga asks for in a step. Its ids are made of the saga's, so that asking again asks the same.
    pub fn new(saga_id: &str, what: &str, attempt: u32, to: Recipient, body: Value) -> Outgoing {
        let key = message_id(&[saga_id, what]);
        let id = match &to {
            Recipient::Command { .. } => key.clone(),
            Recipient::Call { .. } => message_id(&[saga_id, what, &attempt.to_string()]),
        };
        Outgoing { id, key, attempt, to, body }
    }

    /// As the saga's log shows it: `{kind, id, name, to}`.
    pub fn shown(&self) -> Value {
        match &self.to {
            Recipient::Command { name, stream } => {
                json!({"kind": "command", "id": self.id, "name": name, "to": stream.as_str()})
            }
            Recipient::Call { service, operation } => {
                json!({"kind": "call", "id": self.id, "name": operation, "to": service})
            }
        }
    }

    /// Who is asked for what, in words: `payment.charge`, `ReserveStock`.
    pub fn name(&self) -> String {
        match &self.to {
            Recipient::Command { name, .. } => name.clone(),
            Recipient::Call { service, operation } => format!("{service}.{operation}"),
        }
    }
}

/// The same id for the same words, every time (UUID version 5).
pub fn message_id(words: &[&str]) -> String {
    // The length stands before each word: "a", "bc" must not be "ab", "c".
    let name: String = words.iter().map(|word| format!("{}:{word}/", word.len())).collect();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, name.as_bytes()).to_string()
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The attempt that it answers.
    pub id: String,
    /// What all attempts have in common.
    pub key: String,
    /// Who answers: `payment`, `ReserveStock`.
    pub from: String,
    /// Whether it is a service's answer, rather than the bus'.
    pub is_call: bool,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of something that was asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is done. A service's own answer; of a command its events, as an array of `{type, data}`.
    Done(Value),
    /// It will not be done, however often it is asked for.
    Refused(String),
    /// It was not done this time.
    Failed(String),
}

/// When a saga gives up waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// When it would have before.
    Unchanged,
    /// After so long.
    After(Duration),
    /// Never: what it waits for is up to a person, or there is nothing to wait for.
    Never,
}

/// What a signal leads to.
#[derive(Debug, Clone, PartialEq)]
pub struct Transition<S> {
    /// What the saga remembers from now on.
    pub state: S,
    /// How it is doing.
    pub status: SagaStatus,
    /// The step that it is at.
    pub step: Option<String>,
    /// The last error.
    pub error: Option<String>,
    /// What its log says.
    pub lines: Vec<Line<S>>,
    /// When it gives up waiting.
    pub due: Due,
    /// What it gives up on.
    pub given_up: Option<GivenUp>,
    /// Whether somebody has taken up what it had given up on.
    pub taken_up: bool,
}

/// A line of a saga's log.
#[derive(Debug, Clone, PartialEq)]
pub struct Line<S> {
    /// How the saga is doing after it.
    pub status: SagaStatus,
    /// The step that it is about.
    pub step: Option<String>,
    /// How that step is doing.
    pub step_status: Option<SagaStatus>,
    /// The step that this one undoes.
    pub compensates: Option<String>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// What came in.
    pub cause: String,
    /// What goes out.
    pub sent: Option<Outgoing>,
    /// What went wrong.
    pub error: Option<String>,
    /// What the saga remembers after it.
    pub state: S,
}

/// Something that a saga could not undo.
#[derive(Debug, Clone, PartialEq)]
pub struct GivenUp {
    /// What was tried.
    pub payload: Value,
    /// Why it did not work.
    pub error: String,
    /// How often it was tried.
    pub attempts: u32,
    /// The stream that it leaves behind half done.
    pub blocks: StreamName,
}
