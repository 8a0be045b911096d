//! Where a store keeps what an event is: SQL expressions, as data. foldback's own store is one such map, and every
//! foreign layout another, so that one machinery reads them all.

use super::time_form::TimeForm;
use crate::store::payload::Unwrap;

/// Where each part of an event stands. Every field but `streams` holds SQL over the rows of `from`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableMap {
    /// What follows FROM: a quoted table, or a join.
    pub from: String,
    /// A condition that every event's row meets; the others are bookkeeping.
    pub condition: Option<String>,
    /// The global position: an integer, unique, rising, found by an index.
    pub position: String,
    /// The parts of the stream's name, which are shown joined by `/`.
    pub stream: Vec<KeyPart>,
    /// The category.
    pub category: String,
    /// The version in the stream.
    pub version: String,
    /// The event's id.
    pub event_id: Option<String>,
    /// The event's type.
    pub event_type: String,
    /// The version of the type's schema.
    pub schema_version: Option<String>,
    /// The payload.
    pub data: String,
    /// How the payload is wrapped.
    pub unwrap: Unwrap,
    /// The metadata.
    pub metadata: Option<String>,
    /// The correlation id.
    pub correlation_id: Option<String>,
    /// The causation id.
    pub causation_id: Option<String>,
    /// Who did it.
    pub actor: Option<String>,
    /// When it was recorded, and how that is written.
    pub time: Option<TimeColumn>,
    /// What the source did to an event: `archived`, `deleted` or NULL.
    pub mark: Option<String>,
    /// A table with one row for each stream, where the store keeps one.
    pub streams: Option<StreamsMap>,
}

/// One part of what identifies a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// What is compared, so that an index is used: a column.
    pub column: String,
    /// What is shown: the column, or `lower(hex(column))`.
    pub show: String,
    /// How what is shown is turned back into what is compared, with `?` for it: `?`, or `unhex(?)`.
    pub bind: String,
}

impl KeyPart {
    /// A column that is shown as it is.
    pub fn column(name: &str) -> Self {
        KeyPart { column: name.to_owned(), show: name.to_owned(), bind: "?".to_owned() }
    }
}

/// A time and how it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeColumn {
    /// The expression.
    pub sql: String,
    /// How to read it.
    pub form: TimeForm,
}

/// A table with one row for each stream: expressions over its rows. Times are written as in the events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamsMap {
    /// What follows FROM.
    pub from: String,
    /// The stream's name.
    pub stream: String,
    /// The category.
    pub category: String,
    /// The version of the first event.
    pub first_version: String,
    /// The version of the last event.
    pub version: String,
    /// The number of events.
    pub events: String,
    /// The time of the first event.
    pub first_at: String,
    /// The time of the last event.
    pub last_at: String,
    /// The position of the last event.
    pub last_position: String,
}

impl TableMap {
    /// The stream's name as it is shown.
    pub fn shown_stream(&self) -> String {
        match self.stream.as_slice() {
            [only] => only.show.clone(),
            parts => {
                parts.iter().map(|part| format!("coalesce({}, '')", part.show)).collect::<Vec<_>>().join(" || '/' || ")
            }
        }
    }

    /// The columns that identify a stream.
    pub fn key_columns(&self) -> String {
        self.stream.iter().map(|part| part.column.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// The condition that a row belongs to the stream whose key is bound to the first parameters. IS finds NULL too.
    pub fn is_key(&self) -> String {
        self.each_part(|part, number| format!("{} IS ?{number}", part.column))
    }

    /// The condition that a row's stream is shown by the texts that are bound to the first parameters.
    pub fn is_shown(&self) -> String {
        self.each_part(|part, number| format!("{} IS {}", part.column, part.bind.replace('?', &format!("?{number}"))))
    }

    fn each_part(&self, condition: impl Fn(&KeyPart, usize) -> String) -> String {
        self.stream.iter().enumerate().map(|(i, part)| condition(part, i + 1)).collect::<Vec<_>>().join(" AND ")
    }

    /// FROM and the conditions that always hold, up to where more can be added with AND.
    pub fn rows(&self) -> String {
        format!("FROM {} WHERE {}", self.from, self.condition.as_deref().unwrap_or("1"))
    }
}
