//! JSON values that look like states, and values that states turn into.

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

/// Any value, with few keys and few texts, so that two of them often have something in common.
pub fn value() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            2 => vec(inner.clone(), 0..6).prop_map(Value::Array),
            3 => btree_map(key(), inner.clone(), 0..5).prop_map(|map| Value::Object(map.into_iter().collect())),
            3 => keyed(inner),
        ]
    })
}

/// A state and some later ones, each an edit of the one before it.
pub fn history(length: usize) -> impl Strategy<Value = Vec<Value>> {
    (value(), vec((any::<prop::sample::Index>(), any::<u8>(), value()), 0..length)).prop_map(|(first, edits)| {
        let mut states = vec![first];
        for (place, kind, fresh) in edits {
            let mut next = states.last().cloned().unwrap_or_default();
            let mut places = Vec::new();
            collect(&next, String::new(), &mut places);
            edit(
                next.pointer_mut(places[place.index(places.len())].as_str()).expect("the path was found in it"),
                kind,
                fresh,
            );
            states.push(next);
        }
        states
    })
}

fn leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0..4i64).prop_map(Value::from),
        prop::sample::select(vec!["1.0", "1.00", "1e2", "12345678901234567890123"])
            .prop_map(|text| serde_json::from_str(text).expect("a number")),
        "[ab]{0,2}".prop_map(Value::from),
    ]
}

fn key() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["a", "b", "", "0", "1", "a/b", "m~n", "id", "name"]).prop_map(str::to_owned)
}

/// An array of objects with an identity, in any order.
fn keyed(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    let name = prop::sample::select(vec!["id", "sku", "line_id", "lineId"]);
    (name, btree_map(0..8u8, inner, 0..6)).prop_flat_map(|(name, elements)| {
        let elements: Vec<Value> = elements.into_iter().map(|(id, value)| json!({name: id, "v": value})).collect();
        Just(elements).prop_shuffle().prop_map(Value::Array)
    })
}

/// Every path of a value.
fn collect(value: &Value, path: String, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            let token = key.replace('~', "~0").replace('/', "~1");
            collect(value, format!("{path}/{token}"), found);
        }),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| collect(value, format!("{path}/{index}"), found));
        }
        _ => {}
    }
    found.push(path);
}

/// Changes a value in one of the ways in which states change.
fn edit(value: &mut Value, kind: u8, fresh: Value) {
    let kind = usize::from(kind);
    match value {
        Value::Array(items) if !items.is_empty() => {
            let place = kind / 8 % items.len();
            match kind % 8 {
                0 => drop(items.remove(place)),
                1 => items.insert(place, fresh),
                2 => items.push(fresh),
                3 => items.rotate_left(place),
                4 => items.reverse(),
                5 => items.swap(0, place),
                6 => items.clear(),
                _ => *value = fresh,
            }
        }
        Value::Object(map) if !map.is_empty() => {
            let key = map.keys().nth(kind / 8 % map.len()).cloned().expect("within its length");
            match kind % 4 {
                0 => drop(map.shift_remove(&key)),
                1 => drop(map.insert("new".to_owned(), fresh)),
                2 => drop(map.insert(key, fresh)),
                _ => *value = fresh,
            }
        }
        _ => *value = fresh,
    }
}
