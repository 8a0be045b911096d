//! Where a path of the state before is to be found in the state after.

use super::places::{Place, Places};
use super::shift::Elements;
use crate::replay::pointer::{child, index, push_index, tokens};
use crate::replay::{Change, ChangeOp};
use serde_json::Value;

/// The path in the state after of what stands at `path` in the state before, through elements that changed their
/// index; `None` when it was removed. A value that was replaced is still in its place, and what is below it as far as
/// the new value has the same members. `changes` are those of [`diff`](super::diff) from `before`, which is needed to
/// tell elements from members with numbers for keys.
pub fn follow(path: &str, before: &Value, changes: &[Change]) -> Option<String> {
    let places = Places::of(changes.iter().map(Into::into));
    let tokens: Vec<&str> = tokens(path)?.collect();
    let mut now = String::with_capacity(path.len());
    step(before, &tokens, Some(&places.gone), Some(&places.here), &mut now)?;
    Some(now)
}

fn step(
    value: &Value,
    rest: &[&str],
    gone: Option<&Place<'_>>,
    here: Option<&Place<'_>>,
    now: &mut String,
) -> Option<()> {
    if let Some(change) = here.and_then(|place| place.change)
        && *change.op == ChangeOp::Replace
    {
        rest.iter().try_fold(change.after?, |value, token| child(value, token))?;
        rest.iter().for_each(|token| push_token(now, token));
        return Some(());
    }
    let Some((token, rest)) = rest.split_first() else { return Some(()) };
    let below = child(value, token)?;
    if value.is_array() {
        let old = index(token)?;
        let elements = Elements::between(gone, here)?;
        let new = elements.shift.target(old)?;
        push_index(now, new);
        return step(below, rest, elements.gone.get(&old).copied(), elements.here.get(&new).copied(), now);
    }
    let gone = gone.and_then(|place| place.child(token));
    if gone.is_some_and(|place| place.change.is_some()) {
        return None;
    }
    push_token(now, token);
    step(below, rest, gone, here.and_then(|place| place.child(token)), now)
}

/// The token is escaped already: it comes from a path.
fn push_token(path: &mut String, token: &str) {
    path.push('/');
    path.push_str(token);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::diff;
    use serde_json::json;

    #[test]
    fn paths_follow_their_element() {
        let before =
            json!({"items": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}, {"sku": "C", "n": 3}], "0": 1, "x": {"y": 1}});
        let after = json!({"items": [{"sku": "C", "n": 4}, {"sku": "B", "n": 2}], "x": {"z": 1}});
        let changes = diff(&before, &after);
        for (path, expected) in [
            ("", Some("")),
            ("/items/2/n", Some("/items/0/n")),
            ("/items/2", Some("/items/0")),
            ("/items/1/n", Some("/items/1/n")),
            ("/items/0/n", None),
            ("/items/0", None),
            ("/0", None),
            ("/x", Some("/x")),
            ("/x/y", None),
            ("/nowhere", None),
        ] {
            assert_eq!(follow(path, &before, &changes).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn a_replaced_value_keeps_its_place() {
        let (before, after) = (json!({"a": 1, "b": [1]}), json!({"a": {"k": 1}, "b": {"0": 2}}));
        let changes = diff(&before, &after);
        assert_eq!(follow("/a", &before, &changes).as_deref(), Some("/a"));
        assert_eq!(follow("/b/0", &before, &changes).as_deref(), Some("/b/0"));
    }
}
