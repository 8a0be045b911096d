//! What is done to a store from the screen that shows it: commands, and dead letters that are taken up again. The store
//! is opened for writing for that moment alone.

use super::Explorer;
use crate::adapters::{OwnStore, SourceSpec, open_own};
use crate::engine::dead_letters::{self, RetryFailure};
use crate::engine::{Bus, Chance, Request, ShiftedClock, Works};
use crate::store::StoreError;
use std::sync::Arc;

/// Runs a command of the embedded domain; what it led to, as a sentence.
pub async fn exec(explorer: &Explorer, name: &str, fields: &str) -> Result<String, StoreError> {
    let (store, works) = open(explorer).await?;
    let bus = Bus::new(works);
    let request = Request { name: name.to_owned(), json: fields.to_owned(), actor: Some(who()), ..Request::default() };
    let answered = bus.dispatch(request).await;
    bus.settle().await;
    store.close().await;
    let answer = answered.map_err(|failure| StoreError::unavailable(name, failure.to_string(), ""))?;
    let events: Vec<String> = answer
        .events
        .iter()
        .map(|event| match event.head.global_position {
            Some(position) => format!("{} at {position}", event.head.event_type),
            None => event.head.event_type.clone(),
        })
        .collect();
    Ok(match events.as_slice() {
        [] => format!("{name}: nothing had to happen"),
        events => format!("{name}: {}", events.join(", ")),
    })
}

/// Takes a dead letter up again, or passes over it; what that does, as a sentence.
pub async fn retry(explorer: &Explorer, id: &str, skip: bool) -> Result<String, StoreError> {
    let (store, works) = open(explorer).await?;
    let taken = async {
        let letter = dead_letters::find(&works, id, skip).await?;
        dead_letters::take_up(&works, &letter, &who()).await?;
        Ok(letter)
    };
    let taken = taken.await;
    store.close().await;
    let letter = taken.map_err(|failure: RetryFailure| match failure {
        RetryFailure::Store(error) => error,
        other => StoreError::unavailable(id, other.to_string(), ""),
    })?;
    let next = if letter.needs_engine { "; a running engine carries it out" } else { "" };
    Ok(format!("{id}: {}{next}", letter.effect))
}

async fn open(explorer: &Explorer) -> Result<(OwnStore, Works), StoreError> {
    let Some(spec) = &explorer.own else {
        let why = explorer.unwritable().unwrap_or_default();
        return Err(StoreError::unavailable(&explorer.reader.source().label, why, ""));
    };
    let store = open_own(spec, false).await?;
    let works = Works {
        reader: store.reader.clone(),
        books: store.books.clone(),
        clock: Arc::new(ShiftedClock(explorer.shift)),
        chance: Arc::new(Chance::of_system()),
    };
    Ok((store, works))
}

/// Who asks, as far as the system knows.
fn who() -> String {
    std::env::var("USER").ok().filter(|user| !user.is_empty()).unwrap_or_else(|| "somebody".to_owned())
}

impl Explorer {
    /// The same, for a store that may be written: it is opened by this spec when somebody asks for that.
    pub fn written_as(self, spec: SourceSpec) -> Self {
        Explorer { own: Some(spec), ..self }
    }

    /// Why nothing can be done to the store from here; `None` where it can.
    pub fn unwritable(&self) -> Option<String> {
        match (&self.own, self.reader.source().own) {
            (Some(_), true) => None,
            (None, true) => Some("is frozen and only read; foldback demo --live runs a copy of it".to_owned()),
            (_, false) => Some("is only read: foldback did not make it".to_owned()),
        }
    }
}
