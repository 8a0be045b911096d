//! foldback's own store, open for appending.

use super::build::build;
use super::{Pool, SqliteReader, Writing, own};
use crate::store::books::Books;
use crate::store::database::Database;
use crate::store::{EventReader, EventWriter, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A store that foldback made, open for reading and appending. SQLite lets one writer in at a time, so a reader
/// never sees a position and later a new event below it.
pub struct SqliteStore {
    path: PathBuf,
    database: Database,
    reader: Arc<SqliteReader>,
}

impl SqliteStore {
    /// Makes a new, empty store and opens it. Refuses to overwrite anything.
    pub async fn create(path: &Path) -> Result<Self, StoreError> {
        let target = path.to_owned();
        tokio::task::spawn_blocking(move || build::<(), StoreError>(&target, |_| (), |_| Ok(())))
            .await
            .unwrap_or_else(|error| {
                Err(StoreError::unavailable("a new store", format!("could not be made: {error}"), ""))
            })?;
        Self::open(path).await
    }

    /// Opens a store that foldback made. Any other is refused: foreign stores are only ever read.
    pub async fn open(path: &Path) -> Result<Self, StoreError> {
        // What was acknowledged is on the disk.
        Self::open_with(path, "FULL").await
    }

    /// Opens a store that is thrown away when the machine fails half-way: nothing waits for the disk.
    pub async fn open_hasty(path: &Path) -> Result<Self, StoreError> {
        Self::open_with(path, "OFF").await
    }

    async fn open_with(path: &Path, synchronous: &'static str) -> Result<Self, StoreError> {
        let connections = Arc::new(Pool::new(path));
        let label = connections.label().to_owned();
        let (id, version) = connections.run(own::marks).await?;
        own::check(&label, id, version)?;
        // What an older store lacks is made below, before anybody reads.
        let source = own::source(&label, own::STORE_VERSION, false);
        let reader = Arc::new(SqliteReader::new(connections, own::table_map(), source).await?);
        let database = Database::Sqlite(Writing::open(path, &label, synchronous).await?);
        if version < 2 {
            let mut tx = database.begin().await?;
            tx.run_all(own::BOOKS).await?;
            tx.run_all(&own::mark()).await?;
            tx.commit().await?;
        }
        Ok(SqliteStore { path: path.to_owned(), database, reader })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the store so that nothing stays beside the file: the last writer takes the `-wal` away.
    pub async fn close(&self) {
        self.reader.close_idle();
        self.database.close().await;
    }

    /// What every read is asked of.
    pub fn reader(&self) -> Arc<dyn EventReader> {
        self.reader.clone()
    }

    /// What appends to it.
    pub fn writer(&self) -> Arc<dyn EventWriter> {
        Arc::new(self.database.clone())
    }

    /// What the engine keeps beside the log.
    pub fn books(&self) -> Books {
        Books::new(self.database.clone())
    }
}
