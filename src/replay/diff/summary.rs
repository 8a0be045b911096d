//! How much changed, in three numbers: the column `+7 ~2` beside an event.

use super::walk::differences;
use crate::replay::{Change, ChangeOp};
use serde_json::Value;
use std::fmt;

/// How many changes of each kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Additions.
    pub added: usize,
    /// Removals.
    pub removed: usize,
    /// Other values and other places.
    pub changed: usize,
}

impl Tally {
    /// Whether nothing changed.
    pub fn is_zero(&self) -> bool {
        *self == Tally::default()
    }

    fn count(mut self, op: &ChangeOp) -> Tally {
        match op {
            ChangeOp::Add => self.added += 1,
            ChangeOp::Remove => self.removed += 1,
            ChangeOp::Replace | ChangeOp::Move { .. } => self.changed += 1,
        }
        self
    }
}

impl fmt::Display for Tally {
    /// `+7 -1 ~2`, without the zeros.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [('+', self.added), ('-', self.removed), ('~', self.changed)];
        let shown: Vec<_> = parts.iter().filter(|(_, n)| *n > 0).map(|(sign, n)| format!("{sign}{n}")).collect();
        f.pad(&shown.join(" "))
    }
}

/// Tally a list of changes.
pub fn summary(changes: &[Change]) -> Tally {
    changes.iter().fold(Tally::default(), |counts, change| counts.count(&change.op))
}

/// Tally what changed between two states, without keeping any of it.
pub fn count_changes(before: &Value, after: &Value) -> Tally {
    differences(before, after).iter().fold(Tally::default(), |counts, found| counts.count(&found.op))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::diff;
    use serde_json::json;

    #[test]
    fn counts_as_shown() {
        let (before, after) = (json!({"a": 1, "b": 2, "c": 3}), json!({"a": 2, "d": 1, "e": 1, "c": 3}));
        let counts = count_changes(&before, &after);
        assert_eq!(counts.to_string(), "+2 -1 ~1");
        assert_eq!(counts, summary(&diff(&before, &after)));
        assert!(count_changes(&before, &before).is_zero());
    }
}
