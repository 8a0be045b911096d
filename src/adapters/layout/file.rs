//! A layout's file: TOML in which every key has a meaning and every other key is refused.

use crate::store::sqlite::{KeyPart, StreamsMap, TableMap, TimeColumn, TimeForm};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A layout: a name, and how it looks in each database that it is known in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    /// Its name, which is also its file's.
    pub name: String,
    /// Whose tables they are.
    pub about: String,
    /// In SQLite.
    pub sqlite: Option<Dialect>,
}

/// A layout in one kind of database.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dialect {
    /// How it is known.
    pub detect: Detect,
    /// Pieces of SQL that stand in others as `{name}`.
    #[serde(default, rename = "let")]
    pub pieces: BTreeMap<String, String>,
    /// Where an event's parts stand.
    pub events: Events,
    /// A table with a row for each stream.
    pub streams: Option<Streams>,
    /// Why positions are not one order over all streams, where they are not.
    pub unordered: Option<String>,
}

/// By which columns a layout is known: never by a table's name alone.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// The table's name, with `*` for any text; any table where it is not given.
    #[serde(default = "any")]
    pub table: String,
    /// Columns that it must have.
    pub columns: Vec<String>,
    /// Columns that it must not have.
    #[serde(default)]
    pub without: Vec<String>,
    /// Other tables that must be there, with columns that they must have.
    #[serde(default)]
    pub beside: BTreeMap<String, Vec<String>>,
}

fn any() -> String {
    "*".to_owned()
}

/// Where an event's parts stand: SQL over the rows of `from`, in which `{table}` is the table that was found.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of TableMap")]
pub struct Events {
    #[serde(default = "table")]
    pub from: String,
    #[serde(rename = "where")]
    pub condition: Option<String>,
    pub position: String,
    pub stream: Vec<Part>,
    pub category: String,
    pub version: String,
    pub event_id: Option<String>,
    pub event_type: String,
    pub schema_version: Option<String>,
    pub data: String,
    pub metadata: Option<String>,
    pub correlation_id: Option<String>,
    pub causation_id: Option<String>,
    pub actor: Option<String>,
    pub time: Option<Time>,
}

fn table() -> String {
    "{table}".to_owned()
}

/// A part of what identifies a stream: a column, or a column that is shown otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Part {
    /// A column that is shown as it is.
    Column(String),
    /// A column, how it is shown, and how what is shown is turned back, with `?` for it.
    Shown {
        /// The column.
        column: String,
        /// How it is shown.
        show: String,
        /// How what is shown is turned back.
        bind: String,
    },
}

/// A time and how it is written.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// The expression.
    pub sql: String,
    /// How to read it.
    pub form: TimeForm,
}

/// A table with a row for each stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of StreamsMap")]
pub struct Streams {
    pub from: String,
    pub stream: String,
    pub category: String,
    pub first_version: String,
    pub version: String,
    pub events: String,
    pub first_at: String,
    pub last_at: String,
    pub last_position: String,
}

impl Layout {
    /// Reads a layout. The error is the parser's own sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let layout: Layout = toml::from_str(text).map_err(|error| error.to_string())?;
        match &layout.sqlite {
            Some(dialect) if dialect.events.stream.is_empty() => Err("events.stream has no column".to_owned()),
            Some(dialect) if dialect.detect.columns.is_empty() => {
                Err("detect.columns is empty: a table's name alone proves nothing".to_owned())
            }
            _ => Ok(layout),
        }
    }
}

impl Dialect {
    /// The map of a table that was found.
    pub fn map(&self, table: &str) -> TableMap {
        let fill = |sql: &str| self.fill(sql, table);
        let some = |sql: &Option<String>| sql.as_deref().map(fill);
        let events = &self.events;
        TableMap {
            from: fill(&events.from),
            condition: some(&events.condition).map(|condition| format!("({condition})")),
            position: fill(&events.position),
            stream: events
                .stream
                .iter()
                .map(|part| match part {
                    Part::Column(column) => KeyPart::column(&fill(column)),
                    Part::Shown { column, show, bind } => {
                        KeyPart { column: fill(column), show: fill(show), bind: fill(bind) }
                    }
                })
                .collect(),
            category: fill(&events.category),
            version: fill(&events.version),
            event_id: some(&events.event_id),
            event_type: fill(&events.event_type),
            schema_version: some(&events.schema_version),
            data: fill(&events.data),
            metadata: some(&events.metadata),
            correlation_id: some(&events.correlation_id),
            causation_id: some(&events.causation_id),
            actor: some(&events.actor),
            time: events.time.as_ref().map(|time| TimeColumn { sql: fill(&time.sql), form: time.form }),
            streams: self.streams.as_ref().map(|streams| StreamsMap {
                from: fill(&streams.from),
                stream: fill(&streams.stream),
                category: fill(&streams.category),
                first_version: fill(&streams.first_version),
                version: fill(&streams.version),
                events: fill(&streams.events),
                first_at: fill(&streams.first_at),
                last_at: fill(&streams.last_at),
                last_position: fill(&streams.last_position),
            }),
        }
    }

    /// The SQL with its pieces in place, each in brackets, and the table's name, quoted.
    fn fill(&self, sql: &str, table: &str) -> String {
        let mut sql = sql.to_owned();
        for (name, piece) in &self.pieces {
            sql = sql.replace(&format!("{{{name}}}"), &format!("({piece})"));
        }
        sql.replace("{table}", &format!("\"{}\"", table.replace('"', "\"\"")))
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn unknown_keys_are_refused() {
        let text = include_str!("../../../assets/layouts/aggregate-version.toml");
        assert!(Layout::parse(text).is_ok());
        let error = Layout::parse(&text.replace("version = \"version\"", "version = \"version\"\nverzion = \"x\""));
        assert!(error.unwrap_err().contains("verzion"));
    }

    #[test]
    fn a_table_may_be_called_anything() {
        let layout = Layout::parse(include_str!("../../../assets/layouts/aggregate-version.toml")).unwrap();
        assert_eq!(layout.sqlite.unwrap().map("my \"own\" events").from, "\"my \"\"own\"\" events\"");
    }
}
