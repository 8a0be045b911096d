//! Going through a stream event by event, with the state before and after each.

use super::Stop;
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Edit, Fold, FoldError, Reducer, Want};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A fold that shows every state on its way: what blame, fields and counts of changes are made from.
pub struct Walk {
    fold: Box<dyn Fold>,
    /// The only top-level members of the states that are shown; `None`: all of them.
    only: Option<Vec<String>>,
    state: Arc<Value>,
    /// The state that was shown before, and what makes this one of it: the next state is written in its place.
    spare: Option<(Arc<Value>, Arc<[Edit]>)>,
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
    /// The state after it; the same piece of memory where nothing changed.
    pub after: Arc<Value>,
    /// The only places that changed; `None` where nothing did, or it is not known what.
    pub edits: Option<Arc<[Edit]>>,
}

impl WalkStep {
    /// Whether the event may have changed anything.
    pub fn is_change(&self) -> bool {
        !Arc::ptr_eq(&self.before, &self.after)
    }
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
        Ok(Walk { fold, only, state, spare: None, stop, last: None })
    }

    /// Folds the next event. Fails at an event that cannot be folded or behind which the state cannot be shown, and
    /// from then on always with that event.
    pub fn step(&mut self, event: &EventBody) -> Result<WalkStep, Stop> {
        if let Some(stop) = &self.stop {
            return Err(stop.clone());
        }
        let (after, edits) = self.fold.apply(event).and_then(|()| self.next_state()).map_err(|error| {
            let stop = Stop::at(event, &error);
            self.stop = Some(stop.clone());
            stop
        })?;
        let before = std::mem::replace(&mut self.state, Arc::clone(&after));
        let turn = Turn::after(self.last, event.version);
        self.last = Some(turn);
        Ok(WalkStep { version: event.version, turn, before, after, edits })
    }

    /// The state as the fold has it now, and what changed since it was shown last. What is the same stays the same piece of
    /// memory: that is quick to see.
    fn next_state(&mut self) -> Result<Next, FoldError> {
        let Some(edits) = self.fold.edits(&self.state, self.only.as_deref()) else {
            self.spare = None;
            let after = shown(self.fold.as_ref(), self.only.as_deref())?;
            let same = after == *self.state;
            return Ok((if same { Arc::clone(&self.state) } else { Arc::new(after) }, None));
        };
        if edits.is_empty() {
            return Ok((Arc::clone(&self.state), None));
        }
        let edits: Arc<[Edit]> = edits.into();
        let mut after = match self.spare.take() {
            Some((mut old, since)) => {
                let value = Arc::make_mut(&mut old);
                since.iter().for_each(|edit| edit.apply(value));
                old
            }
            None => Arc::new(Value::clone(&self.state)),
        };
        let value = Arc::make_mut(&mut after);
        edits.iter().for_each(|edit| edit.apply(value));
        self.spare = Some((Arc::clone(&self.state), Arc::clone(&edits)));
        Ok((after, Some(edits)))
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

/// A state, and what makes it of the one before where that is known.
type Next = (Arc<Value>, Option<Arc<[Edit]>>);

/// The state of a fold, or an object that has only these of its members, in their order.
pub(super) fn shown(fold: &dyn Fold, only: Option<&[String]>) -> Result<Value, FoldError> {
    let Some(names) = only else { return fold.state() };
    // The members of an object that has none yet come in the order of the state.
    let mut state = Value::Object(Map::new());
    if let Some(edits) = fold.edits(&state, only) {
        edits.iter().for_each(|edit| edit.apply(&mut state));
        return Ok(state);
    }
    let wants: Vec<Want> = names.iter().map(|name| name.as_str().into()).collect();
    let Some(members) = fold.members(&wants) else { return fold.state() };
    let present = names.iter().zip(members).filter_map(|(name, member)| Some((name.clone(), member.into_json()?)));
    Ok(Value::Object(present.collect()))
}
