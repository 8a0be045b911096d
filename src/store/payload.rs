//! Payloads as stores keep them, turned into what an event says: told apart by their content, and unwrapped.

use foldback_domain::event::Payload;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// How a store wraps what an event says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Unwrap {
    /// Not at all.
    #[default]
    Nothing,
    /// In an object whose only key is the type: `{"OrderPlaced": {…}}`.
    Tagged,
    /// Under a key of an object, beside other things: `{"class": …, "payload": {…}}`.
    Field(String),
}

impl Unwrap {
    /// Reads a word of a layout file: `nothing`, `tagged`, or the key under which the payload stands.
    pub fn of(word: &str) -> Unwrap {
        match word {
            "" | "nothing" => Unwrap::Nothing,
            "tagged" => Unwrap::Tagged,
            key => Unwrap::Field(key.to_owned()),
        }
    }

    /// What an event says, and the payload as it is stored where that is something else.
    pub fn both(&self, stored: Payload) -> (Payload, Option<Payload>) {
        match self.inner(&stored) {
            Some(data) => (data, Some(stored)),
            None => (stored, None),
        }
    }

    /// What an event says; the payload as it is where it is not wrapped so.
    pub fn unwrap(&self, payload: Payload) -> Payload {
        self.inner(&payload).unwrap_or(payload)
    }

    fn inner(&self, payload: &Payload) -> Option<Payload> {
        let Payload::Json(text) = payload else { return None };
        let inner = match self {
            Unwrap::Nothing => None,
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
        assert_eq!(Unwrap::of("nothing").unwrap(Payload::Bytes(vec![1])), Payload::Bytes(vec![1]));
    }
}
