//! Nothing stays beside a file, and what is written meanwhile is seen.

use super::{heads, names, open_path};
use rusqlite::Connection;
use std::path::Path;

const TABLE: &str = "CREATE TABLE events (aggregate_id TEXT, version INTEGER, event_type TEXT, event_data TEXT, \
                     timestamp TEXT, PRIMARY KEY (aggregate_id, version))";

fn add(connection: &Connection, version: i64) {
    connection
        .execute("INSERT INTO events VALUES ('order-1', ?1, 'Placed', '{}', '2026-01-05 09:12:44')", [version])
        .unwrap();
}

fn make(path: &Path, journal: &str) -> Connection {
    let connection = Connection::open(path).unwrap();
    connection.query_row(&format!("PRAGMA journal_mode = {journal}"), [], |_| Ok(())).unwrap();
    connection.execute_batch(TABLE).unwrap();
    add(&connection, 1);
    connection
}

#[tokio::test]
async fn reading_leaves_nothing_beside_a_file() {
    for journal in ["delete", "wal", "truncate"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a ?b#c%20.db");
        drop(make(&path, journal));
        let before = (names(folder.path()), std::fs::read(&path).unwrap());
        let reader = open_path(&path).await.unwrap();
        assert_eq!(heads(&*reader).await.len(), 1, "{journal}");
        assert_eq!(names(folder.path()), before.0, "{journal}, while it is open");
        reader.read_totals().await.unwrap();
        drop(reader);
        assert_eq!((names(folder.path()), std::fs::read(&path).unwrap()), before, "{journal}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_wal_file_in_a_folder_that_cannot_be_written_opens() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wal.db");
    drop(make(&path, "wal"));
    let mode = |mode| std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    let reader = open_path(&path).await.unwrap();
    assert_eq!(heads(&*reader).await.len(), 1);
    assert_eq!(names(folder.path()), ["wal.db"]);
    mode(0o755);
}

#[tokio::test]
async fn a_writer_who_comes_later_is_seen_in_every_journal_mode() {
    for journal in ["delete", "wal"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("live.db");
        drop(make(&path, journal));
        let reader = open_path(&path).await.unwrap();
        assert_eq!(heads(&*reader).await.len(), 1);
        let mut change = reader.read_change().await.unwrap();
        assert_eq!(reader.read_change().await.unwrap(), change, "nothing happened");
        // Somebody opens it, writes, and stays.
        let writer = Connection::open(&path).unwrap();
        for version in 2..6 {
            add(&writer, version);
            let now = reader.read_change().await.unwrap();
            assert_ne!(now, change, "{journal} {version}");
            change = now;
            assert_eq!(heads(&*reader).await.len() as i64, version, "{journal}");
        }
        change = reader.read_change().await.unwrap();
        assert_eq!(reader.read_change().await.unwrap(), change, "{journal}: nothing happened");
        drop(writer);
        assert_eq!(heads(&*reader).await.len(), 5, "{journal}");
    }
}

#[tokio::test]
async fn what_an_interrupted_writer_left_in_the_wal_is_read_without_a_trace() {
    let folder = tempfile::tempdir().unwrap();
    let (live, left) = (folder.path().join("live.db"), folder.path().join("left.db"));
    let writer = make(&live, "wal");
    add(&writer, 2);
    std::fs::copy(&live, &left).unwrap();
    std::fs::copy(folder.path().join("live.db-wal"), folder.path().join("left.db-wal")).unwrap();
    drop(writer);
    let before = names(folder.path());
    assert_eq!(before, ["left.db", "left.db-wal", "live.db"]);
    let wal = std::fs::read(folder.path().join("left.db-wal")).unwrap();
    let reader = open_path(&left).await.unwrap();
    assert_eq!(heads(&*reader).await.len(), 2);
    assert_eq!(names(folder.path()), before);
    drop(reader);
    assert_eq!(names(folder.path()), before);
    assert_eq!(std::fs::read(folder.path().join("left.db-wal")).unwrap(), wal);
}

#[tokio::test]
async fn a_file_that_is_replaced_is_opened_anew() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("a.db"), folder.path().join("b.db"));
    drop(make(&path, "delete"));
    let connection = make(&other, "delete");
    add(&connection, 2);
    drop(connection);
    let reader = open_path(&path).await.unwrap();
    assert_eq!(heads(&*reader).await.len(), 1);
    let change = reader.read_change().await.unwrap();
    std::fs::rename(&other, &path).unwrap();
    assert_ne!(reader.read_change().await.unwrap(), change);
    assert_eq!(heads(&*reader).await.len(), 2);
}
