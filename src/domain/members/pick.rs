//! Picks members of a state that is written to it.

use super::{Another, Member, Want, member};
use crate::refuse::{look_inside, refuse, refuse_newtype_variant};
use serde::Serialize;
use serde::ser::{Impossible, SerializeMap, SerializeStruct, Serializer};

/// Picks members of what is written to it.
pub(super) struct Picker<'n> {
    pub(super) wants: &'n [Want],
}

pub(super) struct Picking<'n> {
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

impl<'n> Serializer for Picker<'n> {
    type Ok = Vec<Member>;
    type Error = Another;
    type SerializeMap = Picking<'n>;
    type SerializeStruct = Picking<'n>;
    type SerializeSeq = Impossible<Vec<Member>, Another>;
    type SerializeTuple = Impossible<Vec<Member>, Another>;
    type SerializeTupleStruct = Impossible<Vec<Member>, Another>;
    type SerializeTupleVariant = Impossible<Vec<Member>, Another>;
    type SerializeStructVariant = Impossible<Vec<Member>, Another>;

    look_inside!(Another);
    refuse_newtype_variant!(Another);
    refuse!(Another: serialize_bool(bool) -> Self::Ok, serialize_i8(i8) -> Self::Ok, serialize_i16(i16) -> Self::Ok,
        serialize_i32(i32) -> Self::Ok, serialize_i64(i64) -> Self::Ok, serialize_u8(u8) -> Self::Ok,
        serialize_u16(u16) -> Self::Ok, serialize_u32(u32) -> Self::Ok, serialize_u64(u64) -> Self::Ok,
        serialize_f32(f32) -> Self::Ok, serialize_f64(f64) -> Self::Ok, serialize_char(char) -> Self::Ok,
        serialize_str(&str) -> Self::Ok, serialize_bytes(&[u8]) -> Self::Ok, serialize_unit() -> Self::Ok,
        serialize_none() -> Self::Ok, serialize_unit_struct(&'static str) -> Self::Ok,
        serialize_unit_variant(&'static str, u32, &'static str) -> Self::Ok,
        serialize_seq(Option<usize>) -> Self::SerializeSeq, serialize_tuple(usize) -> Self::SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant);

    fn serialize_map(self, _: Option<usize>) -> Result<Picking<'n>, Another> {
        Ok(self.begin())
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Picking<'n>, Another> {
        Ok(self.begin())
    }
}
