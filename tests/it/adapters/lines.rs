//! Files of lines: seeded into a store, or read from there straight away.

use super::{heads, names, open_path, refusal, whole_log};
use crate::contract::sample;
use foldback::domain::event::{Payload, Position, RecordedEvent, Version, format_time};
use foldback::store::seed::{SeedError, Seeded, seed};
use std::io::Cursor;
use std::path::Path;
use std::sync::{Arc, Mutex};

async fn load(text: impl Into<Vec<u8>>, target: &Path) -> Result<Seeded, SeedError> {
    seed(Cursor::new(text.into()), target, |_| ()).await
}

fn line(stream: &str, version: i64, more: &str) -> String {
    format!(
        "{{\"stream_id\":\"{stream}\",\"stream_version\":{version},\"event_type\":\"T\",\"data\":{{\"n\": 1.10}}{more}}}\n"
    )
}

#[tokio::test]
async fn everything_that_is_given_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("store.db");
    let text = line(
        "order-1",
        7,
        r#","global_position":5,"event_id":"e5","metadata":{ "x":1 },"correlation_id":"c","actor":null"#,
    ) + "\r\n"
        + &line("order-1", 8, r#","global_position":9,"created_at":"2026-01-05T10:12:44.12+01:00","schema_version":3"#)
        + &line("stock", 0, r#","category":"goods","data2":0"#).replace(",\"data2\":0", "");
    let seeded = load(text, &target).await.unwrap();
    assert_eq!(seeded, Seeded { events: 3, streams: 2 });
    assert_eq!(names(folder.path()), ["store.db"]);
    let reader = open_path(&target).await.unwrap();
    assert!(reader.source().own && reader.source().read_only);
    let events = reader.read_events(&whole_log(10)).await.unwrap().items;
    let places = events.iter().map(|event| (event.head.global_position, event.head.stream_version));
    assert_eq!(
        places.collect::<Vec<_>>(),
        [(5, 7), (9, 8), (10, 0)].map(|(at, version)| (Some(Position(at)), Some(Version(version))))
    );
    assert_eq!(events[0].data, Payload::Json(r#"{"n": 1.10}"#.into()));
    assert_eq!(events[0].metadata, Some(Payload::Json(r#"{ "x":1 ,"correlation_id":"c"}"#.into())));
    assert_eq!(events[0].head.correlation_id.as_deref(), Some("c"));
    assert_eq!((&events[0].head.created_at, events[0].head.schema_version), (&None, None));
    assert_eq!(events[1].head.created_at.unwrap().to_string(), "2026-01-05T09:12:44.12Z");
    assert_eq!((events[2].head.category.as_str(), events[1].head.schema_version), ("goods", Some(3)));
    assert_ne!(events[1].head.event_id, events[2].head.event_id);
}

#[tokio::test]
async fn what_is_wrong_is_named_by_its_line_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("store.db");
    let first = line("a", 3, r#","global_position":5,"event_id":"e""#);
    for (second, expected) in [
        ("{\"stream_id\":\n".to_owned(), "line 2: not an event"),
        (line("a", 5, ""), "line 2: stream_version 5 of a leaves a gap; 4 was expected"),
        (line("a", 3, ""), "line 2: stream_version 3 of a is there already or out of order; 4 was expected"),
        (line("b", 0, r#","global_position":5"#), "line 2: global_position 5 is the same as 5 before it"),
        (line("b", 0, r#","global_position":4"#), "line 2: global_position 4 is below 5 before it"),
        (line("b", 0, r#","event_id":"e""#), "line 2: event_id e was used on an earlier line"),
        (line("b", 0, r#","metadata":{"actor":"x"},"actor":"y""#), "line 2: actor is y beside the metadata"),
        (line("b", 0, r#","evnt":1"#), "line 2: unknown key evnt; the keys of an event are"),
    ] {
        let error = load(first.clone() + &second, &target).await.unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
        assert!(error.ends_with("nothing was written"), "{error}");
        assert!(names(folder.path()).is_empty(), "{second}");
    }
    let mut bytes = first.into_bytes();
    bytes.extend_from_slice(b"{\"stream_id\":\"\xff\"}\n");
    assert!(load(bytes, &target).await.unwrap_err().to_string().starts_with("line 2: not UTF-8 text at byte 15"));
    assert!(load("\n\n", &target).await.unwrap_err().to_string().contains("has no events"));
    assert!(names(folder.path()).is_empty());
}

#[tokio::test]
async fn an_existing_file_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("store.db");
    std::fs::write(&target, "precious").unwrap();
    let error = load(line("a", 0, ""), &target).await.unwrap_err().to_string();
    assert!(error.contains("is there already and is not overwritten; give another name"), "{error}");
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "precious");
    assert_eq!(names(folder.path()), ["store.db"]);
    let error = load(line("a", 0, ""), &folder.path().join("none/store.db")).await.unwrap_err().to_string();
    assert!(error.contains("give a name in a folder that is there"), "{error}");
}

#[tokio::test]
async fn a_huge_line_a_deep_one_and_progress() {
    let folder = tempfile::tempdir().unwrap();
    let target = folder.path().join("store.db");
    let (long, deep) = ("x".repeat(50 << 20), "[".repeat(100_000) + &"]".repeat(100_000));
    let with = |version, data: &str| line("a", version, "").replace("{\"n\": 1.10}", data);
    let mut text = with(0, &format!("\"{long}\"")) + &with(1, &deep);
    (2..12_000).for_each(|version| text += &line("a", version, ""));
    let bytes = text.len() as u64;
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let seeded = seed(Cursor::new(text), &target, move |progress| tell.lock().unwrap().push(progress)).await.unwrap();
    assert_eq!(seeded, Seeded { events: 12_000, streams: 1 });
    let told = told.lock().unwrap();
    assert_eq!(told.iter().map(|progress| progress.events).collect::<Vec<_>>(), [5_000, 10_000, 12_000]);
    assert_eq!(told.last().unwrap().bytes, bytes);
}

#[tokio::test]
async fn a_file_of_lines_opens_like_any_source() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("events.jsonl");
    std::fs::write(&path, format!("\u{feff}{}\n{}", line("order-1", 0, ""), line("order-2", 0, ""))).unwrap();
    let reader = open_path(&path).await.unwrap();
    assert_eq!((reader.source().kind.as_str(), reader.source().own), ("jsonl", false));
    assert_eq!(heads(&*reader).await.len(), 2);
    assert!(!reader.source().capabilities.state.is_available());
    assert!(!reader.source().capabilities.follow.is_available());
    assert_eq!(reader.read_change().await.unwrap(), reader.read_change().await.unwrap());
    // Many at once share its two connections.
    let reads = (0..20).map(|_| {
        let reader = reader.clone();
        tokio::spawn(async move { reader.read_totals().await.unwrap().events })
    });
    for read in reads.collect::<Vec<_>>() {
        assert_eq!(read.await.unwrap(), 2);
    }
    // Reads that nobody waits for any more take no connection with them.
    for _ in 0..50 {
        let _ = tokio::time::timeout(std::time::Duration::ZERO, reader.read_totals()).await;
    }
    assert_eq!(reader.read_totals().await.unwrap().events, 2);
    assert_eq!(names(folder.path()), ["events.jsonl"]);
    std::fs::write(&path, "nonsense\n").unwrap();
    let refused = refusal(&path).await;
    assert!(refused.contains("events.jsonl: line 1: not an event"), "{refused}");
}

/// An event as documents show it, on one line.
fn shown(event: &RecordedEvent) -> String {
    let head = &event.head;
    let text = |text: Option<&str>| serde_json::to_string(&text).unwrap();
    format!(
        "{{\"global_position\":{},\"stream_id\":{},\"stream_version\":{},\"category\":{},\"event_id\":{},\
         \"event_type\":{},\"data\":{},\"metadata\":{},\"correlation_id\":{},\"causation_id\":{},\"actor\":{},\
         \"schema_version\":{},\"created_at\":{}}}\n",
        head.global_position.unwrap(),
        text(Some(head.stream_id.as_str())),
        head.stream_version.unwrap(),
        text(Some(head.category.as_str())),
        text(head.event_id.as_deref()),
        text(Some(&head.event_type)),
        event.data.to_raw(),
        event.metadata.as_ref().map_or_else(|| "null".to_owned(), |metadata| metadata.to_raw().to_string()),
        text(head.correlation_id.as_deref()),
        text(head.causation_id.as_deref()),
        text(head.actor.as_deref()),
        head.schema_version.map_or_else(|| "null".to_owned(), |version| version.to_string()),
        text(head.created_at.map(format_time).as_deref()),
    )
}

#[tokio::test]
async fn a_log_that_is_printed_and_loaded_again_is_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let mut events = sample::events(150, 9);
    events[0].data = Payload::Json("{ \"z\": 1.10, \"a\": 12345678901234567890123, \"z\": \"\\u0041\\/\" }".into());
    events[1].data = Payload::Json("{broken".into());
    events[2].data = Payload::Text(String::new());
    events[3].metadata = Some(Payload::Json("null".into()));
    events[3].head.correlation_id = None;
    events[4].head.event_id = Some("with \"quotes\" and \u{1b}".into());
    let printed = events.iter().map(shown).collect::<String>();
    let mut text = printed.clone();
    for round in 0..2 {
        let target = folder.path().join(format!("{round}.db"));
        load(text, &target).await.unwrap();
        let reader = open_path(&target).await.unwrap();
        text = reader.read_events(&whole_log(1_000)).await.unwrap().items.iter().map(shown).collect();
        assert_eq!(text, printed, "round {round}");
    }
}
