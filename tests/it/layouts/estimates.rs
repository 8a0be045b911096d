//! How much there is without counting: what the database knows of its tables, and nothing where it knows nothing.

use super::databases::Database;
use super::{HAND_MADE, sqlite};
use crate::cli::foldback;
use crate::servers::fresh;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::Path;

async fn run(source: &str, sql: &str) {
    let mut connection = PgConnection::connect(source).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
}

/// Events as they are estimated, and whether they are.
fn estimated(source: &str) -> (Value, Value) {
    let run = foldback(&["overview", source, "--estimate", "--json"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let mut document = run.json();
    (document["events"].take(), document["estimated"].take())
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn postgresql_says_how_much_there_is_once_it_has_looked() {
    let database = Database::empty_postgres();
    let table = "stream_id text, stream_version int, event_type text, event_data jsonb, metadata jsonb, created_at \
                 timestamptz DEFAULT now(), event_id uuid DEFAULT gen_random_uuid(), global_position bigserial";
    let sql = format!(
        "CREATE TABLE events ({table}, PRIMARY KEY (stream_id, stream_version)) PARTITION BY HASH (stream_id);
         CREATE TABLE events_a PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 0) WITH (autovacuum_enabled = false);
         CREATE TABLE events_b PARTITION OF events FOR VALUES WITH (MODULUS 2, REMAINDER 1) WITH (autovacuum_enabled = false);
         INSERT INTO events (stream_id, stream_version, event_type, event_data)
         SELECT 'order-' || n % 100, n / 100, 'Placed', '{{}}' FROM generate_series(0, 9999) n"
    );
    run(&database.source, &sql).await;
    assert_eq!(estimated(&database.source), (json!(10_000), json!(false)), "nobody has looked: it is counted");
    run(&database.source, "ANALYZE events_a").await;
    assert_eq!(estimated(&database.source), (json!(10_000), json!(false)), "half of it is not known");
    run(&database.source, "ANALYZE events_b").await;
    assert_eq!(estimated(&database.source), (json!(10_000), json!(true)));
    // What came since is reckoned in by how the tables have grown.
    let more = "INSERT INTO events (stream_id, stream_version, event_type, event_data)
                SELECT 'order-' || n % 100, n / 100, 'Placed', '{}' FROM generate_series(10000, 19999) n";
    run(&database.source, more).await;
    let (events, _) = estimated(&database.source);
    assert!((19_000..21_000).contains(&events.as_i64().unwrap()), "{events}");
    let exact = foldback(&["overview", &database.source, "--json"]).json();
    assert_eq!((&exact["events"], &exact["estimated"]), (&json!(20_000), &json!(false)));
    let said = foldback(&["overview", &database.source, "--estimate"]).out;
    assert!(said.contains("\n~") && said.contains("events   an estimate of the database's"), "{said}");
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_link_is_not_estimated_as_an_event() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/commanded-jsonb.pg.sql.gz");
    let database = Database::postgres(&fixture);
    run(&database.source, "ANALYZE").await;
    assert_eq!(estimated(&database.source), (json!(394), json!(true)));
    // A commit is a row there, and no event.
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/neventstore.pg.sql.gz");
    let database = Database::postgres(&fixture);
    run(&database.source, "ANALYZE").await;
    assert_eq!(estimated(&database.source), (json!(394), json!(false)));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn foldbacks_own_store_is_estimated_too() {
    let place = fresh();
    let made = foldback(&["seed", "sample-data/webshop.jsonl", "-o", &place.url]);
    assert_eq!(made.code, 0, "{}", made.err);
    run(place.url.split('?').next().unwrap(), &format!("ANALYZE \"{}\".events", place.schema)).await;
    let exact = foldback(&["overview", &place.url, "--json"]).json();
    assert_eq!(estimated(&place.url), (exact["events"].clone(), json!(true)));
}

#[test]
#[ignore = "needs MariaDB: tests/run"]
fn mysql_keeps_count_itself() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/layouts/made/broadway.mysql.sql");
    let database = Database::mysql(&fixture);
    let (events, is) = estimated(&database.source);
    let exact = foldback(&["overview", &database.source, "--json"]).json();
    // So few rows are in one page, which is counted whole.
    assert_eq!((events, is), (exact["events"].clone(), json!(true)));
}

#[test]
fn what_knows_nothing_is_counted() {
    let (_folder, source) = sqlite(HAND_MADE);
    assert_eq!(estimated(&source), (json!(3), json!(false)));
}
