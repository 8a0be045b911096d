//! What foldback leaves at a source, watched from outside: nothing; and how an investigator gets there.

mod access;
mod log;
mod lost;
mod pooled;

use crate::cli::foldback;
use crate::servers::OwnServer;
use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::str::FromStr;

/// Somebody else's table, with a few events.
const TABLE: &str = "CREATE TABLE events (event_id uuid DEFAULT gen_random_uuid() PRIMARY KEY, stream_id text, \
                     stream_version int, event_type text, event_data jsonb, metadata jsonb, \
                     created_at timestamptz DEFAULT now() - interval '1 day', global_position bigserial UNIQUE, \
                     UNIQUE (stream_id, stream_version)); \
                     INSERT INTO events (stream_id, stream_version, event_type, event_data) \
                     SELECT 'order-' || n % 7, n / 7, 'Placed', '{\"n\":1}' FROM generate_series(0, 299) n";

async fn run(url: &str, sql: &str) {
    let mut connection = PgConnection::connect(url).await.unwrap();
    connection.execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    connection.close().await.unwrap();
}

async fn number(url: &str, sql: &str) -> i64 {
    // A pooler refuses who asks for digits.
    let options = PgConnectOptions::from_str(url).unwrap().extra_float_digits(None);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    let row = connection.fetch_one(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await.unwrap();
    connection.close().await.unwrap();
    row.get(0)
}

/// Everything that reads.
fn every_reading_verb(url: &str) {
    for words in [
        &["overview", url][..],
        &["streams", url, "--sort", "recent"],
        &["streams", url, "--category", "order"],
        &["log", url, "--type", "Pl*", "--limit", "40"],
        &["log", url, "--reverse", "--limit", "500"],
        &["show", url, "order-1"],
        &["projections", url],
        &["layouts", url],
    ] {
        let run = foldback(words);
        // 5: there is no state without a reducer.
        assert!([0, 5].contains(&run.code), "{words:?}: {}", run.err);
    }
}

/// A server with somebody else's table.
async fn server() -> OwnServer {
    let server = OwnServer::start();
    run(server.url(), TABLE).await;
    server
}
