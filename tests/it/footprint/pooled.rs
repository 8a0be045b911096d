//! Behind PgBouncer, which lends a connection for one transaction.

use super::{every_reading_verb, number, run, server};
use crate::cli::foldback;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{Payload, Version, parse_time};
use foldback::store::NewEvent;
use foldback::store::postgres::{Address, PostgresStore};
use foldback::store::wake::wake;
use std::time::Duration;

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn everything_is_read_through_a_pooler() {
    let server = server().await;
    let pooled = server.bouncer();
    every_reading_verb(&pooled);
    let answer = |url: &str| foldback(&["log", url, "--format", "jsonl"]).out;
    assert_eq!(answer(&pooled), answer(server.url()));
    assert_eq!(number(&pooled, "SELECT count(*) FROM pg_prepared_statements").await, 0);
    assert_eq!(number(&pooled, "SELECT (current_setting('statement_timeout') = '0')::int::bigint").await, 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn who_cannot_listen_asks_and_says_so_and_leaves_nobody_listening() {
    let server = server().await;
    run(server.url(), "DROP TABLE events").await;
    let store = PostgresStore::create(&Address::parse(server.url()).unwrap()).await.unwrap();
    let pooled = server.bouncer();
    let reader = open(&SourceSpec::parse(&pooled).unwrap(), &OpenOptions::default()).await.unwrap();
    let mut woken = wake(&reader).await.unwrap();
    let reason = woken.reason().unwrap().to_owned();
    assert!(reason.contains("pooler") && reason.contains("asked every"), "{reason}");
    // The pooler's connections listen to nothing: who borrows one next hears nothing of ours.
    for _ in 0..4 {
        assert_eq!(number(&pooled, "SELECT count(*) FROM pg_listening_channels()").await, 0);
    }
    let event = NewEvent {
        event_id: "a".into(),
        event_type: "Placed".into(),
        schema_version: 1,
        data: Payload::Json("{}".into()),
        metadata: None,
        created_at: parse_time("2026-01-05T09:12:44.120Z").unwrap(),
    };
    store.writer().append(&"a-1".into(), &"a".into(), Version::NO_STREAM, &[event]).await.unwrap();
    assert!(woken.changed(Duration::from_secs(30)).await.unwrap());
}
