//! What every store answers, asked of each: the store in memory is the reference, the others must agree with it.

mod appending;
mod guards;
pub mod past;
mod postgres;
mod postgres_faults;
mod reading;
pub mod sample;
mod streams;
mod turns;

use crate::servers::{MariaWriter, fresh, fresh_in_mariadb};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::store::postgres::PostgresStore;
use foldback::store::sqlite::SqliteStore;
use foldback::store::{EventReader, EventWriter, MemoryStore};
use std::sync::Arc;
use tempfile::TempDir;

/// foldback's own tables as somebody else's: without the table of streams, and without its indexed expressions.
const LAYOUT: &str = r#"
name = "test"
about = "the same events by other means"
engines = ["sqlite"]
[detect]
columns = ["stream_id", "stream_version", "event_data"]
[events]
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
time = "created_at"
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
        Subject { name: "sqlite", reader: own.reader(), writer: own.writer(), _folder: Some(folder) },
        Subject {
            name: "sqlite by a layout",
            reader: by_layout,
            writer: mapped.writer(),
            _folder: Some(mapped_folder),
        },
    ]
}

/// An empty one in PostgreSQL, and the reference beside it.
pub async fn postgres_subjects() -> Vec<Subject> {
    let memory = Arc::new(MemoryStore::new());
    let store = Arc::new(PostgresStore::create(&fresh().address()).await.unwrap());
    vec![
        Subject { name: "memory", reader: memory.clone(), writer: memory, _folder: None },
        Subject { name: "postgres", reader: store.reader(), writer: store.writer(), _folder: None },
    ]
}

/// Somebody else's table in MariaDB, and the reference beside it.
pub async fn mariadb_subjects() -> Vec<Subject> {
    let memory = Arc::new(MemoryStore::new());
    let place = fresh_in_mariadb().await;
    let writer = Arc::new(MariaWriter::new(&place).await);
    let reader = open(&place.spec(), &OpenOptions::default()).await.unwrap();
    vec![
        Subject { name: "memory", reader: memory.clone(), writer: memory, _folder: None },
        Subject { name: "mariadb", reader, writer, _folder: None },
    ]
}

/// Each question about reading is a test of its own for somebody else's table in MariaDB.
macro_rules! read_in_mariadb {
    ($($module:ident::$question:ident,)*) => {
        mod in_mariadb {
            $(#[tokio::test]
            #[ignore = "needs MariaDB: tests/run"]
            async fn $question() {
                super::$module::$question(super::mariadb_subjects().await).await;
            })*
        }
    };
}

read_in_mariadb! {
    appending::changes_are_noticed,
    reading::paging_any_way_is_reading_at_once,
    reading::whole_events_come_back_as_they_were,
    reading::a_stream_is_read_in_both_directions_and_widths,
    past::the_past_is_what_a_shorter_log_answers,
    past::what_comes_later_does_not_change_the_past,
    reading::an_event_is_found_by_position_version_and_id,
    streams::streams_are_listed_in_every_order_by_key,
    streams::summaries_and_totals_agree_with_the_list,
}

/// Each question is a test of its own for the stores that need no server, and another for PostgreSQL.
macro_rules! asked {
    ($($module:ident::$question:ident,)*) => {
        mod here {
            $(#[tokio::test]
            async fn $question() {
                super::$module::$question(super::subjects().await).await;
            })*
        }

        mod in_postgres {
            $(#[tokio::test]
            #[ignore = "needs PostgreSQL: tests/run"]
            async fn $question() {
                super::$module::$question(super::postgres_subjects().await).await;
            })*
        }
    };
}

asked! {
    appending::an_append_says_where_it_ended_and_conflicts_are_named,
    appending::an_id_can_be_used_once_and_nothing_of_a_refused_append_stays,
    appending::changes_are_noticed,
    appending::an_import_keeps_order_or_is_refused_whole,
    reading::paging_any_way_is_reading_at_once,
    reading::whole_events_come_back_as_they_were,
    reading::a_stream_is_read_in_both_directions_and_widths,
    past::the_past_is_what_a_shorter_log_answers,
    past::what_comes_later_does_not_change_the_past,
    reading::an_event_is_found_by_position_version_and_id,
    streams::streams_are_listed_in_every_order_by_key,
    streams::summaries_and_totals_agree_with_the_list,
}
