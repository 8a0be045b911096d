//! The key of a member, written as JSON writes it.

use super::Anew;
use crate::refuse::{refuse, refuse_newtype_variant};
use serde::Serialize;
use serde::ser::{Impossible, Serializer};
use std::fmt;

/// Takes a key into a text.
pub(super) struct Key<'k>(pub(super) &'k mut String);

impl Key<'_> {
    fn put(self, text: &str) -> Result<(), Anew> {
        self.0.push_str(text);
        Ok(())
    }
}

macro_rules! integers {
    ($($name:ident: $kind:ty),*) => {
        $(fn $name(self, number: $kind) -> Result<(), Anew> { self.put(itoa::Buffer::new().format(number)) })*
    };
}

impl Serializer for Key<'_> {
    type Ok = ();
    type Error = Anew;
    type SerializeSeq = Impossible<(), Anew>;
    type SerializeTuple = Impossible<(), Anew>;
    type SerializeTupleStruct = Impossible<(), Anew>;
    type SerializeTupleVariant = Impossible<(), Anew>;
    type SerializeMap = Impossible<(), Anew>;
    type SerializeStruct = Impossible<(), Anew>;
    type SerializeStructVariant = Impossible<(), Anew>;

    integers!(serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64, serialize_i128: i128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_u128: u128);

    // Rare as keys, or none at all: the object is made anew.
    refuse_newtype_variant!(Anew);
    refuse!(Anew: serialize_f32(f32) -> (), serialize_f64(f64) -> (), serialize_bytes(&[u8]) -> (), serialize_none() -> (),
        serialize_unit() -> (), serialize_unit_struct(&'static str) -> (),
        serialize_seq(Option<usize>) -> Self::SerializeSeq, serialize_tuple(usize) -> Self::SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant,
        serialize_map(Option<usize>) -> Self::SerializeMap,
        serialize_struct(&'static str, usize) -> Self::SerializeStruct,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant);

    fn serialize_bool(self, value: bool) -> Result<(), Anew> {
        self.put(if value { "true" } else { "false" })
    }

    fn serialize_char(self, value: char) -> Result<(), Anew> {
        self.put(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Anew> {
        self.put(value)
    }

    fn collect_str<T: fmt::Display + ?Sized>(self, value: &T) -> Result<(), Anew> {
        fmt::Write::write_fmt(self.0, format_args!("{value}")).map_err(|_| Anew)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, name: &'static str) -> Result<(), Anew> {
        self.put(name)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Anew> {
        value.serialize(self)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, _: &T) -> Result<(), Anew> {
        Err(Anew)
    }
}
