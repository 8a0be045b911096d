//! Single members of a state, without writing out the rest of it: what an expression looks at after every event.

use serde::Serialize;
use serde::ser::{Error as _, Impossible, SerializeMap, SerializeStruct, Serializer};
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
    /// It is anything else.
    Other(Value),
}

impl Member {
    /// The member as JSON; `None` where it is missing.
    pub fn into_json(self) -> Option<Value> {
        Some(match self {
            Member::Missing => return None,
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
pub fn members(state: &impl Serialize, names: &[String]) -> Option<Vec<Member>> {
    state.serialize(Picker { names }).ok()
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

fn member(value: &(impl Serialize + ?Sized)) -> Result<Member, Another> {
    match value.serialize(Single) {
        Ok(member) => Ok(member),
        Err(Another) => serde_json::to_value(value).map(Member::Other).map_err(Another::custom),
    }
}

/// Picks members of what is written to it.
struct Picker<'n> {
    names: &'n [String],
}

struct Picking<'n> {
    names: &'n [String],
    found: Vec<Member>,
    /// Where the value behind the key that was written last belongs.
    place: Option<usize>,
}

impl<'n> Picker<'n> {
    fn begin(self) -> Picking<'n> {
        Picking { names: self.names, found: vec![Member::Missing; self.names.len()], place: None }
    }
}

impl SerializeStruct for Picking<'_> {
    type Ok = Vec<Member>;
    type Error = Another;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Another> {
        if let Some(place) = self.names.iter().position(|name| name == key) {
            self.found[place] = member(value)?;
        }
        Ok(())
    }

    fn end(self) -> Result<Vec<Member>, Another> {
        Ok(self.found)
    }
}

impl SerializeMap for Picking<'_> {
    type Ok = Vec<Member>;
    type Error = Another;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Another> {
        let Member::Text(key) = member(key)? else { return Err(Another) };
        self.place = self.names.iter().position(|name| *name == key);
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Another> {
        if let Some(place) = self.place {
            self.found[place] = member(value)?;
        }
        Ok(())
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

/// Takes a single value.
struct Single;

macro_rules! integers {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, value: $kind) -> Result<Member, Another> { Ok(Member::Integer(i64::from(value))) })*
    };
}

impl Serializer for Single {
    type Ok = Member;
    type Error = Another;
    type SerializeMap = Impossible<Member, Another>;
    type SerializeStruct = Impossible<Member, Another>;

    refuse_compound!();
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

    fn serialize_map(self, _: Option<usize>) -> Result<Self::SerializeMap, Another> {
        Err(Another)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeStruct, Another> {
        Err(Another)
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
        let names = ["balance", "owner", "rate", "closed", "items", "n", "most", "other"].map(str::to_owned);
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
    fn what_is_not_made_of_members_has_none() {
        let names = ["a".to_owned()];
        assert_eq!(members(&[1, 2], &names), None);
        assert_eq!(members(&"text", &names), None);
        assert_eq!(members(&None::<u8>, &names), None);
    }
}
