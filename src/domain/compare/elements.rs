//! Elements in lock-step with those of an array.

use super::{Anew, Compare, Way, compare_at, is, variant};
use crate::edits::{Became, Edit};
use serde::Serialize;
use serde::ser::{SerializeSeq, SerializeTuple, SerializeTupleStruct, SerializeTupleVariant};
use serde_json::Value;

/// How many edits an array is worth: beyond that, as where its first element is gone, it is made anew.
const EDITS: usize = 16;

/// What was met of an array's elements.
pub(super) struct Elements<'c> {
    known: &'c [Value],
    number: usize,
    way: Way<'c>,
    /// The variant whose elements they are.
    variant: Option<&'static str>,
    edits: &'c mut Vec<Edit>,
    /// How many edits there were before.
    begun: usize,
}

impl<'c> Elements<'c> {
    /// The elements of the array that is known, or of that in the only variant.
    pub(super) fn of(compare: Compare<'c>, name: Option<&'static str>) -> Result<Elements<'c>, Anew> {
        let Compare { known, way, edits, .. } = compare;
        let known = name.map_or(Ok(known), |name| variant(known, name))?.as_array().ok_or(Anew)?;
        Ok(Elements { known, number: 0, way, variant: name, begun: edits.len(), edits })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Anew> {
        let outer = self.way;
        let above = self.variant.map_or(outer, |name| Way::Below(&outer, name));
        let way = Way::At(&above, self.number);
        match self.known.get(self.number) {
            Some(known) => compare_at(value, known, way, self.edits)?,
            None => {
                let made = serde_json::to_value(value).map_err(|_| Anew)?;
                self.edits.push(Edit { path: way.path(), what: Became::Added(self.number, made) });
            }
        }
        self.number += 1;
        is(self.edits.len() - self.begun <= EDITS)
    }

    fn finish(self) -> Result<(), Anew> {
        let outer = self.way;
        let above = self.variant.map_or(outer, |name| Way::Below(&outer, name));
        is(self.known.len().saturating_sub(self.number) <= EDITS)?;
        for number in (self.number..self.known.len()).rev() {
            self.edits.push(Edit { path: Way::At(&above, number).path(), what: Became::Removed });
        }
        Ok(())
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
