//! The one connection that writes a file, and its use by one task after the other.
//!
//! SQLite is spoken to on the very thread that asks: a statement takes some microseconds, and a way to another thread and
//! back takes fifty. What waits for the disk lets the thread's other tasks go on elsewhere; what waits for somebody
//! else's lock, which may take seconds, waits on a thread of its own.

use super::failure::{BUSY, not_written};
use super::statement;
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::{Handle, RuntimeFlavor};
use tokio::sync::{Mutex, OwnedMappedMutexGuard, OwnedMutexGuard};

/// How long a task waits for another one of this program. Transactions are short: this one has no end.
const PATIENCE: Duration = Duration::from_secs(30);

/// How many statements stay prepared.
const PREPARED: usize = 64;

/// The connection that writes a file; none any more when it is closed.
#[derive(Debug, Clone)]
pub struct Writing {
    connection: Arc<Mutex<Option<Connection>>>,
    label: Arc<str>,
}

/// One task's use of it. A transaction that is open when it is dropped is rolled back.
pub struct Turn {
    connection: OwnedMappedMutexGuard<Option<Connection>, Connection>,
    label: Arc<str>,
}

impl Writing {
    /// Opens a file that is there, for writing. `synchronous` is SQLite's word for what an acknowledgement waits for.
    pub async fn open(path: &Path, label: &str, synchronous: &'static str) -> Result<Writing, StoreError> {
        let (path, label): (_, Arc<str>) = (path.to_owned(), label.into());
        let called = label.clone();
        let connection =
            elsewhere(&label, move || open(&path, synchronous).map_err(|error| not_written(&called, &error)));
        Ok(Writing { connection: Arc::new(Mutex::new(Some(connection.await?))), label })
    }

    /// What the file is called, safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Waits until nobody else of this program uses it.
    pub async fn turn(&self) -> Result<Turn, StoreError> {
        let Ok(guard) = tokio::time::timeout(PATIENCE, self.connection.clone().lock_owned()).await else {
            let why = format!("has been in use by another task of this program for {} seconds", PATIENCE.as_secs());
            return Err(StoreError::unavailable(&*self.label, why, "try again"));
        };
        match OwnedMutexGuard::try_map(guard, Option::as_mut) {
            Ok(connection) => Ok(Turn { connection, label: self.label.clone() }),
            Err(_) => Err(StoreError::unavailable(&*self.label, "cannot be written: it is closed", "open it again")),
        }
    }

    /// Begins a transaction that has the file to itself.
    pub async fn begin(&self) -> Result<Turn, StoreError> {
        let turn = self.turn().await?;
        match turn.try_begin(Duration::ZERO) {
            Ok(()) => Ok(turn),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => {
                // Who has the lock may be a task of this very thread, which has to go on to give it back.
                elsewhere(&self.label, move || match turn.try_begin(BUSY) {
                    Ok(()) => Ok(turn),
                    Err(error) => Err(turn.failed(&error)),
                })
                .await
            }
            Err(error) => Err(turn.failed(&error)),
        }
    }

    /// Closes the file when nobody uses it any more. The last one takes the `-wal` away.
    pub async fn close(&self) {
        let connection = self.connection.lock().await.take();
        apart(|| drop(connection));
    }
}

impl Turn {
    fn try_begin(&self, patience: Duration) -> rusqlite::Result<()> {
        self.connection.busy_timeout(patience)?;
        let begun = statement::run(&self.connection, "BEGIN IMMEDIATE", &[] as &[Arg<'_>]);
        self.connection.busy_timeout(BUSY)?;
        begun.map(|_| ())
    }

    /// Runs a statement; how many rows it changed.
    pub fn run(&self, sql: &str, args: &[Arg<'_>]) -> Result<u64, StoreError> {
        apart(|| statement::run(&self.connection, sql, args)).map_err(|error| self.failed(&error))
    }

    /// Runs statements without values, one after the other.
    pub fn run_all(&self, sql: &str) -> Result<(), StoreError> {
        apart(|| self.connection.execute_batch(sql)).map_err(|error| self.failed(&error))
    }

    /// The rows of a question.
    pub fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        apart(|| statement::rows(&self.connection, sql, args)).map_err(|error| self.failed(&error))
    }

    /// Keeps all of it.
    pub fn commit(self) -> Result<(), StoreError> {
        self.run("COMMIT", &[]).map(|_| ())
    }

    fn failed(&self, error: &rusqlite::Error) -> StoreError {
        not_written(&self.label, error)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if !self.connection.is_autocommit() {
            // SQLite refuses only what it has rolled back itself.
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

fn open(path: &Path, synchronous: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY)?;
    connection.execute_batch(&format!("PRAGMA journal_mode = WAL; PRAGMA synchronous = {synchronous}"))?;
    connection.set_prepared_statement_cache_capacity(PREPARED);
    Ok(connection)
}

/// Runs what may wait for somebody else, on a thread that has nothing else to do.
async fn elsewhere<T: Send + 'static>(
    label: &str,
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let broken = |error| StoreError::unavailable(label, format!("cannot be written ({error})"), "");
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(broken(error)))
}

/// Runs what may wait for the disk. Where there are other threads, this one's other tasks go on there meanwhile.
fn apart<T>(work: impl FnOnce() -> T) -> T {
    match Handle::try_current().map(|runtime| runtime.runtime_flavor()) {
        Ok(RuntimeFlavor::MultiThread) => tokio::task::block_in_place(work),
        _ => work(),
    }
}
