//! Finds what a pattern describes among the events of one group after the other, in log order.

use super::{Pattern, Relation};
use jiff::Timestamp;
use std::collections::HashMap;
use std::collections::VecDeque;

/// An event that takes part: where its details are to be found again, and when it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// A number by which the caller finds the event again.
    pub at: u64,
    /// When it was recorded.
    pub time: Option<Timestamp>,
}

/// What is known of one event of the first type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is as the pattern says; with the other event, where there is one: for what was to follow in time, one that
    /// came too late.
    Match(Place, Option<Place>),
    /// The log ends before the span of time behind it does, so that nobody knows yet.
    Open(Place),
    /// One of the times is not known, so that nobody knows whether the span was kept.
    Undated(Place),
}

/// The matching of one pattern over many groups whose events come mixed.
pub struct Matcher<'p> {
    pattern: &'p Pattern,
    groups: HashMap<Vec<u8>, Seen>,
}

/// What was seen of a group.
#[derive(Default)]
struct Seen {
    second: bool,
    /// Events of the first type that wait for one of the second.
    waiting: VecDeque<Place>,
}

impl<'p> Matcher<'p> {
    /// A matcher that has seen nothing.
    pub fn new(pattern: &'p Pattern) -> Self {
        Matcher { pattern, groups: HashMap::new() }
    }

    /// Takes the next event of a group, which is of the first type, of the second, or of both.
    pub fn event(&mut self, group: &[u8], roles: (bool, bool), place: Place, mut found: impl FnMut(Verdict)) {
        if !self.groups.contains_key(group) {
            self.groups.insert(group.to_owned(), Seen::default());
        }
        let Some(seen) = self.groups.get_mut(group) else { return };
        let (first, second) = roles;
        if second {
            // What waits is answered by this event, which is not an answer to itself.
            for waiting in seen.waiting.drain(..) {
                let in_time = in_time(self.pattern, waiting, place);
                match (self.pattern.relation, in_time) {
                    (_, None) => found(Verdict::Undated(waiting)),
                    (Relation::Then, Some(true)) | (Relation::Never, Some(false)) => {
                        found(Verdict::Match(waiting, Some(place)));
                    }
                    _ => {}
                }
            }
        }
        if first {
            match self.pattern.relation {
                Relation::Without if !seen.second => found(Verdict::Match(place, None)),
                Relation::Without => {}
                Relation::Then | Relation::Never => seen.waiting.push_back(place),
            }
        }
        seen.second |= second;
    }

    /// The log has ended, its last event at this time: what still waits was never followed.
    pub fn end(self, end: Option<Timestamp>, mut found: impl FnMut(Verdict)) {
        let pattern = self.pattern;
        if pattern.relation != Relation::Never {
            return;
        }
        for waiting in self.groups.into_values().flat_map(|seen| seen.waiting) {
            found(match (pattern.within, end.map(|time| Place { at: 0, time: Some(time) })) {
                (None, _) => Verdict::Match(waiting, None),
                (Some(_), None) => Verdict::Undated(waiting),
                (Some(_), Some(end)) => match in_time(pattern, waiting, end) {
                    Some(true) => Verdict::Open(waiting),
                    Some(false) => Verdict::Match(waiting, None),
                    None => Verdict::Undated(waiting),
                },
            });
        }
    }
}

/// Whether one event stands within the pattern's span behind another; `None` where a time is not known.
fn in_time(pattern: &Pattern, first: Place, second: Place) -> Option<bool> {
    let Some(within) = pattern.within else { return Some(true) };
    let span = second.time?.duration_since(first.time?);
    Some(span.as_nanos() <= i128::try_from(within.as_nanos()).unwrap_or(i128::MAX))
}
