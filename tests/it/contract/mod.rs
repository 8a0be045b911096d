//! What every store answers, asked of each: the store in memory is the reference, the others must agree with it.

mod appending;
mod guards;
mod reading;
mod sample;
mod streams;

use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventWriter, MemoryStore};
use std::sync::Arc;
use tempfile::TempDir;

/// A store under test, and what must outlive it.
pub struct Subject {
    /// What it is called when an assertion fails.
    pub name: &'static str,
    pub reader: Arc<dyn EventReader>,
    pub writer: Arc<dyn EventWriter>,
    _folder: Option<TempDir>,
}

/// An empty one of every kind.
pub async fn subjects() -> Vec<Subject> {
    let memory = Arc::new(MemoryStore::new());
    let folder = tempfile::tempdir().unwrap();
    let sqlite = Arc::new(SqliteStore::create(&folder.path().join("store.db")).await.unwrap());
    vec![
        Subject { name: "memory", reader: memory.clone(), writer: memory, _folder: None },
        Subject { name: "sqlite", reader: sqlite.reader(), writer: sqlite, _folder: Some(folder) },
    ]
}
