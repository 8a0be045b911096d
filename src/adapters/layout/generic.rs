//! Tables of events that no layout knows: read by a layout that is made of their columns and keys, and said to be a guess.

mod draft;
mod names;
mod sketch;

use super::Layout;
use super::detect::{Found, Rejected, Search, shown};
use crate::adapters::tables::{Catalog, Column, Dialect, Table, Wanted};
use foldback_domain::event::safe_text;
use sketch::{Place, Sketch};
use std::sync::Arc;

/// The layout's name.
pub const NAME: &str = "generic";

/// What it is, in a few words.
pub const ABOUT: &str =
    "a guess at a hand-made table of events, by its columns and what is unique; only where no other layout fits";

/// How a guess is corrected.
pub const WAY_OUT: &str = "to correct it, write it to a file with `foldback layouts --draft SOURCE > mine.toml`, and open SOURCE with `--layout mine.toml`";

/// The tables of events that a database seems to have, or why there is none.
pub fn search(catalog: &Arc<Catalog>, dialect: Dialect, mine: &[&str]) -> Result<Vec<Found>, Rejected> {
    let (mut found, mut nearest) = (Vec::new(), None::<(usize, String)>);
    for table in candidates(catalog, mine) {
        let sketch = sketch::sketch(table, dialect);
        let refused = match sketch.wrong.as_slice() {
            [] => match store(catalog, dialect, table, &sketch) {
                Ok(store) => {
                    found.push(store);
                    continue;
                }
                Err(why) => vec![format!("cannot be read: {why}")],
            },
            wrong => wrong.to_vec(),
        };
        if nearest.as_ref().is_none_or(|(lacks, _)| refused.len() < *lacks) {
            nearest = Some((refused.len(), format!("table {} {}", shown(table, catalog), refused.join(", "))));
        }
    }
    if found.is_empty() {
        let why = nearest.map_or("there is no table that is not a view".to_owned(), |(_, why)| why);
        return Err(Rejected { layout: NAME.to_owned(), why });
    }
    Ok(found)
}

/// What a table of events that is guessed must have: a stream by its name, or a type or a name that speaks of events.
pub fn wanted() -> Wanted {
    let types = names::TYPE.iter().filter(|name| name.starts_with("event"));
    Wanted {
        columns: names::STREAM.iter().chain(types).map(|name| (*name).to_owned()).collect(),
        patterns: names::LOG.iter().map(|word| format!("%{word}%")).collect(),
        ..Wanted::default()
    }
}

/// A layout file to start from: for the table that looks most like a table of events.
pub fn draft(catalog: &Catalog, dialect: Dialect) -> Option<String> {
    let sketches = candidates(catalog, &[]).map(|table| (table, sketch::sketch(table, dialect)));
    let (table, sketch) = sketches.min_by_key(|(_, sketch)| sketch.wrong.len())?;
    Some(draft::draft(table, &sketch, dialect))
}

/// A layout file for one table.
pub fn draft_of(table: &Table, dialect: Dialect) -> String {
    draft::draft(table, &sketch::sketch(table, dialect), dialect)
}

/// Views have no keys.
fn candidates<'a>(catalog: &'a Catalog, mine: &'a [&'a str]) -> impl Iterator<Item = &'a Table> {
    catalog.tables.iter().filter(|table| !table.view && !mine.contains(&table.name.as_str()))
}

fn store(catalog: &Arc<Catalog>, dialect: Dialect, table: &Table, sketch: &Sketch) -> Result<Found, String> {
    let layout = Layout::parse(&draft::draft(table, sketch, dialect))?;
    let section = layout.on(dialect).ok_or("its draft is for another database")?;
    let search = Search { catalog, dialect, section, mine: &[] };
    let detect = section.detect.as_ref().ok_or("its draft has no detection")?;
    let found = search.store(NAME, detect, &[table])?;
    let doubt = sketch.doubt.clone();
    let why = match &doubt {
        Some(doubt) => format!("perhaps: {doubt}; --layout {NAME} opens it all the same; {}", why(sketch)),
        None => why(sketch),
    };
    Ok(Found { why, guess: true, doubt, left_out: Vec::new(), ..found })
}

/// What was taken for what.
fn why(sketch: &Sketch) -> String {
    let name = |column: &Column| safe_text(&column.name).into_owned();
    let names = |columns: &[Column]| columns.iter().map(name).collect::<Vec<_>>().join(" / ");
    let mut said = vec![format!("stream: {}", names(&sketch.stream))];
    said.push(match &sketch.version {
        Some(version) if sketch.unique => format!("version: {} (unique together)", name(version)),
        Some(version) => format!("version: {} (by its name)", name(version)),
        None => "version: none".to_owned(),
    });
    said.push(match &sketch.position {
        Some(Place::Column(column, why)) => format!("position: {} ({why})", name(column)),
        Some(Place::Rowid) => "position: rowid (SQLite's number of the row)".to_owned(),
        None => "position: none, in order of time".to_owned(),
    });
    for (what, column) in [
        ("type", &sketch.event_type),
        ("payload", &sketch.data),
        ("category", &sketch.category),
        ("metadata", &sketch.metadata),
        ("time", &sketch.time),
    ] {
        if let Some(column) = column {
            said.push(format!("{what}: {}", name(column)));
        }
    }
    format!("{}; {WAY_OUT}", said.join(", "))
}
