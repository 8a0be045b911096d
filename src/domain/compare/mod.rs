//! Holds a state against the value that was made of it earlier, without making another: where nothing has changed, nothing
//! is written.

mod elements;
mod key;
mod members;

use crate::edits::{Became, Edit};
use crate::refuse::look_inside;
use elements::Elements;
use members::{Fields, Members};
use serde::Serialize;
use serde::ser::Serializer;
use serde_json::{Value, value};
use std::fmt::{self, Write as _};

/// What the names of structs begin with that stand for numbers and raw values.
const MAGIC: &str = "$serde_json::private::";

/// What has changed since a value was made of a state, or of these members of it; `None` where only a new value can tell.
pub(crate) fn compare(state: &impl Serialize, known: &Value, only: Option<&[String]>) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    match state.serialize(Compare { known, only, way: Way::Root, edits: &mut edits }) {
        Ok(()) => Some(edits),
        Err(Anew) if only.is_none() => Some(vec![Edit::whole(serde_json::to_value(state).ok()?)]),
        Err(Anew) => None,
    }
}

/// The value is another one and has to be made anew.
#[derive(Debug)]
struct Anew;

impl fmt::Display for Anew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it is another")
    }
}

impl std::error::Error for Anew {}

impl serde::ser::Error for Anew {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Anew
    }
}

/// The members and elements that lead to a value. Written out only where something changed.
#[derive(Clone, Copy)]
enum Way<'c> {
    Root,
    Below(&'c Way<'c>, &'c str),
    /// An element of an array.
    At(&'c Way<'c>, usize),
}

impl Way<'_> {
    fn path(&self) -> Vec<String> {
        let (above, token) = match self {
            Way::Root => return Vec::new(),
            Way::Below(above, key) => (above, (*key).to_owned()),
            Way::At(above, number) => (above, number.to_string()),
        };
        let mut path = above.path();
        path.push(token);
        path
    }
}

/// Compares what is written to it with a value.
struct Compare<'c> {
    known: &'c Value,
    /// The only members that are looked at.
    only: Option<&'c [String]>,
    way: Way<'c>,
    edits: &'c mut Vec<Edit>,
}

fn is(same: bool) -> Result<(), Anew> {
    if same { Ok(()) } else { Err(Anew) }
}

fn is_number(known: &Value, number: impl itoa::Integer) -> Result<(), Anew> {
    let Value::Number(known) = known else { return Err(Anew) };
    is(known.as_str() == itoa::Buffer::new().format(number))
}

/// Compares a value that stands somewhere in another; where it has to be made anew, that is an edit.
fn compare_at<T: Serialize + ?Sized>(
    value: &T,
    known: &Value,
    way: Way<'_>,
    edits: &mut Vec<Edit>,
) -> Result<(), Anew> {
    let begun = edits.len();
    if value.serialize(Compare { known, only: None, way, edits }).is_err() {
        edits.truncate(begun);
        let made = serde_json::to_value(value).map_err(|_| Anew)?;
        // Objects that are equal may have their members in another order.
        if made.is_object() || made.is_array() || made != *known {
            edits.push(Edit { path: way.path(), what: Became::Set(made) });
        }
    }
    Ok(())
}

/// The value of the only member, which tells a variant.
fn variant<'c>(known: &'c Value, name: &str) -> Result<&'c Value, Anew> {
    let members = known.as_object().filter(|members| members.len() == 1).ok_or(Anew)?;
    members.get(name).ok_or(Anew)
}

macro_rules! integers {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, number: $kind) -> Result<(), Anew> { is_number(self.known, number) })*
    };
}

impl<'c> Serializer for Compare<'c> {
    type Ok = ();
    type Error = Anew;
    type SerializeSeq = Elements<'c>;
    type SerializeTuple = Elements<'c>;
    type SerializeTupleStruct = Elements<'c>;
    type SerializeTupleVariant = Elements<'c>;
    type SerializeMap = Members<'c>;
    type SerializeStruct = Fields<'c>;
    type SerializeStructVariant = Members<'c>;

    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128);

    fn serialize_bool(self, value: bool) -> Result<(), Anew> {
        is(*self.known == Value::Bool(value))
    }

    fn serialize_f32(self, value: f32) -> Result<(), Anew> {
        // As it would be written: 1 and 1.0 are not the same text.
        let made = Value::from(value);
        is(*self.known == made)
    }

    fn serialize_f64(self, value: f64) -> Result<(), Anew> {
        // As it would be written: 1 and 1.0 are not the same text.
        let made = Value::from(value);
        is(*self.known == made)
    }

    fn serialize_char(self, value: char) -> Result<(), Anew> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Anew> {
        is(matches!(self.known, Value::String(known) if known == value))
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Anew> {
        let Value::String(known) = self.known else { return Err(Anew) };
        let mut rest = Rest(known);
        is(write!(rest, "{value}").is_ok() && rest.0.is_empty())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Anew> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Anew> {
        is(self.known.is_null())
    }

    fn serialize_none(self) -> Result<(), Anew> {
        self.serialize_unit()
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Anew> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Anew> {
        self.serialize_str(name)
    }

    look_inside!(Anew);

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        value: &T,
    ) -> Result<(), Anew> {
        let known = variant(self.known, name)?;
        value.serialize(Compare { known, only: None, way: Way::Below(&self.way, name), edits: self.edits })
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Elements<'c>, Anew> {
        Elements::of(self, None)
    }

    fn serialize_tuple(self, _: usize) -> Result<Elements<'c>, Anew> {
        Elements::of(self, None)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Elements<'c>, Anew> {
        Elements::of(self, None)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Elements<'c>, Anew> {
        Elements::of(self, Some(name))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Members<'c>, Anew> {
        Members::of(self, None)
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Fields<'c>, Anew> {
        if name.starts_with(MAGIC) {
            let made = value::Serializer.serialize_struct(name, len).map_err(|_| Anew)?;
            return Ok(Fields::Magic { known: self.known, made });
        }
        Ok(Fields::Members(Members::of(self, None)?))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        name: &'static str,
        _: usize,
    ) -> Result<Members<'c>, Anew> {
        Members::of(self, Some(name))
    }
}

/// What is left of a text that is compared with another as that is written.
struct Rest<'c>(&'c str);

impl fmt::Write for Rest<'_> {
    fn write_str(&mut self, part: &str) -> fmt::Result {
        self.0 = self.0.strip_prefix(part).ok_or(fmt::Error)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::collections::BTreeMap;

    /// What a state may be made of.
    #[derive(Serialize, Clone)]
    struct State {
        balance: i64,
        most: u128,
        rate: f64,
        initial: char,
        #[serde(skip_serializing_if = "Option::is_none")]
        owner: Option<String>,
        stage: Stage,
        by_number: BTreeMap<u64, Vec<(i8, Option<bool>)>>,
        json: Value,
        #[serde(flatten)]
        rest: BTreeMap<String, u64>,
    }

    #[derive(Serialize, Clone)]
    enum Stage {
        New,
        Open { by: String, n: i32 },
        Moved(u8, u8),
        Held(BTreeMap<char, i64>),
    }

    fn begin() -> State {
        State {
            balance: -5,
            most: u128::MAX,
            rate: 0.1,
            initial: 'k',
            owner: None,
            stage: Stage::New,
            by_number: BTreeMap::from([(1, vec![(1, None)]), (10, vec![])]),
            json: serde_json::from_str(r#"{"b": 1.00, "a": [true, {"x": 1e400}]}"#).unwrap(),
            rest: BTreeMap::from([("n".to_owned(), 7)]),
        }
    }

    #[test]
    fn a_value_is_brought_up_to_date() {
        let mut state = begin();
        let mut value = serde_json::to_value(&state).unwrap();
        let change: [fn(&mut State); 15] = [
            |_| {},
            |state| state.balance = 6,
            |state| state.owner = Some("kim".to_owned()),
            |state| state.stage = Stage::Open { by: "kim".to_owned(), n: 1 },
            |state| state.stage = Stage::Open { by: "kim".to_owned(), n: 2 },
            |state| state.stage = Stage::Moved(1, 2),
            |state| state.stage = Stage::Held(BTreeMap::from([('a', 1), ('b', 2)])),
            |state| state.stage = Stage::Held(BTreeMap::from([('b', 3), ('c', 4)])),
            |state| state.by_number = BTreeMap::from([(0, vec![]), (2, vec![]), (10, vec![(2, Some(true))])]),
            |state| state.json = serde_json::from_str(r#"{"a": [true, {"x": 1e400}], "b": 1.0}"#).unwrap(),
            |state| state.rest = BTreeMap::from([("a".to_owned(), 1), ("z".to_owned(), 1)]),
            |state| state.rest = (0..200).map(|n| (n.to_string(), n)).collect(),
            |state| state.rate = f64::NAN,
            |state| state.rest = BTreeMap::from([("owner".to_owned(), 1), ("balance".to_owned(), 2)]),
            |state| state.owner = None,
        ];
        for (number, change) in change.into_iter().enumerate() {
            change(&mut state);
            let edits = compare(&state, &value, None).unwrap();
            assert_eq!(edits.is_empty(), number == 0, "{number}");
            edits.iter().for_each(|edit| edit.apply(&mut value));
            assert_eq!(value.to_string(), serde_json::to_value(&state).unwrap().to_string(), "{number}");
            // Where two members have one name, the object is always made anew.
            assert!(number >= 13 || compare(&state, &value, None) == Some(vec![]), "{number}");
        }
    }

    #[test]
    fn only_what_changed_is_an_edit() {
        let mut state = begin();
        let value = serde_json::to_value(&state).unwrap();
        state.by_number.insert(5, vec![]);
        state.balance = 7;
        let edits = compare(&state, &value, None).unwrap();
        let path = |path: &[&str]| path.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            edits,
            [
                Edit { path: path(&["balance"]), what: Became::Set(json!(7)) },
                Edit { path: path(&["by_number", "5"]), what: Became::Added(1, json!([])) },
            ]
        );
        let names = ["owner".to_owned(), "by_number".to_owned()];
        let edits = compare(&state, &json!({}), Some(&names)).unwrap();
        assert_eq!(edits.len(), 1, "what is not there is not added, and nothing else is looked at");
        assert_eq!(edits[0].path, path(&["by_number"]));
        assert_eq!(compare(&[1], &json!({}), Some(&names)), None);
    }

    #[test]
    fn a_long_array_is_not_made_anew_for_a_few_elements() {
        let mut state: Vec<BTreeMap<&str, usize>> = (0..1_000).map(|n| BTreeMap::from([("n", n)])).collect();
        let mut value = serde_json::to_value(&state).unwrap();
        let mut follow = |state: &Vec<BTreeMap<&str, usize>>, expected: usize| {
            let edits = compare(state, &value, None).unwrap();
            assert_eq!(edits.len(), expected);
            edits.iter().for_each(|edit| edit.apply(&mut value));
            assert_eq!(value, serde_json::to_value(state).unwrap());
        };
        state[500].insert("n", 7);
        follow(&state, 1);
        state[3].insert("m", 7);
        state.push(BTreeMap::new());
        follow(&state, 2);
        state.truncate(998);
        follow(&state, 3);
        state.remove(0);
        follow(&state, 1);
        state.clear();
        follow(&state, 1);
    }
}
