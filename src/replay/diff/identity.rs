//! What makes an array's element the same element after it changed: a key of its own.

use serde_json::Value;
use std::collections::HashSet;

/// Keys that name an element, the surest first.
const CANDIDATES: [fn(&str) -> bool; 7] = [
    |key| key == "id",
    |key| key == "key",
    |key| key.len() > 3 && key.ends_with("_id"),
    |key| key.len() > 2 && key.ends_with("Id"),
    |key| key == "sku",
    |key| key == "code",
    |key| key == "name",
];

/// The key under which every element of both arrays has a text or a number that no other element of its array has.
/// `None` where an element is not an object or no key will do; a state of one array is asked with an empty second.
pub(crate) fn identity_key<'v>(before: &'v [Value], after: &'v [Value]) -> Option<&'v str> {
    let first = before.first().or(after.first())?.as_object()?;
    CANDIDATES
        .iter()
        .flat_map(|fits| first.keys().filter(|key| fits(key)))
        .find(|key| unique(before, key) && unique(after, key))
        .map(String::as_str)
}

/// The value by which an element is known.
pub(crate) fn identity<'v>(element: &'v Value, key: &str) -> Option<&'v Value> {
    // Two booleans or nulls tell nobody apart, and a container is a thing, not a name.
    element.as_object()?.get(key).filter(|value| value.is_string() || value.is_number())
}

fn unique(elements: &[Value], key: &str) -> bool {
    let mut seen = HashSet::with_capacity(elements.len());
    elements.iter().all(|element| identity(element, key).is_some_and(|value| seen.insert(value)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key_of(before: Value, after: Value) -> Option<String> {
        identity_key(before.as_array().unwrap(), after.as_array().unwrap()).map(str::to_owned)
    }

    #[test]
    fn the_surest_key_that_is_unique_wins() {
        for (before, after, expected) in [
            (json!([{"name": "a", "sku": 1}]), json!([{"name": "b", "sku": 2}]), Some("sku")),
            (json!([{"id": 1, "sku": 1}, {"id": 1, "sku": 2}]), json!([]), Some("sku")),
            (json!([{"lineId": "x", "name": "n"}]), json!([]), Some("lineId")),
            (json!([]), json!([{"order_id": "x", "a": 1}]), Some("order_id")),
            (json!([{"id": 1}]), json!([{"ID": 1}]), None),
            (json!([{"id": 1}, 2]), json!([]), None),
            (json!([{"id": null}]), json!([]), None),
            (json!([{"id": 1}, {"id": 1}]), json!([]), None),
            (json!([]), json!([]), None),
        ] {
            assert_eq!(key_of(before.clone(), after.clone()).as_deref(), expected, "{before} {after}");
        }
    }
}
