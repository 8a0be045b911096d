//! Connections: one to begin with, whose failure says at once what is wrong, and pools that make theirs when needed.

use super::failure::{self, CONNECT, LOCK};
use super::table_map::quote_ident;
use super::writing::WRITING;
use super::{Address, from_sqlx};
use crate::store::StoreError;
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection, Executor};
use std::time::Duration;

/// How many connections a reader has at most.
const READING: u32 = 2;

/// A connection that was idle for so long is asked whether it is still there before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// How long a transaction of a writer may stand still: who holds the log and has died must not hold it for ever.
const STANDING: Duration = Duration::from_secs(30);

/// One connection, made now.
pub async fn connect(address: &Address) -> Result<PgConnection, StoreError> {
    let label = address.label();
    match tokio::time::timeout(CONNECT, PgConnection::connect_with(address.options())).await {
        Ok(connection) => connection.map_err(|error| from_sqlx(&label, &error)),
        Err(_) => Err(failure::silent(&label)),
    }
}

/// Connections for reading. They carry no settings: each read brings its own.
pub fn for_reading(address: &Address) -> PgPool {
    pool(READING).connect_lazy_with(address.options().clone())
}

/// Connections for writing to the store in a schema.
pub fn for_writing(address: &Address, schema: Option<&str>) -> PgPool {
    let mut settings = format!(
        "SET lock_timeout = {}; SET idle_in_transaction_session_timeout = {}",
        LOCK.as_millis(),
        STANDING.as_millis(),
    );
    if let Some(schema) = schema {
        settings += &format!("; SET search_path = {}", quote_ident(schema));
    }
    let pool = pool(WRITING as u32 + READING).after_connect(move |connection, _| {
        let settings = settings.clone();
        Box::pin(async move { connection.execute(sqlx::raw_sql(AssertSqlSafe(settings))).await.map(|_| ()) })
    });
    pool.connect_lazy_with(address.options().clone())
}

fn pool(most: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(most)
        .acquire_timeout(CONNECT)
        .idle_timeout(Duration::from_secs(60))
        // One that was in use a moment ago is not asked first: that would be one more round trip for each append.
        .test_before_acquire(false)
        .before_acquire(|connection, used| {
            Box::pin(async move {
                if used.idle_for < FRESH {
                    return Ok(true);
                }
                connection.ping().await.map(|()| true)
            })
        })
}
