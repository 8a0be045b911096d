//! Times as people type them: `2h ago`, `yesterday 14:34`, `14:34`, a date, RFC 3339. Without a zone they are UTC.

use foldback_domain::event::parse_time;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, civil};

/// The time that a text means now, if it means one.
pub fn parse(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("now") {
        return Some(now);
    }
    parse_time(text).or_else(|| date(text)).or_else(|| ago(text, now)).or_else(|| on_a_day(text, now))
}

/// What to type, for the prompt's second line.
pub const EXAMPLES: &str = "2h ago · 14:34 · yesterday 9:00 · 2026-01-05 · 2026-01-05T14:34:12Z";

fn date(text: &str) -> Option<Timestamp> {
    let date: civil::Date = text.parse().ok()?;
    timestamp(date, civil::Time::midnight())
}

fn timestamp(date: civil::Date, time: civil::Time) -> Option<Timestamp> {
    Some(date.to_datetime(time).to_zoned(TimeZone::UTC).ok()?.timestamp())
}

fn ago(text: &str, now: Timestamp) -> Option<Timestamp> {
    let text = text.strip_suffix("ago")?.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let n: i64 = text[..digits].parse().ok()?;
    let unit = match text[digits..].trim() {
        "s" | "sec" | "second" | "seconds" => 1,
        "m" | "min" | "minute" | "minutes" => 60,
        "h" | "hour" | "hours" => 3_600,
        "d" | "day" | "days" => 86_400,
        "w" | "week" | "weeks" => 604_800,
        _ => return None,
    };
    now.checked_sub(SignedDuration::from_secs(n.checked_mul(unit)?)).ok()
}

/// `14:34`, `yesterday`, `today 9:00`, `yesterday 14:34:12`.
fn on_a_day(text: &str, now: Timestamp) -> Option<Timestamp> {
    let today = now.to_zoned(TimeZone::UTC).date();
    let lower = text.to_lowercase();
    let (date, rest) = if let Some(rest) = lower.strip_prefix("yesterday") {
        (today.yesterday().ok()?, rest)
    } else {
        (today, lower.strip_prefix("today").unwrap_or(&lower))
    };
    let rest = rest.trim();
    if rest.is_empty() {
        return timestamp(date, civil::Time::midnight());
    }
    let mut parts = rest.splitn(3, ':');
    let hour: i8 = parts.next()?.parse().ok()?;
    let minute: i8 = parts.next()?.parse().ok()?;
    let second: i8 = parts.next().map_or(Some(0), |text| text.parse().ok())?;
    timestamp(date, civil::Time::new(hour, minute, second, 0).ok()?)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn times_as_people_type_them() {
        let now = "2026-01-08T19:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("2h ago", "2026-01-08T17:00:00Z"),
            ("3 days ago", "2026-01-05T19:00:00Z"),
            ("14:34", "2026-01-08T14:34:00Z"),
            ("yesterday 9:00:05", "2026-01-07T09:00:05Z"),
            ("Yesterday", "2026-01-07T00:00:00Z"),
            ("2026-01-05", "2026-01-05T00:00:00Z"),
            ("2026-01-05 10:00:00", "2026-01-05T10:00:00Z"),
            ("2026-01-05T10:00:00+09:00", "2026-01-05T01:00:00Z"),
            ("now", "2026-01-08T19:00:00Z"),
        ] {
            assert_eq!(parse(text, now), Some(expected.parse().unwrap()), "{text}");
        }
        for text in ["", "soon", "25:00", "9999999999999999999s ago", "12", "-1h ago"] {
            assert_eq!(parse(text, now), None, "{text}");
        }
    }
}
