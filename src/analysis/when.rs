//! Points in time as people write them: RFC 3339, a date, or relative to now; and the numbers of positions.

use foldback_domain::source::Numbering;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};

/// Reads `2026-01-05T09:12:44Z`, `2026-01-05 09:12`, `2026-01-05`, `2h ago`, `now`, `today`, `yesterday 14:34:12`.
/// Without a zone it is UTC; a date is its midnight. `None` when it is none of these.
pub fn parse_when(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(at) = foldback_domain::event::parse_time(text) {
        return Some(at);
    }
    let today = now.to_zoned(TimeZone::UTC).date();
    if let Ok(date) = text.parse::<Date>() {
        return at(date, Time::midnight());
    }
    let (day, rest) = text.split_once(' ').unwrap_or((text, ""));
    let date = match day {
        "now" if rest.is_empty() => return Some(now),
        "today" => Some(today),
        "yesterday" => today.checked_sub(1.day()).ok(),
        _ => None,
    };
    if let Some(date) = date {
        let time = if rest.trim().is_empty() { Time::midnight() } else { rest.trim().parse().ok()? };
        return at(date, time);
    }
    let span: Span = text.ends_with("ago").then(|| text.parse().ok())??;
    now.to_zoned(TimeZone::UTC).checked_add(span).ok().map(|zoned| zoned.timestamp())
}

fn at(date: Date, time: Time) -> Option<Timestamp> {
    date.to_datetime(time).to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

/// The number of a position as people write it: `1204`, `1,204`, `1_204`.
pub fn parse_number(text: &str) -> Option<i64> {
    let digits = text.trim().strip_prefix('-').unwrap_or(text.trim());
    let plain = digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | '_'));
    plain.then(|| text.trim().replace([',', '_'], "").parse().ok()).flatten()
}

/// A sentence where a source has no numbers by which an event could be named.
pub fn no_numbers(numbering: Numbering) -> Option<&'static str> {
    (numbering == Numbering::None).then_some("the events of this source have no numbers; name a time")
}

#[cfg(test)]
mod tests {
    use super::{parse_number, parse_when};

    #[test]
    fn people_write_times_in_many_ways() {
        let now = "2026-01-08T20:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2026-01-05T09:12:44.120Z", Some("2026-01-05T09:12:44.12Z")),
            ("2026-01-05T09:12:44+09:00", Some("2026-01-05T00:12:44Z")),
            ("2026-01-05 09:12", Some("2026-01-05T09:12:00Z")),
            ("2026-01-05", Some("2026-01-05T00:00:00Z")),
            ("2h ago", Some("2026-01-08T18:00:00Z")),
            ("2 days ago", Some("2026-01-06T20:00:00Z")),
            ("1h 30m ago", Some("2026-01-08T18:30:00Z")),
            ("yesterday 14:34:12", Some("2026-01-07T14:34:12Z")),
            ("yesterday", Some("2026-01-07T00:00:00Z")),
            ("now", Some("2026-01-08T20:00:00Z")),
            ("3", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(parse_when(text, now), expected.map(|at| at.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn numbers_as_people_write_them() {
        for (text, number) in [
            ("1204", Some(1_204)),
            (" 1,204 ", Some(1_204)),
            ("1_204", Some(1_204)),
            ("-3", Some(-3)),
            ("", None),
            (",", None),
            ("-", None),
            ("12a", None),
            ("2026-01-05", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(parse_number(text), number, "{text:?}");
        }
    }
}
