//! The tree of marks: a version for each place that changed by itself.

use crate::replay::ChangeOp;
use crate::replay::Turn;
use crate::replay::diff::{Elements, Place};
use crate::replay::pointer::{child, unescape};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The event that made a value. Children that changed later, and only those, have marks of their own.
#[derive(Debug, Clone, Default)]
pub(super) struct Mark {
    pub turn: Option<Turn>,
    below: Below,
}

#[derive(Debug, Clone, Default)]
enum Below {
    #[default]
    Nothing,
    Members(HashMap<String, Mark>),
    Elements(BTreeMap<usize, Mark>),
}

/// A place in both states, and what changed there.
#[derive(Clone, Copy)]
pub(super) struct Spot<'s, 'c> {
    pub was: &'s Value,
    pub is: &'s Value,
    pub gone: Option<&'s Place<'c>>,
    pub here: Option<&'s Place<'c>>,
}

impl Mark {
    fn of(turn: Option<Turn>) -> Mark {
        Mark { turn, below: Below::Nothing }
    }

    /// Something changed at this place or below it.
    pub(super) fn change(&mut self, turn: Turn, spot: Spot<'_, '_>) {
        let replaced = spot.here.and_then(Place::op) == Some(&ChangeOp::Replace);
        match spot.is {
            _ if replaced => *self = Mark::of(Some(turn)),
            Value::Object(members) if !members.is_empty() => self.change_members(turn, spot),
            Value::Array(elements) if !elements.is_empty() => self.change_elements(turn, spot),
            // Its last child was removed. An element that only moved is no case of this: it has its key at least.
            _ => *self = Mark::of(Some(turn)),
        }
    }

    fn change_members(&mut self, turn: Turn, spot: Spot<'_, '_>) {
        let mut marks = match std::mem::take(&mut self.below) {
            Below::Members(marks) => marks,
            _ => HashMap::new(),
        };
        // A member may have changed by removals below it, by other changes, or by both.
        let places = [spot.gone, spot.here].into_iter().flatten();
        let tokens: BTreeSet<&str> = places.flat_map(|place| place.children.keys().copied()).collect();
        for token in tokens {
            let key = unescape(token).into_owned();
            match (child(spot.was, token), child(spot.is, token)) {
                (Some(was), Some(is)) => {
                    let gone = spot.gone.and_then(|place| place.child(token));
                    let here = spot.here.and_then(|place| place.child(token));
                    let mark = marks.entry(key).or_insert_with(|| Mark::of(self.turn));
                    mark.change(turn, Spot { was, is, gone, here });
                }
                (None, Some(_)) => {
                    marks.insert(key, Mark::of(Some(turn)));
                }
                (_, None) => {
                    marks.remove(&key);
                }
            }
        }
        self.below = Below::Members(marks);
    }

    fn change_elements(&mut self, turn: Turn, spot: Spot<'_, '_>) {
        let (Some(was), Some(is)) = (spot.was.as_array(), spot.is.as_array()) else { return };
        let Some(Elements { gone, here, shift }) = Elements::between(spot.gone, spot.here) else { return };
        let mut marks = match std::mem::take(&mut self.below) {
            Below::Elements(marks) => marks,
            _ => BTreeMap::new(),
        };
        if !shift.is_still() {
            marks = marks.into_iter().filter_map(|(index, mark)| Some((shift.target(index)?, mark))).collect();
        }
        let lost_something = gone.keys().filter_map(|old| shift.target(*old));
        let touched: BTreeSet<usize> = here.keys().copied().chain(lost_something).collect();
        for new in touched {
            let Some(old) = shift.origin(new) else {
                marks.insert(new, Mark::of(Some(turn)));
                continue;
            };
            let spot =
                Spot { was: &was[old], is: &is[new], gone: gone.get(&old).copied(), here: here.get(&new).copied() };
            marks.entry(new).or_insert_with(|| Mark::of(self.turn)).change(turn, spot);
        }
        self.below = Below::Elements(marks);
    }

    pub(super) fn member(&self, key: &str) -> Option<&Mark> {
        if let Below::Members(marks) = &self.below { marks.get(key) } else { None }
    }

    pub(super) fn element(&self, index: usize) -> Option<&Mark> {
        if let Below::Elements(marks) = &self.below { marks.get(&index) } else { None }
    }
}
