//! The walk over two states that finds what differs. It clones nothing: whoever only counts pays for nothing else.

use super::align::{Origin, align};
use crate::replay::pointer::{push_index, push_key};
use crate::replay::{Change, ChangeOp};
use serde_json::{Map, Value};

/// A [`Change`] whose values are still part of the states.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Difference<'v> {
    pub path: String,
    pub op: ChangeOp,
    pub before: Option<&'v Value>,
    pub after: Option<&'v Value>,
}

impl Difference<'_> {
    pub(crate) fn to_change(&self) -> Change {
        Change {
            path: self.path.clone(),
            op: self.op.clone(),
            before: self.before.cloned(),
            after: self.after.cloned(),
        }
    }
}

/// Everything that differs, in the order of the state after; see [`diff`](super::diff).
pub(crate) fn differences<'v>(before: &'v Value, after: &'v Value) -> Vec<Difference<'v>> {
    let mut walk = Walk { was: String::new(), is: String::new(), found: Vec::new() };
    walk.value(before, after);
    walk.found
}

/// The same, where it is known that nothing differs but at these places, none of which lies in another. Elements may have
/// changed their places: an array in which one of them lies is looked at as a whole.
pub(crate) fn differences_at<'v, 'p>(
    before: &'v Value,
    after: &'v Value,
    places: impl Iterator<Item = &'p [String]>,
) -> Vec<Difference<'v>> {
    let mut walk = Walk { was: String::new(), is: String::new(), found: Vec::new() };
    let mut last = None;
    for place in places {
        let place = outside_arrays(before, place);
        if last.replace(place) == Some(place) {
            continue;
        }
        let Some((key, way)) = place.split_last() else {
            walk.value(before, after);
            continue;
        };
        walk.was.clear();
        way.iter().for_each(|key| push_key(&mut walk.was, key));
        walk.is.clone_from(&walk.was);
        let find = |state: &'v Value| way.iter().try_fold(state, |state, key| state.get(key))?.get(key);
        let (old, new) = (find(before), find(after));
        if old.is_some() || new.is_some() {
            walk.member(key, old, new);
        }
    }
    walk.found
}

/// The part of a way that leads through objects only.
fn outside_arrays<'p>(state: &Value, place: &'p [String]) -> &'p [String] {
    let mut value = state;
    for (depth, key) in place.iter().enumerate() {
        if value.is_array() {
            return &place[..depth];
        }
        let Some(inner) = value.get(key) else { return place };
        value = inner;
    }
    place
}

struct Walk<'v> {
    /// The path in the state before. It parts from the other where elements changed their index.
    was: String,
    /// The path in the state after.
    is: String,
    found: Vec<Difference<'v>>,
}

impl<'v> Walk<'v> {
    fn value(&mut self, before: &'v Value, after: &'v Value) {
        match (before, after) {
            (Value::Object(before), Value::Object(after)) => self.object(before, after),
            (Value::Array(before), Value::Array(after)) => self.array(before, after),
            _ if before != after => self.note(ChangeOp::Replace, Some(before), Some(after)),
            _ => {}
        }
    }

    fn object(&mut self, before: &'v Map<String, Value>, after: &'v Map<String, Value>) {
        // The usual case needs no look-ups: the same keys in the same order.
        if before.len() == after.len() && before.keys().eq(after.keys()) {
            for ((key, old), new) in before.iter().zip(after.values()) {
                self.member(key, Some(old), Some(new));
            }
            return;
        }
        for (key, old) in before {
            self.member(key, Some(old), after.get(key));
        }
        for (key, new) in after {
            if !before.contains_key(key) {
                self.member(key, None, Some(new));
            }
        }
    }

    fn member(&mut self, key: &str, old: Option<&'v Value>, new: Option<&'v Value>) {
        if let (Some(old), Some(new)) = (old, new)
            && !(old.is_object() && new.is_object() || old.is_array() && new.is_array())
            && old == new
        {
            return; // Most members: not worth a path.
        }
        let ends = (self.was.len(), self.is.len());
        push_key(&mut self.was, key);
        push_key(&mut self.is, key);
        match (old, new) {
            (Some(old), Some(new)) => self.value(old, new),
            (Some(old), None) => self.note(ChangeOp::Remove, Some(old), None),
            (None, new) => self.note(ChangeOp::Add, None, new),
        }
        self.was.truncate(ends.0);
        self.is.truncate(ends.1);
    }

    fn array(&mut self, before: &'v [Value], after: &'v [Value]) {
        let alignment = align(before, after);
        let ends = (self.was.len(), self.is.len());
        for index in alignment.removed {
            push_index(&mut self.was, index);
            self.note(ChangeOp::Remove, Some(&before[index]), None);
            self.was.truncate(ends.0);
        }
        for (place, origin) in (alignment.prefix..).zip(alignment.origins) {
            push_index(&mut self.is, place);
            match origin {
                Origin::New => self.note(ChangeOp::Add, None, Some(&after[place])),
                Origin::Kept(index) | Origin::Moved(index) => {
                    push_index(&mut self.was, index);
                    if matches!(origin, Origin::Moved(_)) {
                        let from = self.was.clone();
                        self.note(ChangeOp::Move { from }, Some(&before[index]), Some(&after[place]));
                    }
                    self.value(&before[index], &after[place]);
                    self.was.truncate(ends.0);
                }
            }
            self.is.truncate(ends.1);
        }
    }

    fn note(&mut self, op: ChangeOp, before: Option<&'v Value>, after: Option<&'v Value>) {
        let path = if op == ChangeOp::Remove { self.was.clone() } else { self.is.clone() };
        self.found.push(Difference { path, op, before, after });
    }
}
