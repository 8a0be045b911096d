//! Making the state after from the state before and the changes: the proof that a list of changes is complete.

use super::places::{Place, Places};
use super::shift::Elements;
use crate::replay::pointer::{escape, unescape};
use crate::replay::{Change, ChangeOp};
use serde_json::{Map, Value};
use std::fmt;

/// Changes that are not changes of this state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplyError {
    /// The path of a change that does not fit.
    pub path: String,
}

impl fmt::Display for ApplyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the change at '{}' does not fit the state: its place or its value before is another", self.path)
    }
}

impl std::error::Error for ApplyError {}

/// The state after the changes: `apply(&a, &diff(&a, &b))` is `b`. Fails where the state has not the places and the
/// values that the changes speak of.
pub fn apply(before: &Value, changes: &[Change]) -> Result<Value, ApplyError> {
    let places = Places::of(changes.iter().map(Into::into));
    if let Some(removal) = places.gone.change {
        return Err(ApplyError { path: removal.path.to_owned() });
    }
    patch(before, Some(&places.gone), Some(&places.here))
}

type Below<'p, 'c> = Option<&'p Place<'c>>;

fn patch(before: &Value, gone: Below<'_, '_>, here: Below<'_, '_>) -> Result<Value, ApplyError> {
    if let Some(change) = here.and_then(|place| place.change) {
        match change.op {
            ChangeOp::Replace if change.before == Some(before) => {
                return change.after.cloned().ok_or_else(|| misfit(here));
            }
            ChangeOp::Move { .. } => {}
            _ => return Err(misfit(here)),
        }
    }
    if is_bare(gone) && is_bare(here) {
        return Ok(before.clone());
    }
    match before {
        Value::Object(members) => object(members, gone, here).map(Value::Object),
        Value::Array(elements) => array(elements, gone, here).map(Value::Array),
        _ => Err(misfit(if is_bare(gone) { here } else { gone })),
    }
}

fn object(
    before: &Map<String, Value>,
    gone: Below<'_, '_>,
    here: Below<'_, '_>,
) -> Result<Map<String, Value>, ApplyError> {
    let mut after = Map::with_capacity(before.len());
    for (key, value) in before {
        let token = escape(key);
        let (left, now) = (gone.and_then(|p| p.child(&token)), here.and_then(|p| p.child(&token)));
        match left.and_then(|place| place.change) {
            Some(removal) if removal.before == Some(value) => {}
            Some(_) => return Err(misfit(left)),
            None => {
                after.insert(key.clone(), patch(value, left, now)?);
            }
        }
    }
    for (token, place) in here.into_iter().flat_map(|place| &place.children) {
        let key = unescape(token);
        match (place.op(), after.contains_key(key.as_ref())) {
            (Some(ChangeOp::Add), false) => {
                let added = place.change.and_then(|change| change.after).ok_or_else(|| misfit(Some(place)))?;
                after.insert(key.into_owned(), added.clone());
            }
            (Some(ChangeOp::Add), true) | (_, false) => return Err(misfit(Some(place))),
            (_, true) => {}
        }
    }
    match gone.into_iter().flat_map(|place| &place.children).find(|(token, _)| !before.contains_key(&*unescape(token)))
    {
        Some((_, place)) => Err(misfit(Some(place))),
        None => Ok(after),
    }
}

fn array(before: &[Value], gone: Below<'_, '_>, here: Below<'_, '_>) -> Result<Vec<Value>, ApplyError> {
    let Elements { gone: left, here: now, shift } =
        Elements::between(gone, here).ok_or_else(|| misfit(here.or(gone)))?;
    let length = shift.len_after(before.len()).ok_or_else(|| misfit(gone.or(here)))?;
    for (index, place) in &left {
        let fits = match (before.get(*index), place.change) {
            (Some(element), Some(removal)) => removal.before == Some(element),
            (Some(_), None) => shift.target(*index).is_some(),
            (None, _) => false,
        };
        if !fits {
            return Err(misfit(Some(place)));
        }
    }
    if let Some((_, place)) = now.range(length..).next() {
        return Err(misfit(Some(place)));
    }
    (0..length)
        .map(|index| {
            let place = now.get(&index).copied();
            match shift.origin(index) {
                Some(origin) => {
                    let element = before.get(origin).ok_or_else(|| misfit(place.or(here).or(gone)))?;
                    patch(element, left.get(&origin).copied(), place)
                }
                None => place.and_then(|p| p.change?.after).cloned().ok_or_else(|| misfit(place)),
            }
        })
        .collect()
}

fn is_bare(place: Below<'_, '_>) -> bool {
    place.is_none_or(|place| place.children.is_empty())
}

fn misfit(place: Below<'_, '_>) -> ApplyError {
    ApplyError { path: place.map_or("", Place::some_path).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::diff;
    use serde_json::json;

    #[test]
    fn changes_of_another_state_are_refused() {
        let changes = diff(&json!({"a": 1, "b": [1, 2, 3]}), &json!({"a": 2, "b": [1, 3]}));
        for other in [json!({"a": 3, "b": [1, 2, 3]}), json!({"a": 1, "b": [1, 9, 3]}), json!({"b": [1]}), json!(null)]
        {
            assert!(apply(&other, &changes).is_err(), "{other}");
        }
        let message = apply(&json!({"b": []}), &diff(&json!({"a": 1}), &json!({"a": 2}))).unwrap_err().to_string();
        assert_eq!(message, "the change at '/a' does not fit the state: its place or its value before is another");
    }

    #[test]
    fn an_element_that_moved_and_lost_a_member() {
        let before = json!([{"id": 1, "n": 1}, {"id": 2}, {"id": 3}, {"id": 4}]);
        let after = json!([{"id": 2}, {"id": 9}, {"id": 4}, {"id": 1}]);
        let changes = diff(&before, &after);
        assert_eq!(apply(&before, &changes).unwrap(), after, "{changes:?}");
    }

    #[test]
    fn numeric_keys_are_not_indexes() {
        let (before, after) = (json!({"0": 1, "1": {"x": 2}}), json!({"1": {"x": 3}}));
        assert_eq!(apply(&before, &diff(&before, &after)).unwrap(), after);
    }
}
