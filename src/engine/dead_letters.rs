//! How a dead letter is taken up again by a person: what that will do, and doing it. The engine carries out the rest.

use super::saga_commit::{Cause, commit};
use super::{Bus, CommandFailure, Works, transfer};
use crate::store::StoreError;
use crate::store::books::{FailureKind, OpenFailure};
use foldback_domain::Fact;
use foldback_domain::event::{RecordedEvent, safe_text};
use foldback_domain::reading::EventAddress;
use foldback_domain::saga::{At, Patience, Saga, Signal};
use foldback_domain::sagas::transfer::reaction;
use foldback_domain::sagas::{OrderFulfilment, transfer as transfers};
use std::fmt;

/// Why a dead letter cannot be taken up.
#[derive(Debug)]
pub enum RetryFailure {
    /// There is none with this id, or somebody has taken it up already.
    NotFound(String),
    /// It is there, and this cannot be done with it; nothing was changed.
    Refused(String),
    /// The store cannot be read or written.
    Store(StoreError),
}

impl From<StoreError> for RetryFailure {
    fn from(error: StoreError) -> Self {
        RetryFailure::Store(error)
    }
}

impl fmt::Display for RetryFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RetryFailure::NotFound(why) | RetryFailure::Refused(why) => f.write_str(why),
            RetryFailure::Store(error) => error.fmt(f),
        }
    }
}

/// A dead letter that can be taken up.
#[derive(Debug, Clone)]
pub struct TakeUp {
    /// Its id: `saga:1`.
    pub id: String,
    /// Who gave up.
    pub consumer: String,
    /// What it stands for: a saga's id, a message's number.
    pub subject: Option<String>,
    /// What taking it up will do, as a sentence.
    pub effect: String,
    /// Whether a running engine has to carry out the rest.
    pub needs_engine: bool,
    kind: FailureKind,
    skip: bool,
    event: Option<RecordedEvent>,
}

/// Finds a dead letter by its id and says what taking it up will do: try it again, or pass over it for good.
pub async fn find(works: &Works, id: &str, skip: bool) -> Result<TakeUp, RetryFailure> {
    let absent = || {
        RetryFailure::NotFound(format!(
            "no open dead letter {}; an id is kind:number, such as saga:1, and one that was taken up already is gone",
            safe_text(id)
        ))
    };
    let (kind, number) = id.split_once(':').ok_or_else(absent)?;
    let kind = FailureKind::of(kind).ok_or_else(absent)?;
    let number = number.parse().map_err(|_| absent())?;
    let found = works.books.read_failure(kind, number).await?.ok_or_else(absent)?;
    let event = match (kind, found.position) {
        (FailureKind::Saga, Some(position)) => works.reader.read_event(&EventAddress::Position(position)).await?,
        _ => None,
    };
    let (effect, needs_engine) = effect(kind, &found, skip);
    let OpenFailure { consumer, subject, .. } = found;
    Ok(TakeUp { id: id.to_owned(), consumer, subject, effect, needs_engine, kind, skip, event })
}

fn effect(kind: FailureKind, found: &OpenFailure, skip: bool) -> (String, bool) {
    let name = safe_text(&found.consumer);
    let subject = safe_text(found.subject.as_deref().unwrap_or("what it stopped at"));
    let at = found.position.map_or(String::new(), |position| format!(" at position {position}"));
    match (kind, skip) {
        (FailureKind::Projection, false) => (format!("projection {name} goes on, and tries the event{at} again"), true),
        (FailureKind::Projection, true) => (format!("projection {name} goes on behind the event{at}"), true),
        (FailureKind::Outbox, false) => {
            (format!("message {subject} waits to be published again, before what stands behind it"), true)
        }
        (FailureKind::Outbox, true) => {
            (format!("message {subject} is never published; what stands behind it goes out"), true)
        }
        (FailureKind::Saga, false) if found.consumer == transfers::TYPE => {
            (format!("{subject} is tried again: the deposit, or else the compensation"), false)
        }
        (FailureKind::Saga, true) if found.consumer == transfers::TYPE => {
            (format!("{subject} is left as it is: somebody has seen to it"), false)
        }
        (FailureKind::Saga, false) => (format!("saga {subject} tries the failed compensation again"), true),
        (FailureKind::Saga, true) => {
            (format!("saga {subject} passes over the failed compensation, as done by hand, and undoes the rest"), true)
        }
    }
}

/// Takes it up. Who does is noted.
pub async fn take_up(works: &Works, letter: &TakeUp, by: &str) -> Result<(), RetryFailure> {
    let now = works.clock.now();
    let (books, skip) = (&works.books, letter.skip);
    match letter.kind {
        FailureKind::Projection if skip => Ok(books.skip_failed_event(&letter.consumer, now).await?),
        FailureKind::Projection => Ok(books.resume_projection(&letter.consumer, now).await?),
        FailureKind::Outbox => {
            let number = letter.subject.as_deref().and_then(|number| number.parse().ok());
            let number =
                number.ok_or_else(|| RetryFailure::Refused(format!("{} names no message", safe_text(&letter.id))))?;
            Ok(books.revive_message(&letter.consumer, number, skip, now).await?)
        }
        FailureKind::Saga if letter.consumer == OrderFulfilment::TYPE => saga(works, letter, by).await,
        FailureKind::Saga => {
            if !skip {
                transfer_again(works, letter).await?;
            }
            resolve(works, letter).await
        }
    }
}

async fn resolve(works: &Works, letter: &TakeUp) -> Result<(), RetryFailure> {
    let status = if letter.skip { "skipped" } else { "retried" };
    let (subject, now) = (letter.subject.as_deref(), works.clock.now());
    works.books.resolve_failure(FailureKind::Saga, &letter.consumer, subject, status, now).await?;
    Ok(())
}

async fn saga(works: &Works, letter: &TakeUp, by: &str) -> Result<(), RetryFailure> {
    let refused = |why: String| RetryFailure::Refused(format!("{}: {why}", safe_text(&letter.id)));
    let saga_id = letter.subject.as_deref().unwrap_or_default();
    let Some(record) = works.books.load_saga(saga_id).await? else {
        // An event that no saga could read: there is nothing to go on with but the rest of the log.
        if letter.skip {
            return resolve(works, letter).await;
        }
        let why = "the event cannot be read, so there is no saga to go on; --skip passes over it";
        return Err(refused(why.to_owned()));
    };
    let state = serde_json::from_str(&record.state).map_err(|why| {
        refused(format!("the saga's state does not decode ({why}); nothing can be tried again until it is mended"))
    })?;
    let patience = Patience::STANDARD;
    let at = At { saga_id, sequence: record.sequence, state: Some(&state), patience: &patience };
    let by = by.to_owned();
    let signal = if letter.skip { Signal::Skip { by } } else { Signal::Retry { by } };
    let Some(transition) = OrderFulfilment::decide(&at, &signal) else {
        return Err(refused(format!("saga {} is {}; it waits for nobody", safe_text(saga_id), record.status)));
    };
    let cause =
        Cause { saga_id, saga_type: OrderFulfilment::TYPE, record: Some(&record), event: None, now: works.clock.now() };
    Ok(works.books.commit_saga(&commit(&cause, &transition)).await?)
}

async fn transfer_again(works: &Works, letter: &TakeUp) -> Result<(), RetryFailure> {
    let refused = |why: String| RetryFailure::Refused(format!("{}: {why}", safe_text(&letter.id)));
    let event = letter.event.as_ref().ok_or_else(|| refused("its event is not in the log".to_owned()))?;
    let fact = Fact::decode(event).and_then(Result::ok);
    let event_id = event.head.event_id.as_deref().unwrap_or_default();
    let reaction = fact.and_then(|fact| reaction(&fact, event_id)).ok_or_else(|| {
        refused("its event cannot be read as the first half of a transfer; --skip passes over it".to_owned())
    })?;
    let handled = transfer::react(&Bus::new(works.clone()), &reaction, event).await;
    handled.map_err(|failure| match failure {
        CommandFailure::Unavailable(error) | CommandFailure::Undecodable(error) => RetryFailure::Store(error),
        other => refused(format!("it failed again: {other}")),
    })
}
