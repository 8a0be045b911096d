//! The form of a layout file. A part that an engine has otherwise stands in that engine's section and replaces the common
//! one, key by key.
//!
//! Expressions are the engine's own SQL. In them `` `name` `` is a column of the table that was found, or of one beside it, in
//! whatever case it is written there; `{table}` and `{other}` are tables, for what stands around the log `{events_table}` is
//! that of the events and `{events}` what follows FROM for them; `{piece}` is a piece of SQL under `[let]`; and
//! functions stand for what engines spell differently:
//! - `@before(x, '-')`, `@after(x, '-')`: the text before or behind the first separator, `@last(x, '.')` behind the last one,
//!   `@up(x, '.')` before it, `@cut(x, '_events')` without an ending, `@concat(x, …)`;
//! - `@text(x)`, `@int(x)`, `@hex(x)`, `@json(x, 'key', …)`, and `@jsontext(x)`: the text of bytes or text that are JSON, and
//!   NULL for any others, so that it can be cast;
//! - `@bytes(x)`: a column of bytes, or the large object that it names;
//! - `@maybe(x)`: NULL where the tables lack what stands in it;
//! - `@others('_id', a, b)`: the first of the table's columns but `a` and `b` that is set, as `column/value`.
//!
//! An expression that is one word, or one name between backticks, is a column. The name of a table around the log may have a
//! `*`, which means all that fit, and `{stem}`, which is the name of the table of events without its last word; in expressions
//! `{stem}` and `{table_name}` are names as texts.

use serde::Deserialize;
use std::collections::BTreeMap;

/// A layout file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// The layout's name: `python-eventsourcing`.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    /// The engines that it is known on: `sqlite`, `postgres`, `mysql`.
    pub engines: Vec<String>,
    /// How it is known.
    pub detect: Option<Detect>,
    /// Pieces of SQL that stand in others as `{name}`.
    #[serde(default, rename = "let")]
    pub pieces: BTreeMap<String, String>,
    /// Where an event's parts stand.
    pub events: Option<Events>,
    /// Where snapshots are.
    #[serde(default)]
    pub snapshots: Vec<Snapshots>,
    /// Where checkpoints are.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoints>,
    /// Where sagas are.
    #[serde(default)]
    pub sagas: Vec<Sagas>,
    /// Where dead letters are.
    #[serde(default)]
    pub dead_letters: Vec<DeadLetters>,
    /// Where messages on their way out are.
    #[serde(default)]
    pub outbox: Vec<Outbox>,
    /// What SQLite has otherwise.
    pub sqlite: Option<Section>,
    /// What PostgreSQL has otherwise.
    pub postgres: Option<Section>,
    /// What MySQL and MariaDB have otherwise.
    pub mysql: Option<Section>,
}

/// The parts of a layout on one engine.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// How it is known.
    pub detect: Option<Detect>,
    /// Pieces of SQL that stand in others as `{name}`.
    #[serde(default, rename = "let")]
    pub pieces: BTreeMap<String, String>,
    /// Where an event's parts stand.
    pub events: Option<Events>,
    /// Where snapshots are.
    #[serde(default)]
    pub snapshots: Vec<Snapshots>,
    /// Where checkpoints are.
    #[serde(default)]
    pub checkpoints: Vec<Checkpoints>,
    /// Where sagas are.
    #[serde(default)]
    pub sagas: Vec<Sagas>,
    /// Where dead letters are.
    #[serde(default)]
    pub dead_letters: Vec<DeadLetters>,
    /// Where messages on their way out are.
    #[serde(default)]
    pub outbox: Vec<Outbox>,
}

/// By which columns a layout is known: never by a table's name alone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Detect {
    /// The table's name, with `*` for any text; any table where it is not given.
    pub table: Option<String>,
    /// Columns that it must have.
    #[serde(default)]
    pub columns: Vec<String>,
    /// Columns that it must not have.
    #[serde(default)]
    pub without: Vec<String>,
    /// Other tables that must be there, with columns that they must have. With a `*` in its name it may be any that has them.
    #[serde(default)]
    pub beside: BTreeMap<String, Vec<String>>,
    /// One of these other tables must be there.
    #[serde(default)]
    pub one_of: BTreeMap<String, Vec<String>>,
    /// Whether names are compared without their underscores, too.
    #[serde(default)]
    pub loose: bool,
    /// Whether all tables that fit are one store: their events are merged.
    #[serde(default)]
    pub merge: bool,
}

/// Where an event's parts stand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Events {
    /// What follows FROM, or the first of several that the tables have; the table itself where it is not given.
    pub from: Option<Field>,
    /// Where events are spread over tables: a SELECT over `{part}`, whose name as a text is `{part_name}`. The parts are
    /// joined by UNION ALL, and stand as `e` in the other expressions.
    pub part: Option<Field>,
    /// The table that has a row for each event, where that is not the table that was found; `-` where none has.
    pub counted: Option<String>,
    /// Which tables the parts are, where they are not the tables that were found.
    pub parts: Option<Detect>,
    /// A condition that every event's row meets.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The global position: a whole number. Without it events are in order of time.
    pub position: Option<Field>,
    /// Where several events share a position: the number of the event among them, from 0.
    pub index: Option<Field>,
    /// A column beside the position in a key of the table, where the position alone is none: each of its values has numbers of
    /// its own, and events share them.
    pub tied_by: Option<String>,
    /// What identifies a stream.
    #[serde(default)]
    pub stream: Vec<Part>,
    /// The category.
    pub category: Option<Field>,
    /// The version in the stream. Without it the events of a stream are in the order of the log.
    pub version: Option<Field>,
    /// Whether some events have no version.
    pub numberless: Option<bool>,
    /// The event's id.
    pub event_id: Option<Field>,
    /// The event's type.
    pub event_type: Option<Field>,
    /// The version of the type's schema.
    pub schema_version: Option<Field>,
    /// The payload.
    pub data: Option<Field>,
    /// How the payload is wrapped.
    pub unwrap: Option<String>,
    /// The metadata.
    pub metadata: Option<Field>,
    /// The correlation id.
    pub correlation_id: Option<Field>,
    /// The causation id.
    pub causation_id: Option<Field>,
    /// Who did it.
    pub actor: Option<Field>,
    /// When it was recorded.
    pub time: Option<Field>,
    /// Whether it, or its stream, is archived: a condition.
    pub archived: Option<Field>,
    /// Whether it, or its stream, is deleted though its row is there: a condition.
    pub deleted: Option<Field>,
    /// Why positions are not one order over all streams, where they are not.
    pub unordered: Option<String>,
    /// A channel on which the store tells of new events, with LISTEN; `{schema}` is the schema of the table.
    pub channel: Option<String>,
}

/// An expression; the first of several whose columns are there; or a value picked out of JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected a column or SQL in quotes, a list of those, or { in = \"metadata\", at = [\"key\"] }"
)]
pub enum Field {
    /// SQL.
    Sql(String),
    /// The first that the tables have.
    First(Vec<Field>),
    /// What stands in a JSON payload.
    Pick(Pick),
}

/// A value inside a JSON payload.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    /// `data`, `metadata`, or an expression.
    #[serde(rename = "in")]
    pub of: String,
    /// The paths at which it may stand; the first that has something counts. Keys are set apart by `.`; a dot in a key is
    /// written `\.`.
    pub at: Vec<String>,
}

/// A part of what identifies a stream.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(
    untagged,
    expecting = "expected columns or SQL in quotes, { hex = \"column\" } or { sql = \"…\", unless = \"…\" }"
)]
pub enum Part {
    /// An expression; with a `?` behind it, it may be missing.
    Sql(String),
    /// Bytes, which are shown as hexadecimal digits.
    Hex {
        /// The expression.
        hex: String,
    },
    /// A part that is shown only where it says something.
    Unless {
        /// The expression.
        sql: String,
        /// The value that goes without saying: `*DEFAULT*`.
        unless: String,
    },
}

/// Where snapshots are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshots {
    /// The table, with `*` for any text: every one that fits. Without any this part of the layout is missing.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// A condition that every row meets.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The stream, as it is shown.
    pub stream: Option<Field>,
    /// The version of the stream that it is of.
    pub version: Option<Field>,
    /// The state.
    pub state: Option<Field>,
    /// When it was taken.
    pub time: Option<Field>,
}

/// Where checkpoints are. The row is `c` in the other expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoints {
    /// The table; without it this part of the layout is missing.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// A condition that every row meets; the others are bookkeeping.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// The name of the consumer.
    pub name: Option<Field>,
    /// Its segment or partition: shown as `name[segment]`.
    pub segment: Option<Field>,
    /// The number that is stored.
    pub position: Option<Field>,
    /// What that number means: `last` processed (where nothing is said), or `next` to be read.
    pub meaning: Option<String>,
    /// Positions below the number that are not processed: numbers in any text.
    pub gaps: Option<Field>,
    /// How many events are behind it, where that is not the number of events above the position: SQL for a number.
    pub lag: Option<Field>,
    /// What it is doing: `running`, `paused`, `failed`, `replaying`, or the source's own word.
    pub status: Option<Field>,
    /// What the source's own words mean.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// The error at which it stopped.
    pub error: Option<Field>,
    /// The position of the event that it cannot handle.
    pub failed_position: Option<Field>,
    /// How often it tried.
    pub attempts: Option<Field>,
    /// When it moved last.
    pub time: Option<Field>,
}

/// Where sagas are. The row is `s` in the other expressions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sagas {
    /// The table; without it this part of the layout is missing.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// A condition that every row meets.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Its id.
    pub id: Option<Field>,
    /// What kind of saga it is.
    pub kind: Option<Field>,
    /// The source's own word for how it is doing.
    pub status: Option<Field>,
    /// What the source's words mean in foldback's: `SUCCESS = "COMPLETED"`.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
    /// What its events share.
    pub correlation_id: Option<Field>,
    /// The step that it is at.
    pub step: Option<Field>,
    /// The last error.
    pub error: Option<Field>,
    /// When it began.
    pub started: Option<Field>,
    /// Its last sign.
    pub time: Option<Field>,
    /// Its state.
    pub state: Option<Field>,
    /// Its steps.
    pub steps: Option<Steps>,
}

/// Where the steps of sagas are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Steps {
    /// The table.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// The saga's id.
    pub id: Option<Field>,
    /// The step's number.
    pub number: Option<Field>,
    /// Its name.
    pub name: Option<Field>,
    /// How it is doing.
    pub status: Option<Field>,
    /// What went wrong.
    pub error: Option<Field>,
    /// When it ended, or began where it has not ended.
    pub time: Option<Field>,
}

/// Where dead letters are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadLetters {
    /// The table; without it this part of the layout is missing.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// A condition that every row meets.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Its id.
    pub id: Option<Field>,
    /// Who gave up.
    pub consumer: Option<Field>,
    /// The event that it is about.
    pub event_id: Option<Field>,
    /// Its position.
    pub position: Option<Field>,
    /// Its stream, as it is shown.
    pub stream: Option<Field>,
    /// What it belongs to.
    pub correlation_id: Option<Field>,
    /// What could not be handled.
    pub payload: Option<Field>,
    /// Why.
    pub error: Option<Field>,
    /// How often it was tried.
    pub attempts: Option<Field>,
    /// When it was given up.
    pub time: Option<Field>,
}

/// Where messages on their way out are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outbox {
    /// The table; without it this part of the layout is missing.
    pub table: String,
    /// What follows FROM, where it is not the table alone.
    pub from: Option<String>,
    /// A condition that every row meets.
    #[serde(rename = "where")]
    pub condition: Option<String>,
    /// Its number.
    pub number: Option<Field>,
    /// The stream or partition whose messages stay in order.
    pub aggregate: Option<Field>,
    /// The event that it was made of.
    pub event_id: Option<Field>,
    /// What the message is called.
    pub kind: Option<Field>,
    /// What is told.
    pub payload: Option<Field>,
    /// What it belongs to.
    pub correlation_id: Option<Field>,
    /// `pending`, `published`, `dead` or `skipped`.
    pub status: Option<Field>,
    /// How often it was tried in vain.
    pub attempts: Option<Field>,
    /// The last error.
    pub error: Option<Field>,
    /// When it was written.
    pub time: Option<Field>,
    /// When it went out.
    pub published: Option<Field>,
}
