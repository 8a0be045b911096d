//! Layouts of tables: what is known, what is guessed, and what is said where neither is the case.

mod errors;
mod generic;
mod verbs;

use std::path::PathBuf;
use tempfile::TempDir;

/// A SQLite file with these tables; it goes away with the folder.
fn sqlite(sql: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path: PathBuf = folder.path().join("shop.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch(sql).unwrap();
    let word = path.to_str().unwrap().to_owned();
    (folder, word)
}

/// A file beside it; its path.
fn beside(folder: &TempDir, name: &str, text: &str) -> String {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A hand-made table of events with two streams.
const HAND_MADE: &str = "
    CREATE TABLE shop_journal (
        no INTEGER PRIMARY KEY, order_ref TEXT NOT NULL, seq INTEGER NOT NULL, event_name TEXT NOT NULL,
        body TEXT NOT NULL, meta TEXT, at TEXT NOT NULL, UNIQUE (order_ref, seq));
    INSERT INTO shop_journal VALUES
        (1, 'order-1', 1, 'Placed', '{\"total\":3}', '{\"correlationId\":\"c-1\",\"userId\":\"kim\"}', '2026-01-05T09:00:00Z'),
        (2, 'order-2', 1, 'Placed', '{\"total\":5}', '{\"correlationId\":\"c-2\"}', '2026-01-05T09:01:00Z'),
        (4, 'order-1', 2, 'Paid', '{}', NULL, '2026-01-05T09:02:00Z');
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, type TEXT, data TEXT);
";
