//! A transaction on either database.

use super::Dialect;
use super::arg::{Arg, bind_postgres, bind_sqlite};
use super::row::Row;
use crate::store::{StoreError, postgres, sqlite};
use sqlx::{AssertSqlSafe, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

/// A transaction. One that is dropped is rolled back.
pub struct Tx {
    inner: Inner,
    label: String,
}

enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(super) async fn sqlite(pool: &SqlitePool, label: &str) -> Result<Tx, StoreError> {
        let tx = pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| sqlite::from_sqlx(label, &error))?;
        Ok(Tx { inner: Inner::Sqlite(tx), label: label.to_owned() })
    }

    pub(super) async fn postgres(pool: &PgPool, label: &str) -> Result<Tx, StoreError> {
        // In a task of its own, which goes on when nobody waits any more: a beginning that is cut off half-way would leave
        // a transaction open on a connection that somebody else gets next.
        let pool = pool.clone();
        let tx = tokio::spawn(async move { pool.begin().await }).await;
        let tx = tx.unwrap_or(Err(sqlx::Error::WorkerCrashed)).map_err(|error| postgres::from_sqlx(label, &error))?;
        Ok(Tx { inner: Inner::Postgres(tx), label: label.to_owned() })
    }

    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Runs a statement; how many rows it changed. Names in it must be the program's own, never a user's.
    pub async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_sqlite);
                let done = query.execute(&mut **tx).await;
                done.map(|done| done.rows_affected()).map_err(|error| sqlite::from_sqlx(&self.label, &error))
            }
            Inner::Postgres(tx) => {
                let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres);
                let done = query.execute(&mut **tx).await;
                done.map(|done| done.rows_affected()).map_err(|error| postgres::from_sqlx(&self.label, &error))
            }
        }
    }

    /// Runs statements without values, one after the other.
    pub async fn run_all(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => {
                let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await;
                done.map(|_| ()).map_err(|error| sqlite::from_sqlx(&self.label, &error))
            }
            Inner::Postgres(tx) => {
                let done = sqlx::raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **tx).await;
                done.map(|_| ()).map_err(|error| postgres::from_sqlx(&self.label, &error))
            }
        }
    }

    /// The rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        match &mut self.inner {
            Inner::Sqlite(tx) => sqlite_rows(&mut **tx, sql, args, &self.label).await,
            Inner::Postgres(tx) => postgres_rows(&mut **tx, sql, args, &self.label).await,
        }
    }

    /// The first row of a question.
    pub async fn row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Keeps all of it.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.inner {
            Inner::Sqlite(tx) => tx.commit().await.map_err(|error| sqlite::from_sqlx(&self.label, &error)),
            Inner::Postgres(tx) => tx.commit().await.map_err(|error| postgres::from_sqlx(&self.label, &error)),
        }
    }
}

pub(super) async fn sqlite_rows<'e>(
    on: impl sqlx::Executor<'e, Database = Sqlite>,
    sql: &str,
    args: &[Arg<'_>],
    label: &str,
) -> Result<Vec<Row>, StoreError> {
    let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_sqlite);
    let rows = query.fetch_all(on).await.map_err(|error| sqlite::from_sqlx(label, &error))?;
    Ok(rows.into_iter().map(Row::Sqlite).collect())
}

pub(super) async fn postgres_rows<'e>(
    on: impl sqlx::Executor<'e, Database = Postgres>,
    sql: &str,
    args: &[Arg<'_>],
    label: &str,
) -> Result<Vec<Row>, StoreError> {
    let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres);
    let rows = query.fetch_all(on).await.map_err(|error| postgres::from_sqlx(label, &error))?;
    Ok(rows.into_iter().map(Row::Postgres).collect())
}
