//! One field through time: found again in other states though its element changed places.

use super::diff::{identity, identity_key};
use super::pointer::{child, index, push_index, push_key, tokens, unescape};
use super::{Change, ChangeOp};
use serde_json::Value;

/// A place in the states of one stream. Elements of arrays that have a key of their own are known by it, so that
/// `/items/2/quantity` stays the quantity of one article wherever its line stands; other elements by their index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    /// The element that has this value under this key.
    Element { key: String, identity: Value },
    /// A member, or an element by its index.
    Token(String),
}

impl Field {
    /// The field at a path of a state, which may be a leaf or a whole subtree. What the state does not have at the
    /// path is taken by name. `None` where the path is no RFC 6901 pointer.
    pub fn new(path: &str, state: &Value) -> Option<Field> {
        let mut value = Some(state);
        let mut steps = Vec::new();
        for token in tokens(path)? {
            let parent = value;
            value = parent.and_then(|parent| child(parent, token));
            steps.push(
                parent
                    .zip(value)
                    .and_then(|(parent, element)| by_identity(parent, element))
                    .unwrap_or_else(|| Step::Token(token.to_owned())),
            );
        }
        Some(Field { steps })
    }

    /// The top-level member that it lies in; `None` where it is the whole state, or an element of one that is an array.
    pub fn member(&self) -> Option<String> {
        match self.steps.first()? {
            Step::Token(token) => Some(unescape(token).into_owned()),
            Step::Element { .. } => None,
        }
    }

    /// Where the field stands in a state, and its value.
    pub fn find<'v>(&self, state: &'v Value) -> Option<(String, &'v Value)> {
        let mut path = String::new();
        let mut value = state;
        for step in &self.steps {
            value = match (step, value) {
                (Step::Element { key, identity: wanted }, Value::Array(elements)) => {
                    let place = elements.iter().position(|element| identity(element, key) == Some(wanted))?;
                    push_index(&mut path, place);
                    &elements[place]
                }
                (Step::Element { .. }, _) => return None,
                (Step::Token(token), Value::Array(elements)) => {
                    let place = index(token)?;
                    push_index(&mut path, place);
                    elements.get(place)?
                }
                (Step::Token(token), value) => {
                    push_key(&mut path, &unescape(token));
                    child(value, token)?
                }
            };
        }
        Some((path, value))
    }

    /// What an event did to the field, given the states before and after it; `None` where its value is the same.
    /// That its element stands elsewhere is no change of the field.
    pub fn change(&self, before: &Value, after: &Value) -> Option<Change> {
        let (path, op, before, after) = match (self.find(before), self.find(after)) {
            (None, None) => return None,
            (None, Some((path, value))) => (path, ChangeOp::Add, None, Some(value)),
            (Some((path, value)), None) => (path, ChangeOp::Remove, Some(value), None),
            (Some((_, old)), Some((path, new))) if old != new => (path, ChangeOp::Replace, Some(old), Some(new)),
            _ => return None,
        };
        Some(Change { path, op, before: before.cloned(), after: after.cloned() })
    }

    /// Whether an event changed the field: the question that stepping to its next or previous change asks.
    pub fn changed(&self, before: &Value, after: &Value) -> bool {
        self.find(before).map(|(_, value)| value) != self.find(after).map(|(_, value)| value)
    }
}

fn by_identity(parent: &Value, element: &Value) -> Option<Step> {
    let key = identity_key(parent.as_array()?, &[])?;
    Some(Step::Element { key: key.to_owned(), identity: identity(element, key)?.clone() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_field_is_found_where_its_element_stands() {
        let now = json!({"items": [{"sku": "A", "n": 1}, {"sku": "B", "n": 2}]});
        let field = Field::new("/items/1/n", &now).unwrap();
        let earlier = json!({"items": [{"sku": "B", "n": 1}]});
        assert_eq!(field.find(&earlier), Some(("/items/0/n".to_owned(), &json!(1))));
        assert!(!field.changed(&earlier, &json!({"items": [{"sku": "A"}, {"sku": "B", "n": 1}]})));
        let change = field.change(&earlier, &now).unwrap();
        assert_eq!((change.path.as_str(), change.op), ("/items/1/n", ChangeOp::Replace));
        assert_eq!(field.change(&now, &json!({"items": []})).unwrap().op, ChangeOp::Remove);
        assert_eq!(field.change(&json!({}), &now).unwrap().op, ChangeOp::Add);
    }

    #[test]
    fn a_field_that_the_state_does_not_have_is_taken_by_name() {
        let field = Field::new("/a~1b/0/x", &json!({})).unwrap();
        assert_eq!(field.find(&json!({"a/b": [{"x": 1}]})), Some(("/a~1b/0/x".to_owned(), &json!(1))));
        assert_eq!(field.find(&json!({"a/b": {"0": {"x": 2}}})), Some(("/a~1b/0/x".to_owned(), &json!(2))));
        assert_eq!(field.find(&json!({"a/b": 1})), None);
        assert_eq!(Field::new("a", &json!({})), None);
    }

    #[test]
    fn the_empty_path_is_the_whole_state() {
        let field = Field::new("", &json!({})).unwrap();
        assert!(field.changed(&json!({"a": 1}), &json!({"a": 2})));
    }
}
