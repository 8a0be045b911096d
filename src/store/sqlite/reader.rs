//! Reads any SQLite store that a [`TableMap`] describes.

use super::pool::Pool;
use super::session::{Indexes, Session};
use super::table_map::TableMap;
use super::{log, stream, streams, streams_then, whole};
use crate::store::processes::OwnProcesses;
use crate::store::{EventReader, ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSummary, StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A SQLite file, read by a map. Nothing is written, and nothing is left beside the file.
pub struct SqliteReader {
    pool: Arc<Pool>,
    map: Arc<TableMap>,
    indexes: Indexes,
    rows: Arc<AtomicU64>,
    source: SourceInfo,
    processes: Option<Box<dyn ProcessReader>>,
    // What has to live as long as the reader: a temporary folder.
    _keep: Option<Box<dyn Send + Sync>>,
}

impl SqliteReader {
    /// A reader of the pool's file. Fails when the file cannot be read by this map.
    pub async fn new(pool: Arc<Pool>, map: TableMap, source: SourceInfo) -> Result<Self, StoreError> {
        let map = Arc::new(map);
        let by = map.clone();
        let indexes = pool.run(move |connection| Session::indexes(connection, &by)).await?;
        let has_books = source.own && source.capabilities.projections.is_available();
        let processes =
            has_books.then(|| Box::new(OwnProcesses::new(Arc::new(pool.clone()))) as Box<dyn ProcessReader>);
        Ok(SqliteReader { pool, map, indexes, rows: Arc::default(), source, processes, _keep: None })
    }

    /// The same reader, with another's account of what goes on around the log.
    pub fn with_processes(self, processes: Option<Box<dyn ProcessReader>>) -> Self {
        SqliteReader { processes, ..self }
    }

    /// The same reader, which keeps something alive until it is dropped.
    pub fn keeping(mut self, keep: impl Send + Sync + 'static) -> Self {
        self._keep = Some(Box::new(keep));
        self
    }

    async fn run<R: Clone + Send + 'static, T: Send + 'static>(
        &self,
        read: &R,
        f: impl Fn(&Session<'_>, &R) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (map, rows, indexes, read) = (self.map.clone(), self.rows.clone(), self.indexes, read.clone());
        self.pool.run(move |connection| f(&Session { connection, map: &map, indexes, rows: &rows }, &read)).await
    }
}

#[async_trait]
impl EventReader for SqliteReader {
    fn source(&self) -> &SourceInfo {
        &self.source
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        self.run(&(), |session, ()| whole::head(session)).await
    }

    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
        self.run(read, log::heads).await
    }

    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
        self.run(read, log::events).await
    }

    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        self.run(read, stream::heads).await
    }

    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
        self.run(read, stream::bodies).await
    }

    async fn read_fronts(&self, streams: &[StreamName]) -> Result<Vec<Page<EventBody, Version>>, StoreError> {
        self.run(&streams.to_vec(), |session, streams| stream::fronts(session, streams)).await
    }

    async fn read_records(&self, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
        self.run(read, stream::records).await
    }

    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
        self.run(address, whole::event).await
    }

    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
        self.run(read, streams::page).await
    }

    async fn read_streams_before(
        &self,
        read: &StreamsRead,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        self.run(read, streams::page_before).await
    }

    async fn read_streams_then(
        &self,
        read: &StreamsRead,
        end: Position,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        self.run(&(read.clone(), end), |session, (read, end)| streams_then::page(session, read, *end)).await
    }

    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
        self.run(stream, streams::summary).await
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        self.run(&(), |session, ()| whole::totals(session)).await
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        self.pool.read_change().await
    }

    fn ranks_streams(&self) -> bool {
        self.map.streams.is_some()
    }

    fn processes(&self) -> Option<&dyn ProcessReader> {
        self.processes.as_deref()
    }

    fn close_idle(&self) {
        self.pool.close_idle();
    }

    fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}
