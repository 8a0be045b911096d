//! foldback's own store in PostgreSQL: how it is made, how it is known again, and where its parts stand.

use super::from_sqlx;
use super::table_map::{Indexed, StreamsMap, TableMap, quote_ident};
use crate::store::StoreError;
use crate::store::database::{Arg, Tx};
use foldback_domain::event::safe_text;
use foldback_domain::source::{Capabilities, Capability, Numbering, SourceInfo};
use sqlx::{AssertSqlSafe, PgConnection, Row};

/// The version of the tables that this program makes and reads; it means the same in SQLite.
pub const STORE_VERSION: i64 = 2;

/// The layout's name.
pub const LAYOUT: &str = "foldback";

/// Lets one writer in at a time, until its transaction ends. The first number is foldback's, as `fold` in bytes; the
/// second is the table, so that two stores in one database do not wait for each other.
pub const HOLD: &str = "SELECT pg_advisory_xact_lock(1718578276, 'events'::regclass::oid::int)";

/// Lets one program at a time make the tables of a schema or bring them up.
pub const HOLD_TABLES: &str = "SELECT pg_advisory_xact_lock(1718578276, hashtext(coalesce($1, current_schema())))";

/// The channel on which a store tells of new events. What is said there is the store's schema.
pub const CHANNEL: &str = "foldback_events";

/// Tables, and the trigger that keeps the list of streams.
pub const TABLES: &str = include_str!("sql/tables.sql");
/// Triggers that refuse to change what has happened, and the one that wakes readers.
pub const GUARDS: &str = include_str!("sql/guards.sql");
/// Indexes; a bulk load makes them last.
pub const INDEXES: &str = include_str!("sql/indexes.sql");
/// What the engine keeps beside the log; came with version 2 of the tables.
pub const BOOKS: &str = include_str!("sql/books.sql");

/// Writes an event, and answers with its position.
pub const INSERT_EVENT: &str = concat!(include_str!("sql/insert_event.sql"), "RETURNING global_position");

/// Writes an event if its stream is just before it, and answers with its position; otherwise with nothing.
pub const APPEND_EVENT: &str = concat!(include_str!("sql/append_event.sql"), "RETURNING global_position");

/// A store that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The schema that it is in.
    pub schema: String,
    /// The version of its tables.
    pub version: i64,
}

/// Looks for the mark of a store: in the schema that is named, or in the first of the search path that has one.
pub async fn find(
    connection: &mut PgConnection,
    label: &str,
    schema: Option<&str>,
) -> Result<Option<Found>, StoreError> {
    let failed = |error: sqlx::Error| from_sqlx(label, &error);
    let table = schema.map_or(String::new(), |schema| quote_ident(schema) + ".") + "foldback_store";
    let found = sqlx::query(
        "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass($1)",
    )
    .persistent(false)
    .bind(table)
    .fetch_optional(&mut *connection)
    .await
    .map_err(failed)?;
    let Some(row) = found else { return Ok(None) };
    let schema: String = row.try_get(0).map_err(failed)?;
    let sql = format!("SELECT version FROM {}.foldback_store", quote_ident(&schema));
    let row = sqlx::query(AssertSqlSafe(sql)).persistent(false).fetch_optional(connection).await.map_err(failed)?;
    let version = row.map(|row| row.try_get(0)).transpose().map_err(failed)?;
    Ok(version.map(|version| Found { schema, version }))
}

/// Refuses what a newer foldback made.
pub fn check(label: &str, version: i64) -> Result<(), StoreError> {
    if version <= STORE_VERSION {
        return Ok(());
    }
    Err(StoreError::unavailable(
        label,
        format!("was made by a newer foldback: its tables have version {version}, this program knows {STORE_VERSION}"),
        "use the newer program",
    ))
}

/// Makes the tables in the schema that the transaction looks in first. Indexes and guards are made by [`finish`].
pub async fn make(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run_all(TABLES).await?;
    tx.run_all(BOOKS).await?;
    tx.run("INSERT INTO foldback_store (version) VALUES ($1)", &[STORE_VERSION.into()]).await.map(|_| ())
}

/// Makes what a bulk load does without.
pub async fn finish(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run_all(INDEXES).await?;
    tx.run_all(GUARDS).await
}

/// Brings the tables of an older store up to this program's.
pub async fn bring_up(tx: &mut Tx) -> Result<(), StoreError> {
    tx.run(HOLD_TABLES, &[Arg::Text(None)]).await?;
    // Somebody else may have done it while the lock was waited for.
    let row = tx.row("SELECT version FROM foldback_store", &[]).await?;
    let version = row.map(|row| row.must_int(0)).transpose()?.unwrap_or(STORE_VERSION);
    if version < 2 {
        tx.run_all(BOOKS).await?;
    }
    if version < STORE_VERSION {
        tx.run("UPDATE foldback_store SET version = $1", &[STORE_VERSION.into()]).await?;
    }
    Ok(())
}

/// Where its parts stand.
pub fn table_map(schema: &str) -> TableMap {
    let table = |name: &str| format!("{}.{}", quote_ident(schema), quote_ident(name));
    let in_metadata = |key: &str| format!("(metadata ->> '{key}')");
    TableMap {
        from: table("events"),
        condition: None,
        position: "global_position".into(),
        stream: "stream_id".into(),
        category: "category".into(),
        version: "stream_version".into(),
        event_id: "event_id".into(),
        event_type: "event_type".into(),
        schema_version: "schema_version".into(),
        data: "event_data::text".into(),
        metadata: "metadata::text".into(),
        correlation_id: in_metadata("correlation_id"),
        causation_id: in_metadata("causation_id"),
        actor: in_metadata("actor"),
        time: "created_at".into(),
        streams: StreamsMap {
            from: table("streams"),
            stream: "stream_id".into(),
            category: "category".into(),
            first_version: "first_version".into(),
            version: "version".into(),
            events: "events".into(),
            first_at: "first_at".into(),
            last_at: "last_at".into(),
            last_position: "last_position".into(),
        },
        indexed: Indexed { stream: true, event_type: true, correlation: true, time: true },
        channel: Some((CHANNEL.into(), schema.into())),
    }
}

/// What a store of foldback's own is and can do.
pub fn source(label: &str, store: Option<&str>, version: i64, read_only: bool) -> SourceInfo {
    let books = |what: &str| match version {
        ..2 => Capability::Unavailable(format!(
            "this store is of an older foldback and has no {what}; `foldback run` brings it up"
        )),
        _ => Capability::Available,
    };
    SourceInfo {
        label: label.to_owned(),
        kind: "postgres".into(),
        layout: LAYOUT.into(),
        guess: None,
        remarks: Vec::new(),
        store: store.map(|store| safe_text(store).into_owned()),
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
