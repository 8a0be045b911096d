//! What has changed since a value was made of a state, as edits that bring the value up to date where it stands.

use serde_json::{Map, Value};

/// One change of a value. In the order in which they were found, edits make a fresh value out of the old one, with its
/// members in their order.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The members that lead to the place, from the outermost; none of them lies in an array.
    pub path: Vec<String>,
    /// What became of it.
    pub what: Became,
}

/// What became of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Became {
    /// It has another value.
    Set(Value),
    /// It is there now, as the member with this number.
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
        let Some(members) = object(value, way) else { return };
        match &self.what {
            Became::Set(fresh) => {
                if let Some(place) = members.get_mut(key) {
                    place.clone_from(fresh);
                }
            }
            Became::Added(number, fresh) => {
                members.shift_insert((*number).min(members.len()), key.clone(), fresh.clone());
            }
            Became::Removed => {
                members.shift_remove(key);
            }
        }
    }
}

fn object<'v>(value: &'v mut Value, way: &[String]) -> Option<&'v mut Map<String, Value>> {
    way.iter().try_fold(value, |value, key| value.as_object_mut()?.get_mut(key))?.as_object_mut()
}
