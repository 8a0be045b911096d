//! The command bus: every command of every aggregate by name, as JSON.

use super::command::{self, AnyCommand, Ticket};
use super::snapshots::{SnapshotPolicy, Snapshots};
use super::{LoadError, Repository, RetryPolicy, Works, answers, consult};
use crate::store::StoreError;
use foldback_domain::aggregates::order::{OrderCommand, PlaceOrder};
use foldback_domain::aggregates::{Account, Inventory, Order, Payment, User};
use foldback_domain::event::{Position, RecordedEvent, StreamName, safe_text};
use foldback_domain::{Aggregate, Fact, NamedCommand, NamedRefusal};
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

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
    /// An event of the stream does not decode: nothing can be decided until that is mended.
    Undecodable(StoreError),
    /// It is nothing that this store can hold.
    Unstorable(StoreError),
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
            CommandFailure::Unknown { name } => {
                write!(f, "there is no command {}", safe_text(name))?;
                if let Some(near) = command::near(name) {
                    write!(f, "; did you mean {near}?")?;
                }
                f.write_str("; `foldback exec --help` lists them")
            }
            CommandFailure::Invalid(why) | CommandFailure::NotFound(why) | CommandFailure::Refused(why) => {
                f.write_str(why)
            }
            CommandFailure::Conflict(error)
            | CommandFailure::Unavailable(error)
            | CommandFailure::Undecodable(error)
            | CommandFailure::Unstorable(error) => error.fmt(f),
        }
    }
}

/// Handles commands.
#[derive(Clone)]
pub struct Bus {
    works: Works,
    conflicts: RetryPolicy,
    failures: RetryPolicy,
    policy: SnapshotPolicy,
    snapshots: Snapshots,
    notes: Arc<Mutex<Vec<String>>>,
}

/// Why one attempt led to nothing.
enum Stopped {
    /// The store says so; it may be tried again.
    Store(StoreError),
    /// Trying again would not help.
    Failed(CommandFailure),
}

impl From<StoreError> for Stopped {
    fn from(error: StoreError) -> Self {
        Stopped::Store(error)
    }
}

impl Bus {
    /// A bus with the standard policies.
    pub fn new(works: Works) -> Bus {
        Bus {
            works,
            conflicts: RetryPolicy::CONFLICT,
            failures: RetryPolicy::STANDARD,
            policy: SnapshotPolicy::default(),
            snapshots: Snapshots::default(),
            notes: Arc::default(),
        }
    }

    /// The same, with another policy for conflicts over a stream.
    pub fn on_conflict(self, conflicts: RetryPolicy) -> Bus {
        Bus { conflicts, ..self }
    }

    /// The same, with another policy for a store that cannot be reached.
    pub fn on_failure(self, failures: RetryPolicy) -> Bus {
        Bus { failures, ..self }
    }

    /// The same, with another policy for snapshots.
    pub fn with_snapshots(self, policy: SnapshotPolicy) -> Bus {
        Bus { policy, ..self }
    }

    /// What was odd and stopped nothing: snapshots that could not be used or kept. Each is told once.
    pub fn take_notes(&self) -> Vec<String> {
        let mut notes = std::mem::take(&mut *self.notes.lock().unwrap_or_else(PoisonError::into_inner));
        notes.extend(self.snapshots.notes());
        notes
    }

    /// Waits for the snapshots that are being written.
    pub async fn settle(&self) {
        let notes = self.snapshots.settle().await;
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).extend(notes);
    }

    /// Handles a command: what it led to, or why it led to nothing.
    pub async fn dispatch(&self, request: Request) -> Result<Answer, CommandFailure> {
        let (command, ticket) = command::read(request, &self.works.chance)?;
        match command {
            AnyCommand::Order(OrderCommand::PlaceOrder(place)) => {
                let command = OrderCommand::PlaceOrder(place.clone());
                self.handle::<Order>(&command, &ticket, Fact::Order, Some(&place)).await
            }
            AnyCommand::Order(command) => self.handle::<Order>(&command, &ticket, Fact::Order, None).await,
            AnyCommand::Payment(command) => self.handle::<Payment>(&command, &ticket, Fact::Payment, None).await,
            AnyCommand::Inventory(command) => self.handle::<Inventory>(&command, &ticket, Fact::Inventory, None).await,
            AnyCommand::Account(command) => self.handle::<Account>(&command, &ticket, Fact::Account, None).await,
            AnyCommand::User(command) => self.handle::<User>(&command, &ticket, Fact::User, None).await,
        }
    }

    /// Handles a command of one aggregate, again and again as the policies say.
    async fn handle<A: Aggregate>(
        &self,
        command: &A::Command,
        ticket: &Ticket,
        fact: fn(A::Event) -> Fact,
        placed: Option<&PlaceOrder>,
    ) -> Result<Answer, CommandFailure>
    where
        A::Command: NamedCommand + Clone + Sync,
        A::Event: Clone,
        A::Refusal: NamedRefusal,
    {
        let (mut conflicts, mut failures) = (0, 0);
        loop {
            let error = match self.attempt::<A>(command, ticket, fact, placed).await {
                Ok(answer) => return Ok(answer),
                Err(Stopped::Failed(failure)) => return Err(failure),
                Err(Stopped::Store(error)) => error,
            };
            let (pause, failure): (_, fn(StoreError) -> CommandFailure) = match &error {
                StoreError::Unavailable { .. } | StoreError::SeveralStores { .. } => {
                    failures += 1;
                    (self.failures.pause(failures, &self.works.chance), CommandFailure::Unavailable)
                }
                StoreError::Unstorable { .. } => (None, CommandFailure::Unstorable),
                // Somebody else was first; where that was this very command, its answer is there the next time.
                _ => {
                    conflicts += 1;
                    (self.conflicts.pause(conflicts, &self.works.chance), CommandFailure::Conflict)
                }
            };
            match pause {
                Some(pause) => self.works.clock.sleep(pause).await,
                None => return Err(failure(error)),
            }
        }
    }

    /// Loads, decides and commits once.
    async fn attempt<A: Aggregate>(
        &self,
        command: &A::Command,
        ticket: &Ticket,
        fact: fn(A::Event) -> Fact,
        placed: Option<&PlaceOrder>,
    ) -> Result<Answer, Stopped>
    where
        A::Command: NamedCommand + Clone + Sync,
        A::Event: Clone,
        A::Refusal: NamedRefusal,
    {
        let stream = command.stream();
        if let Some(first) = answers::first_answer(&self.works, ticket, &stream).await? {
            return first.map_err(Stopped::Failed);
        }
        let mut loaded = match Repository::new(self.works.clone()).load::<A>(&stream).await {
            Ok(loaded) => loaded,
            Err(LoadError::Store(error)) => return Err(error.into()),
            Err(LoadError::Undecodable(why)) => {
                let what = format!("stream {}", safe_text(stream.as_str()));
                let error = StoreError::unavailable(what, why, "`foldback show` of this stream names the event");
                return Err(Stopped::Failed(CommandFailure::Undecodable(error)));
            }
        };
        self.notes.lock().unwrap_or_else(PoisonError::into_inner).append(&mut loaded.notes);
        let decided = A::decide(&loaded.state, command.clone())
            .map_err(|refusal| refused(ticket, &stream, &refusal.to_string(), refusal.is_absence()))?;
        if let Some(place) = placed
            && let Some(objection) = consult::place_order(&self.works, place).await?
        {
            return Err(refused(ticket, &stream, &objection.to_string(), false));
        }
        let now = self.works.clock.now();
        let written = answers::write_down(ticket, &stream, &decided, loaded.version, now, fact);
        let appended = match self.works.books.commit(&written).await {
            Ok(appended) => appended,
            Err(StoreError::DuplicateEvent { event_id }) => {
                // The log was brought here without the books: the events of this command are in it already.
                let first = answers::from_log(&self.works, ticket, &stream).await?;
                return first
                    .map_err(Stopped::Failed)
                    .and_then(|answer| answer.ok_or(Stopped::Store(StoreError::DuplicateEvent { event_id })));
            }
            Err(error) => return Err(error.into()),
        };
        let answer = answers::fresh(ticket, &written, &appended);
        let state = decided.into_iter().fold(loaded.state, A::evolve);
        if self.policy.is_due(appended.version, loaded.started_from, loaded.took) {
            let json = move || serde_json::to_string(&state).map_err(|error| error.to_string());
            self.snapshots.keep(&self.works, &stream, appended.version, A::STATE_VERSION, json);
        }
        Ok(answer)
    }
}

fn refused(ticket: &Ticket, stream: &StreamName, why: &str, absent: bool) -> Stopped {
    // A refusal may repeat what stands in the store or was asked for: an e-mail address, a product's name.
    let (name, stream, why) = (&ticket.name, safe_text(stream.as_str()), safe_text(why));
    Stopped::Failed(match absent {
        true => CommandFailure::NotFound(format!("{name} of {stream}: {why}")),
        false => CommandFailure::Refused(format!("{name} of {stream} is refused: {why}")),
    })
}
