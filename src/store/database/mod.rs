//! One way to speak to SQLite and PostgreSQL: a transaction, a statement with its values, a row.
//!
//! The statements are the same for both wherever the dialects allow; a place where they part asks for the
//! [`Dialect`]. sqlx's own `Any` cannot carry JSON and times, so the two drivers are joined here.

mod arg;
mod connections;
mod row;
mod tx;

pub use arg::Arg;
pub(super) use arg::bind_postgres;
pub use row::Row;
pub use tx::Tx;

use super::{StoreError, postgres, sqlite};
use async_trait::async_trait;
use connections::Connections;
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool};
use std::sync::Arc;

/// Which SQL a database speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// SQLite's.
    Sqlite,
    /// PostgreSQL's.
    Postgres,
}

/// A database that is only read: each question is a short read of its own, which leaves nothing behind.
#[async_trait]
pub trait Ask: Send + Sync {
    /// Which SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// The rows of one question. Names in it must be the program's own, never a user's.
    async fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError>;
}

/// How many connections to PostgreSQL write at most. Appends go one after the other; the rest of the engine does not.
pub const WRITING: usize = 8;

/// A database of foldback's own that can be written, and what it is called.
#[derive(Debug, Clone)]
pub struct Database {
    pool: Pool,
    label: String,
}

#[derive(Debug, Clone)]
enum Pool {
    Sqlite(Arc<Connections<Sqlite>>),
    Postgres(Arc<Connections<Postgres>>),
}

impl Database {
    /// A SQLite file, called so without secrets.
    pub fn sqlite(pool: SqlitePool, label: &str) -> Database {
        Database { pool: Pool::Sqlite(Connections::new(pool, 1)), label: label.to_owned() }
    }

    /// A PostgreSQL database, called so without secrets. The pool has some connections more than [`WRITING`], for readers.
    pub fn postgres(pool: PgPool, label: &str) -> Database {
        Database { pool: Pool::Postgres(Connections::new(pool, WRITING)), label: label.to_owned() }
    }

    /// Which SQL it speaks.
    pub fn dialect(&self) -> Dialect {
        match self.pool {
            Pool::Sqlite(_) => Dialect::Sqlite,
            Pool::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What it is called, without secrets and safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Begins a transaction that is going to write: on SQLite it has the file to itself from its first statement on.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => Tx::sqlite(pool, &self.label).await,
            Pool::Postgres(pool) => Tx::postgres(pool, &self.label).await,
        }
    }

    /// Runs one statement in a transaction of its own; how many rows it changed.
    pub async fn run(&self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        let mut tx = self.begin().await?;
        let changed = tx.run(sql, args).await?;
        tx.commit().await?;
        Ok(changed)
    }

    /// The rows of one question.
    pub async fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                let failed = |error: sqlx::Error| sqlite::from_sqlx(&self.label, &error);
                let mut taken = pool.take().await.map_err(failed)?;
                let rows = tx::sqlite_rows(&mut taken, sql.to_owned(), args).await.map_err(failed)?;
                taken.give_back();
                Ok(rows)
            }
            Pool::Postgres(pool) => {
                let failed = |error: sqlx::Error| postgres::from_sqlx(&self.label, &error);
                let mut taken = pool.take().await.map_err(failed)?;
                let rows = tx::postgres_rows(&mut taken, sql.to_owned(), args).await.map_err(failed)?;
                taken.give_back();
                Ok(rows)
            }
        }
    }

    /// The first row of one question.
    pub async fn row(&self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match &self.pool {
            Pool::Sqlite(pool) => pool.close().await,
            Pool::Postgres(pool) => pool.close().await,
        }
    }
}
