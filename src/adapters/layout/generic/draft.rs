//! A layout file made of what a table's columns seem to be: what the program reads by, and what its user corrects.

use super::super::scope::is_word;
use super::sketch::{Place, Sketch};
use crate::adapters::tables::{Column, Dialect, Kind, Table};
use foldback_domain::event::safe_text;
use std::fmt::Write;
use toml::Value;

/// The keys under which people keep ids in metadata.
const PICKED: [(&str, &[&str], &str); 3] = [
    (
        "correlation_id",
        &["correlationId", "correlation_id", "$correlationId", "correlation-id", "CorrelationId"],
        "what the events of one business transaction share",
    ),
    (
        "causation_id",
        &["causationId", "causation_id", "$causationId", "causation-id", "CausationId"],
        "the event or command that led to it",
    ),
    ("actor", &["userId", "user_id", "user", "actor", "user-id", "UserId"], "who did it"),
];

/// A layout file for a table. It parses, whatever was found; what was not found is said where it is missing.
pub fn draft(table: &Table, sketch: &Sketch, dialect: Dialect) -> String {
    let mut file = Draft::default();
    let name = safe_text(&table.name);
    file.say(&format!(
        "How the events in the table {name} are read. foldback guessed it from the columns' names and from what is"
    ));
    file.say("unique: check each line, then open the source with `--layout THIS_FILE.toml`.");
    file.say("A value is a column, or SQL with columns in backticks; lines that do not hold can go.");
    file.line("name", &text("mine"), "what foldback calls it");
    file.line("about", &text(&format!("the table {name}")), "");
    file.line("engines", &list([text(dialect.name())]), "sqlite, postgres or mysql");
    file.head("detect", "By what the table is known: its name (* is any text), and columns that it must have.");
    file.line("table", &text(&table.name), "");
    let known = [sketch.version.as_ref(), sketch.event_type.as_ref(), sketch.data.as_ref()];
    let columns = sketch.stream.iter().chain(known.into_iter().flatten());
    let columns = columns.filter(|column| is_word(&column.name)).map(|column| text(&column.name));
    let columns: Vec<String> = columns.collect();
    let first = || table.columns.first().map_or("id".to_owned(), |column| column.name.clone());
    file.line("columns", &if columns.is_empty() { list([text(&first())]) } else { list(columns) }, "");
    file.head("events", "Where each part of an event stands.");
    parts(&mut file, sketch);
    file.text
}

fn parts(file: &mut Draft, sketch: &Sketch) {
    match &sketch.position {
        Some(Place::Column(column, why)) => file.column("position", column, &format!("the order of all events: {why}")),
        Some(Place::Rowid) => {
            file.line("position", &text("rowid"), "the order of all events: SQLite's number of the row")
        }
        None => file.missing("position", "a number in the order of all events; without it they are in order of time"),
    }
    let stream = sketch.stream.iter().map(|column| match column.kind {
        Kind::Bytes => format!("{{ hex = {} }}", text(&expression(column))),
        _ => text(&expression(column)),
    });
    match sketch.stream.as_slice() {
        [] => file.line(
            "stream",
            &list([text("stream_id")]),
            "NOT FOUND: the columns that say which stream an event is in",
        ),
        _ => file.line("stream", &list(stream), "which stream an event is in; several columns are shown joined by /"),
    }
    file.line("category", &text(&category(sketch)), "what kind of thing the stream is of; '' for none");
    let unique = if sketch.unique { ": unique together with the stream" } else { "; nothing makes it unique there" };
    match &sketch.version {
        Some(column) => file.column("version", column, &format!("the number in the stream{unique}")),
        None => file.missing("version", "the number in the stream; without it a stream is in the order of all events"),
    }
    match &sketch.event_type {
        Some(column) => file.column("event_type", column, "what happened"),
        None => file.line("event_type", &text("event_type"), "NOT FOUND: the column that says what happened"),
    }
    match &sketch.data {
        Some(column) => file.column("data", column, "the payload"),
        None => file.line("data", &text("data"), "NOT FOUND: the column with the payload"),
    }
    for (key, column, what) in [
        ("metadata", &sketch.metadata, "what stands beside the payload, as JSON"),
        ("time", &sketch.time, "when it was recorded; without a zone it is UTC"),
        ("event_id", &sketch.event_id, "what identifies the event"),
        ("schema_version", &sketch.schema_version, "the version of the type's schema"),
    ] {
        match column {
            Some(column) => file.column(key, column, what),
            None => file.missing(key, what),
        }
    }
    let columns = [&sketch.correlation_id, &sketch.causation_id, &sketch.actor];
    for ((key, keys, what), column) in PICKED.into_iter().zip(columns) {
        match column {
            Some(column) => file.column(key, column, what),
            None if sketch.metadata.is_some() => {
                let keys = list(keys.iter().map(|key| text(key)));
                file.line(key, &format!("{{ in = \"metadata\", at = {keys} }}"), what);
            }
            None => file.missing(key, what),
        }
    }
}

/// The kind of a stream: a column, or the text before the first `-` of its name. An id alone says nothing of it.
fn category(sketch: &Sketch) -> String {
    match (&sketch.category, sketch.stream.last()) {
        (Some(column), _) => expression(column),
        (None, Some(id)) if matches!(id.kind, Kind::Text | Kind::Other) => {
            let id = format!("`{}`", id.name);
            let id = format!("@text({id})");
            format!(
                "CASE WHEN length({id}) = 36 AND substr({id}, 9, 1) = '-' AND substr({id}, 14, 1) = '-' \
                 THEN '' ELSE @before({id}, '-') END"
            )
        }
        _ => "''".to_owned(),
    }
}

/// A column as an expression has it.
fn expression(column: &Column) -> String {
    if is_word(&column.name) { column.name.clone() } else { format!("`{}`", column.name) }
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

#[derive(Default)]
struct Draft {
    text: String,
}

impl Draft {
    fn say(&mut self, comment: &str) {
        let _ = writeln!(self.text, "# {comment}");
    }

    fn head(&mut self, name: &str, comment: &str) {
        let _ = writeln!(self.text, "\n# {comment}\n[{name}]");
    }

    fn line(&mut self, key: &str, value: &str, comment: &str) {
        let _ = match comment {
            "" => writeln!(self.text, "{key} = {value}"),
            _ => writeln!(self.text, "{key} = {value}  # {comment}"),
        };
    }

    fn column(&mut self, key: &str, column: &Column, comment: &str) {
        self.line(key, &text(&expression(column)), comment);
    }

    fn missing(&mut self, key: &str, comment: &str) {
        self.say(&format!("{key} = \"\"  # not found: {comment}"));
    }
}
