//! The way back in a list that can only be read forwards: places passed on the way, thinned so that they stay few.

use foldback_domain::reading::{StreamCursor, StreamSort};
use std::cmp::Ordering;

/// How many places are remembered at most.
const MOST: usize = 1_024;

/// Places in a list of streams, in the list's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trail {
    places: Vec<StreamCursor>,
    /// One place is kept of so many.
    stride: usize,
    /// How many were passed since the last one that was kept.
    passed: usize,
    /// Whether it does not begin where the list does.
    cut: bool,
}

impl Trail {
    /// The way from a place on, to which nobody walked.
    pub fn from(place: StreamCursor) -> Trail {
        Trail { places: vec![place], cut: true, ..Trail::default() }
    }

    /// Whether it does not begin where the list does.
    pub fn is_cut(&self) -> bool {
        self.cut
    }

    /// Remembers that a page ended at this place, if it lies behind everything that was passed before.
    pub fn pass(&mut self, sort: StreamSort, place: StreamCursor) {
        if self.places.last().is_some_and(|last| order(sort, last, &place) != Ordering::Less) {
            return;
        }
        self.passed += 1;
        if self.passed < self.stride {
            return;
        }
        self.passed = 0;
        self.places.push(place);
        if self.places.len() > MOST {
            let mut index = 0;
            self.places.retain(|_| {
                index += 1;
                index % 2 == 0
            });
            self.stride = self.stride.max(1) * 2;
        }
    }

    /// Where to begin to read, so that at least a page stands before a place. `None`: at the list's start.
    pub fn before(&self, sort: StreamSort, place: &StreamCursor) -> Option<&StreamCursor> {
        let behind = self.places.partition_point(|passed| order(sort, passed, place) == Ordering::Less);
        // The last one may be the row right before the place; the one before it is at least a page away.
        let index = behind.checked_sub(2).or_else(|| behind.checked_sub(1).filter(|_| self.cut));
        index.map(|index| &self.places[index])
    }

    /// How many pages may lie between the place to begin at and the place wanted.
    pub fn pages_back(&self) -> usize {
        self.stride.max(1) * 2 + 1
    }
}

/// The list's order: great ranks first, equal ones by name.
fn order(sort: StreamSort, a: &StreamCursor, b: &StreamCursor) -> Ordering {
    let by_rank = if sort == StreamSort::Name { Ordering::Equal } else { b.rank.cmp(&a.rank) };
    by_rank.then_with(|| a.stream_id.cmp(&b.stream_id))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(n: usize) -> StreamCursor {
        StreamCursor { stream_id: format!("s-{n:07}").as_str().into(), rank: 0 }
    }

    #[test]
    fn a_long_way_is_remembered_in_few_places() {
        let mut trail = Trail::default();
        for n in 1..=100_000 {
            trail.pass(StreamSort::Name, place(n));
            trail.pass(StreamSort::Name, place(n));
        }
        assert!(trail.places.len() <= MOST);
        let back = trail.before(StreamSort::Name, &place(50_000)).unwrap();
        let pages = 50_000 - back.stream_id.as_str()[2..].parse::<usize>().unwrap();
        assert!(pages >= 1 && pages <= trail.pages_back(), "{pages}");
        assert_eq!(trail.before(StreamSort::Name, &place(1)), None);
    }

    #[test]
    fn a_way_that_begins_elsewhere_does_not_lead_to_the_start() {
        let mut trail = Trail::from(place(500));
        trail.pass(StreamSort::Name, place(700));
        for (at, begin) in [(501, Some(500)), (800, Some(500)), (500, None)] {
            assert_eq!(trail.before(StreamSort::Name, &place(at)), begin.map(place).as_ref(), "{at}");
        }
    }
}
