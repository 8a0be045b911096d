//! Opens a store that foldback made, for writing.

use super::SourceSpec;
use crate::store::database::Ask;
use crate::store::postgres::{PostgresReader, PostgresStore};
use crate::store::sqlite::{Pool, SqliteStore, own};
use crate::store::{Books, EventReader, StoreError};
use std::sync::Arc;

/// A store that can be written: its log, and what the engine keeps beside it.
#[derive(Clone)]
pub struct OwnStore {
    /// Reads the log.
    pub reader: Arc<dyn EventReader>,
    /// The books; their database appends to the log, too.
    pub books: Books,
}

/// Opens a store that foldback made. Any other is refused: it is only ever read. With `create` it is made where there
/// is none yet.
pub async fn open_own(spec: &SourceSpec, create: bool) -> Result<OwnStore, StoreError> {
    match spec {
        SourceSpec::Sqlite { path, .. } => {
            let store = if create && !path.exists() {
                SqliteStore::create(path).await?
            } else {
                SqliteStore::open(path).await?
            };
            Ok(OwnStore { reader: store.reader(), books: store.books() })
        }
        SourceSpec::Postgres(address) => {
            let store = if create {
                PostgresStore::open_or_create(address).await?
            } else {
                PostgresStore::open(address).await?
            };
            Ok(OwnStore { reader: store.reader(), books: store.books() })
        }
        SourceSpec::Demo => {
            let hint = "keep a copy to work on with `foldback demo --db shop.db`, and name that";
            Err(StoreError::unavailable("the demo", "is only read", hint))
        }
        _ => Err(StoreError::unavailable(
            "this source",
            "is only read: commands run on a store that foldback made",
            "make one with `foldback seed FILE.jsonl -o FILE.db`, or name a new FILE.db",
        )),
    }
}

/// Opens a store that foldback made for questions in SQL: it is only read, and nothing is left behind.
pub async fn ask_own(spec: &SourceSpec) -> Result<Box<dyn Ask>, StoreError> {
    match spec {
        SourceSpec::Sqlite { path, .. } => {
            let pool = Arc::new(Pool::new(path));
            let (id, version) = pool.run(own::marks).await?;
            own::check(pool.label(), id, version)?;
            Ok(Box::new(pool))
        }
        SourceSpec::Postgres(address) => Ok(Box::new(PostgresReader::open(address).await?.ask())),
        _ => Err(StoreError::unavailable(
            "this source",
            "has no read models: a store that foldback made and runs has them",
            "make one with `foldback seed FILE.jsonl -o FILE.db`, and `foldback run FILE.db`",
        )),
    }
}

impl OwnStore {
    /// Closes it, so that nothing stays beside a file.
    pub async fn close(&self) {
        self.reader.close_idle();
        self.books.database().close().await;
    }
}
