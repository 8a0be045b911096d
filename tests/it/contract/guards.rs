//! What the SQLite store itself refuses, whoever asks.

use super::sample;
use foldback::domain::event::Position;
use foldback::store::EventWriter;
use foldback::store::sqlite::SqliteStore;

#[tokio::test]
async fn events_cannot_be_changed_deleted_or_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    let store = SqliteStore::create(&path).await.unwrap();
    store.import(&sample::events(20, 5)).await.unwrap();
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
    store.import(&sample::events(20, 5)).await.unwrap();
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
    store.import(&sample::events(20, 5)).await.unwrap();
    store.reader().read_totals().await.unwrap();
    store.close().await;
    drop(store);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(SqliteStore::create(&path).await.err().unwrap().to_string().contains("is there already"));
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE events (a)").unwrap();
    assert!(SqliteStore::open(&foreign).await.err().unwrap().to_string().contains("not a store that foldback made"));
}
