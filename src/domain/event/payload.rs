//! The payload of an event as the source stores it. It is other people's data: of any size, depth and honesty.

use serde_json::value::RawValue;
use serde_json::{Value, json};
use std::fmt;

/// A payload, undecoded. Parsing waits until somebody needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Payload {
    /// Text that the source says is JSON. It may still not parse: [`Payload::parse`] tells.
    Json(String),
    /// Text that is not JSON.
    Text(String),
    /// Bytes that are not text.
    Bytes(Vec<u8>),
}

/// Why a payload could not be read as JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadError {
    /// It is not JSON, or is nested deeper than 128 levels; the parser's own sentence.
    Invalid(String),
    /// It is text or bytes, not JSON.
    NotJson {
        /// How long it is, in bytes.
        bytes: usize,
    },
}

impl fmt::Display for PayloadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PayloadError::Invalid(why) if why.starts_with("recursion limit") => {
                write!(f, "the payload is nested deeper than 128 levels")
            }
            PayloadError::Invalid(why) => write!(f, "the payload is not valid JSON: {why}"),
            PayloadError::NotJson { bytes } => write!(f, "the payload is {bytes} bytes that are not JSON"),
        }
    }
}

impl std::error::Error for PayloadError {}

impl Payload {
    /// What was found in a column, told apart by its content: JSON text, other text, or bytes.
    pub fn sniff(bytes: Vec<u8>) -> Payload {
        match String::from_utf8(bytes) {
            Ok(text) if looks_like_json(&text) => Payload::Json(text),
            Ok(text) => Payload::Text(text),
            Err(error) => Payload::Bytes(error.into_bytes()),
        }
    }

    /// Its length in bytes.
    pub fn len(&self) -> usize {
        match self {
            Payload::Json(text) | Payload::Text(text) => text.len(),
            Payload::Bytes(bytes) => bytes.len(),
        }
    }

    /// Whether it has no bytes at all.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The payload as a JSON value. Fails when it is not JSON or is nested deeper than 128 levels.
    pub fn parse(&self) -> Result<Value, PayloadError> {
        serde_json::from_str(self.json_text()?).map_err(|e| PayloadError::Invalid(e.to_string()))
    }

    /// The text that should be JSON, for a typed decoder. Fails when the payload is not JSON at all.
    pub fn json_text(&self) -> Result<&str, PayloadError> {
        match self {
            Payload::Json(text) => Ok(text),
            other => Err(PayloadError::NotJson { bytes: other.len() }),
        }
    }

    /// The payload as foldback's JSON documents show it: as it is where it is JSON of any depth, byte for byte when
    /// it stands on one line, and otherwise as `{"$encoding", "$bytes", "$value"}`.
    pub fn to_raw(&self) -> Box<RawValue> {
        if let Payload::Json(text) = self
            && let Ok(raw) = serde_json::from_str::<Box<RawValue>>(text)
        {
            return if raw.get().contains(['\n', '\r']) { one_line(&raw) } else { raw };
        }
        let wrapped = match self {
            Payload::Json(text) | Payload::Text(text) => {
                json!({"$encoding": "text", "$bytes": text.len(), "$value": text})
            }
            Payload::Bytes(bytes) => {
                json!({"$encoding": "base64", "$bytes": bytes.len(), "$value": base64(bytes)})
            }
        };
        serde_json::value::to_raw_value(&wrapped).expect("an object of text and numbers is JSON")
    }

    /// The payload that [`Payload::to_raw`] showed: the reverse, so that a log can be loaded again.
    pub fn from_raw(raw: &RawValue) -> Payload {
        let text = raw.get();
        if text.contains("\"$encoding\"")
            && let Ok(Value::Object(map)) = serde_json::from_str::<Value>(text)
            && let (Some(Value::String(encoding)), Some(Value::String(value))) =
                (map.get("$encoding"), map.get("$value"))
        {
            match encoding.as_str() {
                "text" => return Payload::Text(value.clone()),
                "base64" => {
                    if let Some(bytes) = unbase64(value) {
                        return Payload::Bytes(bytes);
                    }
                }
                _ => {}
            }
        }
        Payload::Json(text.to_owned())
    }
}

fn looks_like_json(text: &str) -> bool {
    let text = text.trim_start();
    match text.as_bytes().first() {
        // Three of them begin a text in YAML.
        Some(b'-') => text.as_bytes().get(1).is_some_and(u8::is_ascii_digit),
        Some(b'{' | b'[' | b'"' | b'0'..=b'9') => true,
        Some(b't') => text.trim_end() == "true",
        Some(b'f') => text.trim_end() == "false",
        Some(b'n') => text.trim_end() == "null",
        _ => false,
    }
}

/// Line breaks in valid JSON stand between tokens only, so they can go without a parser that would recurse.
fn one_line(raw: &RawValue) -> Box<RawValue> {
    let text = raw.get().replace(['\n', '\r'], "");
    RawValue::from_string(text).expect("JSON without its line breaks is still JSON")
}

// Written out here, so that a service that shares this crate takes no further dependency for so little.
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            if place <= chunk.len() {
                out.push(char::from(ALPHABET[(word >> (18 - 6 * place) & 63) as usize]));
            } else {
                out.push('=');
            }
        }
    }
    out
}

fn unbase64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    let mut out = Vec::with_capacity(digits.len() * 3 / 4);
    let (mut word, mut bits) = (0u32, 0);
    for digit in digits.bytes() {
        let value = ALPHABET.iter().position(|known| *known == digit)?;
        word = word << 6 | value as u32;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((word >> bits) as u8);
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_can_be_read_again() {
        for payload in [
            Payload::Json(r#"{"a": 1.10, "b": 12345678901234567890123}"#.into()),
            Payload::Text("plain \u{1b}[31m text".into()),
            Payload::Bytes(vec![0xff, 0, 1, 2]),
            Payload::Bytes(vec![0xff, 0]),
            Payload::Bytes(vec![0xff]),
        ] {
            assert_eq!(Payload::from_raw(&payload.to_raw()), payload);
        }
    }

    #[test]
    fn json_of_any_depth_is_shown_but_not_parsed() {
        let deep = Payload::Json(format!("{}{}", "[".repeat(100_000), "]".repeat(100_000)));
        assert_eq!(deep.to_raw().get().len(), 200_000);
        assert_eq!(deep.parse().unwrap_err().to_string(), "the payload is nested deeper than 128 levels");
    }

    #[test]
    fn payloads_are_told_apart_by_content() {
        assert_eq!(Payload::sniff(b"{\"a\":1}".to_vec()), Payload::Json("{\"a\":1}".into()));
        assert_eq!(Payload::sniff(b"hello".to_vec()), Payload::Text("hello".into()));
        assert_eq!(Payload::sniff(vec![0xc3, 0x28]), Payload::Bytes(vec![0xc3, 0x28]));
        assert_eq!(Payload::Json("{\n\"a\": 1}".into()).to_raw().get(), "{\"a\": 1}");
    }
}
