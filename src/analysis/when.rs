//! Points in time as people write them: RFC 3339, a date, or relative to now.

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

#[cfg(test)]
mod tests {
    use super::parse_when;

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
}
