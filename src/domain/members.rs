//! Single members of a state, without writing out the rest of it: what an expression looks at after every event.

use serde::Serialize;
use serde::ser::{Error as _, Impossible, SerializeMap, SerializeSeq, SerializeStruct, Serializer};
use serde_json::Value;
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

/// Picks members of what is written to it.
struct Picker<'n> {
    wants: &'n [Want],
}

struct Picking<'n> {
    wants: &'n [Want],
    found: Vec<Member>,
    /// The key that was written last, where somebody wants it.
    key: Option<String>,
}

impl<'n> Picker<'n> {
    fn begin(self) -> Picking<'n> {
        Picking { wants: self.wants, found: vec![Member::Missing; self.wants.len()], key: None }
    }
}

impl Picking<'_> {
    fn take<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Another> {
        for (want, found) in self.wants.iter().zip(&mut self.found).filter(|(want, _)| want.name == key) {
            *found = member(value, want.counted)?;
        }
        Ok(())
    }
}

impl SerializeStruct for Picking<'_> {
    type Ok = Vec<Member>;
    type Error = Another;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Another> {
        self.take(key, value)
    }

    fn end(self) -> Result<Vec<Member>, Another> {
        Ok(self.found)
    }
}

impl SerializeMap for Picking<'_> {
    type Ok = Vec<Member>;
    type Error = Another;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Another> {
        let Member::Text(key) = member(key, false)? else { return Err(Another) };
        self.key = Some(key).filter(|key| self.wants.iter().any(|want| want.name == *key));
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Another> {
        match self.key.take() {
            Some(key) => self.take(&key, value),
            None => Ok(()),
        }
    }

    fn end(self) -> Result<Vec<Member>, Another> {
        Ok(self.found)
    }
}

macro_rules! refuse {
    ($($name:ident: $kind:ty),*) => { $(fn $name(self, _: $kind) -> Result<Self::Ok, Another> { Err(Another) })* };
}

macro_rules! refuse_compound {
    () => {
        type SerializeSeq = Impossible<Self::Ok, Another>;
        type SerializeTuple = Impossible<Self::Ok, Another>;
        type SerializeTupleStruct = Impossible<Self::Ok, Another>;
        type SerializeTupleVariant = Impossible<Self::Ok, Another>;
        type SerializeStructVariant = Impossible<Self::Ok, Another>;

        fn serialize_newtype_variant<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: &T,
        ) -> Result<Self::Ok, Another> {
            Err(Another)
        }
        fn serialize_seq(self, _: Option<usize>) -> Result<Self::SerializeSeq, Another> {
            Err(Another)
        }
        fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Another> {
            Err(Another)
        }
        fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Another> {
            Err(Another)
        }
        fn serialize_tuple_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeTupleVariant, Another> {
            Err(Another)
        }
        fn serialize_struct_variant(
            self,
            _: &'static str,
            _: u32,
            _: &'static str,
            _: usize,
        ) -> Result<Self::SerializeStructVariant, Another> {
            Err(Another)
        }
    };
}

macro_rules! look_inside {
    () => {
        fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<Self::Ok, Another> {
            value.serialize(self)
        }
        fn serialize_newtype_struct<T: Serialize + ?Sized>(
            self,
            _: &'static str,
            value: &T,
        ) -> Result<Self::Ok, Another> {
            value.serialize(self)
        }
    };
}

impl<'n> Serializer for Picker<'n> {
    type Ok = Vec<Member>;
    type Error = Another;
    type SerializeMap = Picking<'n>;
    type SerializeStruct = Picking<'n>;

    refuse_compound!();
    look_inside!();
    refuse!(serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_char: char, serialize_str: &str, serialize_bytes: &[u8],
        serialize_unit_struct: &'static str);

    fn serialize_unit(self) -> Result<Vec<Member>, Another> {
        Err(Another)
    }

    fn serialize_none(self) -> Result<Vec<Member>, Another> {
        Err(Another)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<Vec<Member>, Another> {
        Err(Another)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Picking<'n>, Another> {
        Ok(self.begin())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Picking<'n>, Another> {
        Ok(self.begin())
    }
}

/// Takes a single value; where that is enough, the size of one that is made of others.
struct Single {
    counted: bool,
}

macro_rules! integers {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, value: $kind) -> Result<Member, Another> { Ok(Member::Integer(i64::from(value))) })*
    };
}

impl Serializer for Single {
    type Ok = Member;
    type Error = Another;
    type SerializeSeq = Size;
    type SerializeTuple = Impossible<Member, Another>;
    type SerializeTupleStruct = Impossible<Member, Another>;
    type SerializeTupleVariant = Impossible<Member, Another>;
    type SerializeMap = Size;
    type SerializeStruct = Size;
    type SerializeStructVariant = Impossible<Member, Another>;

    look_inside!();
    refuse!(serialize_bytes: &[u8], serialize_f32: f32);
    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_u8: u8,
        serialize_u16: u16, serialize_u32: u32);

    fn serialize_u64(self, value: u64) -> Result<Member, Another> {
        i64::try_from(value).map(Member::Integer).map_err(|_| Another)
    }

    fn serialize_bool(self, value: bool) -> Result<Member, Another> {
        Ok(Member::Bool(value))
    }

    fn serialize_f64(self, value: f64) -> Result<Member, Another> {
        // JSON has no word for the others, and null stands for them.
        Ok(if value.is_finite() { Member::Decimal(value) } else { Member::Null })
    }

    fn serialize_char(self, value: char) -> Result<Member, Another> {
        Ok(Member::Text(value.to_string()))
    }

    fn serialize_str(self, value: &str) -> Result<Member, Another> {
        Ok(Member::Text(value.to_owned()))
    }

    fn serialize_unit(self) -> Result<Member, Another> {
        Ok(Member::Null)
    }

    fn serialize_none(self) -> Result<Member, Another> {
        Ok(Member::Null)
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<Member, Another> {
        Ok(Member::Null)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<Member, Another> {
        Ok(Member::Text(name.to_owned()))
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Size, Another> {
        self.size(Member::Elements)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Size, Another> {
        // Where nobody knows beforehand how many there are, parts were put together, and two may have one name.
        len.ok_or(Another)?;
        self.size(Member::Members)
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Size, Another> {
        // A number or a raw value that only looks like a struct.
        if name.starts_with("$serde_json::private::") { Err(Another) } else { self.size(Member::Members) }
    }

    fn serialize_tuple(self, _: usize) -> Result<Self::SerializeTuple, Another> {
        Err(Another)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Another> {
        Err(Another)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Another> {
        Err(Another)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: &T,
    ) -> Result<Member, Another> {
        Err(Another)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeStructVariant, Another> {
        Err(Another)
    }
}

impl Single {
    fn size(self, kind: fn(usize) -> Member) -> Result<Size, Another> {
        if self.counted { Ok(Size { kind, count: 0 }) } else { Err(Another) }
    }
}

/// Counts what a value is made of, and looks at none of it.
struct Size {
    kind: fn(usize) -> Member,
    count: usize,
}

impl Size {
    fn one_more(&mut self) -> Result<(), Another> {
        self.count += 1;
        Ok(())
    }

    fn counted(self) -> Result<Member, Another> {
        Ok((self.kind)(self.count))
    }
}

impl SerializeSeq for Size {
    type Ok = Member;
    type Error = Another;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Another> {
        self.one_more()
    }

    fn end(self) -> Result<Member, Another> {
        self.counted()
    }
}

impl SerializeMap for Size {
    type Ok = Member;
    type Error = Another;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Another> {
        self.one_more()
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, _: &T) -> Result<(), Another> {
        Ok(())
    }

    fn end(self) -> Result<Member, Another> {
        self.counted()
    }
}

impl SerializeStruct for Size {
    type Ok = Member;
    type Error = Another;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, _: &'static str, _: &T) -> Result<(), Another> {
        self.one_more()
    }

    fn end(self) -> Result<Member, Another> {
        self.counted()
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
