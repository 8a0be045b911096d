//! Layouts of tables: other people's stores, opened without an option and compared with what plain SQL says is in them; what
//! is guessed; and what is said where nothing is known.

pub mod databases;
mod errors;
mod generic;
mod late;
mod truth;
mod verbs;

use databases::Database;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// The databases of which the truth is known: those that libraries wrote, and those that were made by their documents.
fn known(ending: &str) -> Vec<(PathBuf, PathBuf)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    for folder in ["tests/fixtures", "tests/it/layouts/made"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let Some(stem) = name.strip_suffix(".gz").unwrap_or(&name).strip_suffix(ending) else { continue };
            // One engine may see more than the others.
            let truth = [format!("{stem}{ending}.expect.json"), format!("{stem}.expect.json")];
            let truth = truth.iter().map(|name| path.with_file_name(name)).find(|path| path.exists());
            found.push((path.clone(), truth.unwrap_or_else(|| panic!("{name} has no .expect.json beside it"))));
        }
    }
    found.sort();
    found
}

/// Opens every database of a kind and collects what differs.
async fn all_agree(ending: &str, open: impl Fn(&Path) -> Database) {
    let known = known(ending);
    assert!(!known.is_empty(), "there are no databases that end with {ending}");
    let mut wrong = Vec::new();
    for (path, truth) in known {
        let database = open(&path);
        let differences = truth::differences(&database.source, &truth).await;
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        wrong.extend(differences.into_iter().map(|difference| format!("{name}: {difference}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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

#[tokio::test]
async fn every_sqlite_file_agrees_with_its_truth() {
    all_agree(".sqlite", Database::file).await;
}

#[tokio::test]
async fn every_sqlite_database_that_was_made_agrees_with_its_truth() {
    if known(".sqlite.sql").is_empty() {
        return;
    }
    all_agree(".sqlite.sql", Database::sqlite).await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn every_postgres_database_agrees_with_its_truth() {
    all_agree(".pg.sql", Database::postgres).await;
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn every_mysql_database_agrees_with_its_truth() {
    all_agree(".mysql.sql", Database::mysql).await;
}
