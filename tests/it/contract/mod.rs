//! What every store answers, asked of each: the store in memory is the reference, the others must agree with it.

mod appending;
mod guards;
mod reading;
pub mod sample;
mod streams;

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventWriter, MemoryStore};
use std::sync::Arc;
use tempfile::TempDir;

/// foldback's own tables as somebody else's: without the table of streams, and without its indexed expressions.
const LAYOUT: &str = r#"
name = "test"
about = "the same events by other means"
[sqlite.detect]
columns = ["stream_id", "stream_version", "event_data"]
[sqlite.events]
position = "global_position"
stream = ["stream_id"]
category = "category || ''"
version = "stream_version"
event_id = "event_id"
event_type = "event_type || ''"
schema_version = "schema_version"
data = "event_data"
metadata = "metadata"
correlation_id = "json_extract(metadata, '$.correlation_id')"
causation_id = "json_extract(metadata, '$.causation_id')"
actor = "json_extract(metadata, '$.actor')"
time = { sql = "created_at", form = "text" }
"#;

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
    let sqlite = || async {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::create(&folder.path().join("store.db")).await.unwrap();
        (Arc::new(store), folder)
    };
    let (own, folder) = sqlite().await;
    let (mapped, mapped_folder) = sqlite().await;
    let layout = mapped_folder.path().join("layout.toml");
    std::fs::write(&layout, LAYOUT).unwrap();
    let options = OpenOptions { layout: Some(layout.to_str().unwrap().to_owned()), ..OpenOptions::default() };
    let by_layout = open(&SourceSpec::Sqlite { path: mapped.path().into(), store: None }, &options).await.unwrap();
    vec![
        Subject { name: "memory", reader: memory.clone(), writer: memory, _folder: None },
        Subject { name: "sqlite", reader: own.reader(), writer: own, _folder: Some(folder) },
        Subject { name: "sqlite by a layout", reader: by_layout, writer: mapped, _folder: Some(mapped_folder) },
    ]
}
