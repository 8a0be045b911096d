//! What changed between two states, path by path: members by key, elements by their identity.
//!
//! A list of changes is a description, not a script: its order is for reading and nothing depends on it. A removal's
//! path and a move's `from` are places in the state before; every other path is a place in the state after. What
//! changed inside an element that moved is listed beside the move, under the element's new place. So each change
//! is true by itself of the two states, and [`apply`] needs no order to make one out of the other.
//!
//! Numbers are compared as they are written: `1.0` and `1.00` differ, as they do in the events.

mod align;
mod apply;
mod follow;
mod identity;
mod places;
mod sequence;
mod shift;
mod summary;
mod text;
mod walk;

pub use apply::{ApplyError, apply};
pub use follow::follow;
pub use summary::{Tally, count_changes, summary};
pub use text::{TextPart, TextTag, text_change, text_diff};

pub(crate) use identity::{identity, identity_key};
pub(crate) use places::{Place, Places};
pub(crate) use shift::Elements;
pub(crate) use walk::{Difference, differences, differences_at};

use super::Change;
use serde_json::Value;

/// What changed from one state to another. Empty exactly where they are equal.
///
/// Elements of an array are matched by key where every element is an object with its own text or number under one
/// common key (`id`, `key`, `*_id`, `*Id`, `sku`, `code`, `name`, in this order), else by their common subsequence.
/// A keyed element is a `Move` only where other elements passed it, not where additions and removals shifted it.
pub fn diff(before: &Value, after: &Value) -> Vec<Change> {
    differences(before, after).iter().map(walk::Difference::to_change).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::ChangeOp;
    use serde_json::json;

    /// One change a line: `op path before -> after`.
    fn shown(before: Value, after: Value) -> Vec<String> {
        let text = |value: &Option<Value>| value.as_ref().map_or("-".to_owned(), Value::to_string);
        diff(&before, &after)
            .iter()
            .map(|c| format!("{} {} {} -> {}", c.op.name(), c.path, text(&c.before), text(&c.after)))
            .collect()
    }

    #[test]
    fn members() {
        assert_eq!(
            shown(json!({"a": 1, "b/c": 2, "d": {"e~": 3}}), json!({"a": 1, "d": {"e~": 4}, "f": []})),
            ["remove /b~1c 2 -> -", "replace /d/e~0 3 -> 4", "add /f - -> []"]
        );
        assert_eq!(shown(json!(null), json!({"a": 1})), ["replace  null -> {\"a\":1}"]);
    }

    #[test]
    fn keyed_elements_are_followed() {
        let before = json!({"items": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}, {"sku": "C", "n": 3}]});
        let after = json!({"items": [{"sku": "B", "n": 5}, {"sku": "C", "n": 3}]});
        assert_eq!(shown(before, after), ["remove /items/0 {\"sku\":\"A\",\"n\":1} -> -", "replace /items/0/n 2 -> 5"]);
    }

    #[test]
    fn a_move_and_what_changed_inside_stand_side_by_side() {
        let before = json!([{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3, "n": 3}]);
        let after = json!([{"id": 2, "n": 2}, {"id": 3, "n": 3}, {"id": 1, "n": 9}]);
        let changes = diff(&before, &after);
        assert_eq!(changes.len(), 2);
        assert_eq!((changes[0].path.as_str(), &changes[0].op), ("/2", &ChangeOp::Move { from: "/0".into() }));
        assert_eq!((changes[1].path.as_str(), &changes[1].op), ("/2/n", &ChangeOp::Replace));
    }
}
