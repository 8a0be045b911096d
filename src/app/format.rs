//! How numbers, times and ids are written on every screen.

use foldback_domain::event::{Mark, format_time};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use std::time::Duration;

/// A position or version as the source has it, or `~` where the source has none.
pub fn place(number: Option<i64>) -> String {
    number.map_or("~".to_owned(), self::number)
}

/// A number with its thousands apart: `1,204`.
pub fn number(n: impl Into<i128>) -> String {
    let n: i128 = n.into();
    let digits = n.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if n < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// A number and its noun: `1 event`, `2 events`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    format!("{} {}", number(n), if n == 1 { one } else { many })
}

/// How many bytes: `312 B`, `4.5 KiB`.
pub fn bytes(n: usize) -> String {
    match n {
        0..1024 => format!("{n} B"),
        1024..1_048_576 => format!("{:.1} KiB", n as f64 / 1024.0),
        _ => format!("{:.1} MiB", n as f64 / 1_048_576.0),
    }
}

/// A span of time in its two largest parts: `3 h 20 min`.
pub fn span(span: Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if seconds == 0 => format!("{} ms", span.as_millis()),
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, 0) => format!("{hours} h"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        (1..=6, 0, _) => format!("{days} d"),
        (1..=6, _, _) => format!("{days} d {hours} h"),
        _ => format!("{} d", number(days)),
    }
}

/// How long ago, in one part: `2 min ago`; what is long past is a date.
pub fn ago(now: Timestamp, at: Timestamp) -> String {
    let seconds = now.as_second() - at.as_second();
    match seconds {
        ..-1 => moment(at),
        -1..2 => "just now".to_owned(),
        2..60 => format!("{seconds} s ago"),
        60..3_600 => format!("{} min ago", seconds / 60),
        3_600..86_400 => format!("{} h ago", seconds / 3_600),
        86_400..2_592_000 => format!("{} d ago", seconds / 86_400),
        _ if year(now) == year(at) => day_and_time(at),
        _ => day(at),
    }
}

fn year(at: Timestamp) -> i16 {
    at.to_zoned(TimeZone::UTC).year()
}

/// A day of this year and a time to the minute: `5 Jan 14:34`.
pub fn day_and_time(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %H:%M").to_string()
}

/// A day: `5 Jan 2026`.
pub fn day(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %Y").to_string()
}

/// A day and a time to the second, without the year: `5 Jan 14:34:12`.
pub fn moment(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%-d %b %H:%M:%S").to_string()
}

/// A time of day to the millisecond: `14:34:12.120`.
pub fn clock(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%H:%M:%S%.3f").to_string()
}

/// A time in full, as commands take it.
pub fn full(at: Timestamp) -> String {
    format_time(at)
}

/// An id shortened in the middle: `7c1e9f…4b02`. Short ones stay whole.
pub fn short_id(id: &str, width: usize) -> String {
    let length = id.chars().count();
    if length <= width || width < 5 {
        return id.to_owned();
    }
    let tail = (width - 1) / 2;
    let head = width - 1 - tail;
    let front: String = id.chars().take(head).collect();
    let back: String = id.chars().skip(length - tail).collect();
    format!("{front}…{back}")
}

/// The sign of an event that its source put away; it has an ASCII twin.
pub fn mark(mark: Option<Mark>) -> &'static str {
    match mark {
        Some(Mark::Archived) => "▫ ",
        Some(Mark::Deleted) => "⊘ ",
        None => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_spans_and_ids() {
        assert_eq!(number(0), "0");
        assert_eq!(number(-1_234_567), "-1,234,567");
        assert_eq!(number(u64::MAX), "18,446,744,073,709,551,615");
        assert_eq!(span(Duration::from_secs(12_000)), "3 h 20 min");
        assert_eq!(bytes(4_608), "4.5 KiB");
        assert_eq!(short_id("7c1e9f00-aaaa-bbbb-cccc-dddddddd4b02", 9), "7c1e…4b02");
        assert_eq!(short_id("order-1", 9), "order-1");
    }

    #[test]
    fn times_are_relative_until_they_are_long_past() {
        let at: Timestamp = "2026-01-05T14:34:12.120Z".parse().unwrap();
        for (now, expected) in [
            ("2026-01-05T14:34:12Z", "just now"),
            ("2026-01-05T14:36:20Z", "2 min ago"),
            ("2026-01-08T14:36:20Z", "3 d ago"),
            ("2026-11-08T14:36:20Z", "5 Jan 14:34"),
            ("2027-01-08T14:36:20Z", "5 Jan 2026"),
            ("2026-01-05T10:00:00Z", "5 Jan 14:34:12"),
        ] {
            assert_eq!(ago(now.parse().unwrap(), at), expected);
        }
    }
}
