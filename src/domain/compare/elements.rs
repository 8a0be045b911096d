//! Elements in lock-step with those of an array: the first difference ends it.

use super::{Anew, Compare, Way, is};
use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};
use serde_json::Value;
use std::slice;

/// The elements of an array that were not met yet.
pub(super) struct Elements<'c> {
    rest: slice::Iter<'c, Value>,
}

impl<'c> Elements<'c> {
    pub(super) fn of(known: &'c Value) -> Result<Elements<'c>, Anew> {
        Ok(Elements { rest: known.as_array().ok_or(Anew)?.iter() })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Anew> {
        let known = self.rest.next().ok_or(Anew)?;
        value.serialize(Compare { known, only: None, way: Way::Root, edits: None })
    }

    fn finish(self) -> Result<(), Anew> {
        is(self.rest.len() == 0)
    }
}

macro_rules! sequences {
    ($($kind:ident::$name:ident),*) => {
        $(impl $kind for Elements<'_> {
            type Ok = ();
            type Error = Anew;

            fn $name<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Anew> {
                self.element(value)
            }

            fn end(self) -> Result<(), Anew> {
                self.finish()
            }
        })*
    };
}

sequences!(
    SerializeSeq::serialize_element,
    SerializeTuple::serialize_element,
    SerializeTupleStruct::serialize_field,
    SerializeTupleVariant::serialize_field
);
