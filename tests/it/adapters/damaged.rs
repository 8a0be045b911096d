//! Files that are not what they should be: each is refused with a sentence and a way out, and nothing panics.

use super::{heads, open_path, refusal, whole_log};
use foldback::domain::event::{Payload, safe_text};
use rusqlite::Connection;
use std::path::PathBuf;
use tempfile::TempDir;

fn folder() -> (TempDir, impl Fn(&str) -> PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().to_owned();
    (folder, move |name: &str| path.join(name))
}

/// Enough events for many pages.
fn make(path: &PathBuf) {
    let connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "CREATE TABLE events (aggregate_id TEXT, version INT, event_type TEXT, event_data TEXT, timestamp TEXT,
                                  PRIMARY KEY (aggregate_id, version));
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
             INSERT INTO events SELECT 'order-' || (i % 50), i, 'Placed', '{\"i\":' || i || '}', '2026-01-05' FROM n;",
        )
        .unwrap();
}

#[tokio::test]
async fn what_is_no_store_is_refused_with_a_way_out() {
    let (_keep, at) = folder();
    std::fs::write(at("empty.db"), b"").unwrap();
    std::fs::write(at("text.db"), b"these are notes, and they are longer than a header of a database would be")
        .unwrap();
    Connection::open(at("other.db"))
        .unwrap()
        .execute_batch("CREATE TABLE users (id); CREATE TABLE carts (id)")
        .unwrap();
    Connection::open(at("bare.db")).unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
    std::fs::create_dir(at("folder.db")).unwrap();
    for (name, expected) in [
        ("missing.db", "there is no such file; check the path"),
        ("missing/missing.db", "there is no such file"),
        ("folder.db", "is a directory, not a store; name a file in it"),
        ("empty.db", "is empty: there is no database in it; `foldback seed"),
        ("text.db", "is not a SQLite database; give a SQLite file"),
        ("other.db", "it has these tables: carts, users; `foldback layouts SOURCE` says why not"),
        ("bare.db", "it has no tables at all"),
        ("missing.jsonl", "cannot be read"),
    ] {
        let refused = refusal(&at(name)).await;
        assert!(refused.contains(expected), "{name}: {refused}");
        assert!(refused.contains(name), "{name}: {refused}");
    }
}

#[tokio::test]
async fn control_characters_of_a_path_do_not_reach_the_terminal() {
    let (_keep, at) = folder();
    let refused = refusal(&at("evil\u{1b}[2J\u{202e}.db")).await;
    assert_eq!(safe_text(&refused), refused);
    assert!(refused.contains("evil␛[2J"), "{refused}");
}

#[tokio::test]
async fn a_locked_file_is_said_to_be_locked() {
    let (_keep, at) = folder();
    make(&at("locked.db"));
    let writer = Connection::open(at("locked.db")).unwrap();
    writer.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let refused = refusal(&at("locked.db")).await;
    assert!(refused.contains("is locked by another process; it stayed so for 3 seconds; try again"), "{refused}");
    drop(writer);
    assert!(open_path(&at("locked.db")).await.is_ok());
}

#[tokio::test]
async fn a_damaged_file_is_said_to_be_damaged() {
    let (_keep, at) = folder();
    make(&at("whole.db"));
    let whole = std::fs::read(at("whole.db")).unwrap();
    // Cut short, and with garbage in every page but the first ones that hold the schema.
    std::fs::write(at("short.db"), &whole[..whole.len() / 2]).unwrap();
    let mut garbage = whole.clone();
    garbage[8192..].iter_mut().enumerate().for_each(|(i, byte)| *byte = (i * 31 % 251) as u8);
    std::fs::write(at("garbage.db"), &garbage).unwrap();
    std::fs::write(at("header.db"), &whole[..100]).unwrap();
    for name in ["short.db", "garbage.db", "header.db"] {
        let refused = match open_path(&at(name)).await {
            Err(error) => error.to_string(),
            Ok(reader) => reader.read_totals().await.unwrap_err().to_string(),
        };
        assert!(refused.contains("damaged") || refused.contains("can no longer be read"), "{name}: {refused}");
    }
}

#[tokio::test]
async fn a_file_that_shrinks_or_goes_away_while_it_is_open_is_an_error_and_no_panic() {
    let (_keep, at) = folder();
    make(&at("a.db"));
    let reader = open_path(&at("a.db")).await.unwrap();
    assert_eq!(heads(&*reader).await.len(), 5_000);
    let file = std::fs::OpenOptions::new().write(true).open(at("a.db")).unwrap();
    file.set_len(12_288).unwrap();
    let refused = reader.read_totals().await.unwrap_err().to_string();
    assert!(refused.contains("damaged") || refused.contains("can no longer be read"), "{refused}");
    file.set_len(0).unwrap();
    assert!(reader.read_log(&whole_log(10)).await.unwrap_err().to_string().contains("is empty"));
    std::fs::remove_file(at("a.db")).unwrap();
    assert!(reader.read_log(&whole_log(10)).await.unwrap_err().to_string().contains("there is no such file"));
}

#[tokio::test]
async fn an_overlong_payload_and_a_deep_one_are_read() {
    let (_keep, at) = folder();
    make(&at("a.db"));
    let (long, deep) = (format!("\"{}\"", "x".repeat(50 << 20)), "[".repeat(100_000) + &"]".repeat(100_000));
    let connection = Connection::open(at("a.db")).unwrap();
    let insert = "INSERT INTO events VALUES ('huge-1', ?1, 'Huge', ?2, NULL)";
    connection.execute(insert, (1, &long)).unwrap();
    connection.execute(insert, (2, &deep)).unwrap();
    drop(connection);
    let reader = open_path(&at("a.db")).await.unwrap();
    let mut read = whole_log(100);
    read.start = Some(foldback::domain::event::Position(4_999));
    let mut sizes = Vec::new();
    loop {
        let page = reader.read_events(&read).await.unwrap();
        sizes.extend(page.items.iter().map(|event| event.data.len()));
        match page.next {
            Some(next) => read.start = Some(next),
            None => break,
        }
    }
    assert_eq!(sizes, [10, 10, long.len(), deep.len()]);
    assert!(matches!(reader.read_events(&read).await.unwrap().items.pop().unwrap().data, Payload::Json(_)));
}
