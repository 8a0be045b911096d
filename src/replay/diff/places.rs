//! A list of changes as two trees, so that states and changes can be walked together.

use super::walk::Difference;
use crate::replay::pointer::{index, tokens};
use crate::replay::{Change, ChangeOp};
use serde_json::Value;
use std::collections::BTreeMap;

/// Both trees of a list of changes.
#[derive(Default)]
pub(crate) struct Places<'c> {
    /// Removals, at their places in the state before.
    pub gone: Place<'c>,
    /// All else, at its places in the state after.
    pub here: Place<'c>,
}

/// A place, what became of it, and the places below it.
#[derive(Default)]
pub(crate) struct Place<'c> {
    pub change: Option<Seen<'c>>,
    /// By token, escaped.
    pub children: BTreeMap<&'c str, Place<'c>>,
}

/// A change, whoever owns its values.
#[derive(Clone, Copy)]
pub(crate) struct Seen<'c> {
    pub path: &'c str,
    pub op: &'c ChangeOp,
    pub before: Option<&'c Value>,
    pub after: Option<&'c Value>,
}

impl<'c> From<&'c Change> for Seen<'c> {
    fn from(change: &'c Change) -> Self {
        let Change { path, op, before, after } = change;
        Seen { path, op, before: before.as_ref(), after: after.as_ref() }
    }
}

impl<'c> From<&'c Difference<'_>> for Seen<'c> {
    fn from(found: &'c Difference<'_>) -> Self {
        Seen { path: &found.path, op: &found.op, before: found.before, after: found.after }
    }
}

impl<'c> Places<'c> {
    /// The trees of these changes. What has no pointer for a path is put at the root, where nobody finds its value.
    pub(crate) fn of(changes: impl Iterator<Item = Seen<'c>>) -> Self {
        let mut places = Places::default();
        for change in changes {
            let root = if *change.op == ChangeOp::Remove { &mut places.gone } else { &mut places.here };
            let mut place = root;
            for token in tokens(change.path).into_iter().flatten() {
                place = place.children.entry(token).or_default();
            }
            place.change = Some(change);
        }
        places
    }
}

impl<'c> Place<'c> {
    /// The place below, where anything changed there.
    pub(crate) fn child(&self, token: &str) -> Option<&Place<'c>> {
        self.children.get(token)
    }

    /// What kind of change happened to this very place.
    pub(crate) fn op(&self) -> Option<&'c ChangeOp> {
        self.change.map(|change| change.op)
    }

    /// The places below by index; `None` where one of them has none, so that this is no place of an array.
    pub(super) fn elements(&self) -> Option<BTreeMap<usize, &Place<'c>>> {
        self.children.iter().map(|(token, place)| Some((index(token)?, place))).collect()
    }

    /// A path of some change at or below this place.
    pub(crate) fn some_path(&self) -> &'c str {
        match (self.change, self.children.values().next()) {
            (Some(change), _) => change.path,
            (None, Some(child)) => child.some_path(),
            (None, None) => "",
        }
    }
}
