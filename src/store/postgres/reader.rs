//! Reads a PostgreSQL store that a [`TableMap`] describes.

use super::connect::{connect, for_reading};
use super::failure::STATEMENT;
use super::identity::identity;
use super::listen::Listener;
use super::pool::{Pool, STILL_THERE};
use super::session::Session;
use super::table_map::TableMap;
use super::{Address, from_sqlx, log, own, stream, streams, whole};
use crate::store::anew::anew;
use crate::store::database::Ask;
use crate::store::processes::OwnProcesses;
use crate::store::wake::Wake;
use crate::store::{EventReader, ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version, safe_text};
use foldback_domain::reading::{
    EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSummary, StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use sqlx::postgres::PgPool;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// How long an idle server is left alone.
const REST: Duration = Duration::from_secs(1);

/// How many tables an error names.
const TABLES_NAMED: i64 = 12;

/// A PostgreSQL database, read by a map. Nothing is written, and nothing is left behind.
pub struct PostgresReader {
    pool: Arc<Pool>,
    map: TableMap,
    rows: AtomicU64,
    remade: AtomicU64,
    source: SourceInfo,
    processes: Option<OwnProcesses>,
}

/// What the first look at a database found.
#[derive(Debug)]
pub struct Look {
    /// foldback's own store, where there is one.
    pub found: Option<own::Found>,
    /// Whether the server can look after who asks.
    pub watched: bool,
    /// What is there instead of a store; nothing where nobody asked.
    pub instead: String,
    /// The connections for reading, once they were asked for: each more of them is a connection more to wait for.
    pool: OnceLock<Arc<Pool>>,
}

impl Look {
    /// The connections for reading what is there.
    pub fn pool(&self, address: &Address) -> Arc<Pool> {
        let new = || Arc::new(Pool::of_others(for_reading(address), &address.label(), self.watched));
        self.pool.get_or_init(new).clone()
    }
}

/// Looks at a database on a connection of its own, so that what is wrong is said at once and by its own name.
pub(super) async fn look(address: &Address) -> Result<Look, StoreError> {
    looked(address, true).await
}

async fn looked(address: &Address, and_instead: bool) -> Result<Look, StoreError> {
    let label = address.label();
    let mut connection = connect(address).await?;
    let begin = format!("BEGIN READ ONLY; SET LOCAL statement_timeout = {}", STATEMENT.as_millis());
    let begun = connection.execute(sqlx::raw_sql(AssertSqlSafe(begin))).await;
    begun.map_err(|error| from_sqlx(&label, &error))?;
    let found = own::find(&mut connection, &label, address.schema()).await?;
    let instead = match found {
        None if and_instead => instead(&mut connection, address).await.map_err(|error| from_sqlx(&label, &error))?,
        _ => String::new(),
    };
    // Not every system can tell the server that a connection has gone.
    let watched = connection.execute(sqlx::raw_sql(STILL_THERE)).await.is_ok();
    // It has served its purpose, however it ends.
    let _ = connection.close().await;
    Ok(Look { found, watched, instead, pool: OnceLock::new() })
}

/// What a database without a store has, in words.
async fn instead(connection: &mut PgConnection, address: &Address) -> Result<String, sqlx::Error> {
    let elsewhere = "SELECT n.nspname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                     WHERE c.relname = 'foldback_store' AND c.relkind = 'r' ORDER BY 1 LIMIT $1";
    let tables = "SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
                  WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname <> 'information_schema' \
                  AND n.nspname NOT LIKE 'pg\\_%' ORDER BY 1 LIMIT $1";
    let mut lists = Vec::new();
    for sql in [elsewhere, tables] {
        let rows = sqlx::query(sql).persistent(false).bind(TABLES_NAMED).fetch_all(&mut *connection).await?;
        let names = rows.iter().map(|row| row.try_get::<String, _>(0)).collect::<Result<Vec<_>, _>>()?;
        lists.push(names.iter().map(|name| safe_text(name).into_owned()).collect::<Vec<_>>().join(", "));
    }
    let place = address.schema().map_or(String::new(), |schema| format!(" in schema {}", safe_text(schema)));
    let has = match (lists[0].is_empty(), lists[1].is_empty()) {
        (false, _) => format!("its stores are in these schemas: {}", lists[0]),
        (_, false) => format!("its tables are: {}", lists[1]),
        _ => "it has no tables at all".to_owned(),
    };
    Ok(format!("has no store that foldback made{place}; {has}"))
}

impl PostgresReader {
    /// Asks the same database whatever else it is asked.
    pub fn ask(&self) -> Arc<Pool> {
        self.pool.clone()
    }

    /// Looks at a database for the first time, at nothing but whether foldback made a store there.
    pub async fn look(address: &Address) -> Result<Look, StoreError> {
        looked(address, false).await
    }

    /// Opens foldback's own store in a database for reading.
    pub async fn open(address: &Address) -> Result<Self, StoreError> {
        Self::of(address, look(address).await?)
    }

    /// The same, of a database that was looked at.
    pub fn of(address: &Address, look: Look) -> Result<Self, StoreError> {
        let label = address.label();
        let Some(found) = look.found else {
            let hint = "name another schema with ?schema=NAME, or make a store with \
                        `foldback seed FILE.jsonl -o postgres://…`";
            return Err(StoreError::unavailable(label, look.instead, hint));
        };
        own::check(&label, found.version)?;
        let source = own::source(&label, address.schema(), found.version, true);
        Ok(Self::new(for_reading(address), &label, &found.schema, look.watched, source))
    }

    /// Reads foldback's own store over connections that are there.
    pub(super) fn new(connections: PgPool, label: &str, schema: &str, watched: bool, source: SourceInfo) -> Self {
        let pool = Arc::new(Pool::new(connections, label, schema, watched));
        let has_books = source.capabilities.projections.is_available();
        let processes = has_books.then(|| OwnProcesses::new(Arc::new(pool.clone())));
        PostgresReader {
            pool,
            map: own::table_map(schema),
            rows: AtomicU64::new(0),
            remade: AtomicU64::new(0),
            source,
            processes,
        }
    }

    /// What every question about the processes around the log is asked of.
    pub fn asked(&self) -> Arc<dyn Ask> {
        Arc::new(self.pool.clone())
    }

    async fn session(&self) -> Result<Session<'_>, StoreError> {
        Ok(Session::new(self.pool.begin().await?, &self.map, &self.rows))
    }
}

/// Asks one question in a read of its own.
macro_rules! read {
    ($self:ident, $question:path $(, $asked:expr)?) => {
        anew!($self.remade, {
            let mut session = $self.session().await?;
            let answer = $question(&mut session $(, $asked)?).await?;
            session.end().await?;
            Ok(answer)
        })
    };
}

#[async_trait]
impl EventReader for PostgresReader {
    fn source(&self) -> &SourceInfo {
        &self.source
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        read!(self, whole::head)
    }

    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
        read!(self, log::heads, read)
    }

    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
        read!(self, log::events, read)
    }

    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        read!(self, stream::heads, read)
    }

    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
        read!(self, stream::bodies, read)
    }

    async fn read_records(&self, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
        read!(self, stream::records, read)
    }

    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
        read!(self, whole::event, address)
    }

    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
        read!(self, streams::page, read)
    }

    async fn read_streams_before(
        &self,
        read: &StreamsRead,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        read!(self, streams::page_before, read)
    }

    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
        read!(self, streams::summary, stream)
    }

    async fn read_estimate(&self) -> Result<Option<u64>, StoreError> {
        read!(self, whole::estimate)
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        read!(self, whole::totals)
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        read!(self, whole::change)
    }

    async fn read_identity(&self) -> Result<Option<String>, StoreError> {
        let tables = [self.map.from.clone()];
        anew!(self.remade, identity(&self.pool, &tables).await)
    }

    fn processes(&self) -> Option<&dyn ProcessReader> {
        self.processes.as_ref().map(|processes| processes as &dyn ProcessReader)
    }

    fn rest(&self) -> Duration {
        REST
    }

    fn ranks_streams(&self) -> bool {
        true
    }

    async fn listen(&self) -> Result<Option<Box<dyn Wake>>, StoreError> {
        match &self.map.channel {
            Some((channel, word)) => Ok(Some(Box::new(Listener::new(&self.pool, channel, word).await?))),
            None => Ok(None),
        }
    }

    fn remade(&self) -> u64 {
        self.remade.load(Ordering::Relaxed)
    }

    fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}
