//! Streams that end differently under two reducers, grouped by what parted them.

use crate::replay::pointer::{index, tokens};
use crate::replay::{Change, ChangeOp, Stop};
use foldback_domain::event::{Category, EventHead, StreamName};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many causes are told apart; what comes then is counted together.
const CAUSES: usize = 200;

/// A stream that ends differently. In the changes, before is by the old reducer and after by the new one.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamDifference {
    /// The stream.
    pub stream_id: StreamName,
    /// Its category.
    pub category: Category,
    /// The first event after which the states differ; `None` where they do before any.
    pub event: Option<EventHead>,
    /// What differed right after it.
    pub first: Vec<Change>,
    /// What differs at the end.
    pub end: Vec<Change>,
    /// Where the old reducer stops.
    pub old_stop: Option<Stop>,
    /// Where the new one does.
    pub new_stop: Option<Stop>,
}

/// What parted streams: one kind of event, and the same places of the state.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// The type of the event; `None` where the states differ before any.
    pub event_type: Option<String>,
    /// What differed right after it: paths with their sign, or who stopped.
    pub what: Vec<String>,
}

impl StreamDifference {
    /// What parted it.
    pub fn cause(&self) -> Cause {
        let mut what: Vec<String> = self.first.iter().map(place).collect();
        what.sort();
        what.dedup();
        if what.is_empty() {
            for (who, stop) in [("old", &self.old_stop), ("new", &self.new_stop)] {
                what.extend(stop.as_ref().map(|_| format!("the {who} reducer stops")));
            }
        }
        Cause { event_type: self.event.as_ref().map(|head| head.event_type.clone()), what }
    }
}

/// The place of a change, the same for every element of a list.
fn place(change: &Change) -> String {
    let sign = match change.op {
        ChangeOp::Add => '+',
        ChangeOp::Remove => '-',
        ChangeOp::Replace => '~',
        ChangeOp::Move { .. } => '>',
    };
    let mut path = String::new();
    for token in tokens(&change.path).into_iter().flatten() {
        path.push('/');
        path.push_str(if index(token).is_some() { "*" } else { token });
    }
    format!("{sign} {path}")
}

/// How many streams parted for each cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Causes {
    counted: BTreeMap<Cause, (u64, StreamName)>,
    /// How many streams parted for causes beyond those that are told apart.
    pub others: u64,
}

impl Causes {
    /// Counts a stream.
    pub fn count(&mut self, cause: Cause, stream: &StreamName) {
        if self.counted.len() >= CAUSES && !self.counted.contains_key(&cause) {
            self.others += 1;
            return;
        }
        self.counted.entry(cause).or_insert_with(|| (0, stream.clone())).0 += 1;
    }

    /// The causes with how many streams each parted and the first of them, the most frequent first.
    pub fn list(&self) -> Vec<(&Cause, u64, &StreamName)> {
        let mut list: Vec<_> = self.counted.iter().map(|(cause, (count, first))| (cause, *count, first)).collect();
        list.sort_by_key(|(_, count, _)| Reverse(*count));
        list
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::diff;
    use serde_json::json;

    #[test]
    fn streams_that_part_at_the_same_places_have_one_cause() {
        let difference = |before, after| StreamDifference {
            stream_id: "s-1".into(),
            category: "s".into(),
            event: None,
            first: diff(&before, &after),
            end: Vec::new(),
            old_stop: None,
            new_stop: None,
        };
        let one = difference(json!({"items": [{"n": 1}], "a": 1}), json!({"items": [{"n": 2}], "a": 2}));
        let two =
            difference(json!({"a": 7, "items": [{"n": 0}, {"n": 1}]}), json!({"a": 8, "items": [{"n": 0}, {"n": 2}]}));
        assert_eq!(one.cause(), two.cause());
        assert_eq!(one.cause().what, ["~ /a", "~ /items/*/n"]);
        let mut causes = Causes::default();
        causes.count(one.cause(), &"s-1".into());
        causes.count(two.cause(), &"s-2".into());
        assert_eq!(
            causes.list().iter().map(|(_, count, first)| (*count, first.as_str())).collect::<Vec<_>>(),
            [(2, "s-1")]
        );
    }
}
