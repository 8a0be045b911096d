//! Members of an event's payload, without those that nobody asked for.

use foldback_domain::event::Payload;
use serde::de::{DeserializeSeed, IgnoredAny, MapAccess, Visitor};
use serde_json::Value as Json;
use std::fmt;

/// These members of a payload; `None` where it is not made of members.
pub(super) fn members_of(payload: &Payload, names: &[String]) -> Option<Vec<Option<Json>>> {
    let Payload::Json(text) = payload else { return None };
    let mut found = vec![None; names.len()];
    let mut parser = serde_json::Deserializer::from_str(text);
    Members { names, found: &mut found }.deserialize(&mut parser).ok()?;
    parser.end().ok()?;
    Some(found)
}

struct Members<'m> {
    names: &'m [String],
    found: &'m mut [Option<Json>],
}

impl<'de> DeserializeSeed<'de> for Members<'_> {
    type Value = ();

    fn deserialize<D: serde::Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Members<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(key) = map.next_key::<std::borrow::Cow<'de, str>>()? {
            match self.names.iter().position(|name| *name == *key) {
                Some(place) => self.found[place] = Some(map.next_value()?),
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(())
    }
}
