//! What PostgreSQL alone has to show: guards, versions, writers who come late, and what it cannot hold.

use super::sample;
use crate::servers::{PostgresPlace, fresh};
use foldback::adapters::{OpenOptions, SourceSpec, open, open_own};
use foldback::domain::event::{Payload, Position, Version, parse_time};
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamRead};
use foldback::store::postgres::{PostgresStore, own};
use foldback::store::wake::wake;
use foldback::store::{EventReader, NewEvent, StoreError};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

fn new(id: String) -> NewEvent {
    NewEvent {
        event_id: id,
        event_type: "Placed".into(),
        schema_version: 1,
        data: Payload::Json(r#"{"total":12}"#.into()),
        metadata: Some(Payload::Json(r#"{"correlation_id":"c"}"#.into())),
        created_at: parse_time("2026-01-05T09:12:44.120Z").unwrap(),
    }
}

async fn run(connection: &mut PgConnection, sql: &str) -> Result<(), sqlx::Error> {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.map(|_| ())
}

async fn store(place: &PostgresPlace) -> Arc<PostgresStore> {
    Arc::new(PostgresStore::create(&place.address()).await.unwrap())
}

/// The log from its beginning.
async fn positions(reader: &dyn EventReader, start: Position) -> Vec<i64> {
    let read =
        LogRead { filter: LogFilter::default(), start: Some(start), direction: Direction::Forward, limit: 10_000 };
    let page = reader.read_log(&read).await.unwrap();
    page.items.iter().map(|head| head.global_position.unwrap().0).collect()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn events_cannot_be_changed_deleted_or_cut_off() {
    let place = fresh();
    store(&place).await.writer().import(&sample::events(20, 5)).await.unwrap();
    let mut raw = place.connect().await;
    for sql in [
        "UPDATE events SET event_type = 'Other' WHERE global_position = 3",
        "DELETE FROM events WHERE global_position = 3",
        "DELETE FROM events",
        "TRUNCATE events",
        "INSERT INTO events (global_position, stream_id, stream_version, category, event_type, event_id, event_data)
         VALUES (3, 'x', 0, 'x', 'X', 'x', '{}') ON CONFLICT (global_position) DO UPDATE SET event_type = 'X'",
    ] {
        let error = run(&mut raw, sql).await.unwrap_err().to_string();
        assert!(error.contains("append-only"), "{sql}: {error}");
    }
    let count: i64 = raw.fetch_one("SELECT count(*) FROM events").await.unwrap().get(0);
    assert_eq!(count, 20);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_store_is_made_once_brought_up_and_refused_when_newer() {
    let place = fresh();
    let address = place.address();
    let spec = SourceSpec::Postgres(address.clone());
    let said = |error: Option<StoreError>| error.unwrap().to_string();
    let nothing = said(open(&spec, &OpenOptions::default()).await.err());
    assert!(nothing.contains("schema=Test-") && nothing.contains("it has no tables at all"), "{nothing}");
    // Two at once make one store.
    let (one, two) = tokio::join!(open_own(&spec, true), open_own(&spec, true));
    one.unwrap().close().await;
    two.unwrap().close().await;
    let again = said(PostgresStore::create(&address).await.err());
    assert!(again.contains("is not overwritten"), "{again}");
    // As an older program would have made it.
    let mut raw = place.connect().await;
    let books = "DROP TABLE projection_checkpoints, projection_samples, failed_events, sagas, saga_log, outbox, \
                 processed_commands, processed_events, leases; UPDATE foldback_store SET version = 1";
    run(&mut raw, books).await.unwrap();
    let old = open(&spec, &OpenOptions::default()).await.unwrap();
    assert!(!old.source().capabilities.sagas.is_available());
    PostgresStore::open(&address).await.unwrap().close().await;
    let count: i64 =
        raw.fetch_one("SELECT (SELECT version FROM foldback_store) + count(*) FROM outbox").await.unwrap().get(0);
    assert_eq!(count, own::STORE_VERSION);
    run(&mut raw, "UPDATE foldback_store SET version = 99").await.unwrap();
    for error in [PostgresStore::open(&address).await.err(), open(&spec, &OpenOptions::default()).await.err()] {
        let error = said(error);
        assert!(error.contains("its tables have version 99, this program knows 2; use the newer program"), "{error}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_store_is_not_made_among_other_tables() {
    let place = fresh();
    let mut raw = place.connect().await;
    run(&mut raw, &format!("CREATE SCHEMA \"{0}\"; CREATE TABLE \"{0}\".invoices (id int)", place.schema))
        .await
        .unwrap();
    for create in [true, false] {
        let error = open_own(&SourceSpec::Postgres(place.address()), create).await.err().unwrap().to_string();
        assert!(error.contains("is not overwritten") || error.contains("so it is only read"), "{error}");
    }
    let tables = format!("SELECT count(*) FROM pg_tables WHERE schemaname = '{}'", place.schema);
    let count: i64 = raw.fetch_one(sqlx::query(AssertSqlSafe(tables))).await.unwrap().get(0);
    assert_eq!(count, 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn what_jsonb_cannot_hold_is_said_of_the_event() {
    let place = fresh();
    let store = store(&place).await;
    for data in [r#"{"name":"a\u0000b"}"#, r#"{"name":"\ud800"}"#, "[1e999999]"] {
        let event = NewEvent { data: Payload::Json(data.into()), ..new("a".into()) };
        let error =
            store.writer().append(&"order-1".into(), &"order".into(), Version::NO_STREAM, &[event]).await.unwrap_err();
        assert!(error.to_string().starts_with("event 0 of stream order-1 cannot be stored: "), "{error}");
        assert!(matches!(error, StoreError::Unstorable { .. }));
    }
    let escaped = NewEvent { data: Payload::Json(r#"{"name":"a\\u0000b"}"#.into()), ..new("a".into()) };
    store.writer().append(&"order-1".into(), &"order".into(), Version::NO_STREAM, &[escaped]).await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_second_writer_waits_for_the_first() {
    let place = fresh();
    let store = store(&place).await;
    let mut first = place.connect().await;
    let mut slow = first.begin().await.unwrap();
    run(&mut slow, own::HOLD).await.unwrap();
    let insert =
        "INSERT INTO events (global_position, stream_id, stream_version, category, event_type, event_id, event_data)
                  VALUES (1, 'slow-1', 0, 'slow', 'Placed', 'slow', '{}')";
    run(&mut slow, insert).await.unwrap();
    let second = tokio::spawn({
        let store = store.clone();
        async move {
            store.writer().append(&"fast-1".into(), &"fast".into(), Version::NO_STREAM, &[new("fast".into())]).await
        }
    });
    let mut watch = place.connect().await;
    let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted \
                   AND objid = 'events'::regclass::oid";
    while watch.fetch_one(waiting).await.unwrap().get::<i64, _>(0) == 0 {}
    assert!(!second.is_finished());
    assert_eq!(store.reader().read_head().await.unwrap(), None);
    slow.commit().await.unwrap();
    assert_eq!(second.await.unwrap().unwrap().global_position, Position(2));
    assert_eq!(positions(&*store.reader(), Position(0)).await, [1, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_tailing_reader_misses_nothing_while_writers_are_slow_or_give_up() {
    const WRITERS: usize = 32;
    const EACH: usize = 12;
    let place = fresh();
    let store = store(&place).await;
    let done = Arc::new(AtomicBool::new(false));
    let tail = tokio::spawn({
        let (reader, done) =
            (open(&SourceSpec::Postgres(place.address()), &OpenOptions::default()).await.unwrap(), done.clone());
        async move {
            let mut seen: Vec<i64> = Vec::new();
            loop {
                let last_round = done.load(Ordering::Acquire);
                let start = Position(seen.last().map_or(0, |last| last + 1));
                seen.extend(positions(&*reader, start).await);
                if last_round {
                    return seen;
                }
            }
        }
    });
    let writers = (0..WRITERS).map(|writer| {
        let (store, place) = (store.clone(), place.clone());
        tokio::spawn(async move {
            let (stream, mut version) = (format!("order-{writer}"), Version::NO_STREAM);
            for i in 0..EACH {
                let id = format!("{writer}-{i}");
                match (writer + i) % 3 {
                    // Gives up with an event already written: its second one has an id that is taken.
                    0 if version != Version::NO_STREAM => {
                        let twice = [new(format!("{id}-x")), new(format!("{writer}-first"))];
                        let error = store.writer().append(&stream.as_str().into(), &"order".into(), version, &twice).await;
                        assert!(matches!(error, Err(StoreError::DuplicateEvent { .. })), "{error:?}");
                    }
                    // Stands still inside its transaction, once with its event written, and once gives up then.
                    1 if writer % 8 == 0 => {
                        let mut raw = place.connect().await;
                        let mut slow = raw.begin().await.unwrap();
                        run(&mut slow, own::HOLD).await.unwrap();
                        let insert = format!(
                            "INSERT INTO events (global_position, stream_id, stream_version, category, event_type, event_id, event_data)
                             SELECT coalesce(max(global_position), 0) + 1, 'slow-{id}', 0, 'slow', 'Placed', 'slow-{id}', '{{}}'
                             FROM events; SELECT pg_sleep(0.02)"
                        );
                        run(&mut slow, &insert).await.unwrap();
                        if i % 2 == 0 { slow.commit().await.unwrap() } else { slow.rollback().await.unwrap() }
                    }
                    _ => {
                        let id = if version == Version::NO_STREAM { format!("{writer}-first") } else { id };
                        let new = [new(id.clone()), new(format!("{id}-and"))];
                        version = store.writer().append(&stream.as_str().into(), &"order".into(), version, &new).await.unwrap().version;
                    }
                }
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    done.store(true, Ordering::Release);
    let seen = tail.await.unwrap();
    let all = positions(&*store.reader(), Position(0)).await;
    assert_eq!(seen, all);
    assert!(all.len() > WRITERS * EACH / 2, "{}", all.len());
    assert!(all.iter().zip(1..).all(|(at, expected)| *at == expected), "a position is missing: {all:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "needs PostgreSQL: tests/run"]
async fn thirty_two_writers_on_one_stream_and_on_many_lose_and_double_nothing() {
    let place = fresh();
    let store = store(&place).await;
    let writers = (0..32).map(|writer: usize| {
        let store = store.clone();
        tokio::spawn(async move {
            let mut acknowledged = BTreeMap::new();
            let mut shared = Version::NO_STREAM;
            for i in 0..6_usize {
                let (own, id) = (format!("order-{writer}"), format!("own-{writer}-{i}"));
                store
                    .writer()
                    .append(&own.as_str().into(), &"order".into(), Version(i as i64 - 1), &[new(id.clone())])
                    .await
                    .unwrap();
                acknowledged.insert(id, (own, i as i64));
                let id = format!("shared-{writer}-{i}");
                loop {
                    match store
                        .writer()
                        .append(&"account-1".into(), &"account".into(), shared, &[new(id.clone())])
                        .await
                    {
                        Ok(done) => {
                            acknowledged.insert(id, ("account-1".to_owned(), done.version.0));
                            shared = done.version;
                            break;
                        }
                        Err(StoreError::Conflict { actual, .. }) => shared = actual,
                        Err(error) => panic!("{error}"),
                    }
                }
            }
            acknowledged
        })
    });
    let mut acknowledged = BTreeMap::new();
    for writer in writers.collect::<Vec<_>>() {
        acknowledged.extend(writer.await.unwrap());
    }
    assert_eq!(acknowledged.len(), 32 * 12);
    let reader = store.reader();
    let mut found = BTreeMap::new();
    for stream in (0..32).map(|writer| format!("order-{writer}")).chain(["account-1".to_owned()]) {
        let read = StreamRead {
            stream: stream.as_str().into(),
            from: Version(0),
            to: Version(i64::MAX),
            direction: Direction::Forward,
            limit: 1_000,
        };
        for (expected, head) in reader.read_stream(&read).await.unwrap().items.into_iter().enumerate() {
            assert_eq!(head.stream_version, Some(Version(expected as i64)), "{stream}");
            found.insert(head.event_id.unwrap(), (stream.clone(), expected as i64));
        }
    }
    assert_eq!(found, acknowledged);
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(32 * 12)));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn who_listens_is_woken_by_an_append_and_by_no_other_store() {
    let (place, other) = (fresh(), fresh());
    let (store, other) = (store(&place).await, store(&other).await);
    let reader = open(&SourceSpec::Postgres(place.address()), &OpenOptions::default()).await.unwrap();
    let mut listening = wake(&reader).await.unwrap();
    assert_eq!(listening.reason(), None);
    other.writer().append(&"a-1".into(), &"a".into(), Version::NO_STREAM, &[new("a".into())]).await.unwrap();
    assert!(!listening.changed(Duration::from_millis(50)).await.unwrap());
    for i in 0..3 {
        store.writer().append(&"a-1".into(), &"a".into(), Version(i - 1), &[new(i.to_string())]).await.unwrap();
        assert!(listening.changed(Duration::from_secs(30)).await.unwrap(), "append {i}");
    }
}
