//! Reads, each in a short transaction of its own that can only read. Nothing is set on a connection that outlives it,
//! and no statement is given a name, so that a pooler between may share the connections.

use super::failure::{STATEMENT, from_sqlx_reading};
use super::table_map::quote_ident;
use crate::store::StoreError;
use crate::store::database::{Arg, Row, bind_postgres};
use futures_util::stream::{Stream, StreamExt, TryStreamExt};
use sqlx::pool::PoolConnection;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Executor, Postgres};

/// How often the server looks whether who asked is still there.
pub const STILL_THERE: &str = "SET LOCAL client_connection_check_interval = 1000";

/// The connections to one database, and how a read begins.
#[derive(Debug)]
pub struct Pool {
    pool: PgPool,
    label: String,
    begin: String,
}

/// A read that has begun. One that is dropped before its end is given up, and its connection is closed: the server then
/// stops working for it.
pub struct Reading {
    connection: PoolConnection<Postgres>,
    label: String,
    ended: bool,
}

impl Pool {
    /// The connections to a database. `watched`: whether the server can look after who asks.
    pub fn new(pool: PgPool, label: &str, schema: &str, watched: bool) -> Pool {
        // Repeatable: what one read asks in several steps is of one moment.
        let mut begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL statement_timeout = {}; SET LOCAL search_path = {}",
            STATEMENT.as_millis(),
            quote_ident(schema),
        );
        if watched {
            begin = format!("{begin}; {STILL_THERE}");
        }
        Pool { pool, label: label.to_owned(), begin }
    }

    /// The connections to a database whose tables are other people's: every name in a question says its schema, and times
    /// and bytes come back in one form.
    pub fn of_others(pool: PgPool, label: &str, watched: bool) -> Pool {
        let mut pool = Pool::new(pool, label, "pg_catalog", watched);
        pool.begin += "; SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, MDY'; SET LOCAL bytea_output = 'hex'; \
                       SET LOCAL lock_timeout = 1000";
        pool
    }

    /// What the database is called, without secrets and safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// The connections themselves.
    pub fn connections(&self) -> &PgPool {
        &self.pool
    }

    /// Begins a read.
    pub async fn begin(&self) -> Result<Reading, StoreError> {
        let connection = self.pool.acquire().await.map_err(|error| from_sqlx_reading(&self.label, &error))?;
        let mut reading = Reading { connection, label: self.label.clone(), ended: false };
        reading.say(&self.begin).await?;
        Ok(reading)
    }
}

impl Reading {
    async fn say(&mut self, sql: &str) -> Result<(), StoreError> {
        let said = (&mut *self.connection).execute(sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))).await;
        said.map(|_| ()).map_err(|error| from_sqlx_reading(&self.label, &error))
    }

    /// The rows of a question as they come.
    pub fn stream<'r>(
        &'r mut self,
        sql: &str,
        args: &[Arg<'r>],
    ) -> impl Stream<Item = Result<Row, StoreError>> + Send + use<'r> {
        let query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(false);
        let query = args.iter().fold(query, bind_postgres);
        let label = &self.label;
        query
            .fetch(&mut *self.connection)
            .map(move |row| row.map(Row::Postgres).map_err(|error| from_sqlx_reading(label, &error)))
    }

    /// All rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        self.stream(sql, args).try_collect().await
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
