//! What has changed since a value was made of a state, as edits that bring the value up to date where it stands.

use serde_json::Value;

/// One change of a value. In the order in which they were found, edits make a fresh value out of the old one, with its
/// members in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The members that lead to the place, from the outermost; elements of arrays by their numbers.
    pub path: Vec<String>,
    /// What became of it.
    pub what: Became,
}

/// What became of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    /// It has another value.
    Set(Value),
    /// It is there now, as the member or element with this number.
    Added(usize, Value),
    /// It is no longer there.
    Removed,
}

impl Edit {
    /// The whole value is another.
    pub fn whole(value: Value) -> Edit {
        Edit { path: Vec::new(), what: Became::Set(value) }
    }

    /// Does the same to a value. One in which the place is missing stays as it is.
    pub fn apply(&self, value: &mut Value) {
        let Some((key, way)) = self.path.split_last() else {
            if let Became::Set(fresh) = &self.what {
                value.clone_from(fresh);
            }
            return;
        };
        match (inner(value, way), &self.what) {
            (Some(Value::Object(members)), Became::Set(fresh)) => {
                if let Some(place) = members.get_mut(key) {
                    place.clone_from(fresh);
                }
            }
            (Some(Value::Object(members)), Became::Added(number, fresh)) => {
                members.shift_insert((*number).min(members.len()), key.clone(), fresh.clone());
            }
            (Some(Value::Object(members)), Became::Removed) => {
                members.shift_remove(key);
            }
            (Some(Value::Array(items)), what) => {
                let Some(number) = key.parse::<usize>().ok().filter(|number| *number <= items.len()) else { return };
                match what {
                    Became::Set(fresh) if number < items.len() => items[number].clone_from(fresh),
                    Became::Added(_, fresh) => items.insert(number, fresh.clone()),
                    Became::Removed if number < items.len() => drop(items.remove(number)),
                    Became::Set(_) | Became::Removed => {}
                }
            }
            _ => {}
        }
    }
}

fn inner<'v>(value: &'v mut Value, way: &[String]) -> Option<&'v mut Value> {
    way.iter().try_fold(value, |value, key| match value {
        Value::Object(members) => members.get_mut(key),
        Value::Array(items) => items.get_mut(key.parse::<usize>().ok()?),
        _ => None,
    })
}
