//! What the SQLite store itself refuses, whoever asks.

use super::sample;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::Position;
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::store::sqlite::SqliteStore;

#[tokio::test]
async fn events_cannot_be_changed_deleted_or_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::create(&path).await.unwrap();
    store.writer().import(&sample::events(20, 5)).await.unwrap();
    store.close().await;
    let raw = rusqlite::Connection::open(&path).unwrap();
    let columns = "stream_id, stream_version, category, event_type, event_id, event_data";
    let insert = |how: &str, position: &str, values: &str| {
        format!("INSERT {how} INTO events (global_position, {columns}) VALUES ({position}, {values})")
    };
    let fresh = "'order-77', 0, 'order', 'Placed', 'fresh', '{}'";
    for sql in [
        "UPDATE events SET event_type = 'Other' WHERE global_position = 3".to_owned(),
        "UPDATE OR REPLACE events SET event_id = 'id-1' WHERE global_position = 3".to_owned(),
        "DELETE FROM events WHERE global_position = 3".to_owned(),
        "DELETE FROM events".to_owned(),
        insert("OR REPLACE", "3", fresh),
        insert("OR REPLACE", "NULL", "'order-77', 0, 'order', 'Placed', 'id-2', '{}'"),
        insert("OR REPLACE", "NULL", "'order-0', 0, 'order', 'Placed', 'fresh', '{}'"),
        insert("OR IGNORE", "NULL", "'order-77', 0, 'order', 'Placed', 'id-2', '{}'"),
        insert("", "-5", fresh),
    ] {
        let error = raw.execute_batch(&sql).unwrap_err().to_string();
        assert!(error.contains("append-only") || error.contains("CHECK"), "{sql}: {error}");
    }
    let count: i64 = raw.query_row("SELECT count(*) FROM events", [], |row| row.get(0)).unwrap();
    assert_eq!(count, 20);
    // What is new may come by REPLACE, and the list of streams counts it right.
    raw.execute_batch(&insert("OR REPLACE", "NULL", fresh)).unwrap();
    raw.execute_batch(&insert("OR REPLACE", "NULL", "'order-77', 1, 'order', 'Placed', 'more', '{}'")).unwrap();
    let kept: (i64, i64, i64) = raw
        .query_row("SELECT first_version, version, events FROM streams WHERE stream_id = 'order-77'", [], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })
        .unwrap();
    assert_eq!(kept, (0, 1, 2));
}

#[tokio::test]
async fn a_position_is_never_used_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::create(&path).await.unwrap();
    store.writer().import(&sample::events(20, 5)).await.unwrap();
    store.close().await;
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch("DROP TRIGGER events_refuse_delete; DELETE FROM events WHERE global_position > 5").unwrap();
    raw.execute_batch(
        "INSERT INTO events (stream_id, stream_version, category, event_type, event_id, event_data)
         VALUES ('x', 0, 'x', 'X', 'x', '{}')",
    )
    .unwrap();
    assert!(Position(raw.last_insert_rowid()) > sample::events(20, 5).last().unwrap().head.global_position.unwrap());
}

#[tokio::test]
async fn a_closed_store_leaves_one_file_and_a_foreign_one_is_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::create(&path).await.unwrap();
    store.writer().import(&sample::events(20, 5)).await.unwrap();
    store.reader().read_totals().await.unwrap();
    store.close().await;
    drop(store);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(SqliteStore::create(&path).await.err().unwrap().to_string().contains("is there already"));
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE events (a)").unwrap();
    assert!(SqliteStore::open(&foreign).await.err().unwrap().to_string().contains("not a store that foldback made"));
}

#[tokio::test]
async fn a_store_of_a_newer_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    SqliteStore::create(&path).await.unwrap().close().await;
    rusqlite::Connection::open(&path).unwrap().execute_batch("PRAGMA user_version = 3").unwrap();
    let spec = SourceSpec::Sqlite { path: path.clone(), store: None };
    for error in [SqliteStore::open(&path).await.err(), open(&spec, &OpenOptions::default()).await.err()] {
        let error = error.unwrap().to_string();
        assert!(error.contains("its tables have version 3, this program knows 2; use the newer program"), "{error}");
    }
}

#[tokio::test]
async fn readers_see_whole_appends_while_a_writer_works() {
    let folder = tempfile::tempdir().unwrap();
    let store = std::sync::Arc::new(SqliteStore::create(&folder.path().join("store.db")).await.unwrap());
    let spec = SourceSpec::Sqlite { path: store.path().into(), store: None };
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    let writing = tokio::spawn({
        let store = store.clone();
        async move {
            for batch in sample::events(400, 20).chunks(4) {
                store.writer().import(batch).await.unwrap();
            }
        }
    });
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 1_000 };
    let mut seen = Vec::new();
    while seen.len() < 400 {
        let now = reader.read_log(&read).await.unwrap().items;
        assert_eq!(now.len() % 4, 0, "a part of an append is seen");
        assert!(now.starts_with(&seen), "what was seen has changed");
        seen = now;
        tokio::task::yield_now().await;
    }
    writing.await.unwrap();
    store.close().await;
}
