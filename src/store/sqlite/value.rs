//! Values as SQLite gives them, turned into text, numbers and payloads. Whatever stands in a column, a page of rows
//! does not fail for it.

use foldback_domain::event::Payload;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::borrow::Cow;
use std::fmt::Write;

/// A value as text; `None` for NULL. Bytes that are not UTF-8 are shown as `\xff`, each of them, so that two names
/// that differ still differ and [`unshow`] finds the bytes again.
pub fn text(value: ValueRef<'_>) -> Option<String> {
    shown(value).map(Cow::into_owned)
}

/// [`text`] without a copy where there is text already.
pub fn shown(value: ValueRef<'_>) -> Option<Cow<'_, str>> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(Cow::Owned(number.to_string())),
        ValueRef::Real(number) => Some(Cow::Owned(number.to_string())),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(match std::str::from_utf8(bytes) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => Cow::Owned(show(bytes)),
        }),
    }
}

/// Bytes as text; those that are not UTF-8 as `\xff`, each of them.
pub fn show(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len() + 12);
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// The bytes that [`text`] shows as this text, where they are not the text itself.
pub fn unshow(text: &str) -> Option<Vec<u8>> {
    let mut parts = text.split("\\x");
    let mut out = parts.next()?.as_bytes().to_vec();
    for part in parts {
        match part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if byte >= 0x80 => {
                out.push(byte);
                out.extend_from_slice(&part.as_bytes()[2..]);
            }
            _ => {
                out.extend_from_slice(b"\\x");
                out.extend_from_slice(part.as_bytes());
            }
        }
    }
    (std::str::from_utf8(&out).is_err() && show(&out) == text).then_some(out)
}

/// A value as an integer, where it is one in any spelling.
pub fn integer(value: ValueRef<'_>) -> Option<i64> {
    match value {
        ValueRef::Integer(number) => Some(number),
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(number as i64),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
        _ => None,
    }
}

/// A value as a payload; NULL is the JSON `null`.
pub fn payload(value: ValueRef<'_>) -> Payload {
    match value {
        ValueRef::Null => Payload::Json("null".to_owned()),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Payload::sniff(bytes.to_vec()),
        number => Payload::Json(text(number).unwrap_or_default()),
    }
}

/// A value to be bound: text of any bytes, where rusqlite's own holds UTF-8 only.
#[derive(Debug, Clone, PartialEq)]
pub enum Bound {
    /// NULL.
    Null,
    /// An integer.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text, valid or not.
    Text(Vec<u8>),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Bound {
    /// Text.
    pub fn text(text: &str) -> Self {
        Bound::Text(text.as_bytes().to_vec())
    }

    /// The text that is shown as this text: itself, or the bytes that are not text.
    pub fn behind(shown: &str) -> Self {
        Bound::Text(unshow(shown).unwrap_or_else(|| shown.as_bytes().to_vec()))
    }
}

impl From<ValueRef<'_>> for Bound {
    fn from(value: ValueRef<'_>) -> Self {
        match value {
            ValueRef::Null => Bound::Null,
            ValueRef::Integer(number) => Bound::Integer(number),
            ValueRef::Real(number) => Bound::Real(number),
            ValueRef::Text(bytes) => Bound::Text(bytes.to_vec()),
            ValueRef::Blob(bytes) => Bound::Blob(bytes.to_vec()),
        }
    }
}

impl ToSql for Bound {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Bound::Null => ValueRef::Null,
            Bound::Integer(number) => ValueRef::Integer(*number),
            Bound::Real(number) => ValueRef::Real(*number),
            Bound::Text(bytes) => ValueRef::Text(bytes),
            Bound::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_that_are_no_text_can_be_found_again() {
        for bytes in [&b"\xff"[..], b"a\xc3(b", b"\xf0\x9f", b"\xe2\x82x\xac"] {
            let shown = text(ValueRef::Text(bytes)).unwrap();
            assert_eq!(unshow(&shown).as_deref(), Some(bytes), "{shown}");
        }
        assert_eq!(unshow("plain"), None);
        assert_eq!(unshow("\\xc3\\xa9"), None, "é would have been shown as é");
        assert_eq!(unshow("C:\\xylo\\x41"), None);
    }

    #[test]
    fn numbers_are_found_in_any_spelling() {
        assert_eq!(integer(ValueRef::Text(b" 42 ")), Some(42));
        assert_eq!(integer(ValueRef::Real(42.0)), Some(42));
        assert_eq!(integer(ValueRef::Real(0.5)), None);
        assert_eq!(integer(ValueRef::Real(f64::INFINITY)), None);
        assert_eq!(integer(ValueRef::Null), None);
        assert_eq!(payload(ValueRef::Null), Payload::Json("null".into()));
        assert_eq!(payload(ValueRef::Integer(7)), Payload::Json("7".into()));
    }
}
