//! What each column of a table would be, if it were a table of events. Unique constraints say more than names.

use super::names;
use crate::adapters::tables::{Column, Dialect, Kind, Table, normal};
use foldback_domain::event::safe_text;

/// What the columns of a table would be. What was not found is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// The parts of the stream's name.
    pub stream: Vec<Column>,
    /// What kind of thing the stream is of.
    pub category: Option<Column>,
    /// The number in the stream.
    pub version: Option<Column>,
    /// Whether stream and version are unique together.
    pub unique: bool,
    /// The number among all.
    pub position: Option<Place>,
    /// What the event is called.
    pub event_type: Option<Column>,
    /// The payload.
    pub data: Option<Column>,
    /// What stands beside it.
    pub metadata: Option<Column>,
    /// What identifies it.
    pub event_id: Option<Column>,
    /// The version of its schema.
    pub schema_version: Option<Column>,
    /// When it was recorded.
    pub time: Option<Column>,
    /// What it belongs to.
    pub correlation_id: Option<Column>,
    /// What led to it.
    pub causation_id: Option<Column>,
    /// Who did it.
    pub actor: Option<Column>,
    /// Why this is no table of events; nothing where it may be one.
    pub wrong: Vec<String>,
    /// Why it may be something else all the same: nothing in it speaks of events, or its rows are changed.
    pub doubt: Option<String>,
}

/// What an event's place among all is taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A column, and what speaks for it.
    Column(Column, &'static str),
    /// SQLite's own number of the row.
    Rowid,
}

/// Looks at a table's columns and keys.
pub fn sketch(table: &Table, dialect: Dialect) -> Sketch {
    let mut look = Look { table, dialect, taken: Vec::new() };
    let mut sketch = Sketch::default();
    look.stream(&mut sketch);
    // The payload first: a column `event` of JSON is that, and one of text beside a payload is the type.
    sketch.data = look.take(names::DATA, |column, name| match name {
        "event" | "message" => matches!(column.kind, Kind::Json | Kind::Bytes),
        _ => matches!(column.kind, Kind::Json | Kind::Text | Kind::Bytes | Kind::Other),
    });
    sketch.event_type = look.take(names::TYPE, |column, _| matches!(column.kind, Kind::Text | Kind::Other));
    sketch.data = sketch.data.or_else(|| look.take(&["event", "message"], |column, _| column.kind != Kind::Int));
    look.position(&mut sketch);
    sketch.event_id = look.take(names::EVENT_ID, |column, _| column.kind != Kind::Json);
    sketch.metadata = look
        .take(names::METADATA, |column, _| matches!(column.kind, Kind::Json | Kind::Text | Kind::Bytes | Kind::Other));
    let times = |column: &Column| !matches!(column.kind, Kind::Json | Kind::Bool | Kind::Uuid);
    // A column that holds nothing but times goes before one that may hold them.
    sketch.time = look.take(names::TIME, |column, _| column.kind == Kind::Time);
    sketch.time = sketch.time.or_else(|| look.take(names::TIME, |column, _| times(column)));
    sketch.schema_version = look.take(names::SCHEMA_VERSION, |_, _| true);
    sketch.correlation_id = look.take(names::CORRELATION, |_, _| true);
    sketch.causation_id = look.take(names::CAUSATION, |_, _| true);
    sketch.actor = look.take(names::ACTOR, |column, _| column.kind != Kind::Json);
    look.judge(&mut sketch);
    sketch
}

struct Look<'a> {
    table: &'a Table,
    dialect: Dialect,
    taken: Vec<&'a str>,
}

impl<'a> Look<'a> {
    /// The column of the most telling name that is free and fits.
    fn take(&mut self, names: &[&str], fits: impl Fn(&Column, &str) -> bool) -> Option<Column> {
        let found = names.iter().find_map(|name| {
            let columns = self.free();
            columns.into_iter().find(|column| normal(&column.name, true) == *name && fits(column, name))
        })?;
        self.taken.push(&found.name);
        Some(found.clone())
    }

    /// The columns that are nothing yet. A name with a backtick cannot stand in a layout.
    fn free(&self) -> Vec<&'a Column> {
        let free = |column: &&Column| !self.taken.contains(&column.name.as_str()) && !column.name.contains('`');
        self.table.columns.iter().filter(free).collect()
    }

    fn whole_number(&self, column: &Column) -> bool {
        column.kind == Kind::Int || (column.kind == Kind::Other && self.dialect == Dialect::Sqlite)
    }

    fn alone(&self, column: &Column) -> bool {
        self.table.keys.iter().any(|key| *key == [column.name.clone()])
    }

    /// What identifies a stream, and the version in it: by what is unique together, else by names.
    fn stream(&mut self, sketch: &mut Sketch) {
        let keyed = self.keyed();
        sketch.unique = keyed.is_some();
        let (mut stream, version) = keyed.unwrap_or_else(|| {
            let free = self.free();
            let mut named = names::STREAM
                .iter()
                .filter_map(|name| free.iter().copied().find(|column| normal(&column.name, true) == *name));
            let version = names::VERSION.iter().find_map(|name| {
                free.iter().copied().find(|column| {
                    normal(&column.name, true) == *name
                        && self.whole_number(column)
                        && !column.numbered
                        && !self.alone(column)
                })
            });
            (named.next().into_iter().collect(), version)
        });
        self.taken.extend(stream.iter().map(|column| column.name.as_str()));
        self.taken.extend(version.iter().map(|version| version.name.as_str()));
        sketch.category = stream
            .iter()
            .find(|column| is(column, names::STREAM_TYPE))
            .map(|column| (*column).clone())
            .or_else(|| self.take(names::STREAM_TYPE, |column, _| matches!(column.kind, Kind::Text | Kind::Other)));
        // A type and an id stand apart, where the id does not say that it is a stream's name.
        if let [id] = stream.as_slice()
            && !normal(&id.name, true).starts_with("stream")
            && let Some(column) = self.table.columns.iter().find(|column| Some(*column) == sketch.category.as_ref())
            && column.name != id.name
            && normal(&column.name, true) != "category"
        {
            stream.insert(0, column);
        }
        sketch.stream = stream.into_iter().cloned().collect();
        sketch.version = version.cloned();
    }

    /// A stream and a version that are unique together.
    fn keyed(&self) -> Option<(Vec<&'a Column>, Option<&'a Column>)> {
        let mut keys: Vec<&Vec<String>> = self.table.keys.iter().filter(|key| key.len() > 1).collect();
        keys.sort_by_key(|key| key.len());
        let mut found = Vec::new();
        for key in keys {
            let columns: Vec<&Column> =
                key.iter().filter_map(|name| self.free().into_iter().find(|column| column.name == *name)).collect();
            if columns.len() < key.len() {
                continue;
            }
            let numbers = || columns.iter().copied().filter(|column| self.whole_number(column) && !column.numbered);
            let named = columns.iter().any(|column| is(column, names::STREAM));
            let by_name =
                names::VERSION.iter().find_map(|name| numbers().find(|column| normal(&column.name, true) == *name));
            // Beside a stream's name the other of two may be called anything, but not like an id.
            let other = || {
                let plain =
                    |column: &&Column| !is(column, names::STREAM) && !normal(&column.name, true).ends_with("id");
                numbers().find(plain).filter(|_| named && columns.len() == 2)
            };
            let Some(version) = by_name.or_else(other) else { continue };
            let mut stream: Vec<&Column> = columns
                .into_iter()
                .filter(|column| column.name != version.name && !matches!(column.kind, Kind::Bool | Kind::Time))
                .collect();
            // What is around a stream comes first, then its type, then its name.
            stream.sort_by_key(|column| (is(column, names::STREAM), is(column, names::STREAM_TYPE)));
            if !stream.is_empty() {
                found.push((named, stream, version));
            }
        }
        found.sort_by_key(|(named, ..)| !named);
        found.into_iter().next().map(|(_, stream, version)| (stream, Some(version)))
    }

    fn position(&mut self, sketch: &mut Sketch) {
        let free = self.free();
        let fits = |column: &&Column| {
            self.whole_number(column)
                && (column.numbered || self.alone(column))
                && (self.alone(column) || is(column, names::POSITION))
        };
        let free: Vec<&Column> = free.into_iter().filter(fits).collect();
        let named = names::POSITION
            .iter()
            .find_map(|name| free.iter().copied().find(|column| normal(&column.name, true) == *name));
        let found = named.or_else(|| free.iter().copied().find(|column| column.numbered));
        sketch.position = match found {
            Some(column) => {
                self.taken.push(&column.name);
                Some(Place::Column(column.clone(), if column.numbered { "numbered by the database" } else { "unique" }))
            }
            None if self.table.rowid && self.dialect == Dialect::Sqlite => Some(Place::Rowid),
            None => None,
        };
    }

    /// Says what is missing, and what speaks against a log of events.
    fn judge(&self, sketch: &mut Sketch) {
        let (name, mut wrong) = (normal(&self.table.name, true), Vec::new());
        let by_column = matches!(sketch.position, Some(Place::Column(..)));
        if sketch.stream.is_empty() {
            wrong.push("has no column for the stream".to_owned());
        }
        if sketch.version.is_none() && !by_column {
            wrong.push("has neither a version in a stream nor a position among all".to_owned());
        }
        if sketch.event_type.is_none() {
            wrong.push("has no column for the type of an event".to_owned());
        }
        if sketch.data.is_none() {
            wrong.push("has no column for the payload".to_owned());
        }
        let in_stream = |column: &String| sketch.stream.iter().any(|part| part.name == *column);
        if let Some(key) = self.table.keys.iter().find(|key| key.iter().all(in_stream)) {
            wrong.push(format!("holds one row for each {}", safe_text(&key.join(", "))));
        }
        if let Some(word) = names::NO_LOG.iter().find(|word| name.contains(**word)) {
            wrong.push(format!("is no log by its name ({word})"));
        }
        // What no constraint proves must at least be called like events.
        let proven = sketch.unique && sketch.stream.iter().any(|column| is(column, names::STREAM));
        let eventful = sketch.event_type.iter().any(|column| normal(&column.name, true).starts_with("event"))
            || names::LOG.iter().any(|word| name.contains(word));
        if wrong.is_empty() && !proven && !eventful {
            wrong.push("has nothing that is unique in a stream, and is not called like a table of events".to_owned());
        }
        sketch.wrong = wrong;
        sketch.doubt = self.doubt(sketch);
    }
}

impl Look<'_> {
    /// What keeps a table that fits from being read unasked: an ordered list of things has a key of two columns, a name and a
    /// document as well.
    fn doubt(&self, sketch: &Sketch) -> Option<String> {
        let name = normal(&self.table.name, true);
        let speaks = |column: &Option<Column>, words: &[&str]| {
            column.as_ref().is_some_and(|column| words.iter().any(|word| normal(&column.name, true).starts_with(word)))
        };
        let called = names::LOG.iter().any(|word| name.contains(word))
            || speaks(&sketch.event_type, &["event", "message"])
            || speaks(&sketch.data, &["event"]);
        if called {
            return None;
        }
        let changed = self.table.columns.iter().find(|column| is(column, names::CHANGED));
        if let Some(column) = changed {
            return Some(format!("its rows are changed, by {}", safe_text(&column.name)));
        }
        let beside = sketch.metadata.is_some() || sketch.correlation_id.is_some() || sketch.causation_id.is_some();
        let strong = sketch.stream.iter().any(|column| {
            let name = normal(&column.name, true);
            names::STRONG.iter().any(|word| name.starts_with(word))
        });
        (!strong && !beside).then(|| "nothing in its names speaks of events or streams of them".to_owned())
    }
}

fn is(column: &Column, names: &[&str]) -> bool {
    names.contains(&normal(&column.name, true).as_str())
}
