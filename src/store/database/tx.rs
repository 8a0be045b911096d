//! A transaction on either database.

use super::{Arg, Dialect, Row};
use crate::store::{StoreError, postgres, sqlite};

/// A transaction. One that is dropped is rolled back.
pub struct Tx(Inner);

enum Inner {
    Sqlite(sqlite::Turn),
    Postgres(postgres::Turn),
}

impl From<sqlite::Turn> for Tx {
    fn from(turn: sqlite::Turn) -> Self {
        Tx(Inner::Sqlite(turn))
    }
}

impl From<postgres::Turn> for Tx {
    fn from(turn: postgres::Turn) -> Self {
        Tx(Inner::Postgres(turn))
    }
}

impl Tx {
    /// Which SQL is spoken.
    pub fn dialect(&self) -> Dialect {
        match self.0 {
            Inner::Sqlite(_) => Dialect::Sqlite,
            Inner::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Lets one writer in at a time, until the end. SQLite does that when the transaction begins.
    pub async fn hold(&mut self) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(_) => Ok(()),
            Inner::Postgres(turn) => turn.hold().await,
        }
    }

    /// Runs a statement; how many rows it changed. Names in it must be the program's own, never a user's.
    pub async fn run(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(turn) => turn.run(sql, args),
            Inner::Postgres(turn) => turn.run(sql, args).await,
        }
    }

    /// Runs statements without values, one after the other.
    pub async fn run_all(&mut self, sql: &str) -> Result<(), StoreError> {
        match &mut self.0 {
            Inner::Sqlite(turn) => turn.run_all(sql),
            Inner::Postgres(turn) => turn.run_all(sql).await,
        }
    }

    /// The rows of a question.
    pub async fn rows(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        match &mut self.0 {
            Inner::Sqlite(turn) => turn.rows(sql, args),
            Inner::Postgres(turn) => turn.rows(sql, args).await,
        }
    }

    /// The first row of a question.
    pub async fn row(&mut self, sql: &str, args: &[Arg<'_>]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// Keeps all of it.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self.0 {
            Inner::Sqlite(turn) => turn.commit(),
            Inner::Postgres(turn) => turn.commit().await,
        }
    }
}
