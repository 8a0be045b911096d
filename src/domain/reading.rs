//! What can be asked of a store, and what it answers: pages by key, never by offset.

use crate::event::{Category, Position, StreamName, Version};
use jiff::Timestamp;

/// Which way a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From low to high.
    Forward,
    /// From high to low.
    Backward,
}

/// Some items and whether more follow. A page may end early, even empty, when its budget of rows or bytes is used up;
/// `next` then says where to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, K> {
    /// The items in the order that was asked for.
    pub items: Vec<T>,
    /// The first key not yet looked at; `None` at the end.
    pub next: Option<K>,
}

/// Which events of the log are wanted. Everything that is set must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LogFilter {
    /// Events of this stream.
    pub stream: Option<StreamName>,
    /// Events of streams of this category.
    pub category: Option<Category>,
    /// Events whose type matches this pattern: `*` stands for any text, `?` for one character.
    pub event_type: Option<String>,
    /// Events of this correlation.
    pub correlation_id: Option<String>,
    /// Events recorded at this time or after it.
    pub since: Option<Timestamp>,
    /// Events recorded at this time or before it.
    pub until: Option<Timestamp>,
    /// Events at this position or after it.
    pub from: Option<Position>,
    /// Events at this position or before it: the as-of cursor.
    pub to: Option<Position>,
}

impl LogFilter {
    /// Whether every event passes.
    pub fn is_empty(&self) -> bool {
        *self == LogFilter::default()
    }
}

/// A page of the log, in global order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRead {
    /// Which events.
    pub filter: LogFilter,
    /// Where to begin, inclusive; `None`: at the end that the direction begins with.
    pub start: Option<Position>,
    /// Which way.
    pub direction: Direction,
    /// How many at most.
    pub limit: usize,
}

/// A page of one stream, in order of version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamRead {
    /// Which stream.
    pub stream: StreamName,
    /// The lowest version wanted, inclusive.
    pub from: Version,
    /// The highest version wanted, inclusive.
    pub to: Version,
    /// Which way.
    pub direction: Direction,
    /// How many at most.
    pub limit: usize,
}

/// What a stream is, without its events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamSummary {
    /// Its name.
    pub stream_id: StreamName,
    /// What it is about.
    pub category: Category,
    /// The version of its first event.
    pub first_version: Option<Version>,
    /// The version of its last event.
    pub version: Option<Version>,
    /// How many events it has.
    pub events: u64,
    /// How many of them have no version though the others have, so that nobody knows where they belong.
    pub unversioned: u64,
    /// When its first event was recorded.
    pub first_at: Option<Timestamp>,
    /// When its last event was recorded.
    pub last_at: Option<Timestamp>,
    /// Where in the log its last event stands.
    pub last_position: Option<Position>,
}

/// The order of a list of streams. Equal ones are in order of their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StreamSort {
    /// By name.
    #[default]
    Name,
    /// The longest first.
    Length,
    /// The one with the newest event first.
    Recent,
}

/// Where a list of streams goes on: behind this stream, in the list's order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamCursor {
    /// The last stream seen.
    pub stream_id: StreamName,
    /// The number that the list is sorted by: its events, or its last position; 0 when sorted by name.
    pub rank: i64,
}

impl StreamCursor {
    /// Where a list in this order goes on behind a stream.
    pub fn of(sort: StreamSort, stream: &StreamSummary) -> StreamCursor {
        let rank = match sort {
            StreamSort::Name => 0,
            StreamSort::Length => i64::try_from(stream.events).unwrap_or(i64::MAX),
            StreamSort::Recent => stream.last_position.map_or(0, |position| position.0),
        };
        StreamCursor { stream_id: stream.stream_id.clone(), rank }
    }
}

impl Page<StreamSummary, StreamCursor> {
    /// A page that was read backwards, with one stream too many where the list goes on before it: in the list's order,
    /// with the place behind which it begins.
    pub fn turned(mut items: Vec<StreamSummary>, limit: usize, sort: StreamSort) -> Self {
        let next = items.get(limit).map(|before| StreamCursor::of(sort, before));
        items.truncate(limit);
        items.reverse();
        Page { items, next }
    }
}

/// A page of the list of streams.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamsRead {
    /// Only streams of this category.
    pub category: Option<Category>,
    /// The order.
    pub sort: StreamSort,
    /// Behind which stream to begin.
    pub after: Option<StreamCursor>,
    /// How many at most.
    pub limit: usize,
}

/// How one event is found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventAddress {
    /// By its place in the log.
    Position(Position),
    /// By its place in a stream.
    Version(StreamName, Version),
    /// By its own id.
    Id(String),
}

/// How much there is, counted exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    /// Events.
    pub events: u64,
    /// Streams.
    pub streams: u64,
    /// Every event type with its number of events, by name.
    pub event_types: Vec<(String, u64)>,
    /// Every category with its number of streams and events, most events first.
    pub categories: Vec<CategoryTotal>,
    /// When the first event of the log was recorded.
    pub first_at: Option<Timestamp>,
    /// When the last event of the log was recorded.
    pub last_at: Option<Timestamp>,
}

/// How much a category holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryTotal {
    /// Which category.
    pub category: Category,
    /// Its streams.
    pub streams: u64,
    /// Its events.
    pub events: u64,
}

/// Whether a pattern of `*` (any text) and `?` (one character) matches a text, case and all.
pub fn matches_pattern(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    // Where to go back to when the text after the last star does not fit: one character further each time.
    let mut retry: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                retry = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || *c == text[t] => {
                p += 1;
                t += 1;
            }
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    p = star + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::matches_pattern;

    #[test]
    fn patterns() {
        for (pattern, text, expected) in [
            ("Payment*", "PaymentCaptured", true),
            ("Payment*", "OrderPaymentX", false),
            ("*Cap?ured", "PaymentCaptured", true),
            ("*", "", true),
            ("", "a", false),
            ("a*b*c", "a-b-b-c", true),
            ("a*b*c", "a-b-b", false),
            ("?", "é", true),
        ] {
            assert_eq!(matches_pattern(pattern, text), expected, "{pattern} {text}");
        }
    }
}
