//! A row of a read model held against its events: what differs, and the first event since which it does.
//!
//! The rule: the versions of the row are gone through backwards, the newest first. Where one of them is the live row, the
//! row parted at the event behind it: that is the first event that the row lacks. Where none is, each field that differs
//! parted at the event behind the last version that had its value, and the row with the first of these. Where no version
//! ever had it, no event made that value, and it parts with the event that made the row.

use super::values::plain;
use crate::replay::pointer::{index, tokens};
use crate::replay::{Change, diff};
use foldback_domain::event::Position;
use serde_json::Value;
use std::collections::BTreeMap;

/// In which way a row differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The events make it, and it is not there.
    Missing,
    /// It is there, and no event makes it, or one took it away.
    Surplus,
    /// It is there, and another one than the events make.
    Different,
}

impl Kind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Missing => "missing",
            Kind::Surplus => "surplus",
            Kind::Different => "different",
        }
    }
}

/// What agreed with the events until the parting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Agreed {
    /// The whole row: the events from the parting on are not in it.
    Row,
    /// The fields that differ, each for itself.
    Fields,
    /// Nothing: no event ever made these values.
    Never,
}

impl Agreed {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Agreed::Row => "row",
            Agreed::Fields => "fields",
            Agreed::Never => "never",
        }
    }
}

/// One place in a row that differs: before is what the events make, after what is live.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// What differs.
    pub change: Change,
    /// The event since which it does.
    pub parted: Option<Position>,
    /// Whether the live value was ever right.
    pub agreed: bool,
}

/// Where a row parted from its events.
#[derive(Debug, Clone, PartialEq)]
pub struct Parting {
    /// In which way it differs.
    pub kind: Kind,
    /// The first event since which it does; `None` where no event ever touched a row of this key.
    pub parted: Option<Position>,
    /// What agreed until then.
    pub agreed: Agreed,
    /// The places that differ; none where the row is missing or surplus.
    pub fields: Vec<Field>,
}

impl Parting {
    /// What it means; `at` is the place of the parting as it is shown, `untouched` whether the row's last event is in it
    /// all the same.
    pub fn sentence(&self, at: &str, untouched: bool) -> String {
        let hand = match untouched {
            true => ", and its last event is in the row: it was changed behind the projection's back",
            false => "",
        };
        match (self.kind, self.agreed) {
            (Kind::Missing, _) => format!("the events make it since {at}, and it is not there"),
            (Kind::Surplus, Agreed::Row) => format!("the event {at} took it away, and it is still there"),
            (Kind::Surplus, _) => "no event makes such a row".to_owned(),
            (Kind::Different, Agreed::Row) => format!("it is as it was before {at}{hand}"),
            (Kind::Different, Agreed::Fields) => format!("what differs was last right before {at}{hand}"),
            (Kind::Different, Agreed::Never) => format!("no event ever made it so{hand}"),
        }
    }
}

/// The versions of a row on their way past, the newest first.
#[derive(Debug)]
pub struct Search {
    kind: Kind,
    live: Option<Value>,
    fields: Vec<Field>,
    /// Of each path that differs, whether its parting is known: several changes may lie under one.
    open: BTreeMap<String, Option<(Option<Position>, bool)>>,
    /// The event of the version that was looked at last.
    newer: Option<Position>,
    whole: Option<Option<Position>>,
}

impl Search {
    /// A search where two sides of a row differ; `None` where they are the same.
    pub fn new(folded: Option<&Value>, live: Option<&Value>) -> Option<Search> {
        let (folded, live) = (folded.map(plain), live.map(plain));
        let (kind, changes) = match (&folded, &live) {
            (None, None) => return None,
            (Some(_), None) => (Kind::Missing, Vec::new()),
            (None, Some(_)) => (Kind::Surplus, Vec::new()),
            (Some(folded), Some(live)) => (Kind::Different, diff(folded, live)),
        };
        if kind == Kind::Different && changes.is_empty() {
            return None;
        }
        let open = changes.iter().map(|change| (field_of(&change.path).to_owned(), None)).collect();
        let fields = changes.into_iter().map(|change| Field { change, parted: None, agreed: false }).collect();
        Some(Search { kind, live, fields, open, newer: None, whole: None })
    }

    /// Looks at the next version, which is older; whether older ones still matter.
    pub fn look(&mut self, position: Position, row: Option<&Value>) -> bool {
        let row = row.map(plain);
        self.compare(row.as_ref());
        self.newer = Some(position);
        self.whole.is_none()
    }

    fn compare(&mut self, row: Option<&Value>) {
        if row == self.live.as_ref() {
            self.whole = Some(self.newer);
        }
        let live = self.live.as_ref();
        for (path, found) in &mut self.open {
            let at = |value: Option<&Value>| value.and_then(|value| value.pointer(path)).cloned();
            if found.is_none() && at(row) == at(live) {
                *found = Some((self.newer, true));
            }
        }
    }

    /// What was found, when every version was looked at that matters.
    pub fn end(mut self) -> Parting {
        if self.whole.is_none() {
            // Before its first event there was no row.
            self.compare(None);
        }
        let first = self.newer;
        for field in &mut self.fields {
            let found = self.open.get(field_of(&field.change.path)).copied().flatten();
            (field.parted, field.agreed) = found.unwrap_or((first, false));
        }
        let last_right = self.fields.iter().filter(|field| field.agreed).filter_map(|field| field.parted).min();
        let (parted, agreed) = match (self.whole, last_right) {
            (Some(parted), _) => (parted, Agreed::Row),
            (None, Some(parted)) => (Some(parted), Agreed::Fields),
            (None, None) => (first, Agreed::Never),
        };
        Parting { kind: self.kind, parted, agreed, fields: self.fields }
    }
}

/// Looks forward for the first place since which something does not agree any more.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Since<P> {
    agreed: bool,
    parted: Option<P>,
}

impl<P: Copy> Since<P> {
    /// Takes in whether it agrees at the next place.
    pub fn see(&mut self, agrees: bool, at: P) {
        if agrees {
            *self = Since { agreed: true, parted: None };
        } else if self.parted.is_none() {
            self.parted = Some(at);
        }
    }

    /// Whether it ever agreed.
    pub fn agreed(&self) -> bool {
        self.agreed
    }

    /// The first place since which it does not; `None` while it agrees.
    pub fn parted(&self) -> Option<P> {
        self.parted
    }
}

/// The path as far as it means the same in every version of a row: an element's index does not.
pub fn field_of(path: &str) -> &str {
    let mut end = 0;
    for token in tokens(path).into_iter().flatten() {
        if index(token).is_some() {
            break;
        }
        end += token.len() + 1;
    }
    &path[..end]
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Goes through versions, written oldest first, and says where a live row parted.
    fn parting(versions: &[(i64, Option<Value>)], live: Option<Value>) -> Option<Parting> {
        let newest = versions.last().and_then(|(_, row)| row.as_ref());
        let mut search = Search::new(newest, live.as_ref())?;
        for (position, row) in versions.iter().rev() {
            if !search.look(Position(*position), row.as_ref()) {
                break;
            }
        }
        Some(search.end())
    }

    fn at(found: &Parting) -> (Kind, Option<i64>, Agreed) {
        (found.kind, found.parted.map(|position| position.0), found.agreed)
    }

    fn orders() -> Vec<(i64, Option<Value>)> {
        (1..=4).map(|n| (n * 10, Some(json!({"orders": n, "name": "kim", "spent": 100 - n})))).collect()
    }

    #[test]
    fn rows_that_mean_the_same_do_not_differ() {
        let versions = [(1, Some(json!({"a": 1, "b": [2]})))];
        assert_eq!(parting(&versions, Some(json!({"b": [2.0], "a": 1.00}))), None);
        assert_eq!(parting(&[], None), None);
    }

    #[test]
    fn a_row_that_lacks_the_last_events_parted_at_the_first_of_them() {
        let live = json!({"orders": 2, "name": "kim", "spent": 98});
        assert_eq!(at(&parting(&orders(), Some(live)).unwrap()), (Kind::Different, Some(30), Agreed::Row));
    }

    #[test]
    fn a_field_parted_behind_the_last_version_that_had_its_value() {
        let found = parting(&orders(), Some(json!({"orders": 2, "name": "kim", "spent": 96}))).unwrap();
        assert_eq!(at(&found), (Kind::Different, Some(30), Agreed::Fields));
        assert_eq!(found.fields.len(), 1);
        let both = parting(&orders(), Some(json!({"orders": 3, "name": "lee", "spent": 98}))).unwrap();
        assert_eq!(at(&both), (Kind::Different, Some(30), Agreed::Fields));
        let each: Vec<_> = both.fields.iter().map(|field| (field.parted.unwrap().0, field.agreed)).collect();
        assert_eq!(each, [(40, true), (10, false), (30, true)]);
    }

    #[test]
    fn what_no_event_made_parts_with_the_event_that_made_the_row() {
        let live = json!({"orders": 9, "name": "kim", "spent": 96});
        assert_eq!(at(&parting(&orders(), Some(live.clone())).unwrap()), (Kind::Different, Some(10), Agreed::Never));
        assert_eq!(at(&parting(&[], Some(live)).unwrap()), (Kind::Surplus, None, Agreed::Never));
    }

    #[test]
    fn missing_rows_part_where_they_were_made_and_surplus_ones_where_they_were_taken_away() {
        assert_eq!(at(&parting(&orders(), None).unwrap()), (Kind::Missing, Some(10), Agreed::Row));
        let again = [(1, Some(json!(1))), (2, None), (3, Some(json!(1)))];
        assert_eq!(at(&parting(&again, None).unwrap()), (Kind::Missing, Some(3), Agreed::Row));
        let gone = [(1, Some(json!(1))), (2, Some(json!(2))), (3, None)];
        assert_eq!(at(&parting(&gone, Some(json!(2))).unwrap()), (Kind::Surplus, Some(3), Agreed::Row));
        assert_eq!(at(&parting(&gone, Some(json!(1))).unwrap()), (Kind::Surplus, Some(2), Agreed::Row));
    }

    #[test]
    fn since_when_something_does_not_agree() {
        let mut since = Since::default();
        for (at, agrees) in [(0, true), (1, false), (2, true), (3, false), (4, false)] {
            since.see(agrees, at);
        }
        assert_eq!((since.agreed(), since.parted()), (true, Some(3)));
        let mut never = Since::default();
        never.see(false, 7);
        never.see(false, 8);
        assert_eq!((never.agreed(), never.parted()), (false, Some(7)));
    }

    #[test]
    fn elements_count_as_their_list() {
        let versions = [(1, Some(json!({"items": [1]}))), (2, Some(json!({"items": [1, 2]})))];
        let found = parting(&versions, Some(json!({"items": [1], "more": true}))).unwrap();
        assert_eq!(found.fields.iter().map(|field| field.parted.unwrap().0).collect::<Vec<_>>(), [2, 1]);
        assert_eq!(field_of("/items/0/n"), "/items");
        assert_eq!((field_of(""), field_of("/a~1b/c")), ("", "/a~1b/c"));
    }
}
