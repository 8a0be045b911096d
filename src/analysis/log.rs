//! The shape of the log over time.

use foldback_domain::event::Position;
use jiff::Timestamp;

/// How many events were recorded in each part of the log's time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Histogram {
    /// The parts, in order of time, all equally long.
    pub buckets: Vec<Bucket>,
    /// Whether the counts are exact; otherwise they are differences of positions, holes and all.
    pub exact: bool,
}

/// One part of the log's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// When the part begins.
    pub from_at: Timestamp,
    /// The first position in it; where it is empty, the first one behind it.
    pub from: Position,
    /// How many events it holds.
    pub events: u64,
}

impl Histogram {
    /// The largest count.
    pub fn peak(&self) -> u64 {
        self.buckets.iter().map(|bucket| bucket.events).max().unwrap_or(0)
    }

    /// The part that a position belongs to.
    pub fn bucket_of(&self, position: Position) -> Option<usize> {
        let behind = self.buckets.partition_point(|bucket| bucket.from <= position);
        // Empty parts share their first position with the next part that is not empty: the event is in the last of them.
        behind.checked_sub(1)
    }
}
