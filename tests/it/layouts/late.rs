//! A log that is followed while writers commit out of order: no event is missed.

use super::databases::Database;
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::Position;
use foldback::store::wake::wake;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::path::Path;
use std::time::Duration;

const TABLE: &str = "CREATE TABLE events (event_id uuid DEFAULT gen_random_uuid(), stream_id text, stream_version int, \
                     event_type text, event_data jsonb, metadata jsonb, created_at timestamptz DEFAULT now(), \
                     global_position bigserial PRIMARY KEY, UNIQUE (stream_id, stream_version))";

async fn run(connection: &mut PgConnection, sql: &str) {
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
}

fn insert(version: i64) -> String {
    format!(
        "INSERT INTO events (stream_id, stream_version, event_type, event_data) VALUES ('a-1', {version}, 'T', '{{}}')"
    )
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn the_head_stays_below_what_may_still_come() {
    let database = Database::empty_postgres();
    let mut one = PgConnection::connect(&database.source).await.unwrap();
    let mut two = PgConnection::connect(&database.source).await.unwrap();
    run(&mut one, TABLE).await;
    let reader = open(&SourceSpec::parse(&database.source).unwrap(), &OpenOptions::default()).await.unwrap();
    assert_eq!(reader.read_head().await.unwrap(), None);

    run(&mut one, &format!("BEGIN; {}", insert(0))).await;
    run(&mut two, &insert(1)).await;
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(0)), "number 1 may still come");
    run(&mut one, "COMMIT").await;
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(2)));

    // One that is rolled back leaves a hole, which nobody waits for once it is over.
    run(&mut one, &format!("BEGIN; {}", insert(2))).await;
    run(&mut two, &insert(3)).await;
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(2)));
    run(&mut one, "ROLLBACK; BEGIN; SELECT txid_current()").await;
    assert_eq!(reader.read_head().await.unwrap(), Some(Position(4)), "who began later draws higher numbers");
    run(&mut one, "ROLLBACK").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_store_that_tells_of_its_events_is_heard() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/commanded-jsonb.pg.sql.gz");
    let database = Database::postgres(&fixture);
    let reader = open(&SourceSpec::parse(&database.source).unwrap(), &OpenOptions::default()).await.unwrap();
    let mut news = wake(&reader).await.unwrap();
    assert_eq!(news.reason(), None);
    // A word on the channel leaves no trace in the list of transactions that asking would find.
    let mut other = PgConnection::connect(&database.source).await.unwrap();
    run(&mut other, "SELECT pg_notify('public.events', 'payment-pay-0007,15,4,4')").await;
    assert!(news.changed(Duration::from_secs(30)).await.unwrap());
}

/// One row of NEventStore is many events, which share its number.
#[tokio::test]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_commit_of_many_events_that_comes_late_is_not_missed() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/layouts/made/neventstore-odd.pg.sql");
    let database = Database::postgres(&fixture);
    let mut one = PgConnection::connect(&database.source).await.unwrap();
    let mut two = PgConnection::connect(&database.source).await.unwrap();
    let reader = open(&SourceSpec::parse(&database.source).unwrap(), &OpenOptions::default()).await.unwrap();
    let number = async || reader.read_head().await.unwrap().and_then(Position::number);
    run(&mut one, "SELECT setval(pg_get_serial_sequence('commits', 'checkpointnumber'), (SELECT max(checkpointnumber) FROM commits))").await;
    let before = number().await.unwrap();
    let commit = |at: i64| {
        format!(
            "INSERT INTO commits (bucketid, streamid, streamidoriginal, streamrevision, items, commitid, commitsequence,
                commitstamp, checkpointnumber, headers, payload)
             SELECT bucketid, streamid, streamidoriginal, streamrevision + 100 * {at}, items, gen_random_uuid(),
                commitsequence + 100 + {at}, now(), {before} + {at}, headers, payload
             FROM commits ORDER BY items DESC LIMIT 1"
        )
    };
    run(&mut one, &format!("BEGIN; {}", commit(1))).await;
    run(&mut two, &commit(2)).await;
    assert_eq!(number().await, Some(before), "the commit before it may still come");
    run(&mut one, "COMMIT").await;
    assert_eq!(number().await, Some(before + 2));
    let last = reader.read_head().await.unwrap().unwrap();
    assert_eq!(last, reader.source().numbering.last(before + 2), "all events of the last commit are below the head");
}
