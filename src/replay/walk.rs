//! Going through a stream event by event, with the state before and after each.

use super::Stop;
use super::cursor::stop_at;
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Fold, FoldError, Reducer};
use serde_json::Value;
use std::sync::Arc;

/// A fold that shows every state on its way: what blame, fields and counts of changes are made from.
pub struct Walk {
    fold: Box<dyn Fold>,
    state: Arc<Value>,
    stop: Option<Stop>,
}

/// What one event did.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkStep {
    /// The event's version.
    pub version: Version,
    /// The state before it.
    pub before: Arc<Value>,
    /// The state after it.
    pub after: Arc<Value>,
}

impl Walk {
    /// A walk from the initial state. Fails where that cannot be shown.
    pub fn start(reducer: &dyn Reducer) -> Result<Walk, FoldError> {
        Walk::of(reducer.start(), None)
    }

    pub(super) fn of(fold: Box<dyn Fold>, stop: Option<Stop>) -> Result<Walk, FoldError> {
        let state = Arc::new(fold.state()?);
        Ok(Walk { fold, state, stop })
    }

    /// Folds the next event. Fails at an event that cannot be folded or behind which the state cannot be shown, and
    /// from then on always with that event.
    pub fn step(&mut self, event: &EventBody) -> Result<WalkStep, Stop> {
        if let Some(stop) = &self.stop {
            return Err(stop.clone());
        }
        let after = match self.fold.apply(event).and_then(|()| self.fold.state()) {
            Ok(after) => Arc::new(after),
            Err(error) => {
                let stop = stop_at(event, &error);
                self.stop = Some(stop.clone());
                return Err(stop);
            }
        };
        let before = std::mem::replace(&mut self.state, Arc::clone(&after));
        Ok(WalkStep { version: event.version, before, after })
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
