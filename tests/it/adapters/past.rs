//! Other people's stores as of a position, against a copy of them from which everything later was deleted.

use super::{heads, open_path};
use crate::contract::past::same;
use crate::support::without_numbers;
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::domain::source::Numbering;
use foldback::store::Past;
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The events table of a fixture, and its columns of a stream's name and its version.
async fn check(path: &Path, table: &str, stream: &str, version: &str) {
    let file = path.file_name().unwrap().to_str().unwrap();
    let reader = open_path(path).await.unwrap();
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 10_000 };
    let events = reader.read_events(&read).await.unwrap().items;
    assert_eq!(events.len(), heads(&*reader).await.len());
    for cut in [2, 200, events.len() - 1] {
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join(file);
        std::fs::copy(path, &copy).unwrap();
        let connection = rusqlite::Connection::open(&copy).unwrap();
        let mut delete =
            connection.prepare(&format!("DELETE FROM {table} WHERE {stream} = ?1 AND {version} = ?2")).unwrap();
        for event in &events[cut..] {
            let version = event.head.stream_version.unwrap().0;
            assert_eq!(delete.execute((event.head.stream_id.as_str(), version)).unwrap(), 1);
        }
        drop(delete);
        connection.close().unwrap();
        let prefix = open_path(&copy).await.unwrap();
        let then = Past::new(reader.clone(), events[cut - 1].head.global_position.unwrap());
        same(&format!("{file} at {cut}"), &then, &*prefix, &events, true).await;
    }
}

#[tokio::test]
async fn a_store_of_another_library() {
    check(&fixture("eventsourcing.sqlite"), "stored_events", "originator_id", "originator_version").await;
}

#[tokio::test]
async fn a_store_of_which_only_rows_have_numbers() {
    check(&fixture("seed2-aggregate-version.sqlite"), "events", "aggregate_id", "version").await;
}

#[tokio::test]
async fn a_store_that_only_time_orders() {
    let folder = tempfile::tempdir().unwrap();
    let file = without_numbers(folder.path());
    assert_eq!(open_path(&file).await.unwrap().source().numbering, Numbering::None);
    check(&file, "events", "aggregate_id", "version").await;
}
