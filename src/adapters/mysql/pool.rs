//! Reads, each in a short transaction of its own that can only read, over two connections that nobody else uses.

use super::Address;
use super::failure::from_sqlx;
use crate::store::StoreError;
use futures_util::stream::{Stream, StreamExt};
use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlPool, MySqlPoolOptions, MySqlRow};
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, Connection, Executor, MySql};
use std::time::Duration;

/// How long a connection is waited for.
pub const CONNECT: Duration = Duration::from_secs(3);

/// How many connections there are at most.
const READING: u32 = 2;

/// A connection that was idle for so long is asked whether it is still there before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// What every connection of ours is told once. MariaDB takes what stands behind `/*M!`, MySQL what stands behind `/*!50708`,
/// and neither the other's. The mode is ours whatever the server's is: quotes and backslashes mean what the statements
/// take them to mean, and unsigned numbers may be taken from smaller ones. Who alters a table is not waited for, because
/// others would then wait behind us.
const SETTINGS: &str = "SET SESSION sql_mode = 'PIPES_AS_CONCAT,NO_UNSIGNED_SUBTRACTION', time_zone = '+00:00', \
    lock_wait_timeout = 1 /*M!100100 , max_statement_time = 30 */ /*!50708 , max_execution_time = 30000 */; \
    SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

/// One moment of the database, for a few questions.
const BEGIN: &str = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

/// The connections to one server, and how a read begins.
#[derive(Debug)]
pub struct Pool {
    pool: MySqlPool,
    options: MySqlConnectOptions,
    label: String,
}

/// A read that has begun. One that is dropped before its end is given up, and its connection is closed.
pub struct Reading {
    connection: PoolConnection<MySql>,
    label: String,
    ended: bool,
}

impl Pool {
    /// The connections to a database; none is made yet.
    pub fn new(address: &Address) -> Pool {
        let pool = MySqlPoolOptions::new()
            .max_connections(READING)
            .acquire_timeout(CONNECT)
            .idle_timeout(Duration::from_secs(60))
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move {
                    if used.idle_for < FRESH {
                        return Ok(true);
                    }
                    connection.ping().await.map(|()| true)
                })
            })
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(sqlx::raw_sql(SETTINGS)).await.map(|_| ()) })
            });
        let options = address.options().clone().pipes_as_concat(false).no_engine_substitution(false).timezone(None);
        Pool { pool: pool.connect_lazy_with(options.clone()), options, label: address.label() }
    }

    /// Whether the server lets somebody in: a pool would try again and again, and say only that it has waited.
    pub async fn look(&self) -> Result<(), StoreError> {
        let connecting = MySqlConnection::connect_with(&self.options);
        let connected = tokio::time::timeout(CONNECT, connecting).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        let closed = async { connected?.close().await };
        closed.await.map_err(|error| from_sqlx(&self.label, &error))
    }

    /// What the database is called, without secrets and safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Begins a read.
    pub async fn begin(&self) -> Result<Reading, StoreError> {
        let connection = self.pool.acquire().await.map_err(|error| from_sqlx(&self.label, &error))?;
        let mut reading = Reading { connection, label: self.label.clone(), ended: false };
        reading.say(BEGIN).await?;
        Ok(reading)
    }
}

impl Reading {
    async fn say(&mut self, sql: &'static str) -> Result<(), StoreError> {
        let said = (&mut *self.connection).execute(sqlx::raw_sql(sql)).await;
        said.map(|_| ()).map_err(|error| from_sqlx(&self.label, &error))
    }

    /// The rows of a question as they come. Nothing is prepared, and every value comes as text.
    pub fn stream<'r>(&'r mut self, sql: &str) -> impl Stream<Item = Result<MySqlRow, StoreError>> + Send + use<'r> {
        let label = &self.label;
        let rows = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).fetch(&mut *self.connection);
        rows.map(move |row| row.map_err(|error| from_sqlx(label, &error)))
    }

    /// Ends the read; the connection is free for the next.
    pub async fn end(mut self) -> Result<(), StoreError> {
        self.say("COMMIT").await?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}
