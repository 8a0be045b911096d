//! A transaction on either database.

use super::Dialect;
use super::arg::{Arg, bind_postgres, bind_sqlite};
use super::connections::{Connections, Taken};
use super::row::Row;
use crate::store::{StoreError, postgres, sqlite};
use sqlx::{AssertSqlSafe, Error, Executor, Postgres, Sqlite};
use std::sync::Arc;

/// A transaction. One that is dropped is rolled back.
pub struct Tx {
    // Always there until the end.
    inner: Option<Inner>,
    /// Whether the database knows of it: it is told with the first statement.
    begun: bool,
    label: String,
}

enum Inner {
    Sqlite(Taken<Sqlite>),
    Postgres(Taken<Postgres>),
}

impl Tx {
    pub(super) async fn sqlite(connections: &Arc<Connections<Sqlite>>, label: &str) -> Result<Tx, StoreError> {
        let taken = connections.take().await.map_err(|error| sqlite::from_sqlx(label, &error))?;
        Ok(Tx { inner: Some(Inner::Sqlite(taken)), begun: false, label: label.to_owned() })
    }

    pub(super) async fn postgres(connections: &Arc<Connections<Postgres>>, label: &str) -> Result<Tx, StoreError> {
        let taken = connections.take().await.map_err(|error| postgres::from_sqlx(label, &error))?;
        Ok(Tx { inner: Some(Inner::Postgres(taken)), begun: false, label: label.to_owned() })
    }

    fn inner(&mut self) -> &mut Inner {
        self.inner.as_mut().expect("a transaction has a connection until its end")
    }

    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        match self.inner {
            Some(Inner::Postgres(_)) => Dialect::Postgres,
            _ => Dialect::Sqlite,
        }
    }

    /// Lets one writer in at a time, until the end. SQLite does that when the transaction begins.
    pub async fn hold(&mut self) -> Result<(), StoreError> {
        match (self.dialect(), self.begun) {
            (Dialect::Sqlite, _) => Ok(()),
            // In one message: whoever waits for the lock has one round trip less to wait for. A plan that was made while
            // a table was small is kept for as long as the connection: it must not look at every row.
            (Dialect::Postgres, false) => {
                self.begun = true;
                self.run_all(&format!("BEGIN; SET LOCAL enable_seqscan = off; {}", postgres::own::HOLD)).await
            }
            (Dialect::Postgres, true) => self.run(postgres::own::HOLD, &[]).await.map(|_| ()),
        }
    }

    /// Tells the database where the transaction begins.
    async fn ready(&mut self) -> Result<(), StoreError> {
        if std::mem::replace(&mut self.begun, true) {
            return Ok(());
        }
        let done = match self.inner() {
            Inner::Sqlite(on) => (&mut **on).execute(statements("BEGIN IMMEDIATE")).await.map(|_| ()),
            Inner::Postgres(on) => (&mut **on).execute(statements("BEGIN")).await.map(|_| ()),
        };
        done.map_err(|error| self.failed(&error))
    }

    /// Runs a statement; how many rows it changed. Names in it must be the program's own, never a user's.
    pub async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        self.ready().await?;
        match self.inner() {
            Inner::Sqlite(on) => {
                let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_sqlite);
                let done = query.execute(&mut **on).await;
                done.map(|done| done.rows_affected()).map_err(|error| self.failed(&error))
            }
            Inner::Postgres(on) => {
                let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql.to_owned())), bind_postgres);
                let done = query.execute(&mut **on).await;
                done.map(|done| done.rows_affected()).map_err(|error| self.failed(&error))
            }
        }
    }

    /// Runs statements without values, one after the other.
    pub async fn run_all(&mut self, sql: &str) -> Result<(), StoreError> {
        self.ready().await?;
        let done = match self.inner() {
            Inner::Sqlite(on) => (&mut **on).execute(statements(sql)).await.map(|_| ()),
            Inner::Postgres(on) => (&mut **on).execute(statements(sql)).await.map(|_| ()),
        };
        done.map_err(|error| self.failed(&error))
    }

    /// The rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        // SQLite's driver takes the beginning and the question as one, which is one way less from thread to thread. (Not
        // so a statement that is to say how many rows it changed: the beginning would be counted in.)
        let sql = if self.dialect() == Dialect::Sqlite && !std::mem::replace(&mut self.begun, true) {
            format!("BEGIN IMMEDIATE; {sql}")
        } else {
            self.ready().await?;
            sql.to_owned()
        };
        let rows = match self.inner() {
            Inner::Sqlite(on) => sqlite_rows(on, sql, args).await,
            Inner::Postgres(on) => postgres_rows(on, sql, args).await,
        };
        rows.map_err(|error| self.failed(&error))
    }

    /// The first row of the transaction's last question, with which all of it is kept: SQLite's driver takes question and
    /// end as one, for the same reason as the beginning. What is asked after it begins anew.
    pub async fn last_row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        let rows = match self.dialect() {
            Dialect::Sqlite => self.rows(&format!("{sql}; COMMIT"), args).await?,
            Dialect::Postgres => {
                let rows = self.rows(sql, args).await?;
                self.run_all("COMMIT").await?;
                rows
            }
        };
        self.begun = false;
        Ok(rows.into_iter().next())
    }

    /// The first row of a question.
    pub async fn row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Keeps all of it.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.begun {
            self.run_all("COMMIT").await?;
        }
        match self.inner.take() {
            Some(Inner::Sqlite(on)) => on.give_back(),
            Some(Inner::Postgres(on)) => on.give_back(),
            None => {}
        }
        Ok(())
    }

    fn failed(&self, error: &Error) -> StoreError {
        match self.dialect() {
            Dialect::Sqlite => sqlite::from_sqlx(&self.label, error),
            Dialect::Postgres => postgres::from_sqlx(&self.label, error),
        }
    }
}

impl Drop for Tx {
    fn drop(&mut self) {
        let Some(inner) = self.inner.take().filter(|_| self.begun) else { return };
        // Without a runtime the connection breaks off, which ends the transaction as well.
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        runtime.spawn(async move {
            match inner {
                Inner::Sqlite(mut on) => {
                    if (&mut *on).execute(statements("ROLLBACK")).await.is_ok() {
                        on.give_back();
                    }
                }
                Inner::Postgres(mut on) => {
                    if (&mut *on).execute(statements("ROLLBACK")).await.is_ok() {
                        on.give_back();
                    }
                }
            }
        });
    }
}

fn statements(sql: &str) -> sqlx::RawSql {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
}

pub(super) async fn sqlite_rows(on: &mut Taken<Sqlite>, sql: String, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
    let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql)), bind_sqlite);
    Ok(query.fetch_all(&mut **on).await?.into_iter().map(Row::Sqlite).collect())
}

pub(super) async fn postgres_rows(on: &mut Taken<Postgres>, sql: String, args: &[Arg<'_>]) -> Result<Vec<Row>, Error> {
    let query = args.iter().fold(sqlx::query(AssertSqlSafe(sql)), bind_postgres);
    Ok(query.fetch_all(&mut **on).await?.into_iter().map(Row::Postgres).collect())
}
