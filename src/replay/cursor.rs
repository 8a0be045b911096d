//! The live fold of a timeline: where it stands, and the state there.

use super::{Moment, Outcome, StartedFrom, Stop};
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Fold, Reducer, Violation};
use serde_json::Value;
use std::sync::Arc;

/// A fold and how far it came.
pub(super) struct Cursor {
    pub fold: Box<dyn Fold>,
    /// The highest version of an event in the state; `None` before the first event.
    pub last: Option<Version>,
    /// Up to which version the stream is known: `last`, or a version behind it that has no event.
    pub through: Option<Version>,
    /// How many events the state holds.
    pub events: u64,
    /// The event that could not be folded. Nothing is folded after it.
    pub stop: Option<Stop>,
    /// Where the fold began.
    pub started_from: StartedFrom,
    shown: Option<Shown>,
}

/// What the fold's state looks like. Made once, however often it is asked for.
struct Shown {
    state: Result<Arc<Value>, String>,
    violations: Vec<Violation>,
}

impl Cursor {
    pub(super) fn start(reducer: &dyn Reducer) -> Self {
        Self::at(reducer.start(), None, 0, StartedFrom::Start)
    }

    /// A fold that holds every event up to a version.
    pub(super) fn at(fold: Box<dyn Fold>, version: Option<Version>, events: u64, started_from: StartedFrom) -> Self {
        Cursor { fold, last: version, through: version, events, stop: None, started_from, shown: None }
    }

    /// Adds an event, or notes that it could not be added.
    pub(super) fn apply(&mut self, event: &EventBody) {
        match self.fold.apply(event) {
            Ok(()) => {
                self.events += 1;
                self.shown = None;
            }
            Err(error) => self.stop = Some(Stop::at(event, &error)),
        }
        self.last = self.last.max(Some(event.version));
        self.through = self.through.max(self.last);
    }

    /// The state, as the answer for a version.
    pub(super) fn moment(&mut self, version: Option<Version>) -> Moment {
        let fold = &self.fold;
        let shown = self.shown.get_or_insert_with(|| Shown {
            state: fold.state().map(Arc::new).map_err(|error| error.reason()),
            violations: fold.violations(),
        });
        let state = match &shown.state {
            Ok(state) => Arc::clone(state),
            Err(why) => return Moment::unavailable(version, why.clone()),
        };
        Moment {
            version,
            outcome: self.stop.clone().map_or(Outcome::Complete, Outcome::Partial),
            state: Some(state),
            events_folded: self.events,
            started_from: self.started_from,
            violations: shown.violations.clone(),
        }
    }
}
