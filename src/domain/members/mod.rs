//! Single members of a state, without writing out the rest of it: what an expression looks at after every event.

mod pick;
mod single;

use pick::Picker;
use serde::Serialize;
use serde::ser::Error as _;
use serde_json::Value;
use single::Single;
use std::fmt;

/// A member of a state.
#[derive(Debug, Clone, PartialEq)]
pub enum Member {
    /// The state has no such member.
    Missing,
    /// It is null.
    Null,
    /// It is true or false.
    Bool(bool),
    /// It is an integer.
    Integer(i64),
    /// It is another number.
    Decimal(f64),
    /// It is a text.
    Text(String),
    /// It is an array of so many elements, and no more was asked.
    Elements(usize),
    /// It is an object of so many members, and no more was asked.
    Members(usize),
    /// It is anything else.
    Other(Value),
}

/// What is wanted of a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The member.
    pub name: String,
    /// Whether it is enough to know how large an array or an object is.
    pub counted: bool,
}

impl From<&str> for Want {
    fn from(name: &str) -> Want {
        Want { name: name.to_owned(), counted: false }
    }
}

impl Member {
    /// The member as JSON; `None` where it is missing, or only its size is known.
    pub fn into_json(self) -> Option<Value> {
        Some(match self {
            Member::Missing | Member::Elements(_) | Member::Members(_) => return None,
            Member::Null => Value::Null,
            Member::Bool(is) => Value::Bool(is),
            Member::Integer(number) => number.into(),
            Member::Decimal(number) => number.into(),
            Member::Text(text) => Value::String(text),
            Member::Other(value) => value,
        })
    }
}

/// These members of a state; `None` where the state is not made of members.
pub fn members(state: &impl Serialize, wants: &[Want]) -> Option<Vec<Member>> {
    state.serialize(Picker { wants }).ok()
}

/// It is no state made of members, or no single value.
#[derive(Debug)]
struct Another;

impl fmt::Display for Another {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("of another kind")
    }
}

impl std::error::Error for Another {}

impl serde::ser::Error for Another {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Another
    }
}

fn member(value: &(impl Serialize + ?Sized), counted: bool) -> Result<Member, Another> {
    match value.serialize(Single { counted }) {
        Ok(member) => Ok(member),
        Err(Another) => serde_json::to_value(value).map(Member::Other).map_err(Another::custom),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    #[derive(Serialize)]
    struct State {
        balance: i64,
        owner: Option<String>,
        rate: f64,
        #[serde(skip_serializing_if = "Option::is_none")]
        closed: Option<bool>,
        items: Vec<u8>,
        #[serde(flatten)]
        rest: BTreeMap<String, u64>,
    }

    #[test]
    fn what_is_picked_is_what_the_whole_state_has() {
        let rest = BTreeMap::from([("most".to_owned(), u64::MAX), ("n".to_owned(), 7)]);
        let state = State { balance: -5, owner: None, rate: 0.1, closed: None, items: vec![1, 2], rest };
        let names = ["balance", "owner", "rate", "closed", "items", "n", "most", "other"].map(Want::from);
        assert_eq!(
            members(&state, &names).unwrap(),
            [
                Member::Integer(-5),
                Member::Null,
                Member::Decimal(0.1),
                Member::Missing,
                Member::Other(json!([1, 2])),
                Member::Integer(7),
                Member::Other(json!(u64::MAX)),
                Member::Missing,
            ]
        );
    }

    #[test]
    fn what_is_only_counted_is_not_written_out() {
        #[derive(Serialize)]
        struct Counted {
            map: BTreeMap<u8, State>,
            list: Vec<u8>,
            inner: Option<Inner>,
            text: String,
            json: Value,
            none: Option<u8>,
        }
        #[derive(Serialize)]
        struct Inner {
            #[serde(skip_serializing_if = "Option::is_none")]
            a: Option<u8>,
            b: u8,
        }
        let (map, list) = (BTreeMap::new(), vec![1, 2, 3]);
        let (inner, text) = (Some(Inner { a: None, b: 1 }), "t".to_owned());
        let state = Counted { map, list, inner, text, json: json!({"a": 1, "b": 2}), none: None };
        let wants =
            ["map", "list", "inner", "text", "json", "none", "no"].map(|name| Want { counted: true, ..name.into() });
        assert_eq!(
            members(&state, &wants).unwrap(),
            [
                Member::Members(0),
                Member::Elements(3),
                Member::Members(1),
                Member::Text("t".to_owned()),
                Member::Members(2),
                Member::Null,
                Member::Missing,
            ]
        );
    }

    #[test]
    fn what_is_not_made_of_members_has_none() {
        let names = [Want::from("a")];
        assert_eq!(members(&[1, 2], &names), None);
        assert_eq!(members(&"text", &names), None);
        assert_eq!(members(&None::<u8>, &names), None);
    }
}
