//! Reads a layout file, and makes of it what holds on one engine.

use super::file::{File, Section};
use super::wants::wants;
use crate::adapters::tables::{Dialect, Wanted};
use foldback_domain::event::safe_text;
use std::collections::BTreeMap;
use toml::{Table, Value};

/// A layout: what holds on each of its engines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Its name.
    pub name: String,
    /// What it is, in a few words.
    pub about: String,
    engines: BTreeMap<Dialect, Section>,
    guess: bool,
    /// What it wants to see of a database.
    pub wanted: Wanted,
    /// What the user wrote; nothing where the layout came with the program.
    text: Option<String>,
}

impl Layout {
    /// Reads a layout. The error names the line, what is wrong and what is expected.
    pub fn parse(text: &str) -> Result<Self, String> {
        // As a whole first, so that the parser can say in which line what is unknown stands.
        let file: File = toml::from_str(text).map_err(|error| in_line(text, &error))?;
        let common: Table = toml::from_str(text).map_err(|error| in_line(text, &error))?;
        if file.engines.is_empty() {
            return Err(format!("{}engines is empty; name some of sqlite, postgres, mysql", at(text, "", "engines")));
        }
        let mut engines = BTreeMap::new();
        for name in &file.engines {
            let dialect = Dialect::ALL.into_iter().find(|dialect| dialect.name() == name).ok_or_else(|| {
                let line = at(text, "", "engines");
                format!("{line}{:?} is no engine; they are sqlite, postgres, mysql", safe_text(name))
            })?;
            let section = merged(&common, name)?;
            complete(text, name, &section)?;
            engines.insert(dialect, section);
        }
        Ok(Layout { name: file.name, about: file.about, engines, guess: false, wanted: wants(&common), text: None })
    }

    /// The same, of a file that the user wrote: what is wrong with it is said with its line.
    pub fn of_a_file(self, text: &str) -> Self {
        Layout { text: Some(text.to_owned()), ..self }
    }

    /// Whether the user wrote it.
    pub fn is_a_file(&self) -> bool {
        self.text.is_some()
    }

    /// What is wrong with `table.key` of it, behind the line where that stands.
    pub fn located(&self, wrong: &str) -> String {
        let Some(text) = &self.text else { return wrong.to_owned() };
        let key = wrong.split_once("events.").map_or("", |(_, behind)| behind);
        let key: String = key.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let line = if key.is_empty() { at(text, "detect", "") } else { at(text, "events", &key) };
        format!("{line}{wrong}")
    }

    /// `line 12: ` of a key under a table of its file; nothing where that is not to be told.
    pub fn line_of(&self, table: &str, key: &str) -> String {
        let Some(text) = &self.text else { return String::new() };
        let is_head = |line: &&str| {
            let name = line.trim().trim_start_matches('[').split(']').next().unwrap_or_default();
            line.trim().starts_with('[') && name.rsplit('.').next() == Some(table)
        };
        // Of several tables of one name nobody knows here which is meant.
        if text.lines().filter(is_head).count() == 1 { at(text, table, key) } else { String::new() }
    }

    /// The layout that says nothing by itself: it is made of the columns that are there.
    pub fn guessed(name: &str, about: &str, wanted: Wanted) -> Self {
        Layout {
            name: name.to_owned(),
            about: about.to_owned(),
            engines: BTreeMap::new(),
            guess: true,
            wanted,
            text: None,
        }
    }

    /// Whether it is made of the columns that are there.
    pub fn is_guess(&self) -> bool {
        self.guess
    }

    /// What holds on an engine; `None` where the layout is not known there.
    pub fn on(&self, dialect: Dialect) -> Option<&Section> {
        self.engines.get(&dialect)
    }

    /// The engines that it is known on.
    pub fn engines(&self) -> impl Iterator<Item = Dialect> + '_ {
        Dialect::ALL.into_iter().filter(|dialect| self.guess || self.engines.contains_key(dialect))
    }
}

/// An error of the parser in one line: where, what, and what was expected.
fn in_line(text: &str, error: &toml::de::Error) -> String {
    let line = error.span().map(|span| text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1);
    let line = line.map_or(String::new(), |line| format!("line {line}: "));
    format!("{line}{}", error.message().replace('\n', ", "))
}

/// The common part with an engine's own in its place.
fn merged(common: &Table, engine: &str) -> Result<Section, String> {
    let mut table = common.clone();
    for key in ["name", "about", "engines"].into_iter().chain(Dialect::ALL.map(Dialect::name)) {
        table.remove(key);
    }
    if let Some(Value::Table(own)) = common.get(engine) {
        lay(&mut table, own);
    }
    table.try_into().map_err(|error: toml::de::Error| error.to_string())
}

fn lay(below: &mut Table, above: &Table) {
    for (key, value) in above {
        match (below.get_mut(key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => lay(below, above),
            _ => {
                below.insert(key.clone(), value.clone());
            }
        }
    }
}

/// Refuses a layout that lacks what every layout must have.
fn complete(text: &str, engine: &str, section: &Section) -> Result<(), String> {
    let missing = |table: &str, key: &str, what: &str| {
        Err(format!("{}{table}.{key} is missing on {engine}: {what}", at(text, table, "")))
    };
    let Some(detect) = &section.detect else {
        return missing("detect", "columns", "the columns by which the table is known");
    };
    if detect.columns.is_empty() {
        return missing("detect", "columns", "a table's name alone proves nothing");
    }
    let Some(events) = &section.events else { return missing("events", "stream", "where events stand") };
    if events.stream.is_empty() {
        return missing("events", "stream", "what identifies a stream");
    }
    for (key, field, what) in [
        ("category", &events.category, "an expression, '' where there is none"),
        ("event_type", &events.event_type, "the type of an event"),
        ("data", &events.data, "the payload"),
    ] {
        if field.is_none() {
            return missing("events", key, what);
        }
    }
    Ok(())
}

/// `line 12: ` of a key under a table, as far as it can be found.
pub fn at(text: &str, table: &str, key: &str) -> String {
    let (mut inside, mut header) = (table.is_empty(), None);
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line.strip_prefix('[').map(|line| line.trim_start_matches('[')) {
            let name = name.split(']').next().unwrap_or_default();
            inside = name == table || name.rsplit('.').next() == Some(table);
            if inside {
                header = header.or(Some(number));
            }
        } else if inside && !key.is_empty() && line.split('=').next().map(str::trim) == Some(key) {
            return format!("line {}: ", number + 1);
        }
    }
    header.map_or(String::new(), |number| format!("line {}: ", number + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"
name = "mine"
about = "a table"
engines = ["sqlite", "postgres"]
[detect]
columns = ["a", "b"]
[events]
stream = ["a"]
category = "''"
event_type = "b"
data = "c"
version = "v"
[postgres.events]
data = "d"
"#;

    #[test]
    fn an_engine_has_its_own_in_place_of_the_common() {
        let layout = Layout::parse(TEXT).unwrap();
        let data = |dialect| layout.on(dialect).unwrap().events.clone().unwrap().data;
        assert_ne!(data(Dialect::Sqlite), data(Dialect::Postgres));
        assert_eq!(layout.on(Dialect::MySql), None);
        assert!(layout.on(Dialect::Postgres).unwrap().events.as_ref().unwrap().version.is_some());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let wrong = |from: &str, to: &str| Layout::parse(&TEXT.replace(from, to)).unwrap_err();
        let unknown = wrong("version = \"v\"", "verzion = \"v\"");
        assert!(unknown.contains("line 12") && unknown.contains("verzion"), "{unknown}");
        let missing = wrong("event_type = \"b\"\n", "");
        assert!(missing.starts_with("line 7: events.event_type is missing on sqlite"), "{missing}");
        let engine = wrong("\"postgres\"]", "\"oracle\"]");
        assert!(engine.starts_with("line 4: \"oracle\" is no engine"), "{engine}");
        let nothing = wrong("columns = [\"a\", \"b\"]\n", "");
        assert!(nothing.contains("a table's name alone proves nothing"), "{nothing}");
    }
}
