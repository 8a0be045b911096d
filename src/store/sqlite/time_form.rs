//! How stores write points in time.

use super::value;
use foldback_domain::event::{format_time, parse_time};
use jiff::Timestamp;
use rusqlite::types::{Value, ValueRef};
use serde::Deserialize;

/// How a time is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TimeForm {
    /// As foldback's own store writes it: UTC with `Z` and three, six or nine digits, so that text compares.
    Own,
    /// Text that [`parse_time`] reads: RFC 3339, or as SQL writes it, in UTC.
    Text,
    /// Text, or a number since 1970 in the unit that makes it a time of our days.
    Any,
    /// Seconds since 1970, whole or with a fraction.
    UnixSeconds,
    /// Milliseconds since 1970.
    UnixMillis,
    /// Microseconds since 1970.
    UnixMicros,
    /// Nanoseconds since 1970.
    UnixNanos,
}

impl TimeForm {
    /// The point in time, or `None` where there is none, or none that a calendar has.
    pub fn read(self, value: ValueRef<'_>) -> Option<Timestamp> {
        match self {
            TimeForm::Own | TimeForm::Text => match value {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => parse_time(std::str::from_utf8(bytes).ok()?),
                _ => None,
            },
            TimeForm::Any => match value {
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    let text = std::str::from_utf8(bytes).ok()?.trim();
                    text.parse().map_or_else(|_| parse_time(text), since_1970)
                }
                ValueRef::Real(seconds) if (1e8..1e11).contains(&seconds.abs()) => TimeForm::UnixSeconds.read(value),
                other => since_1970(value::integer(other)?),
            },
            TimeForm::UnixSeconds => match value {
                ValueRef::Real(seconds) if seconds.is_finite() => {
                    Timestamp::from_microsecond((seconds * 1e6).round() as i64).ok()
                }
                other => Timestamp::from_second(value::integer(other)?).ok(),
            },
            TimeForm::UnixMillis => Timestamp::from_millisecond(value::integer(value)?).ok(),
            TimeForm::UnixMicros => Timestamp::from_microsecond(value::integer(value)?).ok(),
            TimeForm::UnixNanos => Timestamp::from_nanosecond(value::integer(value)?.into()).ok(),
        }
    }

    /// The expression by which times of this form compare in SQL; `None` where they only compare once they are read.
    pub fn comparable(self, sql: &str) -> Option<String> {
        match self {
            TimeForm::Own => Some(format!("rtrim({sql}, 'Z')")),
            _ => None,
        }
    }

    /// The time as [`TimeForm::comparable`] compares it.
    pub fn bound(at: Timestamp) -> Value {
        Value::Text(format_time(at).trim_end_matches('Z').to_owned())
    }
}

/// A number as a time: seconds up to the year 5138, then milliseconds, microseconds and nanoseconds. Numbers that would be
/// times before 1973 are none: it is likelier that they count something else.
pub fn since_1970(number: i64) -> Option<Timestamp> {
    match number.unsigned_abs() {
        0..100_000_000 => None,
        100_000_000..100_000_000_000 => Timestamp::from_second(number).ok(),
        100_000_000_000..100_000_000_000_000 => Timestamp::from_millisecond(number).ok(),
        100_000_000_000_000..100_000_000_000_000_000 => Timestamp::from_microsecond(number).ok(),
        _ => Timestamp::from_nanosecond(i128::from(number)).ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let expected = parse_time("2026-01-05T09:12:44.120Z");
        let text = |text: &'static str| ValueRef::Text(text.as_bytes());
        assert_eq!(TimeForm::Own.read(text("2026-01-05T09:12:44.120Z")), expected);
        assert_eq!(TimeForm::Text.read(text("2026-01-05 10:12:44.12+01:00")), expected);
        assert_eq!(TimeForm::Text.read(text("2026-01-05 09:12:44.12")), expected);
        assert_eq!(TimeForm::UnixSeconds.read(ValueRef::Real(1767604364.12)), expected);
        assert_eq!(TimeForm::UnixMillis.read(ValueRef::Integer(1767604364120)), expected);
        assert_eq!(TimeForm::UnixMillis.read(text("1767604364120")), expected);
        assert_eq!(TimeForm::UnixMicros.read(ValueRef::Integer(1767604364120000)), expected);
        assert_eq!(TimeForm::UnixNanos.read(ValueRef::Integer(1767604364120000000)), expected);
    }

    #[test]
    fn what_no_calendar_has_is_no_time() {
        assert_eq!(TimeForm::UnixSeconds.read(ValueRef::Integer(i64::MAX)), None);
        assert_eq!(TimeForm::UnixSeconds.read(ValueRef::Real(f64::NAN)), None);
        assert_eq!(TimeForm::UnixMillis.read(ValueRef::Integer(i64::MIN)), None);
        assert_eq!(TimeForm::Own.read(ValueRef::Text(b"soon")), None);
        assert_eq!(TimeForm::Text.read(ValueRef::Text(b"\xff")), None);
        assert_eq!(TimeForm::Text.read(ValueRef::Null), None);
    }
}
