//! Members in lock-step with those of an object.

use super::key::Key;
use super::{Anew, Compare, Way, compare_at, is, variant};
use crate::edits::{Became, Edit};
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, SerializeStructVariant, Serializer};
use serde_json::{Map, Value, map, value};

/// How many members of one object may come or go before the object is made anew: each of them moves all that stand behind.
const MOVED: usize = 64;

/// What was met of an object's members.
pub(super) struct Members<'c> {
    known: &'c Map<String, Value>,
    /// Those that were not met yet.
    rest: map::Iter<'c>,
    only: Option<&'c [String]>,
    way: Way<'c>,
    /// The variant whose members they are.
    variant: Option<&'static str>,
    edits: &'c mut Vec<Edit>,
    /// How many edits there were before.
    begun: usize,
    /// How many members there are now.
    number: usize,
    /// How many came or went.
    moved: usize,
    /// The key that was written last, and where its value belongs.
    key: String,
    place: Place<'c>,
}

/// Where a member stands in the value that is known.
#[derive(Clone, Copy)]
enum Place<'c> {
    Known(&'c Value),
    New,
    Unwanted,
}

impl<'c> Members<'c> {
    /// The members of the object that is known, or of the only variant in it.
    pub(super) fn of(compare: Compare<'c>, name: Option<&'static str>) -> Result<Members<'c>, Anew> {
        let Compare { known, only, way, edits } = compare;
        let known = name.map_or(Ok(known), |name| variant(known, name))?.as_object().ok_or(Anew)?;
        let (begun, key, place) = (edits.len(), String::new(), Place::Unwanted);
        Ok(Members {
            known,
            rest: known.iter(),
            only,
            way,
            variant: name,
            edits,
            begun,
            number: 0,
            moved: 0,
            key,
            place,
        })
    }

    fn find(&mut self, key: &str) -> Result<Place<'c>, Anew> {
        let mut ahead = self.rest.clone();
        if let Some((next, value)) = ahead.next()
            && next == key
        {
            self.rest = ahead;
            self.number += 1;
            return Ok(Place::Known(value));
        }
        if self.only.is_some_and(|names| !names.iter().any(|name| name == key)) {
            return Ok(Place::Unwanted);
        }
        if !self.known.contains_key(key) {
            return Ok(Place::New);
        }
        // What stands in front of it is gone, unless the members have another order now.
        while let Some((next, value)) = self.rest.next() {
            if next == key {
                self.number += 1;
                return Ok(Place::Known(value));
            }
            self.note(next, Became::Removed)?;
        }
        Err(Anew)
    }

    /// Notes that a member came or went.
    fn note(&mut self, key: &str, what: Became) -> Result<(), Anew> {
        let outer = self.way;
        let way = self.variant.map_or(outer, |name| Way::Below(&outer, name));
        let path = Way::Below(&way, key).path();
        self.moved += 1;
        // A key that is written twice stands where it stood first.
        let twice = matches!(what, Became::Added(..)) && self.edits[self.begun..].iter().any(|edit| edit.path == path);
        is(self.moved <= MOVED && !twice)?;
        self.edits.push(Edit { path, what });
        Ok(())
    }

    fn member<T: Serialize + ?Sized>(&mut self, key: &str, place: Place<'c>, value: &T) -> Result<(), Anew> {
        let known = match place {
            Place::Unwanted => return Ok(()),
            Place::New => {
                let made = serde_json::to_value(value).map_err(|_| Anew)?;
                let number = self.number;
                self.number += 1;
                return self.note(key, Became::Added(number, made));
            }
            Place::Known(known) => known,
        };
        let outer = self.way;
        let above = self.variant.map_or(outer, |name| Way::Below(&outer, name));
        let way = Way::Below(&above, key);
        compare_at(value, known, way, self.edits)
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), Anew> {
        let place = self.find(key)?;
        self.member(key, place, value)
    }

    fn finish(mut self) -> Result<(), Anew> {
        while let Some((key, _)) = self.rest.next() {
            self.note(key, Became::Removed)?;
        }
        Ok(())
    }
}

impl SerializeMap for Members<'_> {
    type Ok = ();
    type Error = Anew;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Anew> {
        let mut text = std::mem::take(&mut self.key);
        text.clear();
        key.serialize(Key(&mut text))?;
        self.place = self.find(&text)?;
        self.key = text;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Anew> {
        let key = std::mem::take(&mut self.key);
        self.member(&key, self.place, value)?;
        self.key = key;
        Ok(())
    }

    fn end(self) -> Result<(), Anew> {
        self.finish()
    }
}

impl SerializeStructVariant for Members<'_> {
    type Ok = ();
    type Error = Anew;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Anew> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), Anew> {
        self.finish()
    }
}

/// The fields of a struct, or of what only looks like one.
pub(super) enum Fields<'c> {
    Members(Members<'c>),
    /// A number as it is written, or a value that was JSON before.
    Magic {
        known: &'c Value,
        made: <value::Serializer as Serializer>::SerializeStruct,
    },
}

impl SerializeStruct for Fields<'_> {
    type Ok = ();
    type Error = Anew;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Anew> {
        match self {
            Fields::Members(members) => members.field(key, value),
            Fields::Magic { made, .. } => made.serialize_field(key, value).map_err(|_| Anew),
        }
    }

    fn end(self) -> Result<(), Anew> {
        match self {
            Fields::Members(members) => members.finish(),
            Fields::Magic { known, made } => {
                let made = SerializeStruct::end(made).map_err(|_| Anew)?;
                // Objects that are equal may have their members in another order.
                is(!made.is_object() && !made.is_array() && made == *known)
            }
        }
    }
}
