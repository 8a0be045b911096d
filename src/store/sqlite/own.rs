//! foldback's own store: how it is made, how it is known again, and where its parts stand.

use super::table_map::{KeyPart, StreamsMap, TableMap, TimeColumn};
use super::time_form::TimeForm;
use crate::store::StoreError;
use crate::store::books::view;
use crate::store::payload::Unwrap;
use foldback_domain::projections;
use foldback_domain::source::{Capabilities, Capability, Numbering, SourceInfo};
use rusqlite::Connection;

/// What `PRAGMA application_id` says of a store that foldback made: `fold`, and `d`.
pub const APPLICATION_ID: i64 = 0x666f_6c64;

/// The version of the tables that this program makes and reads.
pub const STORE_VERSION: i64 = 2;

/// The layout's name.
pub const LAYOUT: &str = "foldback";

/// The names of all tables.
pub const TABLE_NAMES: [&str; 12] = [
    "events",
    "failed_events",
    "leases",
    "outbox",
    "processed_commands",
    "processed_events",
    "projection_checkpoints",
    "projection_samples",
    "saga_log",
    "sagas",
    "snapshots",
    "streams",
];

/// Whether a table is one of those that foldback makes, in a place where it made a store.
pub fn is_table(name: &str) -> bool {
    TABLE_NAMES.contains(&name) || name == "foldback_store"
}

/// Whether a table or view is of a read model of foldback's own.
pub fn is_read_model(name: &str) -> bool {
    projections::ALL.iter().any(|projection| {
        name.strip_prefix(view(projection.name()).as_str())
            .is_some_and(|generation| generation.is_empty() || generation.starts_with("_g"))
    })
}

/// Tables, and the trigger that keeps the list of streams.
pub const TABLES: &str = include_str!("sql/tables.sql");
/// Triggers that refuse to change what has happened.
pub const GUARDS: &str = include_str!("sql/guards.sql");
/// Indexes; a bulk load makes them last.
pub const INDEXES: &str = include_str!("sql/indexes.sql");

/// What the engine keeps beside the log; came with version 2 of the tables.
pub const BOOKS: &str = include_str!("sql/books.sql");
/// Writes an event, and answers with its position.
pub const INSERT_EVENT: &str = concat!(include_str!("sql/insert_event.sql"), "RETURNING global_position");

/// Writes an event if its stream is just before it, and answers with its position; otherwise with nothing.
pub const APPEND_EVENT: &str = concat!(include_str!("sql/append_event.sql"), "RETURNING global_position");

/// Marks a database as foldback's own.
pub fn mark() -> String {
    format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {STORE_VERSION};")
}

/// The marks of a database: its application id and the version of its tables.
pub fn marks(connection: &Connection) -> rusqlite::Result<(i64, i64)> {
    let pragma = |name: &str| connection.query_row(&format!("PRAGMA {name}"), [], |row| row.get(0));
    Ok((pragma("application_id")?, pragma("user_version")?))
}

/// Refuses what foldback did not make, and what a newer foldback made.
pub fn check(label: &str, application_id: i64, version: i64) -> Result<(), StoreError> {
    if application_id != APPLICATION_ID {
        return Err(StoreError::unavailable(
            label,
            "is not a store that foldback made, so it is only read",
            "make one with `foldback seed FILE.jsonl -o FILE.db`",
        ));
    }
    if version > STORE_VERSION {
        return Err(StoreError::unavailable(
            label,
            format!(
                "was made by a newer foldback: its tables have version {version}, this program knows {STORE_VERSION}"
            ),
            "use the newer program",
        ));
    }
    Ok(())
}

/// Where its parts stand.
pub fn table_map() -> TableMap {
    TableMap {
        unwrap: Unwrap::Nothing,
        from: "events".into(),
        condition: None,
        position: "global_position".into(),
        stream: vec![KeyPart::column("stream_id")],
        category: "category".into(),
        version: "stream_version".into(),
        event_id: Some("event_id".into()),
        event_type: "event_type".into(),
        schema_version: Some("schema_version".into()),
        data: "event_data".into(),
        metadata: Some("metadata".into()),
        correlation_id: Some(in_metadata("correlation_id")),
        causation_id: Some(in_metadata("causation_id")),
        actor: Some(in_metadata("actor")),
        time: Some(TimeColumn { sql: "created_at".into(), form: TimeForm::Own }),
        mark: None,
        streams: Some(StreamsMap {
            from: "streams".into(),
            stream: "stream_id".into(),
            category: "category".into(),
            first_version: "first_version".into(),
            version: "version".into(),
            events: "events".into(),
            first_at: "first_at".into(),
            last_at: "last_at".into(),
            last_position: "last_position".into(),
        }),
    }
}

/// The expression that `indexes.sql` has too: SQLite uses the index only for the very same one.
fn in_metadata(key: &str) -> String {
    format!(
        "CASE WHEN typeof(metadata) = 'text' AND json_valid(metadata) \
         THEN CAST(metadata ->> '$.{key}' AS TEXT) END"
    )
}

/// What a store of foldback's own is and can do.
pub fn source(label: &str, version: i64, read_only: bool) -> SourceInfo {
    let books = |what: &str| match version {
        ..2 => Capability::Unavailable(format!(
            "this store is of an older foldback and has no {what}; \
             any command that writes, such as `foldback run`, brings it up to date"
        )),
        _ => Capability::Available,
    };
    SourceInfo {
        label: label.to_owned(),
        kind: "sqlite".into(),
        layout: LAYOUT.into(),
        guess: None,
        remarks: Vec::new(),
        store: None,
        own: true,
        numbering: Numbering::Own,
        read_only,
        capabilities: Capabilities {
            state: Capability::Available,
            global_order: Capability::Available,
            projections: books("checkpoints of projections"),
            sagas: books("saga log"),
            snapshots: Capability::Available,
            dead_letters: books("failed events"),
            outbox: books("outbox"),
            follow: Capability::Available,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::sqlite::session::{Indexes, Session};

    fn empty() -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(&format!("{} {TABLES} {BOOKS} {INDEXES} {GUARDS}", mark())).unwrap();
        connection
    }

    #[test]
    fn everything_that_is_asked_for_has_an_index() {
        let all = Indexes { event_type: true, correlation: true, time: true, streams: true };
        assert_eq!(Session::indexes(&empty(), &table_map()).unwrap(), all);
    }

    #[test]
    fn what_an_index_finds_is_in_order_already() {
        let (connection, map) = (empty(), table_map());
        let correlation = map.correlation_id.unwrap();
        for sql in [
            "events WHERE event_type = 'T' AND global_position >= 3 ORDER BY global_position".to_owned(),
            "events WHERE stream_id IS 'a' AND global_position <= 3 ORDER BY global_position DESC".to_owned(),
            "events WHERE stream_id IS 'a' AND stream_version >= 3 ORDER BY stream_version DESC".to_owned(),
            format!("events WHERE {correlation} = 'c' AND global_position >= 3 ORDER BY global_position"),
            "streams WHERE events < 3 ORDER BY events DESC, stream_id".to_owned(),
            "streams WHERE category = 'c' AND events = 3 AND stream_id > 'a' ORDER BY stream_id".to_owned(),
            "streams WHERE category = 'c' AND last_position < 3 ORDER BY last_position DESC, stream_id".to_owned(),
            "streams WHERE category = 'c' AND stream_id > 'a' ORDER BY stream_id".to_owned(),
        ] {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN SELECT 1 FROM {sql}")).unwrap();
            let steps = plan.query_map([], |row| row.get::<_, String>(3)).unwrap();
            let steps = steps.collect::<Result<Vec<_>, _>>().unwrap();
            assert!(steps.len() == 1 && steps[0].starts_with("SEARCH"), "{sql}: {steps:?}");
        }
    }
}
