//! Connections that somebody ends between two questions.

use super::{number, run, server};
use crate::cli::program;
use crate::servers::{MariaWriter, OwnMaria};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::store::EventReader;
use sqlx::{AssertSqlSafe, Executor, Row};
use std::io::{BufRead, BufReader};
use std::sync::Arc;

/// Every one of foldback's connections.
const END: &str =
    "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = 'foldback'";

async fn page(reader: &Arc<dyn EventReader>) -> usize {
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 5 };
    reader.read_log(&read).await.unwrap().items.len()
}

/// Two connections, both of which were in use a moment ago.
async fn both(reader: &Arc<dyn EventReader>) {
    let (one, two) = tokio::join!(page(reader), page(reader));
    assert_eq!((one, two), (5, 5));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_question_is_asked_again_where_postgres_ended_the_connections() {
    let server = server().await;
    let reader = open(&SourceSpec::parse(server.url()).unwrap(), &OpenOptions::default()).await.unwrap();
    for round in 1..4 {
        both(&reader).await;
        assert!(number(server.url(), END).await > 0);
        assert_eq!(page(&reader).await, 5);
        assert_eq!(reader.read_head().await.unwrap().unwrap().0, 300);
        assert!(reader.remade() >= round, "{round}: {}", reader.remade());
    }
}

#[tokio::test]
#[ignore = "needs MariaDB: tests/run"]
async fn a_question_is_asked_again_where_mariadb_ended_the_connections() {
    let server = OwnMaria::start();
    let place = server.fresh().await;
    MariaWriter::new(&place).await;
    place
        .run("INSERT INTO events SELECT seq, seq, 'a-1', seq, 'a', 'T', 1, '{}', NULL, '2026-01-05' FROM seq_1_to_9")
        .await;
    let reader = open(&place.spec(), &OpenOptions::default()).await.unwrap();
    both(&reader).await;
    let mut raw = place.connect().await;
    let ours = "SELECT id FROM information_schema.processlist WHERE id <> connection_id() AND user = 'foldback'";
    for row in raw.fetch_all(sqlx::raw_sql(ours)).await.unwrap() {
        let end = format!("KILL {}", row.get::<i64, _>(0));
        raw.execute(sqlx::raw_sql(AssertSqlSafe(end))).await.unwrap();
    }
    while !raw.fetch_all(sqlx::raw_sql(ours)).await.unwrap().is_empty() {}
    assert_eq!(page(&reader).await, 5);
    assert!(reader.remade() >= 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_log_that_is_followed_goes_on_at_the_same_place() {
    let server = server().await;
    let mut following = program().args(["log", server.url(), "--follow", "--format", "jsonl"]).spawn().unwrap();
    let mut lines = BufReader::new(following.stdout.take().unwrap()).lines();
    let mut at = |position: i64| {
        let line: serde_json::Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
        assert_eq!(line["global_position"], position);
    };
    (1..=300).for_each(&mut at);
    for position in 301..304 {
        number(server.url(), END).await;
        let insert = format!(
            "INSERT INTO events (stream_id, stream_version, event_type, event_data) VALUES ('late-1', {position}, 'Late', '{{}}')"
        );
        run(server.url(), &insert).await;
        at(position);
    }
    following.kill().unwrap();
    following.wait().unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn foldbacks_own_store_is_asked_again_too() {
    let place = crate::servers::fresh();
    let made = crate::cli::foldback(&["seed", "sample-data/webshop.jsonl", "-o", &place.url]);
    assert_eq!(made.code, 0, "{}", made.err);
    // Somebody else may use the server meanwhile: only the connections of this reader are ended.
    let name = format!("foldback-{}", place.schema);
    let url = format!("{}&application_name={name}", place.url);
    let reader = open(&SourceSpec::parse(&url).unwrap(), &OpenOptions::default()).await.unwrap();
    let end = format!(
        "SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE application_name = '{name}'"
    );
    let head = reader.read_head().await.unwrap();
    for round in 1..4 {
        both(&reader).await;
        assert!(number(&place.url, &end).await > 0);
        assert_eq!(page(&reader).await, 5);
        assert_eq!(reader.read_head().await.unwrap(), head);
        assert!(reader.remade() >= round, "{round}: {}", reader.remade());
        // What goes on around the log is asked for over the same connections.
        assert!(number(&place.url, &end).await > 0);
        reader.processes().unwrap().read_checkpoints(None).await.unwrap();
    }
}
