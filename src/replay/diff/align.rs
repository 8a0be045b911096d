//! Which element of an array was which: by key where elements have one, else by the longest common run.

use super::identity::{identity, identity_key};
use super::sequence;
use serde_json::Value;
use std::collections::HashMap;

/// Where an element of the array after comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// It was not there before.
    New,
    /// It stood at this index, in the same order among the elements that stayed.
    Kept(usize),
    /// It stood at this index, and others passed it.
    Moved(usize),
}

/// How two arrays belong together. Elements in front of it and behind it are equal, one to one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Alignment {
    /// How many elements at the front are equal.
    pub prefix: usize,
    /// Where each element after the prefix and before the equal tail comes from.
    pub origins: Vec<Origin>,
    /// The indexes before of what has no place after, in order.
    pub removed: Vec<usize>,
}

/// Aligns two arrays. Equal ends are cut off first: most events touch one element of many.
pub(super) fn align(before: &[Value], after: &[Value]) -> Alignment {
    let prefix = before.iter().zip(after).take_while(|(b, a)| same(b, a)).count();
    let (old, new) = (&before[prefix..], &after[prefix..]);
    let suffix = old.iter().rev().zip(new.iter().rev()).take_while(|(b, a)| same(b, a)).count();
    let (old, new) = (&old[..old.len() - suffix], &new[..new.len() - suffix]);
    let origins = if old.is_empty() {
        vec![None; new.len()]
    } else if new.is_empty() {
        Vec::new()
    } else if let Some(key) = identity_key(old, new) {
        by_key(old, new, key)
    } else {
        sequence::align(old, new)
    };
    let mut stays = vec![false; old.len()];
    for index in origins.iter().flatten() {
        stays[*index] = true;
    }
    let removed = (0..old.len()).filter(|index| !stays[*index]).map(|index| index + prefix).collect();
    Alignment { prefix, origins: mark_moves(&origins, prefix), removed }
}

fn by_key(old: &[Value], new: &[Value], key: &str) -> Vec<Option<usize>> {
    let places: HashMap<&Value, usize> =
        old.iter().enumerate().filter_map(|(index, element)| Some((identity(element, key)?, index))).collect();
    new.iter().map(|element| places.get(identity(element, key)?).copied()).collect()
}

/// The largest set of elements that kept their order counts as unmoved; only the others moved.
fn mark_moves(origins: &[Option<usize>], prefix: usize) -> Vec<Origin> {
    let kept = longest_increasing(origins);
    let mut kept = kept.iter().copied().peekable();
    origins
        .iter()
        .enumerate()
        .map(|(place, origin)| match origin {
            None => Origin::New,
            Some(index) if kept.next_if_eq(&place).is_some() => Origin::Kept(index + prefix),
            Some(index) => Origin::Moved(index + prefix),
        })
        .collect()
}

/// The places of a longest increasing run of origins, by patience sorting: n log n.
fn longest_increasing(origins: &[Option<usize>]) -> Vec<usize> {
    // tails[n]: the place where a run of n + 1 ends lowest; previous: the place before each in its run.
    let mut tails: Vec<usize> = Vec::new();
    let mut previous = vec![None; origins.len()];
    for (place, origin) in origins.iter().enumerate() {
        let Some(index) = origin else { continue };
        let length = tails.partition_point(|tail| origins[*tail].is_some_and(|other| other < *index));
        previous[place] = length.checked_sub(1).map(|shorter| tails[shorter]);
        if length == tails.len() {
            tails.push(place);
        } else {
            tails[length] = place;
        }
    }
    let mut run: Vec<usize> = std::iter::successors(tails.last().copied(), |place| previous[*place]).collect();
    run.reverse();
    run
}

/// Whether two values are equal. Objects nearly always have their keys in the same order, which spares the look-ups
/// that `==` makes.
pub(super) fn same(before: &Value, after: &Value) -> bool {
    match (before, after) {
        (Value::Object(b), Value::Object(a)) if b.keys().eq(a.keys()) => {
            b.values().zip(a.values()).all(|(b, a)| same(b, a))
        }
        (Value::Array(b), Value::Array(a)) => b.len() == a.len() && b.iter().zip(a).all(|(b, a)| same(b, a)),
        _ => before == after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn aligned(before: Value, after: Value) -> Alignment {
        align(before.as_array().unwrap(), after.as_array().unwrap())
    }

    fn items(ids: &[i32]) -> Value {
        ids.iter().map(|id| json!({"id": id})).collect()
    }

    #[test]
    fn only_the_element_that_others_passed_has_moved() {
        let found = aligned(items(&[1, 2, 3, 4]), items(&[2, 3, 4, 1]));
        let expected = [Origin::Kept(1), Origin::Kept(2), Origin::Kept(3), Origin::Moved(0)];
        assert_eq!(found.origins, expected);
    }

    #[test]
    fn what_additions_and_removals_shift_has_not_moved() {
        let found = aligned(items(&[1, 2, 3, 4]), items(&[9, 1, 3, 4]));
        assert_eq!(found, Alignment { prefix: 0, origins: vec![Origin::New, Origin::Kept(0)], removed: vec![1] });
    }

    #[test]
    fn equal_ends_are_cut_off() {
        let found = aligned(json!([1, 2, 3, 4]), json!([1, 2, 4]));
        assert_eq!(found, Alignment { prefix: 2, origins: vec![], removed: vec![2] });
    }

    #[test]
    fn equality_does_not_see_the_order_of_keys() {
        assert!(same(&json!([{"a": 1, "b": [2]}]), &json!([{"b": [2], "a": 1}])));
        assert!(!same(&json!({"a": {"x": 1}}), &json!({"a": {"x": 2}})));
        let number = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert!(!same(&number("1.0"), &number("1.00")), "numbers are compared as written");
    }
}
