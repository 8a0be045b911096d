//! One way to speak to SQLite and PostgreSQL: a transaction, a statement with its values, a row.
//!
//! The statements are the same for both wherever the dialects allow; a place where they part asks for the
//! [`Dialect`]. sqlx's own `Any` cannot carry JSON and times, so the two drivers are joined here.

mod arg;
mod row;
mod tx;

pub use arg::Arg;
pub(super) use arg::bind_postgres;
pub use row::Row;
pub use tx::Tx;

use super::{StoreError, postgres, sqlite};
use async_trait::async_trait;

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

/// A database of foldback's own that can be written.
#[derive(Debug, Clone)]
pub enum Database {
    /// A SQLite file.
    Sqlite(sqlite::Writing),
    /// A schema in PostgreSQL.
    Postgres(postgres::Writing),
}

impl Database {
    /// Which SQL it speaks.
    pub fn dialect(&self) -> Dialect {
        match self {
            Database::Sqlite(_) => Dialect::Sqlite,
            Database::Postgres(_) => Dialect::Postgres,
        }
    }

    /// What it is called, without secrets and safe to show.
    pub fn label(&self) -> &str {
        match self {
            Database::Sqlite(writing) => writing.label(),
            Database::Postgres(writing) => writing.label(),
        }
    }

    /// Begins a transaction that is going to write: on SQLite it has the file to itself.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        match self {
            Database::Sqlite(writing) => writing.begin().await.map(Tx::from),
            Database::Postgres(writing) => writing.begin().await.map(Tx::from),
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
        match self {
            Database::Sqlite(writing) => writing.turn().await?.rows(sql, args),
            Database::Postgres(writing) => writing.rows(sql, args).await,
        }
    }

    /// The first row of one question.
    pub async fn row(&self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Closes all connections.
    pub async fn close(&self) {
        match self {
            Database::Sqlite(writing) => writing.close().await,
            Database::Postgres(writing) => writing.close().await,
        }
    }
}
