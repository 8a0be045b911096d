//! Takes a single value, or its size.

use super::{Another, Member};
use crate::refuse::{look_inside, refuse, refuse_newtype_variant};
use serde::Serialize;
use serde::ser::{Impossible, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

/// Takes a single value; where that is enough, the size of one that is made of others.
pub(super) struct Single {
    pub(super) counted: bool,
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

    look_inside!(Another);
    refuse_newtype_variant!(Another);
    refuse!(Another: serialize_bytes(&[u8]) -> Member, serialize_f32(f32) -> Member, serialize_tuple(usize) -> Self::SerializeTuple,
        serialize_tuple_struct(&'static str, usize) -> Self::SerializeTupleStruct,
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Self::SerializeTupleVariant,
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Self::SerializeStructVariant);
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
}

impl Single {
    fn size(self, kind: fn(usize) -> Member) -> Result<Size, Another> {
        if self.counted { Ok(Size { kind, count: 0 }) } else { Err(Another) }
    }
}

/// Counts what a value is made of, and looks at none of it.
pub(super) struct Size {
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
