//! How points in time are written: RFC 3339 in UTC, with milliseconds, or finer where they are finer.

use jiff::Timestamp;

/// Writes a time as `2026-01-05T09:12:44.120Z`: three digits of a second, or six or nine where the time has them.
pub fn format_time(at: Timestamp) -> String {
    let nanos = at.subsec_nanosecond();
    if nanos % 1_000_000 == 0 {
        format!("{at:.3}")
    } else if nanos % 1_000 == 0 {
        format!("{at:.6}")
    } else {
        format!("{at:.9}")
    }
}

/// Reads a time as sources write it: RFC 3339, a space for the `T`, and UTC where no zone is given.
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(at) = text.parse::<Timestamp>() {
        return Some(at);
    }
    let civil = text.parse::<jiff::civil::DateTime>().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_the_digits_they_have() {
        for text in ["2026-01-05T09:12:44.120Z", "2026-01-05T09:12:44.120456Z", "1969-12-31T23:59:59.999Z"] {
            assert_eq!(format_time(parse_time(text).unwrap()), text);
        }
        assert_eq!(format_time(parse_time("2026-01-05 09:12:44").unwrap()), "2026-01-05T09:12:44.000Z");
        assert_eq!(format_time(parse_time("2026-01-05T09:12:44+09:00").unwrap()), "2026-01-05T00:12:44.000Z");
        assert_eq!(parse_time("yesterday"), None);
    }
}
