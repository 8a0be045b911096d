//! Readers without a trace, reads that are given up, and a server that goes away.

use super::sample;
use crate::servers::{OwnServer, PostgresPlace, fresh};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{Payload, Position, Version, parse_time};
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::store::postgres::{Address, PostgresReader, PostgresStore};
use foldback::store::{EventReader, NewEvent, StoreError};
use sqlx::{PgConnection, Row};
use std::sync::Arc;

/// The address under which the server knows who asks.
fn named(place: &PostgresPlace) -> Address {
    Address::parse(&format!("{}&application_name={}", place.url, place.schema)).unwrap()
}

/// How many connections of that name there are, and how many of them are at work or inside a transaction.
async fn connections(raw: &mut PgConnection, name: &str) -> (i64, i64) {
    let sql =
        "SELECT count(*), count(*) FILTER (WHERE state <> 'idle') FROM pg_stat_activity WHERE application_name = $1";
    let row = sqlx::query(sql).bind(name).fetch_one(raw).await.unwrap();
    (row.get(0), row.get(1))
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_reader_has_two_connections_at_most_and_can_only_read() {
    let place = fresh();
    PostgresStore::create(&place.address()).await.unwrap().writer().import(&sample::events(300, 5)).await.unwrap();
    let reader = Arc::new(PostgresReader::open(&named(&place)).await.unwrap());
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 50 };
    let asking = (0..8).map(|_| {
        let (reader, read) = (reader.clone(), read.clone());
        tokio::spawn(async move { reader.read_events(&read).await.unwrap().items.len() })
    });
    for asked in asking.collect::<Vec<_>>() {
        assert_eq!(asked.await.unwrap(), 50);
    }
    let mut raw = place.connect().await;
    let (all, _) = connections(&mut raw, &place.schema).await;
    assert!((1..=2).contains(&all), "{all} connections");
    while connections(&mut raw, &place.schema).await.1 > 0 {}
    for sql in ["DELETE FROM streams", "CREATE TEMP TABLE t (a int)", "SELECT nextval('failed_events_number_seq')"] {
        let error = reader.asked().rows(sql, &[]).await.unwrap_err().to_string();
        assert!(error.contains("is only read here") || error.contains("read-only"), "{sql}: {error}");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_read_that_is_given_up_is_given_up_by_the_server_too() {
    let place = fresh();
    PostgresStore::create(&place.address()).await.unwrap().close().await;
    let reader = PostgresReader::open(&named(&place)).await.unwrap();
    let mut raw = place.connect().await;
    let asking = tokio::spawn({
        let asked = reader.asked();
        async move { asked.rows("SELECT pg_sleep(1000)::text", &[]).await.map(|_| ()) }
    });
    let sleeping = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND application_name = $1";
    let mut asleep = async || {
        let row = sqlx::query(sleeping).bind(&place.schema).fetch_one(&mut raw).await.unwrap();
        row.get::<i64, _>(0)
    };
    while asleep().await == 0 {}
    asking.abort();
    // Far sooner than the statement's own time is up.
    let began = std::time::Instant::now();
    while asleep().await > 0 {}
    assert!(began.elapsed().as_secs() < 20);
    assert_eq!(reader.read_head().await.unwrap(), None);
}

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

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_server_that_went_away_is_said_and_found_again() {
    let server = OwnServer::start();
    let place = server.fresh();
    let store = PostgresStore::create(&place.address()).await.unwrap();
    let reader = open(&SourceSpec::Postgres(place.address()), &OpenOptions::default()).await.unwrap();
    let (stream, category) = ("order-1".into(), "order".into());
    let mut version = Version::NO_STREAM;
    for round in 0..2 {
        version = store.writer().append(&stream, &category, version, &[new(&round.to_string())]).await.unwrap().version;
        assert_eq!(reader.read_head().await.unwrap(), Some(Position(round + 1)));
        server.kill();
        let (address, lost) = (place.address(), [new("lost")]);
        let writer = store.writer();
        let (written, read, opened) = tokio::join!(
            writer.append(&stream, &category, version, &lost),
            reader.read_head(),
            PostgresStore::open(&address)
        );
        for error in [written.unwrap_err(), read.unwrap_err(), opened.err().unwrap()] {
            assert!(matches!(&error, StoreError::Unavailable { what, .. } if what.starts_with("postgres://foldback@")));
            let known = ["lost the connection", "no PostgreSQL listens", "gave no connection", "is shutting down"];
            assert!(known.iter().any(|known| error.to_string().contains(known)), "{error}");
        }
        server.start_again();
    }
    let done = store.writer().append(&stream, &category, version, &[new("last")]).await.unwrap();
    assert_eq!((done.version, done.global_position), (Version(2), Position(3)));
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(3)));
}
