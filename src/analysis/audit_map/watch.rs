//! A live row watched while its stream is folded again: when it was right last, and since which event it is not.

use super::{Mapped, Part};
use crate::analysis::audit::{Agreed, Kind, Since};
use crate::replay::{Change, Turn, diff};
use serde_json::{Map, Value};

/// The values of a row's columns, in the order of the mapping.
pub type Cells = Vec<Value>;

/// A column that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Differs {
    /// What differs in it: before is what the events make, after is what is live.
    pub changes: Vec<Change>,
    /// The event since which it does.
    pub parted: Option<Turn>,
    /// Whether it was ever right.
    pub agreed: bool,
}

/// What was found of a row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// In which way.
    pub kind: Kind,
    /// The first event that is not in it; `None` where no event ever touched it.
    pub parted: Option<Turn>,
    /// What agreed until then.
    pub agreed: Agreed,
    /// The last version of the stream that the whole row is as of.
    pub as_of: Option<Turn>,
    /// The columns that differ; none where the row is missing or surplus.
    pub columns: Vec<Differs>,
}

/// Looks at one row while its stream is folded.
#[derive(Debug)]
pub struct Watch<'m> {
    columns: &'m [Mapped],
    live: Option<&'m Cells>,
    whole: Since<Option<Turn>>,
    /// The last place at which the whole row was right.
    right: Option<Turn>,
    each: Vec<Since<Option<Turn>>>,
    first: Option<Turn>,
    /// What the row is to be at the place that was looked at last.
    told: Option<Cells>,
}

/// What each column is to hold, of a state and of where the stream is.
pub fn told(columns: &[Mapped], state: &Value, stream: &str, turn: Turn) -> Cells {
    let cell = |column: &Mapped| match &column.part {
        Part::State(path) => column.rule.told(state.pointer(path)),
        Part::Version => column.rule.told(Some(&Value::from(turn.version.0))),
        Part::Stream => column.rule.told(Some(&Value::from(stream))),
    };
    columns.iter().map(cell).collect()
}

/// Whether a live row is what it is to be.
pub fn agrees(columns: &[Mapped], told: Option<&Cells>, live: Option<&Cells>) -> bool {
    match (told, live) {
        (None, None) => true,
        (Some(told), Some(live)) => {
            columns.iter().zip(told.iter().zip(live)).all(|(column, (told, held))| column.rule.agrees(told, held))
        }
        _ => false,
    }
}

impl<'m> Watch<'m> {
    /// Before the first event there is no row.
    pub fn new(columns: &'m [Mapped], live: Option<&'m Cells>) -> Watch<'m> {
        let mut whole = Since::default();
        whole.see(live.is_none(), None);
        let each = columns.iter().map(|_| Since::default()).collect();
        Watch { columns, live, whole, right: None, each, first: None, told: None }
    }

    /// Looks at the row as an event leaves it; `None` where there is to be none.
    pub fn see(&mut self, turn: Turn, told: Option<Cells>) {
        self.first = self.first.or(Some(turn));
        let right = agrees(self.columns, told.as_ref(), self.live);
        self.whole.see(right, Some(turn));
        if right {
            self.right = Some(turn);
        }
        if let Some(live) = self.live {
            for (n, (column, held)) in self.columns.iter().zip(live).enumerate() {
                let right = told.as_ref().is_some_and(|told| column.rule.agrees(&told[n], held));
                self.each[n].see(right, Some(turn));
            }
        }
        self.told = told;
    }

    /// What was found; `None` where the row is right.
    pub fn end(self) -> Option<Found> {
        let kind = match (&self.told, self.live) {
            (None, None) => return None,
            (Some(_), None) => Kind::Missing,
            (None, Some(_)) => Kind::Surplus,
            (Some(_), Some(_)) => Kind::Different,
        };
        self.whole.parted()?;
        let columns = match (&self.told, self.live) {
            (Some(told), Some(live)) => self.differing(told, live),
            _ => Vec::new(),
        };
        let last_right = columns.iter().filter(|column| column.agreed).filter_map(|column| column.parted).min();
        let (parted, agreed) = match (self.whole.agreed(), last_right) {
            (true, _) => (self.whole.parted().flatten(), Agreed::Row),
            (false, Some(parted)) => (Some(parted), Agreed::Fields),
            (false, None) => (self.first, Agreed::Never),
        };
        Some(Found { kind, parted, agreed, as_of: self.right, columns })
    }

    fn differing(&self, told: &Cells, live: &Cells) -> Vec<Differs> {
        let one = |name: &str, value: &Value| Value::Object(Map::from_iter([(name.to_owned(), value.clone())]));
        let mut found = Vec::new();
        for (n, column) in self.columns.iter().enumerate() {
            if column.rule.agrees(&told[n], &live[n]) {
                continue;
            }
            let since = &self.each[n];
            let parted = if since.agreed() { since.parted().flatten() } else { self.first };
            let (before, after) = (one(&column.name, &told[n]), one(&column.name, &live[n]));
            let changes = diff(&before, &after);
            found.push(Differs { changes, parted, agreed: since.agreed() });
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::super::Rule;
    use super::*;
    use foldback_domain::event::Version;
    use serde_json::json;

    fn columns() -> Vec<Mapped> {
        let column =
            |name: &str| Mapped { name: name.to_owned(), part: Part::State(format!("/{name}")), rule: Rule::default() };
        vec![column("total"), column("status")]
    }

    /// Goes through versions, the oldest first, and says what is found of a live row.
    fn found(versions: &[Option<(i64, &str)>], live: Option<(i64, &str)>) -> Option<Found> {
        let columns = columns();
        let cells = |(total, status): (i64, &str)| vec![json!(total), json!(status)];
        let live = live.map(cells);
        let mut watch = Watch::new(&columns, live.as_ref());
        for (n, version) in versions.iter().enumerate() {
            watch.see(Version(n as i64).into(), version.map(cells));
        }
        watch.end()
    }

    fn at(found: &Found) -> (Kind, Option<i64>, Agreed, Option<i64>) {
        let number = |turn: Option<Turn>| turn.map(|turn| turn.version.0);
        (found.kind, number(found.parted), found.agreed, number(found.as_of))
    }

    #[test]
    fn a_row_is_right_behind_parted_missing_or_surplus() {
        let versions = [Some((1, "NEW")), Some((2, "NEW")), Some((2, "PAID"))];
        assert_eq!(found(&versions, Some((2, "PAID"))), None);
        let behind = found(&versions, Some((2, "NEW"))).unwrap();
        assert_eq!(at(&behind), (Kind::Different, Some(2), Agreed::Row, Some(1)));
        let fields = found(&versions, Some((1, "PAID"))).unwrap();
        assert_eq!(at(&fields), (Kind::Different, Some(1), Agreed::Fields, None));
        assert_eq!((fields.columns.len(), fields.columns[0].changes[0].path.as_str()), (1, "/total"));
        let never = found(&versions, Some((9, "PAID"))).unwrap();
        assert_eq!(at(&never), (Kind::Different, Some(0), Agreed::Never, None));
        assert!(!never.columns[0].agreed);
        assert_eq!(at(&found(&versions, None).unwrap()), (Kind::Missing, Some(0), Agreed::Row, None));
    }

    #[test]
    fn a_row_that_was_taken_away_is_as_of_a_version_before() {
        let gone = [Some((1, "NEW")), None];
        assert_eq!(found(&gone, None), None);
        assert_eq!(at(&found(&gone, Some((1, "NEW"))).unwrap()), (Kind::Surplus, Some(1), Agreed::Row, Some(0)));
        assert_eq!(at(&found(&gone, Some((7, "NEW"))).unwrap()).2, Agreed::Never);
        assert_eq!(
            found(&[], Some((1, "NEW"))).map(|found| at(&found)),
            Some((Kind::Surplus, None, Agreed::Never, None))
        );
    }
}
