//! foldback's own store, open for appending.

use super::build::build;
use super::failure::{self, BUSY};
use super::{Pool, SqliteReader, own};
use crate::store::metadata::with_ids;
use crate::store::{Appended, EventReader, EventWriter, NewEvent, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{Category, Payload, Position, RecordedEvent, StreamName, Version, format_time, safe_text};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Sqlite, SqlitePool, Transaction};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const INSERT_EVENT: &str = include_str!("sql/insert_event.sql");
const STREAM_VERSION: &str = include_str!("sql/stream_version.sql");
const HEAD: &str = include_str!("sql/head.sql");

/// A store that foldback made, open for reading and appending. SQLite lets one writer in at a time, so a reader
/// never sees a position and later a new event below it.
pub struct SqliteStore {
    path: PathBuf,
    label: String,
    pool: SqlitePool,
    reader: Arc<SqliteReader>,
}

/// One row of events, as it is written.
struct NewRow<'a> {
    position: Option<Position>,
    stream: &'a StreamName,
    version: Version,
    category: &'a Category,
    event_type: &'a str,
    schema_version: Option<u32>,
    created_at: Option<String>,
    event_id: &'a str,
    metadata: Option<&'a Payload>,
    data: &'a Payload,
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
        let connections = Arc::new(Pool::new(path));
        let label = connections.label().to_owned();
        let (id, version) = connections.run(own::marks).await?;
        own::check(&label, id, version)?;
        let reader = Arc::new(SqliteReader::new(connections, own::table_map(), own::source(&label, false)).await?);
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Normal)
            .busy_timeout(BUSY);
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .connect_with(options)
            .await
            .map_err(|error| failure::from_sqlx(&label, &error))?;
        Ok(SqliteStore { path: path.to_owned(), label, pool, reader })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Closes the store so that nothing stays beside the file: the last writer takes the `-wal` away.
    pub async fn close(&self) {
        self.reader.close_idle();
        self.pool.close().await;
    }

    /// What every read is asked of.
    pub fn reader(&self) -> Arc<dyn EventReader> {
        self.reader.clone()
    }

    async fn begin(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &sqlx::Error) -> StoreError {
        failure::from_sqlx(&self.label, error)
    }

    async fn version(&self, tx: &mut Transaction<'static, Sqlite>, stream: &StreamName) -> Result<Version, StoreError> {
        let version: Option<i64> = sqlx::query_scalar(STREAM_VERSION)
            .bind(stream.as_str())
            .fetch_optional(&mut **tx)
            .await
            .map_err(|error| self.failed(&error))?;
        Ok(version.map_or(Version::NO_STREAM, Version))
    }

    async fn head(&self, tx: &mut Transaction<'static, Sqlite>) -> Result<Option<i64>, StoreError> {
        sqlx::query_scalar(HEAD).fetch_one(&mut **tx).await.map_err(|error| self.failed(&error))
    }

    async fn insert(&self, tx: &mut Transaction<'static, Sqlite>, row: &NewRow<'_>) -> Result<Position, StoreError> {
        let query = sqlx::query(INSERT_EVENT)
            .bind(row.position.map(|at| at.0))
            .bind(row.stream.as_str())
            .bind(row.version.0)
            .bind(row.category.as_str())
            .bind(row.event_type)
            .bind(row.schema_version)
            .bind(row.created_at.as_deref())
            .bind(row.event_id);
        let query = match row.metadata {
            Some(payload) => bind_payload(query, payload),
            None => query.bind(None::<String>),
        };
        match bind_payload(query, row.data).execute(&mut **tx).await {
            Ok(done) => Ok(Position(done.last_insert_rowid())),
            // The guards name the key that is taken.
            Err(error) if error.to_string().contains("events.event_id") => {
                Err(StoreError::DuplicateEvent { event_id: safe_text(row.event_id).into_owned() })
            }
            Err(error) => Err(self.failed(&error)),
        }
    }
}

type Query<'q> = sqlx::query::Query<'q, Sqlite, <Sqlite as sqlx::Database>::Arguments>;

fn bind_payload<'q>(query: Query<'q>, payload: &'q Payload) -> Query<'q> {
    match payload {
        Payload::Json(text) | Payload::Text(text) => query.bind(text.as_str()),
        Payload::Bytes(bytes) => query.bind(bytes.as_slice()),
    }
}

#[async_trait]
impl EventWriter for SqliteStore {
    async fn append(
        &self,
        stream: &StreamName,
        category: &Category,
        expected: Version,
        events: &[NewEvent],
    ) -> Result<Appended, StoreError> {
        let mut tx = self.begin().await?;
        let actual = self.version(&mut tx, stream).await?;
        if actual != expected {
            return Err(StoreError::Conflict { stream: stream.clone(), expected, actual });
        }
        let (mut version, mut last) = (actual, None);
        for event in events {
            version = version.next();
            let row = NewRow {
                position: None,
                stream,
                version,
                category,
                event_type: &event.event_type,
                schema_version: Some(event.schema_version),
                created_at: Some(format_time(event.created_at)),
                event_id: &event.event_id,
                metadata: event.metadata.as_ref(),
                data: &event.data,
            };
            last = Some(self.insert(&mut tx, &row).await?);
        }
        let global_position = match last {
            Some(last) => last,
            None => Position(self.head(&mut tx).await?.unwrap_or(0)),
        };
        tx.commit().await.map_err(|error| self.failed(&error))?;
        Ok(Appended { version, global_position })
    }

    async fn import(&self, events: &[RecordedEvent]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        let mut head = self.head(&mut tx).await?;
        for event in events {
            let RecordedEvent { head: event_head, data, metadata } = event;
            let stream = &event_head.stream_id;
            let refuse = |why: String| {
                let what = format!(
                    "event {} of stream {}",
                    version_text(event_head.stream_version),
                    safe_text(stream.as_str())
                );
                StoreError::unavailable(what, why, "nothing was imported")
            };
            let at = self.version(&mut tx, stream).await?;
            let version = event_head.stream_version.unwrap_or_else(|| at.next());
            if at != Version::NO_STREAM && version != at.next() {
                return Err(refuse(format!("the stream is at version {at}, so {} was expected next", at.next())));
            }
            if let (Some(position), Some(head)) = (event_head.global_position, head)
                && position.0 <= head
            {
                return Err(refuse(format!("its position {position} is not above the log's head {head}")));
            }
            let metadata = with_ids(
                metadata.clone(),
                [&event_head.correlation_id, &event_head.causation_id, &event_head.actor].map(Option::as_deref),
            )
            .map_err(refuse)?;
            let derived;
            let event_id = match &event_head.event_id {
                Some(id) => id.as_str(),
                None => {
                    derived = crate::store::event_id::derived(stream.as_str(), version.0);
                    derived.as_str()
                }
            };
            let row = NewRow {
                position: event_head.global_position,
                stream,
                version,
                category: &event_head.category,
                event_type: &event_head.event_type,
                schema_version: event_head.schema_version,
                created_at: event_head.created_at.map(format_time),
                event_id,
                metadata: metadata.as_ref(),
                data,
            };
            head = Some(self.insert(&mut tx, &row).await?.0);
        }
        tx.commit().await.map_err(|error| self.failed(&error))
    }
}

fn version_text(version: Option<Version>) -> String {
    version.map_or_else(|| "without a version".to_owned(), |version| version.to_string())
}
