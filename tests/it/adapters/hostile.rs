//! Values that no column should hold: a page never fails for them.

use super::{heads, open_path, whole_log};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{Payload, StreamName, Version};
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamRead, StreamSort, StreamsRead};
use foldback::store::EventReader;
use rusqlite::Connection;
use std::collections::BTreeSet;

const TABLE: &str = "CREATE TABLE events (aggregate_id, version, event_type, event_data, timestamp)";

async fn all_reads(reader: &dyn EventReader, rows: usize) {
    let log = heads(reader).await;
    assert_eq!(log.len(), rows);
    assert_eq!(reader.read_events(&whole_log(1_000)).await.unwrap().items.len(), rows);
    reader.read_totals().await.unwrap();
    for stream in log.iter().map(|head| head.stream_id.clone()).collect::<BTreeSet<_>>() {
        let (from, to) = (Version(i64::MIN), Version(i64::MAX));
        let read = StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit: 10 };
        let found = reader.read_stream(&read).await.unwrap().items.len();
        let versions = log.iter().filter(|head| head.stream_id == stream && head.stream_version.is_some()).count();
        assert_eq!(found, versions, "{stream}");
        assert_eq!(reader.read_bodies(&read).await.unwrap().items.len(), versions);
        let filter = LogFilter { stream: Some(stream.clone()), ..LogFilter::default() };
        let read = LogRead { filter, ..whole_log(10) };
        let in_log = log.iter().filter(|head| head.stream_id == stream).count();
        assert_eq!(reader.read_log(&read).await.unwrap().items.len(), in_log, "{stream}");
        assert!(reader.read_summary(&stream).await.unwrap().is_some());
    }
    let named = log.iter().map(|head| &head.stream_id).filter(|name| !name.0.is_empty()).collect::<BTreeSet<_>>();
    for sort in [StreamSort::Name, StreamSort::Length, StreamSort::Recent] {
        let mut read = StreamsRead { category: None, sort, after: None, limit: 1 };
        let mut listed = BTreeSet::new();
        while let Some(next) = {
            let page = reader.read_streams(&read).await.unwrap();
            listed.extend(page.items.into_iter().map(|stream| stream.stream_id));
            page.next
        } {
            assert!(listed.len() <= rows, "the list goes round in a circle");
            read.after = Some(next);
        }
        assert_eq!(listed.iter().collect::<BTreeSet<_>>(), named, "{sort:?}");
    }
}

#[tokio::test]
async fn invalid_text_in_every_column() {
    let folder = tempfile::tempdir().unwrap();
    for indexed in [false, true] {
        let path = folder.path().join(format!("{indexed}.db"));
        let connection = Connection::open(&path).unwrap();
        connection.execute_batch(TABLE).unwrap();
        if indexed {
            connection.execute_batch("CREATE INDEX by_stream ON events (aggregate_id, version)").unwrap();
        }
        let bad = "CAST(x'61ff62' AS TEXT)";
        connection
            .execute_batch(&format!(
                "INSERT INTO events VALUES ({bad}, 1, {bad}, {bad}, {bad});
                 INSERT INTO events VALUES (CAST(x'61fe62' AS TEXT), 1, 'T', x'00ff', x'ff');
                 INSERT INTO events VALUES ('b-1', {bad}, 'T', '{{}}', NULL);
                 INSERT INTO events VALUES (x'ffee', 1, x'ff', x'7b7d', 3.5)"
            ))
            .unwrap();
        drop(connection);
        let reader = open_path(&path).await.unwrap();
        all_reads(&*reader, 4).await;
        let events = reader.read_events(&whole_log(10)).await.unwrap().items;
        assert_eq!(events[0].head.stream_id, StreamName("a\\xffb".into()));
        assert_eq!(events[0].head.event_type, "a\\xffb");
        assert_eq!(events[0].data, Payload::Bytes(b"a\xffb".to_vec()));
        assert_eq!(events[3].data, Payload::Json("{}".into()));
        assert!(events.iter().all(|event| event.head.created_at.is_none()));
    }
}

#[tokio::test]
async fn nulls_numbers_and_times_out_of_range() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    Connection::open(&path)
        .unwrap()
        .execute_batch(&format!(
            "{TABLE};
             INSERT INTO events VALUES (NULL, NULL, NULL, NULL, NULL);
             INSERT INTO events VALUES (7, 1, 8, 9, 10);
             INSERT INTO events VALUES (7.5, 1.0, 1.5, 2.5, '99999-99-99');
             INSERT INTO events VALUES ('x-1', 'one', 'T', 'plain', '2026-02-30T00:00:00Z');
             INSERT INTO events VALUES ('x-1', '2', 'T', '{{}}', '2026-02-28T00:00:00Z');
             INSERT INTO events VALUES ('x-1', 9e18, 'T', '{{}}', '-271821-04-20T00:00:00Z')"
        ))
        .unwrap();
    let reader = open_path(&path).await.unwrap();
    let log = heads(&*reader).await;
    assert_eq!(log[0].stream_version, None);
    assert_eq!((log[1].stream_id.as_str(), log[1].event_type.as_str()), ("7", "8"));
    assert_eq!(log[2].stream_version, Some(Version(1)));
    for name in ["", "7", "7.5", "x-1"] {
        assert!(reader.read_summary(&name.into()).await.unwrap().is_some(), "{name}");
    }
    assert_eq!(log[3].created_at, None);
    assert_eq!(reader.read_totals().await.unwrap().events, 6);
    let events = reader.read_events(&whole_log(10)).await.unwrap().items;
    assert_eq!(events[0].data, Payload::Json("null".into()));
    assert_eq!(events[1].data, Payload::Json("9".into()));
    assert_eq!(events[3].data, Payload::Text("plain".into()));
}

#[tokio::test]
async fn versions_that_occur_twice_stay_on_one_page() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.db");
    let connection = Connection::open(&path).unwrap();
    connection.execute_batch(TABLE).unwrap();
    for version in [1, 2, 2, 2, 3, 4, 4] {
        connection.execute("INSERT INTO events VALUES ('a-1', ?1, 'T', '{}', NULL)", [version]).unwrap();
    }
    drop(connection);
    let reader = open_path(&path).await.unwrap();
    let (from, to) = (Version(i64::MIN), Version(i64::MAX));
    let mut read = StreamRead { stream: "a-1".into(), from, to, direction: Direction::Forward, limit: 2 };
    let mut versions = Vec::new();
    loop {
        let page = reader.read_stream(&read).await.unwrap();
        versions.extend(page.items.iter().map(|head| head.stream_version.unwrap().0));
        match page.next {
            Some(next) => read.from = next,
            None => break,
        }
    }
    assert_eq!(versions, [1, 2, 2, 2, 3, 4, 4]);
}

#[tokio::test]
async fn names_of_several_parts_are_joined_and_found_again() {
    let folder = tempfile::tempdir().unwrap();
    let (path, layout) = (folder.path().join("a.db"), folder.path().join("parts.toml"));
    Connection::open(&path)
        .unwrap()
        .execute_batch(
            "CREATE TABLE log (kind TEXT, id BLOB, v INTEGER, type TEXT, body TEXT, ms INTEGER, PRIMARY KEY (kind, id, v));
             INSERT INTO log VALUES ('order', x'0a', 1, 'T', '{}', 1767604364120), ('order', x'0a', 2, 'T', '{}', NULL),
                                    ('order', x'0b', 1, 'T', '{}', 1767604364999), ('a/b', x'0a', 1, 'T', '{}', 0)",
        )
        .unwrap();
    let text = r#"
name = "parts"
about = "a test"
engines = ["sqlite"]
[detect]
table = "log"
columns = ["kind", "id", "v"]
[events]
position = "rowid"
stream = ["kind", { hex = "id" }]
category = "kind"
version = "v"
event_type = "type"
data = "body"
time = "ms"
"#;
    std::fs::write(&layout, text).unwrap();
    let spec = SourceSpec::Sqlite { path, store: None };
    let options = OpenOptions { layout: Some(layout.to_str().unwrap().into()), ..OpenOptions::default() };
    let reader = open(&spec, &options).await.unwrap();
    all_reads(&*reader, 4).await;
    let summary = reader.read_summary(&"order/0a".into()).await.unwrap().unwrap();
    assert_eq!((summary.events, summary.category.as_str()), (2, "order"));
    assert!(reader.read_summary(&"a/b/0a".into()).await.unwrap().is_some());
    assert_eq!(reader.read_totals().await.unwrap().streams, 3);
}
