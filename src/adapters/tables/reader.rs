//! A store of other people's tables, read by a map.

use super::change::Change;
use super::columns::Columns;
use super::dialect::Dialect;
use super::engine::Engine;
use super::map::{Map, Order};
use super::session::Session;
use super::tail::Tail;
use super::{log, stream, streams, whole};
use crate::store::anew::anew;
use crate::store::wake::Wake;
use crate::store::{EventReader, ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSummary, StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// How long an idle server is left alone.
const REST: Duration = Duration::from_secs(1);

/// A database whose tables of events are read by a map. Nothing is written, and nothing is left behind.
pub struct TablesReader {
    engine: Arc<dyn Engine>,
    dialect: Dialect,
    map: Map,
    columns: Columns,
    rows: AtomicU64,
    remade: AtomicU64,
    source: SourceInfo,
    tail: Mutex<Tail>,
    change: Change,
    processes: Option<Box<dyn ProcessReader>>,
}

impl TablesReader {
    /// A reader of an engine's tables.
    pub fn new(
        engine: Arc<dyn Engine>,
        map: Map,
        source: SourceInfo,
        processes: Option<Box<dyn ProcessReader>>,
    ) -> Self {
        let dialect = engine.dialect();
        let columns = Columns::of(&map, dialect);
        TablesReader {
            engine,
            dialect,
            map,
            columns,
            rows: AtomicU64::new(0),
            remade: AtomicU64::new(0),
            source,
            tail: Mutex::default(),
            change: Change::default(),
            processes,
        }
    }

    async fn session(&self) -> Result<Session<'_>, StoreError> {
        Ok(Session::new(self.engine.begin().await?, self.dialect, &self.map, &self.columns, &self.rows))
    }
}

/// Asks one question in a read of its own.
macro_rules! read {
    ($self:ident, $question:path $(, $asked:expr)?) => {
        anew!($self.remade, {
            let mut session = $self.session().await?;
            let answer = $question(&mut session $(, $asked)?).await?;
            session.reading.end().await?;
            Ok(answer)
        })
    };
}

#[async_trait]
impl EventReader for TablesReader {
    fn source(&self) -> &SourceInfo {
        &self.source
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        let number = match &self.map.order {
            Order::Number(number) | Order::Shared { number, .. } => number,
            Order::Time(_) | Order::Rank => return read!(self, log::head),
        };
        let mut tail = self.tail.lock().await;
        anew!(self.remade, {
            let mut session = self.session().await?;
            let head = tail.read(&mut session, self.engine.as_ref(), number).await?;
            session.reading.end().await?;
            Ok(head.map(|head| self.source.numbering.last(head)))
        })
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
        if self.map.counted.is_empty() {
            return Ok(None);
        }
        anew!(self.remade, self.engine.read_estimate(&self.map.counted).await)
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        read!(self, whole::totals)
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        anew!(self.remade, {
            if let Some(change) = self.engine.read_change().await? {
                return Ok(change);
            }
            let mut session = self.session().await?;
            let change = self.change.look(&mut session).await?;
            session.reading.end().await?;
            Ok(change ^ i64::from(self.tail.lock().await.is_due()))
        })
    }

    async fn read_identity(&self) -> Result<Option<String>, StoreError> {
        anew!(self.remade, self.engine.read_identity(&self.map.counted).await)
    }

    async fn read_moments(&self, places: &[Position]) -> Result<Option<Vec<(Position, Timestamp)>>, StoreError> {
        read!(self, log::moments, places)
    }

    async fn listen(&self) -> Result<Option<Box<dyn Wake>>, StoreError> {
        match &self.map.channel {
            Some(channel) => self.engine.listen(channel).await,
            None => Ok(None),
        }
    }

    fn rest(&self) -> Duration {
        REST.max(self.change.rest())
    }

    fn ranks_streams(&self) -> bool {
        false
    }

    fn processes(&self) -> Option<&dyn ProcessReader> {
        self.processes.as_deref()
    }

    fn close_idle(&self) {
        self.engine.close_idle();
    }

    fn remade(&self) -> u64 {
        self.remade.load(Ordering::Relaxed)
    }

    fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}
