//! A value of a row, whatever database it comes from.

use crate::store::sqlite::since_1970;
use foldback_domain::event::{Payload, parse_time};
use jiff::Timestamp;

/// A value of a row.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// NULL.
    Null,
    /// A whole number, or a truth value.
    Int(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes that are not known to be text.
    Bytes(Vec<u8>),
    /// A point in time.
    Time(Timestamp),
}

impl Cell {
    /// The value as text; bytes that are not UTF-8 are shown as `\xff`, each of them.
    pub fn text(&self) -> Option<String> {
        match self {
            Cell::Null => None,
            Cell::Int(number) => Some(number.to_string()),
            Cell::Real(number) => Some(number.to_string()),
            Cell::Text(text) => Some(text.clone()),
            Cell::Bytes(bytes) => Some(crate::store::sqlite::shown_bytes(bytes)),
            Cell::Time(time) => Some(time.to_string()),
        }
    }

    /// The value as a whole number, where it is one in any spelling.
    pub fn int(&self) -> Option<i64> {
        match self {
            Cell::Int(number) => Some(*number),
            Cell::Real(number) if number.fract() == 0.0 && number.abs() < 9e15 => Some(*number as i64),
            Cell::Text(text) => text.trim().parse().ok(),
            Cell::Bytes(bytes) => std::str::from_utf8(bytes).ok()?.trim().parse().ok(),
            _ => None,
        }
    }

    /// The value as a payload, told apart by its content; NULL is the JSON `null`.
    pub fn payload(self) -> Payload {
        match self {
            Cell::Null => Payload::Json("null".to_owned()),
            Cell::Text(text) => Payload::sniff(text.into_bytes()),
            Cell::Bytes(bytes) => Payload::sniff(bytes),
            other => Payload::Json(other.text().unwrap_or_default()),
        }
    }

    /// The value as a point in time. A bare number is one since 1970, in the unit that makes it a time of our days; text
    /// without a zone is UTC.
    pub fn time(&self) -> Option<Timestamp> {
        match self {
            Cell::Time(time) => Some(*time),
            Cell::Real(seconds) if (1e8..1e11).contains(&seconds.abs()) => {
                Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
            }
            Cell::Int(number) => since_1970(*number),
            Cell::Real(_) => since_1970(self.int()?),
            Cell::Text(text) => time_in(text),
            Cell::Bytes(bytes) => time_in(std::str::from_utf8(bytes).ok()?),
            Cell::Null => None,
        }
    }

    /// How many bytes it holds.
    pub fn size(&self) -> usize {
        match self {
            Cell::Text(text) => text.len(),
            Cell::Bytes(bytes) => bytes.len(),
            _ => 8,
        }
    }
}

/// A time in text, or a number as text.
pub fn time_in(text: &str) -> Option<Timestamp> {
    match text.trim().parse::<i64>() {
        Ok(number) => since_1970(number),
        Err(_) => parse_time(text.trim()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_found_in_any_unit() {
        let expected = parse_time("2026-01-05T09:12:44.120Z");
        for number in [1_767_604_364_120, 1_767_604_364_120_000, 1_767_604_364_120_000_000] {
            assert_eq!(Cell::Int(number).time(), expected, "{number}");
        }
        assert_eq!(Cell::Real(1_767_604_364.12).time(), expected);
        assert_eq!(Cell::Text("1767604364120".into()).time(), expected);
        assert_eq!(Cell::Text("2026-01-05 09:12:44.12".into()).time(), expected);
        assert_eq!(Cell::Int(1_767_604_364).time(), parse_time("2026-01-05T09:12:44Z"));
        assert_eq!(Cell::Bytes(vec![0xff]).time(), None);
    }
}
