//! The connections that write a database, and the use of one by a task.

use super::connections::{Connections, Taken};
use super::from_sqlx;
use super::own::HOLD;
use crate::store::StoreError;
use crate::store::database::{Arg, Row, bind_postgres};
use sqlx::{AssertSqlSafe, Error, Executor, PgPool};
use std::sync::Arc;

/// How many connections write at most. Appends go one after the other; the rest of the engine does not.
pub const WRITING: usize = 8;

/// The connections that write a database.
#[derive(Debug, Clone)]
pub struct Writing {
    connections: Arc<Connections>,
    label: Arc<str>,
}

/// A transaction on one of them. One that is dropped is rolled back.
pub struct Turn {
    // Always there until the end.
    on: Option<Taken>,
    /// Whether the server knows of it: it is told with the first statement.
    begun: bool,
    label: Arc<str>,
}

impl Writing {
    /// Some of a pool's connections. It has some more than `WRITING`, for readers.
    pub fn new(pool: PgPool, label: &str) -> Writing {
        Writing { connections: Connections::new(pool, WRITING), label: label.into() }
    }

    /// What the database is called, without secrets and safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Begins a transaction.
    pub async fn begin(&self) -> Result<Turn, StoreError> {
        Ok(Turn { on: Some(self.take().await?), begun: false, label: self.label.clone() })
    }

    /// The rows of one question.
    pub async fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        let mut taken = self.take().await?;
        let rows = rows(&mut taken, sql, args).await.map_err(|error| from_sqlx(&self.label, &error))?;
        taken.give_back();
        Ok(rows)
    }

    async fn take(&self) -> Result<Taken, StoreError> {
        self.connections.take().await.map_err(|error| from_sqlx(&self.label, &error))
    }

    /// Closes all connections.
    pub async fn close(&self) {
        self.connections.close().await;
    }
}

impl Turn {
    fn on(&mut self) -> &mut Taken {
        self.on.as_mut().expect("a transaction has a connection until its end")
    }

    /// Lets one writer in at a time, until the end.
    pub async fn hold(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.begun, true) {
            return self.run(HOLD, &[]).await.map(|_| ());
        }
        // In one message: whoever waits for the lock has one round trip less to wait for. A plan that was made while a
        // table was small is kept for as long as the connection: it must not look at every row.
        self.send(&format!("BEGIN; SET LOCAL enable_seqscan = off; {HOLD}")).await
    }

    /// Tells the server where the transaction begins.
    async fn ready(&mut self) -> Result<(), StoreError> {
        if !std::mem::replace(&mut self.begun, true) {
            self.send("BEGIN").await?;
        }
        Ok(())
    }

    /// Runs a statement; how many rows it changed.
    pub async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.ready().await?;
        let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres);
        let done = query.execute(&mut **self.on()).await;
        done.map(|done| done.rows_affected()).map_err(|error| from_sqlx(&self.label, &error))
    }

    /// Runs statements without values, one after the other.
    pub async fn run_all(&mut self, sql: &str) -> Result<(), StoreError> {
        self.ready().await?;
        self.send(sql).await
    }

    /// The rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        self.ready().await?;
        rows(self.on(), sql, args).await.map_err(|error| from_sqlx(&self.label, &error))
    }

    /// Keeps all of it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.begun {
            self.send("COMMIT").await?;
        }
        if let Some(on) = self.on.take() {
            on.give_back();
        }
        Ok(())
    }

    async fn send(&mut self, sql: &str) -> Result<(), StoreError> {
        let done = (&mut **self.on()).execute(statements(sql)).await;
        done.map(|_| ()).map_err(|error| from_sqlx(&self.label, &error))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(mut on) = self.on.take().filter(|_| self.begun) else { return };
        // Without a runtime the connection breaks off, which ends the transaction as well.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            if (&mut *on).execute(statements("ROLLBACK")).await.is_ok() {
                on.give_back();
            }
        });
    }
}

fn statements(sql: &str) -> sqlx::RawSql {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
}

async fn rows(on: &mut Taken, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
    let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres);
    Ok(query.fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect())
}
