//! Going through a stream event by event, with the state before and after each.

use super::Stop;
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Fold, FoldError, Reducer};
use serde_json::Value;
use std::sync::Arc;

/// A fold that shows every state on its way: what blame, fields and counts of changes are made from.
pub struct Walk {
    fold: Box<dyn Fold>,
    /// The only top-level members of the states that are shown; `None`: all of them.
    only: Option<Vec<String>>,
    state: Arc<Value>,
    stop: Option<Stop>,
    last: Option<Turn>,
}

/// Which event of a stream: where several have one version, as in a store that lets them, which of those, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Turn {
    /// Its version.
    pub version: Version,
    /// Its number among the events of that version, in the order in which they are folded.
    pub nth: u32,
}

impl From<Version> for Turn {
    fn from(version: Version) -> Turn {
        Turn { version, nth: 0 }
    }
}

impl Turn {
    /// The turn of an event behind another one.
    pub fn after(last: Option<Turn>, version: Version) -> Turn {
        match last {
            Some(last) if last.version == version => Turn { version, nth: last.nth.saturating_add(1) },
            _ => version.into(),
        }
    }
}

/// What one event did.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkStep {
    /// The event's version.
    pub version: Version,
    /// Which of the events of that version it is.
    pub turn: Turn,
    /// The state before it.
    pub before: Arc<Value>,
    /// The state after it.
    pub after: Arc<Value>,
}

impl Walk {
    /// A walk from the initial state. Fails where that cannot be shown.
    pub fn start(reducer: &dyn Reducer) -> Result<Walk, FoldError> {
        Walk::of(reducer.start(), None, None)
    }

    /// A walk that shows only these members of the states, where they can be had without the rest: who follows one field
    /// need not see the others.
    pub(super) fn of(fold: Box<dyn Fold>, stop: Option<Stop>, only: Option<Vec<String>>) -> Result<Walk, FoldError> {
        let state = Arc::new(shown(fold.as_ref(), only.as_deref())?);
        Ok(Walk { fold, only, state, stop, last: None })
    }

    /// Folds the next event. Fails at an event that cannot be folded or behind which the state cannot be shown, and
    /// from then on always with that event.
    pub fn step(&mut self, event: &EventBody) -> Result<WalkStep, Stop> {
        if let Some(stop) = &self.stop {
            return Err(stop.clone());
        }
        let shown = |walk: &Walk| shown(walk.fold.as_ref(), walk.only.as_deref());
        let after = match self.fold.apply(event).and_then(|()| shown(self)) {
            // What is the same stays the same piece of memory: that is quick to see.
            Ok(after) if after == *self.state => Arc::clone(&self.state),
            Ok(after) => Arc::new(after),
            Err(error) => {
                let stop = Stop::at(event, &error);
                self.stop = Some(stop.clone());
                return Err(stop);
            }
        };
        let before = std::mem::replace(&mut self.state, Arc::clone(&after));
        let turn = Turn::after(self.last, event.version);
        self.last = Some(turn);
        Ok(WalkStep { version: event.version, turn, before, after })
    }

    /// The state where the walk stands.
    pub fn state(&self) -> &Arc<Value> {
        &self.state
    }

    /// The event at which the walk stopped.
    pub fn stop(&self) -> Option<&Stop> {
        self.stop.as_ref()
    }
}

fn shown(fold: &dyn Fold, only: Option<&[String]>) -> Result<Value, FoldError> {
    let members = only.and_then(|names| Some((names, fold.members(names)?)));
    let Some((names, members)) = members else { return fold.state() };
    let present = names.iter().zip(members).filter_map(|(name, member)| Some((name.clone(), member.into_json()?)));
    Ok(Value::Object(present.collect()))
}
