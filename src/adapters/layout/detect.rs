//! Which layouts a database's tables have. Columns decide; every layout that does not fit says why.

use super::{Detect, Layout};
use crate::store::sqlite::{TableMap, own};
use foldback_domain::event::safe_text;
use foldback_domain::reading::matches_pattern;
use rusqlite::Connection;
use std::collections::BTreeMap;

/// What stores a database holds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// The stores that were found.
    pub stores: Vec<Found>,
    /// The layouts that it does not have.
    pub rejected: Vec<Rejected>,
    /// Its tables, safe to show.
    pub tables: Vec<String>,
}

/// A store that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its name in this database.
    pub name: String,
    /// Its layout.
    pub layout: String,
    /// The table that its events are in.
    pub events_table: String,
    /// What it was known by.
    pub why: String,
    /// Whether foldback made it.
    pub own: bool,
    /// Why positions are not one order over all streams, where they are not.
    pub unordered: Option<String>,
    /// Where everything stands.
    pub map: TableMap,
}

/// A layout that the database does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Which.
    pub layout: String,
    /// Why not.
    pub why: String,
}

/// Tables with their columns, all in lower case, and each table's name as it is written.
type Tables = BTreeMap<String, (String, Vec<String>)>;

/// Looks at a database's tables. `own` says whether foldback's own layout is among those asked for.
pub fn survey(connection: &Connection, layouts: &[Layout], with_own: bool) -> rusqlite::Result<Survey> {
    let tables = tables(connection)?;
    let mut survey =
        Survey { tables: tables.values().map(|(name, _)| safe_text(name).into_owned()).collect(), ..Survey::default() };
    let (id, _) = own::marks(connection)?;
    let mut mine = None;
    if with_own {
        match own_store(id, &tables) {
            Ok(found) => {
                mine = Some(found.events_table.clone());
                survey.stores.push(found);
            }
            Err(why) => survey.rejected.push(Rejected { layout: own::LAYOUT.to_owned(), why }),
        }
    }
    for layout in layouts {
        let Some(dialect) = &layout.sqlite else {
            survey.rejected.push(Rejected { layout: layout.name.clone(), why: "it is not known in SQLite".into() });
            continue;
        };
        let mut misses = Vec::new();
        let mut found = false;
        for (table, (name, columns)) in &tables {
            // A table that foldback made is nobody else's.
            if mine.as_deref() == Some(table) {
                continue;
            }
            let missing = match fits(&dialect.detect, table, columns, &tables) {
                Some(missing) => missing,
                None => continue,
            };
            if missing.is_empty() {
                let map = dialect.map(name);
                match connection.prepare(&format!("SELECT {}, {} {} LIMIT 0", map.position, map.data, map.rows())) {
                    Ok(_) => {
                        found = true;
                        survey.stores.push(Found {
                            name: safe_text(name).into_owned(),
                            layout: layout.name.clone(),
                            events_table: safe_text(name).into_owned(),
                            why: format!("table {} has {}", safe_text(name), dialect.detect.columns.join(", ")),
                            own: false,
                            unordered: dialect.unordered.clone(),
                            map,
                        });
                    }
                    Err(error) => misses.push((0, format!("table {}: {error}", safe_text(name)))),
                }
            } else {
                misses.push((missing.len(), format!("table {} {}", safe_text(name), missing.join(", "))));
            }
        }
        if !found {
            // The nearest miss tells most.
            let nearest = misses.into_iter().min().map(|(_, why)| why);
            let why = nearest.unwrap_or_else(|| format!("there is no table {}", dialect.detect.table));
            survey.rejected.push(Rejected { layout: layout.name.clone(), why });
        }
    }
    Ok(survey)
}

fn tables(connection: &Connection) -> rusqlite::Result<Tables> {
    let sql = "SELECT m.name, lower(c.name) FROM sqlite_master m, pragma_table_xinfo(m.name) c \
               WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY m.name, c.cid";
    let mut tables = Tables::new();
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A name that is not text cannot be one of a layout's.
        if let (Ok(table), Ok(column)) = (row.get::<_, String>(0), row.get(1)) {
            tables.entry(table.to_lowercase()).or_insert_with(|| (table, Vec::new())).1.push(column);
        }
    }
    Ok(tables)
}

/// What keeps a table from having a layout; nothing when it has it, `None` when it does not have even the name.
fn fits(detect: &Detect, table: &str, columns: &[String], tables: &Tables) -> Option<Vec<String>> {
    if !matches_pattern(&detect.table.to_lowercase(), table) {
        return None;
    }
    let has = |columns: &[String], column: &String| columns.contains(&column.to_lowercase());
    let mut wrong = Vec::new();
    wrong.extend(detect.columns.iter().filter(|c| !has(columns, c)).map(|c| format!("has no {c}")));
    wrong.extend(detect.without.iter().filter(|c| has(columns, c)).map(|c| format!("has {c}")));
    for (other, asked) in &detect.beside {
        match tables.get(&other.to_lowercase()) {
            None => wrong.push(format!("stands without a table {other}")),
            Some((_, columns)) => wrong.extend(
                asked.iter().filter(|c| !has(columns, c)).map(|c| format!("stands beside {other} without {c}")),
            ),
        }
    }
    Some(wrong)
}

fn own_store(id: i64, tables: &Tables) -> Result<Found, String> {
    if id != own::APPLICATION_ID {
        return Err(format!("foldback did not make the file: its application_id is {id}, not {}", own::APPLICATION_ID));
    }
    for table in ["events", "streams"] {
        if !tables.contains_key(table) {
            return Err(format!("there is no table {table}"));
        }
    }
    Ok(Found {
        name: "events".into(),
        layout: own::LAYOUT.into(),
        events_table: "events".into(),
        why: "foldback made the file".into(),
        own: true,
        unordered: None,
        map: own::table_map(),
    })
}
