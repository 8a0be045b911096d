//! Projections: functions from an event and the rows that it asks for to the rows that change. They do nothing else: who
//! runs one loads and keeps its rows.

use crate::event::{Position, RecordedEvent, StreamName, Version};
use crate::fact::Fact;
use jiff::Timestamp;
use serde::{Serialize, de::DeserializeOwned};
use std::collections::HashMap;

/// A read model in the making.
pub trait Projection: Send + Sync {
    /// What it is called, in kebab case: `stock-levels`.
    fn name(&self) -> &'static str;

    /// What its rows tell, in a sentence.
    fn about(&self) -> &'static str;

    /// The fields of its rows that are asked for often.
    fn indexed(&self) -> &'static [&'static str];

    /// The event types that it handles.
    fn event_types(&self) -> &'static [&'static str];

    /// What becomes of an event that it cannot handle, where nobody says otherwise.
    fn on_poison(&self) -> OnPoison {
        OnPoison::Skip
    }

    /// Takes in an event.
    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt>;
}

/// What becomes of an event that a projection cannot handle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPoison {
    /// The projection stops there until somebody looks: its rows would be wrong without the event.
    Stop,
    /// The event is recorded and skipped: one row may be wrong, all others go on.
    Skip,
}

/// Why an event was not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Halt {
    /// A row is asked for that was not loaded yet: load it, and apply the event again.
    Missing(String),
    /// The event cannot be handled; a sentence.
    Poison(String),
}

/// An event as projections see it.
#[derive(Debug, Clone, Copy)]
pub struct Happened<'a> {
    /// What happened.
    pub fact: &'a Fact,
    /// Its type.
    pub event_type: &'a str,
    /// In which stream.
    pub stream: &'a StreamName,
    /// Where in the stream.
    pub version: Option<Version>,
    /// Where in the log.
    pub position: Position,
    /// Who did it.
    pub actor: Option<&'a str>,
    /// When it was recorded.
    pub at: Option<Timestamp>,
}

impl<'a> Happened<'a> {
    /// A recorded event with what it means.
    pub fn new(event: &'a RecordedEvent, fact: &'a Fact, position: Position) -> Happened<'a> {
        let head = &event.head;
        Happened {
            fact,
            event_type: &head.event_type,
            stream: &head.stream_id,
            version: head.stream_version,
            position,
            actor: head.actor.as_deref(),
            at: head.created_at,
        }
    }
}

/// The rows of a read model, as far as they are loaded. What an event changes counts when all of it was taken in.
#[derive(Debug, Default)]
pub struct Rows {
    known: HashMap<String, Option<String>>,
    dirty: HashMap<String, Position>,
    staged: Vec<(String, Option<String>)>,
    bytes: usize,
    complete: bool,
}

impl Rows {
    /// No row is loaded.
    pub fn new() -> Rows {
        Rows::default()
    }

    /// There are no rows beside those that events make: nothing has to be loaded.
    pub fn of_empty_model() -> Rows {
        Rows { complete: true, ..Rows::default() }
    }

    /// The row of a key, if there is one.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, Halt> {
        let staged = self.staged.iter().rev().find(|(staged, _)| staged == key).map(|(_, row)| row);
        let row = match staged.or_else(|| self.known.get(key)) {
            Some(row) => row.as_deref(),
            None if self.complete => None,
            None => return Err(Halt::Missing(key.to_owned())),
        };
        let broken = |error: serde_json::Error| Halt::Poison(format!("row {key} does not decode: {error}"));
        row.map(serde_json::from_str).transpose().map_err(broken)
    }

    /// Puts a row in the place of the one with this key.
    pub fn put<T: Serialize>(&mut self, key: &str, row: &T) {
        let row = serde_json::to_string(row).expect("a row of plain fields is JSON");
        self.staged.push((key.to_owned(), Some(row)));
    }

    /// Takes a row away.
    pub fn remove(&mut self, key: &str) {
        self.staged.push((key.to_owned(), None));
    }

    /// Says what a row is that was asked for; `None`: there is none.
    pub fn load(&mut self, key: String, row: Option<String>) {
        self.bytes += size(&key, &row);
        if let Some(before) = self.known.insert(key.clone(), row) {
            self.bytes = self.bytes.saturating_sub(size(&key, &before));
        }
    }

    /// Keeps what an event has changed.
    pub fn keep(&mut self, position: Position) {
        for (key, row) in std::mem::take(&mut self.staged) {
            match self.dirty.get_mut(&key) {
                Some(at) => *at = position,
                None => drop(self.dirty.insert(key.clone(), position)),
            }
            self.load(key, row);
        }
    }

    /// Which row an event would miss first, or why it could not be handled. Nothing changes.
    pub fn probe(&mut self, projection: &dyn Projection, event: &RecordedEvent) -> Result<(), Halt> {
        let Some((fact, position)) = read(projection, event)? else { return Ok(()) };
        let probed = projection.apply(&Happened::new(event, &fact, position), self);
        self.drop_staged();
        probed
    }

    /// Drops what an event has changed that was not taken in.
    pub fn drop_staged(&mut self) {
        self.staged.clear();
    }

    /// How many rows have changed and were not taken out yet.
    pub fn dirty(&self) -> usize {
        self.dirty.len()
    }

    /// The rows that changed since they were taken out last, by key: what each is now, and the last event that changed it.
    pub fn take_changes(&mut self) -> Vec<(String, Option<String>, Position)> {
        let change = |(key, at): (String, Position)| {
            let row = self.known.get(&key).cloned().flatten();
            (key, row, at)
        };
        let mut changes: Vec<_> = self.dirty.drain().map(change).collect();
        changes.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        changes
    }

    /// How many bytes the loaded rows take, about.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Forgets all rows; only what changed must have been taken out before.
    pub fn forget(&mut self) {
        debug_assert!(self.dirty.is_empty());
        *self = Rows::new();
    }
}

fn size(key: &str, row: &Option<String>) -> usize {
    // Beside the texts themselves the map and the allocator keep something.
    key.len() + row.as_ref().map_or(0, String::len) + 96
}

/// Takes an event in where the projection handles it, and keeps what it changed; with [`Halt::Missing`] a row has to be
/// loaded first, and after any halt nothing has changed.
pub fn take_in(projection: &dyn Projection, event: &RecordedEvent, rows: &mut Rows) -> Result<(), Halt> {
    let Some((fact, position)) = read(projection, event)? else { return Ok(()) };
    let taken = projection.apply(&Happened::new(event, &fact, position), rows);
    match taken {
        Ok(()) => rows.keep(position),
        Err(_) => rows.drop_staged(),
    }
    taken
}

/// What an event means to a projection; `None` where it does not handle it.
fn read(projection: &dyn Projection, event: &RecordedEvent) -> Result<Option<(Fact, Position)>, Halt> {
    if !projection.event_types().contains(&event.head.event_type.as_str()) {
        return Ok(None);
    }
    let Some(decoded) = Fact::decode(event) else { return Ok(None) };
    let fact = decoded.map_err(|error| Halt::Poison(error.to_string()))?;
    let position = event.head.global_position.ok_or_else(|| Halt::Poison("it has no position".to_owned()))?;
    Ok(Some((fact, position)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_event_changes_counts_when_all_of_it_was_taken_in() {
        let mut rows = Rows::new();
        assert_eq!(rows.get::<i64>("a"), Err(Halt::Missing("a".into())));
        rows.load("a".into(), Some("1".into()));
        assert_eq!(rows.get::<i64>("a"), Ok(Some(1)));
        rows.put("a", &2);
        assert_eq!(rows.get::<i64>("a"), Ok(Some(2)));
        rows.drop_staged();
        assert_eq!(rows.get::<i64>("a"), Ok(Some(1)));
        rows.put("a", &3);
        rows.put("b", &1);
        rows.keep(Position(7));
        rows.remove("b");
        rows.keep(Position(8));
        assert_eq!(rows.dirty(), 2);
        let changes = vec![("a".into(), Some("3".into()), Position(7)), ("b".into(), None, Position(8))];
        assert_eq!(rows.take_changes(), changes);
        assert_eq!(rows.take_changes(), []);
        assert_eq!(rows.get::<i64>("b"), Ok(None));
    }

    #[test]
    fn an_empty_model_needs_nothing_loaded() {
        let mut rows = Rows::of_empty_model();
        assert_eq!(rows.get::<i64>("a"), Ok(None));
        rows.forget();
        assert_eq!(rows.get::<i64>("a"), Err(Halt::Missing("a".into())));
        rows.load("a".into(), Some("x".into()));
        assert!(matches!(rows.get::<i64>("a"), Err(Halt::Poison(_))));
    }
}
