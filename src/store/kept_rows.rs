//! Rows of somebody's table, found by the stream that they belong to: in a scratch file of SQLite's own without a name, so
//! that nothing is left behind, also when the program is killed. What stays in memory is bounded.

use super::StoreError;
use rusqlite::{Connection, params};
use std::sync::{Mutex, PoisonError};

const TABLES: &str = "
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA locking_mode = EXCLUSIVE;
    PRAGMA cache_size = -16384;
    CREATE TABLE rows (number INTEGER PRIMARY KEY, stream TEXT NOT NULL, key TEXT NOT NULL, cells TEXT NOT NULL);";

/// Made when all rows are there: sorted once, it is written from its beginning to its end.
const INDEX: &str = "CREATE INDEX rows_by_stream ON rows (stream)";

/// A row that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    /// Its number, from 0.
    pub number: u64,
    /// The stream that it belongs to.
    pub stream: String,
    /// Its key, as it is shown.
    pub key: String,
    /// What its columns hold, as JSON.
    pub cells: String,
}

/// The rows of a table.
#[derive(Debug)]
pub struct KeptRows {
    connection: Mutex<Connection>,
    rows: u64,
}

fn failed(error: &rusqlite::Error) -> StoreError {
    let why = match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::DiskFull) => "has no room left on its disk".to_owned(),
        _ => format!("cannot be used: {error}"),
    };
    StoreError::unavailable("the scratch file for rows", why, "set SQLITE_TMPDIR to a folder with more room")
}

impl KeptRows {
    /// No row is there.
    pub fn new() -> Result<KeptRows, StoreError> {
        // An empty name is a file that only this connection can find.
        let connection = Connection::open("").map_err(|error| failed(&error))?;
        connection.execute_batch(TABLES).map_err(|error| failed(&error))?;
        Ok(KeptRows { connection: Mutex::new(connection), rows: 0 })
    }

    /// How many rows there are.
    pub fn count(&self) -> u64 {
        self.rows
    }

    /// Adds rows, each with its stream, its key and its cells.
    pub fn add(&mut self, rows: &[(String, String, String)]) -> Result<(), StoreError> {
        let first = self.rows;
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        let add = |connection: &mut Connection| -> rusqlite::Result<()> {
            let tx = connection.transaction()?;
            let mut insert =
                tx.prepare_cached("INSERT INTO rows (number, stream, key, cells) VALUES (?1, ?2, ?3, ?4)")?;
            for (number, (stream, key, cells)) in (first..).zip(rows) {
                insert.execute(params![number.cast_signed(), stream, key, cells])?;
            }
            drop(insert);
            tx.commit()
        };
        add(connection).map_err(|error| failed(&error))?;
        self.rows += rows.len() as u64;
        Ok(())
    }

    /// Says that all rows are there.
    pub fn finish(&mut self) -> Result<(), StoreError> {
        let connection = self.connection.get_mut().unwrap_or_else(PoisonError::into_inner);
        connection.execute_batch(INDEX).map_err(|error| failed(&error))
    }

    /// The rows of a stream, in the order in which they came; at most so many.
    pub fn of_stream(&self, stream: &str, most: usize) -> Result<Vec<KeptRow>, StoreError> {
        let sql = "SELECT number, stream, key, cells FROM rows WHERE stream = ?1 ORDER BY number LIMIT ?2";
        self.read(sql, params![stream, most as i64])
    }

    /// The row of a number.
    pub fn at(&self, number: u64) -> Result<Option<KeptRow>, StoreError> {
        let sql = "SELECT number, stream, key, cells FROM rows WHERE number = ?1";
        Ok(self.read(sql, params![number.cast_signed()])?.pop())
    }

    fn read(&self, sql: &str, values: impl rusqlite::Params) -> Result<Vec<KeptRow>, StoreError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let read = || -> rusqlite::Result<Vec<KeptRow>> {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(values, |row| {
                let number: i64 = row.get(0)?;
                let (stream, key, cells) = (row.get(1)?, row.get(2)?, row.get(3)?);
                Ok(KeptRow { number: number.cast_unsigned(), stream, key, cells })
            })?;
            rows.collect()
        };
        read().map_err(|error| failed(&error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_stream_and_by_number() {
        let mut rows = KeptRows::new().unwrap();
        let row = |stream: &str, key: &str| (stream.to_owned(), key.to_owned(), "[]".to_owned());
        rows.add(&[row("order-2", "2"), row("order-1", "1")]).unwrap();
        rows.add(&[row("order-2", "2b")]).unwrap();
        rows.finish().unwrap();
        let keys = |found: Vec<KeptRow>| found.into_iter().map(|row| row.key).collect::<Vec<_>>();
        assert_eq!(keys(rows.of_stream("order-2", 9).unwrap()), ["2", "2b"]);
        assert_eq!(keys(rows.of_stream("order-2", 1).unwrap()), ["2"]);
        assert!(rows.of_stream("order-3", 9).unwrap().is_empty());
        assert_eq!((rows.count(), rows.at(1).unwrap().unwrap().stream.as_str()), (3, "order-1"));
        assert_eq!(rows.at(3).unwrap(), None);
    }
}
