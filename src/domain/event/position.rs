//! Where an event stands: in its stream (version) and in the whole log (global position).
//!
//! Both are places by which foldback pages, seeks and compares. Nearly always a place is the source's own number. Where a
//! source has none, or one number for several events, the place is made up in a range that no source uses, so that
//! [`Position::number`] and [`Version::number`] always know whether there is anything to show.

use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// From here on a place is foldback's own: the source has no number there.
const MADE_UP: i64 = 1 << 62;

/// Below this a place is one of several events that share the source's number.
const SHARED: i64 = -(1 << 61);

/// How many events may share a number, in bits.
const SHARERS: u32 = 16;

/// How many events may share a millisecond where only time orders them, in bits.
const TIES: u32 = 21;

/// An event's place in the whole log, in the source's own numbers. The system's one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Position(pub i64);

/// An event's place in its stream, in the source's own numbers: some sources begin at 0, some at 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(transparent)]
pub struct Version(pub i64);

impl Position {
    /// How far apart the places of two numbers are where several events share one.
    pub const SHARE: i64 = 1 << SHARERS;

    /// The place of number 0 where several events share one: the place of event `k` of number `n` is
    /// `SHARED_ZERO + n * SHARE + k`.
    pub const SHARED_ZERO: i64 = -MADE_UP;

    /// The greatest rank among events of one millisecond.
    pub const MOST_TIES: i64 = (1 << TIES) - 1;

    /// The place of an event that only its time orders: its millisecond since 1970 and its rank among those of the same
    /// millisecond. Times before 1970 and after 2039 are at the ends.
    pub fn by_time(millisecond: i64, rank: i64) -> Position {
        let millisecond = millisecond.clamp(0, (MADE_UP >> TIES) - 1);
        Position(MADE_UP + (millisecond << TIES) + rank.clamp(0, Self::MOST_TIES))
    }

    /// The millisecond and the rank of a place that [`Position::by_time`] made.
    pub fn time_and_rank(self) -> Option<(i64, i64)> {
        let place = self.0.checked_sub(MADE_UP).filter(|place| *place >= 0)?;
        Some((place >> TIES, place & Self::MOST_TIES))
    }

    /// The place of an event that nothing but its rank orders.
    pub fn by_rank(rank: i64) -> Position {
        Position(MADE_UP.saturating_add(rank.max(0)))
    }

    /// The rank of a place that [`Position::by_rank`] made.
    pub fn rank(self) -> Option<i64> {
        self.0.checked_sub(MADE_UP).filter(|rank| *rank >= 0)
    }

    /// The place of the first event with this number, where several events share one.
    pub fn shared(number: i64) -> Position {
        Position(Self::SHARED_ZERO.saturating_add(number.saturating_mul(Self::SHARE)))
    }

    /// The source's own number; `None` where it has none.
    pub fn number(self) -> Option<i64> {
        match self.0 {
            MADE_UP.. => None,
            ..SHARED => Some((self.0 - Self::SHARED_ZERO) >> SHARERS),
            number => Some(number),
        }
    }
}

impl Version {
    /// What an append to a stream of foldback's own store expects when there is no stream yet.
    pub const NO_STREAM: Version = Version(-1);

    /// From here on a version is foldback's own: the source has none, and other things order the events of the stream.
    pub const NUMBERLESS: i64 = MADE_UP;

    /// The version that follows in a stream without gaps.
    pub fn next(self) -> Version {
        Version(self.0.saturating_add(1))
    }

    /// The source's own number; `None` where it has none.
    pub fn number(self) -> Option<i64> {
        (self.0 < MADE_UP).then_some(self.0)
    }
}

/// As documents have it: null where the source has no number.
impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

/// As documents have it: null where the source has no number.
impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.number().serialize(serializer)
    }
}

fn write(number: Option<i64>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    match number {
        Some(number) => fmt::Display::fmt(&number, f),
        None => f.pad("~"),
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.number(), f)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write(self.number(), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_is_made_up_has_no_number() {
        let place = Position::by_time(1_767_604_364_120, 7);
        assert_eq!((place.number(), place.time_and_rank()), (None, Some((1_767_604_364_120, 7))));
        assert!(place < Position::by_time(1_767_604_364_121, 0));
        assert_eq!(Position::by_time(i64::MIN, 0), Position::by_time(0, 0));
        assert_eq!(Position::by_rank(3).rank(), Some(3));
        assert_eq!(Position(42).number(), Some(42));
        assert_eq!(format!("{:>3}|{:>3}", Position(42), place), " 42|  ~");
        assert_eq!(serde_json::to_string(&(Position(42), place)).unwrap(), "[42,null]");
    }

    #[test]
    fn events_that_share_a_number_show_it() {
        for number in [0, 1, 230, 1 << 40] {
            let first = Position::shared(number);
            for k in [0, 1, Position::SHARE - 1] {
                assert_eq!(Position(first.0 + k).number(), Some(number));
            }
            assert!(Position(first.0 + Position::SHARE - 1) < Position::shared(number + 1));
        }
    }
}
