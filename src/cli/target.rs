//! `STREAM@VERSION`, `STREAM@TIME`, `STREAM@A..B`: which stream, and when in it.

use super::failure::Failure;
use crate::analysis::when::parse_when;
use foldback_domain::event::{StreamName, Version};
use jiff::Timestamp;

/// When in a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    /// After its last event.
    Last,
    /// Before its first event.
    Start,
    /// After the event of this version.
    Version(Version),
    /// After its last event at this time or before it.
    Time(Timestamp),
}

/// A stream and when in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The stream.
    pub stream: StreamName,
    /// When.
    pub at: At,
}

impl At {
    /// Reads `3`, `start` or a time.
    pub fn parse(text: &str, now: Timestamp) -> Option<At> {
        if text == "start" {
            return Some(At::Start);
        }
        if let Ok(version) = text.parse::<i64>() {
            return Some(At::Version(Version(version)));
        }
        parse_when(text, now).map(At::Time)
    }
}

impl Target {
    /// Splits at the last `@` that a version or time follows; without one the whole text is the stream.
    pub fn parse(text: &str, now: Timestamp) -> Target {
        match split(text, |rest| At::parse(rest, now)) {
            Some((stream, at)) => Target { stream: stream.into(), at },
            None => Target { stream: text.into(), at: At::Last },
        }
    }

    /// A stream and a version or time that were given apart, exactly.
    pub fn exact(stream: &str, at: Option<&str>, now: Timestamp) -> Result<Target, Failure> {
        let at = match at {
            None => At::Last,
            Some(text) => At::parse(text, now).ok_or_else(|| {
                Failure::Usage(format!("--at {text:?} is neither a version nor a time; try 3, start or '2h ago'"))
            })?,
        };
        Ok(Target { stream: stream.into(), at })
    }

    /// Reads `STREAM@A..B`; `None` when it is not a range.
    pub fn parse_range(text: &str, now: Timestamp) -> Option<(StreamName, At, At)> {
        let range = |rest: &str| {
            let (from, to) = rest.split_once("..")?;
            Some((At::parse(from, now)?, At::parse(to, now)?))
        };
        split(text, range).map(|(stream, (from, to))| (stream.into(), from, to))
    }
}

fn split<T>(text: &str, read: impl Fn(&str) -> Option<T>) -> Option<(&str, T)> {
    let mut end = text.len();
    while let Some(at) = text[..end].rfind('@') {
        if at > 0
            && let Some(value) = read(&text[at + 1..])
        {
            return Some((&text[..at], value));
        }
        end = at;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Timestamp {
        "2026-01-08T20:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_stream_splits_at_the_last_at_that_a_version_or_time_follows() {
        let time = |text: &str| At::Time(text.parse().unwrap());
        for (text, stream, at) in [
            ("order-1", "order-1", At::Last),
            ("order-1@3", "order-1", At::Version(Version(3))),
            ("order-1@start", "order-1", At::Start),
            ("kim@example.com", "kim@example.com", At::Last),
            ("kim@example.com@2", "kim@example.com", At::Version(Version(2))),
            ("order-1@2026-01-05", "order-1", time("2026-01-05T00:00:00Z")),
            ("order-1@2h ago", "order-1", time("2026-01-08T18:00:00Z")),
            ("@3", "@3", At::Last),
            ("a@3@x", "a@3@x", At::Last),
        ] {
            assert_eq!(Target::parse(text, now()), Target { stream: stream.into(), at }, "{text}");
        }
    }

    #[test]
    fn ranges() {
        let v = |n| At::Version(Version(n));
        assert_eq!(Target::parse_range("o-1@2..3", now()), Some(("o-1".into(), v(2), v(3))));
        assert_eq!(Target::parse_range("o-1@start..0", now()), Some(("o-1".into(), At::Start, v(0))));
        assert_eq!(Target::parse_range("o-1@3", now()), None);
    }
}
