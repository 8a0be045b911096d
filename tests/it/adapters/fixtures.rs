//! Stores that other libraries made, against what plain SQL says is in them.

use super::{heads, open_path};
use foldback::adapters::{OpenOptions, SourceSpec, inspect};
use foldback::domain::event::{StreamName, Version};
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamRead, StreamSort, StreamsRead};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

fn expected(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(fixture(name)).unwrap()).unwrap()
}

async fn check(file: &str, expected_in: &str, layout: &str) {
    let (reader, expected) = (open_path(&fixture(file)).await.unwrap(), expected(expected_in));
    assert_eq!((reader.source().layout.as_str(), reader.source().own), (layout, false));
    assert!(reader.source().capabilities.state.reason().unwrap().contains("--domain"));
    let totals = reader.read_totals().await.unwrap();
    assert_eq!(totals.events, expected["events"]);
    assert_eq!(totals.streams, expected["streams"]);
    let categories =
        totals.categories.iter().map(|c| (c.category.0.clone(), c.events.into())).collect::<BTreeMap<String, Value>>();
    assert_eq!(serde_json::to_value(categories).unwrap(), expected["categories"]);
    let types = totals.event_types.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(serde_json::to_value(types).unwrap(), expected["event_types"]);
    let head = reader.read_head().await.unwrap().unwrap();
    assert_eq!(head.0, expected["max_global_position"]);

    let log = heads(&*reader).await;
    assert_eq!(log.len() as u64, totals.events);
    assert_eq!(log.iter().filter(|head| head.created_at.is_some()).count(), log.len());
    for (event, expected) in [(log.first(), &expected["first_event"]), (log.last(), &expected["last_event"])] {
        let event = event.unwrap();
        assert_eq!(event.global_position.unwrap().0, expected["position"]);
        assert_eq!(event.stream_id.as_str(), expected["stream"]);
        assert_eq!(event.stream_version.unwrap().0, expected["version"]);
        assert_eq!(event.event_type, *expected["type"].as_str().unwrap());
    }
    let count = |f: fn(&foldback::domain::event::EventHead) -> bool| log.iter().filter(|head| f(head)).count();
    let correlations = log.iter().filter_map(|head| head.correlation_id.clone()).collect::<BTreeSet<_>>();
    assert_eq!(correlations.len(), expected["distinct_correlations"]);
    assert_eq!(count(|head| head.causation_id.is_some()), expected["events_with_causation"]);
    assert_eq!(count(|head| head.actor.is_some()), expected["events_with_user"]);
    assert_eq!(log.iter().filter_map(|head| head.stream_version).min().unwrap().0, expected["min_version_seen"]);

    for (stream, events) in expected["named_stream_counts"].as_object().unwrap() {
        let name = StreamName(stream.clone());
        let summary = reader.read_summary(&name).await.unwrap().unwrap();
        assert_eq!(summary.events, *events, "{stream}");
        let (from, to) = (Version(i64::MIN), Version(i64::MAX));
        let read = StreamRead { stream: name.clone(), from, to, direction: Direction::Forward, limit: 1_000 };
        let bodies = reader.read_bodies(&read).await.unwrap().items;
        assert_eq!(bodies.len(), *events);
        assert!(bodies.iter().all(|body| body.data.parse().is_ok()));
        let filter = LogFilter { stream: Some(name), ..LogFilter::default() };
        let read = LogRead { filter, start: None, direction: Direction::Backward, limit: 1_000 };
        assert_eq!(reader.read_log(&read).await.unwrap().items.len(), *events);
    }
    for sort in [StreamSort::Name, StreamSort::Length, StreamSort::Recent] {
        let mut read = StreamsRead { category: None, sort, after: None, limit: 7 };
        let mut listed = BTreeSet::new();
        loop {
            let page = reader.read_streams(&read).await.unwrap();
            for stream in page.items {
                assert!(listed.insert(stream.stream_id.clone()), "{sort:?} lists {} twice", stream.stream_id);
                assert_eq!(reader.read_summary(&stream.stream_id).await.unwrap(), Some(stream));
            }
            match page.next {
                Some(next) => read.after = Some(next),
                None => break,
            }
        }
        assert_eq!(listed.len(), expected["streams"], "{sort:?}");
    }
}

#[tokio::test]
async fn a_hand_made_table_of_aggregates() {
    check("seed2-aggregate-version.sqlite", "seed2-aggregate-version.expect.json", "aggregate-version").await;
}

#[tokio::test]
async fn the_eventsourcing_library_for_python() {
    check("eventsourcing.sqlite", "eventsourcing.sqlite.expect.json", "python-eventsourcing").await;
}

#[tokio::test]
async fn a_survey_says_what_is_there_and_why_the_rest_is_not() {
    let spec = SourceSpec::Sqlite { path: fixture("eventsourcing.sqlite"), store: None };
    let survey = inspect(&spec, &OpenOptions::default()).await.unwrap().unwrap();
    assert_eq!(survey.stores.len(), 1);
    assert_eq!(survey.stores[0].events_table, "stored_events");
    let why = |layout: &str| survey.rejected.iter().find(|rejected| rejected.layout == layout).unwrap().why.clone();
    assert!(why("foldback").contains("application_id is 0"));
    assert!(why("aggregate-version").contains("has no aggregate_id"), "{}", why("aggregate-version"));
    assert_eq!(survey.tables, ["stored_events", "stored_snapshots", "tracking"]);
}

#[tokio::test]
async fn several_stores_in_one_file_are_listed_and_one_is_chosen() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.db");
    let columns = "(aggregate_id TEXT, version INT, event_type TEXT, event_data TEXT, timestamp TEXT)";
    let sql = format!(
        "CREATE TABLE a {columns}; CREATE TABLE b {columns}; INSERT INTO b VALUES ('x-1', 1, 'T', '{{}}', NULL)"
    );
    rusqlite::Connection::open(&path).unwrap().execute_batch(&sql).unwrap();
    let refused = super::refusal(&path).await;
    assert!(refused.contains("holds several stores: a, b; say which with ?store=NAME"), "{refused}");
    let word = format!("{}?store=b", path.display());
    let reader = foldback::adapters::open(&SourceSpec::parse(&word).unwrap(), &OpenOptions::default()).await.unwrap();
    assert_eq!(reader.source().store.as_deref(), Some("b"));
    assert_eq!(heads(&*reader).await.len(), 1);
    let word = format!("{}?store=c", path.display());
    let refused = foldback::adapters::open(&SourceSpec::parse(&word).unwrap(), &OpenOptions::default()).await;
    assert!(refused.err().unwrap().to_string().ends_with("has no store c; its stores are: a, b"));
}
