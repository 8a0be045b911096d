//! Layouts of tables: other people's stores, opened without an option and compared with what plain SQL says is in them; what
//! is guessed; and what is said where nothing is known.

pub mod databases;
mod errors;
mod estimates;
mod generic;
mod late;
mod reference;
mod repeated;
mod ties;
mod truth;
mod verbs;

pub use databases::Database;
use foldback::adapters::{OpenOptions, SourceSpec, inspect};
use std::collections::BTreeSet;
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
        let mut differences = truth::differences(&database.source, &truth).await;
        if path.parent().is_some_and(|folder| folder.ends_with("tests/fixtures")) {
            differences.extend(truth::refund(&database.source, &truth));
            differences.extend(reference::differences(&database, &truth));
        }
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

/// Many stores in one database, each in a schema of its own: every one is found by its own layout, and by no other.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn no_layout_takes_the_tables_of_another_one() {
    let database = Database::empty_postgres();
    let layouts = foldback::adapters::layout::names();
    let mut wanted = BTreeSet::new();
    for (path, _) in known(".pg.sql") {
        let name = path.file_name().unwrap().to_str().unwrap();
        let made = path.parent().is_some_and(|folder| folder.ends_with("made"));
        // Those with schemas of their own cannot be moved into another one.
        let Some(stem) = name.strip_suffix(".pg.sql").filter(|_| made && !Database::has_schemas(&path)) else {
            continue;
        };
        let mine = layouts.iter().filter(|layout| stem.starts_with(layout.as_str())).max_by_key(|layout| layout.len());
        let schema = stem.replace('-', "_");
        database.load_into(&schema, &path);
        wanted.insert((schema, mine.unwrap_or_else(|| panic!("{stem} is named for no layout")).clone()));
    }
    assert!(wanted.len() > 20, "{wanted:?}");
    let survey =
        inspect(&SourceSpec::parse(&database.source).unwrap(), &OpenOptions::default()).await.unwrap().unwrap();
    let schema = |table: &str| table.split_once('.').map_or("", |(schema, _)| schema).to_owned();
    let stores = survey.stores.iter().map(|found| (schema(&found.events_table), found.layout.clone()));
    assert_eq!(stores.clone().collect::<BTreeSet<_>>(), wanted);
    assert_eq!(stores.count(), wanted.len());
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn every_mysql_database_agrees_with_its_truth() {
    all_agree(".mysql.sql", Database::mysql).await;
}
