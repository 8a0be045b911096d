//! Every version of every row of a read model, in a scratch file of SQLite's own: it has no name, so that nothing is left
//! behind, also when the program is killed. What stays in memory is bounded.

mod live;
mod page;

pub use live::Pair;

use super::StoreError;
use super::books::RowChange;
use foldback_domain::event::Position;
use rusqlite::{Connection, OptionalExtension, params};
use std::cell::RefCell;

/// Versions stand in the order in which they came, and only small numbers are sorted: large rows are written once.
const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -6144;
    CREATE TABLE keys (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, first INTEGER NOT NULL);
    CREATE INDEX keys_by_first ON keys (first);
    CREATE TABLE versions (number INTEGER PRIMARY KEY, key_id INTEGER NOT NULL, position INTEGER NOT NULL, row TEXT);
    CREATE UNIQUE INDEX versions_by_key ON versions (key_id, position);
    CREATE TABLE live (key TEXT PRIMARY KEY, row TEXT NOT NULL, position INTEGER) WITHOUT ROWID;";

/// The number of a key's last version at a position.
const LAST: &str =
    "(SELECT number FROM versions WHERE key_id = keys.id AND position <= ?1 ORDER BY position DESC LIMIT 1)";

/// A row as one event left it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowVersion {
    /// The event.
    pub position: Position,
    /// The row, as JSON; `None`: it was taken away.
    pub row: Option<String>,
}

/// The versions of a read model's rows.
#[derive(Debug)]
pub struct RowVersions {
    connection: Connection,
    /// The page that was asked for last: the next is often the same, an event later.
    shown: RefCell<Option<page::Shown>>,
}

/// What went wrong with the scratch file.
fn failed(error: &rusqlite::Error) -> StoreError {
    let why = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => "has no room left on its disk".to_owned(),
        _ => format!("cannot be used: {error}"),
    };
    StoreError::unavailable("the scratch file for rows", why, "set SQLITE_TMPDIR to a folder with more room")
}

impl RowVersions {
    /// No row is known.
    pub fn new() -> Result<RowVersions, StoreError> {
        // An empty name is a file that only this connection can find.
        let connection = Connection::open("").map_err(|error| failed(&error))?;
        connection.execute_batch(TABLES).map_err(|error| failed(&error))?;
        connection.set_prepared_statement_cache_capacity(32);
        Ok(RowVersions { connection, shown: RefCell::default() })
    }

    /// Adds what events have changed, in order of their positions. Where two events of a branch share a position, the row
    /// is as the last of them left it.
    pub fn add(&mut self, changes: &[RowChange]) -> Result<(), StoreError> {
        // An event of a branch may change what an event before it left at the same position.
        self.shown.replace(None);
        self.add_all(changes).map_err(|error| failed(&error))
    }

    fn add_all(&mut self, changes: &[RowChange]) -> rusqlite::Result<()> {
        let tx = self.connection.transaction()?;
        {
            let mut known = tx.prepare_cached("SELECT id FROM keys WHERE key = ?1")?;
            let mut new = tx.prepare_cached("INSERT INTO keys (key, first) VALUES (?1, ?2) RETURNING id")?;
            let mut add = tx.prepare_cached(
                "INSERT INTO versions (key_id, position, row) VALUES (?1, ?2, ?3) \
                 ON CONFLICT (key_id, position) DO UPDATE SET row = excluded.row",
            )?;
            for RowChange { key, row, position } in changes {
                let id: i64 = match known.query_row([key], |row| row.get(0)).optional()? {
                    Some(id) => id,
                    None => new.query_row(params![key, position.0], |row| row.get(0))?,
                };
                add.execute(params![id, position.0, row])?;
            }
        }
        tx.commit()
    }

    /// The row of a key as the last event left it; `None` where there is none.
    pub fn newest(&self, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.at(key, Position(i64::MAX))?.and_then(|version| version.row))
    }

    /// The version of a row that stood there at a position.
    pub fn at(&self, key: &str, at: Position) -> Result<Option<RowVersion>, StoreError> {
        Ok(self.before(key, at, 1)?.pop())
    }

    /// The last versions of a row up to a position, the newest first.
    pub fn before(&self, key: &str, at: Position, limit: usize) -> Result<Vec<RowVersion>, StoreError> {
        let read = || {
            let mut statement = self.connection.prepare_cached(
                "SELECT position, row FROM versions WHERE key_id = (SELECT id FROM keys WHERE key = ?1) \
                 AND position <= ?2 ORDER BY position DESC LIMIT ?3",
            )?;
            let version = |row: &rusqlite::Row| Ok(RowVersion { position: Position(row.get(0)?), row: row.get(1)? });
            statement.query_map(params![key, at.0, count(limit)], version)?.collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|error| failed(&error))
    }

    /// How many rows stood there at a position.
    pub fn count(&self, at: Position) -> Result<u64, StoreError> {
        let sql = format!(
            "SELECT count(*) FROM keys CROSS JOIN versions v ON v.number = {LAST} \
             WHERE keys.first <= ?1 AND v.row IS NOT NULL"
        );
        let read = || self.connection.prepare_cached(&sql)?.query_row([at.0], |row| row.get::<_, i64>(0));
        read().map(i64::unsigned_abs).map_err(|error| failed(&error))
    }
}

/// How keys behind one are asked for; behind nothing stands every text, the empty one too.
fn behind(after: Option<&str>) -> (&'static str, &str) {
    after.map_or((">=", ""), |key| (">", key))
}

fn count(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldback_domain::event::Payload;

    fn change(key: &str, row: Option<&str>, position: i64) -> RowChange {
        RowChange { key: key.into(), row: row.map(str::to_owned), position: Position(position) }
    }

    fn keys(versions: &RowVersions, at: i64, after: Option<&str>) -> Vec<(String, Payload)> {
        let page = versions.page(Position(at), after, 10).unwrap();
        page.into_iter().map(|row| (row.key, row.row)).collect()
    }

    #[test]
    fn rows_are_as_they_were_at_every_position() {
        let mut versions = RowVersions::new().unwrap();
        versions.add(&[change("b", Some("1"), 3), change("", Some("0"), 4)]).unwrap();
        versions.add(&[change("b", Some("2"), 7), change("a", Some("9"), 8), change("b", None, 9)]).unwrap();
        let row = |key: &str, row: &str| (key.to_owned(), Payload::Json(row.to_owned()));
        assert_eq!(keys(&versions, 2, None), []);
        assert_eq!(keys(&versions, 6, None), [row("", "0"), row("b", "1")]);
        assert_eq!(keys(&versions, 6, Some("")), [row("b", "1")]);
        assert_eq!(keys(&versions, 8, None), [row("", "0"), row("a", "9"), row("b", "2")]);
        assert_eq!(keys(&versions, 9, None), [row("", "0"), row("a", "9")]);
        assert_eq!([2, 6, 8, 9].map(|at| versions.count(Position(at)).unwrap()), [0, 2, 3, 2]);
        assert_eq!(versions.newest("b").unwrap(), None);
        let back: Vec<i64> = versions.before("b", Position(8), 9).unwrap().iter().map(|v| v.position.0).collect();
        assert_eq!(back, [7, 3]);
    }
}
