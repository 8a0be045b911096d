//! Payloads as other people's stores keep them, turned into what an event says: unpacked, decoded, unwrapped. Nothing is
//! ever built of a class that a payload names.

mod decode;
mod typed;

use foldback_domain::event::Payload;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How a store wraps what an event says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Unwrap {
    /// Nothing is done to a payload: foldback's own stores keep it as it is.
    Nothing,
    /// Not at all, but it may be packed or in another form than JSON.
    #[default]
    Plain,
    /// In an object whose only key is the type: `{"OrderPlaced": {…}}`.
    Tagged,
    /// Under a key of an object, beside other things: `{"class": …, "payload": {…}}`.
    Field(String),
    /// Values that JSON has no word for are objects: `{"_type_": "decimal_str", "_data_": "1.10"}`.
    Typed,
}

impl Unwrap {
    /// Reads a word of a layout file: `plain`, `tagged`, `typed`, or the key under which the payload stands.
    pub fn of(word: &str) -> Unwrap {
        match word {
            "" | "plain" => Unwrap::Plain,
            "tagged" => Unwrap::Tagged,
            "typed" => Unwrap::Typed,
            key => Unwrap::Field(key.to_owned()),
        }
    }

    /// What an event says, and the payload with its wrapper where it had one.
    pub fn both(&self, stored: Payload) -> (Payload, Option<Payload>) {
        let stored = if *self == Unwrap::Nothing { stored } else { decode::decode(stored) };
        match self.inner(&stored) {
            Some(data) => (data, Some(stored)),
            None => (stored, None),
        }
    }

    /// What an event says; the payload as it is where it is not wrapped so.
    pub fn unwrap(&self, stored: Payload) -> Payload {
        self.both(stored).0
    }

    fn inner(&self, payload: &Payload) -> Option<Payload> {
        let Payload::Json(text) = payload else { return None };
        let inner = match self {
            Unwrap::Nothing | Unwrap::Plain => None,
            Unwrap::Typed => return typed::plain(text).map(Payload::Json),
            Unwrap::Tagged => match serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text) {
                Ok(map) if map.len() == 1 => map.into_values().next(),
                _ => None,
            },
            Unwrap::Field(key) => {
                serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(text).ok().and_then(|mut map| map.remove(key))
            }
        };
        inner.map(|inner| Payload::Json(String::from(Box::<str>::from(inner))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappers_are_taken_off_and_nothing_else_is() {
        let json = |text: &str| Payload::Json(text.to_owned());
        assert_eq!(Unwrap::Tagged.unwrap(json(r#"{"Placed":{"n":1.10}}"#)), json(r#"{"n":1.10}"#));
        assert_eq!(Unwrap::Tagged.unwrap(json(r#"{"a":1,"b":2}"#)), json(r#"{"a":1,"b":2}"#));
        assert_eq!(Unwrap::of("payload").unwrap(json(r#"{"class":"A","payload":[1]}"#)), json("[1]"));
        assert_eq!(Unwrap::of("payload").unwrap(json("{broken")), json("{broken"));
        assert_eq!(Unwrap::Nothing.unwrap(Payload::Bytes(vec![0x1f, 0x8b])), Payload::Bytes(vec![0x1f, 0x8b]));
    }
}
