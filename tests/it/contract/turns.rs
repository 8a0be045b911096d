//! Tasks that write one SQLite file at once: each has its turn, and none holds up the threads that the others need.

use foldback::domain::event::{Payload, Version, parse_time};
use foldback::store::NewEvent;
use foldback::store::database::{Database, Tx};
use foldback::store::sqlite::SqliteStore;
use futures_util::FutureExt;
use std::path::PathBuf;
use tempfile::TempDir;

fn new(id: &str) -> NewEvent {
    NewEvent {
        event_id: id.into(),
        event_type: "Placed".into(),
        schema_version: 1,
        data: Payload::Json("{}".into()),
        metadata: None,
        created_at: parse_time("2026-01-05T09:12:44.120Z").unwrap(),
    }
}

const COUNT: &str = "SELECT count(*) FROM leases";

async fn count(database: &Database) -> i64 {
    database.row(COUNT, &[]).await.unwrap().unwrap().must_int(0).unwrap()
}

async fn take(tx: &mut Tx, name: &str) {
    let sql = "INSERT INTO leases (holder, name, expires_at) VALUES ($2, $1, '')";
    assert_eq!(tx.run(sql, &[name.into(), "somebody".into()]).await.unwrap(), 1);
}

/// A store, and where it is.
async fn store() -> (SqliteStore, PathBuf, TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.db");
    (SqliteStore::create(&path).await.unwrap(), path, folder)
}

/// Many tasks begin, give way to the others half-way, and go on.
async fn many(stores: [SqliteStore; 2]) {
    let tasks = (0..40).map(|task| {
        let database = stores[task % 2].books().database().clone();
        tokio::spawn(async move {
            let mut tx = database.begin().await.unwrap();
            take(&mut tx, &format!("{task} a")).await;
            for _ in 0..10 {
                tokio::task::yield_now().await;
            }
            take(&mut tx, &format!("{task} b")).await;
            // Some give up.
            if task % 4 < 2 {
                tx.commit().await.unwrap();
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    for store in stores {
        assert_eq!(count(store.books().database()).await, 40);
        store.close().await;
    }
}

#[tokio::test]
async fn many_take_turns_on_one_thread() {
    let (store, path, _folder) = store().await;
    many([store, SqliteStore::open(&path).await.unwrap()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn many_take_turns_on_one_thread_of_several() {
    let (store, path, _folder) = store().await;
    many([store, SqliteStore::open(&path).await.unwrap()]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_take_turns_on_several_threads() {
    let (store, path, _folder) = store().await;
    many([store, SqliteStore::open(&path).await.unwrap()]).await;
}

#[tokio::test]
async fn whoever_has_the_file_can_go_on_while_another_waits_on_the_same_thread() {
    let (store, path, _folder) = store().await;
    let other = SqliteStore::open(&path).await.unwrap();
    let mut tx = store.books().database().begin().await.unwrap();
    take(&mut tx, "first").await;
    let (stream, category, events, writer) = ("s".into(), "s".into(), [new("a")], other.writer());
    // The one that waits is asked first: were it to hold the thread, nobody would ever end the other transaction.
    let waiting = writer.append(&stream, &category, Version::NO_STREAM, &events);
    let (appended, kept) = tokio::join!(biased; waiting, tx.commit());
    kept.unwrap();
    assert_eq!(appended.unwrap().version, Version(0));
    assert_eq!(count(other.books().database()).await, 1);
}

#[tokio::test]
async fn a_transaction_that_is_dropped_at_any_point_leaves_nothing_and_holds_nobody_up() {
    let (store, path, _folder) = store().await;
    let other = SqliteStore::open(&path).await.unwrap();
    let (ours, theirs) = (store.books().database().clone(), other.books().database().clone());
    let mut tx = ours.begin().await.unwrap();
    take(&mut tx, "dropped").await;
    // One waits for this task's turn and one for the file; both give up.
    assert!(ours.begin().now_or_never().is_none());
    assert!(theirs.begin().now_or_never().is_none());
    drop(tx);
    for database in [&ours, &theirs, &ours] {
        let mut tx = database.begin().await.unwrap();
        take(&mut tx, "again").await;
    }
    assert_eq!(count(&ours).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_that_lasts_is_said() {
    let (store, path, _folder) = store().await;
    let somebody = rusqlite::Connection::open(&path).unwrap();
    somebody.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = store.books().database().begin().await.err().unwrap().to_string();
    assert!(error.contains("is locked by another process; it stayed so for 3 seconds"), "{error}");
    somebody.execute_batch("ROLLBACK").unwrap();
    store.books().database().begin().await.unwrap();
}

#[tokio::test]
async fn a_closed_store_says_so() {
    let (store, _, folder) = store().await;
    store.close().await;
    let error = store.books().database().begin().await.err().unwrap().to_string();
    assert!(error.contains("store.db: cannot be written: it is closed"), "{error}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}
