//! A store as it was: every read ends at a position of the log.
//!
//! What the log and the streams were then follows from the events; what goes on around the log is known only where the
//! store wrote it down over time. What nobody wrote down is not there, with the reason: today's is never shown as then's.

mod lists;
mod processes;
mod streams;
mod totals;

use super::wake::Wake;
use super::{EventReader, ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    Direction, EventAddress, LogFilter, LogRead, Page, StreamCursor, StreamRead, StreamSort, StreamSummary,
    StreamsRead, Totals,
};
use foldback_domain::source::{Capability, SourceInfo};
use jiff::Timestamp;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use streams::Then;

/// A store as it was when the log's last event was at a position. Reads through it never show anything later.
pub struct Past {
    inner: Arc<dyn EventReader>,
    end: Position,
    source: SourceInfo,
    /// Whether the versions of each stream rise with the log. In other people's stores they need not: numbers that are
    /// handed out in blocks are used late.
    orderly: bool,
    /// Where streams ended then; `None` for those that were not there yet. What is past stays so.
    known: Mutex<HashMap<StreamName, Option<Arc<Then>>>>,
}

impl Past {
    /// The store as it was when the log's last event was at this position or before it.
    pub fn new(inner: Arc<dyn EventReader>, end: Position) -> Past {
        let source = then(inner.source());
        let orderly = source.own || source.kind == "jsonl";
        Past { inner, end, source, orderly, known: Mutex::default() }
    }

    fn ends_log(&self, read: &LogRead) -> LogRead {
        let to = Some(read.filter.to.map_or(self.end, |to| to.min(self.end)));
        LogRead { filter: LogFilter { to, ..read.filter.clone() }, ..read.clone() }
    }

    fn is_past(&self, position: Option<Position>) -> bool {
        position.is_none_or(|position| position <= self.end)
    }
}

/// What a source can tell of its past.
fn then(source: &SourceInfo) -> SourceInfo {
    let mut source = source.clone();
    let own = source.own;
    let capabilities = &mut source.capabilities;
    let gone = |capability: &mut Capability, why: &str| {
        if capability.is_available() {
            *capability = Capability::Unavailable(why.to_owned());
        }
    };
    gone(&mut capabilities.follow, "the past does not change: follow without --as-of");
    gone(&mut capabilities.snapshots, "which snapshots were stored then nobody wrote down");
    if !own {
        let now = "this store keeps them only as they are now, and nobody wrote down how they were then";
        gone(&mut capabilities.projections, now);
        gone(&mut capabilities.sagas, now);
        gone(&mut capabilities.dead_letters, now);
        gone(&mut capabilities.outbox, now);
    }
    source
}

#[async_trait]
impl EventReader for Past {
    fn source(&self) -> &SourceInfo {
        &self.source
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        match self.inner.read_head().await? {
            Some(head) if head > self.end => {
                let read =
                    LogRead { filter: LogFilter::default(), start: None, direction: Direction::Backward, limit: 1 };
                Ok(self.first(read).await?.and_then(|head| head.global_position))
            }
            head => Ok(head),
        }
    }

    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
        self.inner.read_log(&self.ends_log(read)).await
    }

    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
        self.inner.read_events(&self.ends_log(read)).await
    }

    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        let Some((read, _)) = self.ends_stream(read).await? else { return Ok(nothing()) };
        let mut page = self.inner.read_stream(&read).await?;
        page.items.retain(|head| self.is_past(head.global_position));
        Ok(page)
    }

    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
        match self.ends_stream(read).await? {
            None => Ok(nothing()),
            Some((read, false)) => self.inner.read_bodies(&read).await,
            // Events of one version on both sides of the end are told apart by their positions.
            Some((_, true)) => {
                let page = self.read_records(read).await?;
                let items = page.items.into_iter().filter_map(RecordedEvent::into_body);
                Ok(Page { items: items.map(|body| EventBody { more: None, ..body }).collect(), next: page.next })
            }
        }
    }

    async fn read_records(&self, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
        let Some((read, _)) = self.ends_stream(read).await? else { return Ok(nothing()) };
        let mut page = self.inner.read_records(&read).await?;
        page.items.retain(|event| self.is_past(event.head.global_position));
        Ok(page)
    }

    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
        let later = match address {
            EventAddress::Position(at) => *at > self.end,
            EventAddress::Version(stream, version) => {
                self.then(stream).await?.is_none_or(|then| then.version < Some(*version))
            }
            EventAddress::Id(_) => false,
        };
        if later {
            return Ok(None);
        }
        Ok(self.inner.read_event(address).await?.filter(|event| self.is_past(event.head.global_position)))
    }

    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
        match read.sort {
            StreamSort::Name => self.by_name(read).await,
            StreamSort::Recent => self.by_recent(read).await,
            StreamSort::Length => self.by_length(read).await,
        }
    }

    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
        match self.inner.read_summary(stream).await? {
            Some(now) => self.summary_then(now).await,
            None => Ok(None),
        }
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        self.totals().await
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        self.inner.read_change().await
    }

    async fn read_identity(&self) -> Result<Option<String>, StoreError> {
        self.inner.read_identity().await
    }

    fn rest(&self) -> Duration {
        self.inner.rest()
    }

    async fn read_moments(&self, places: &[Position]) -> Result<Option<Vec<(Position, Timestamp)>>, StoreError> {
        let moments = self.inner.read_moments(places).await?;
        Ok(moments.map(|found| found.into_iter().filter(|(position, _)| *position <= self.end).collect()))
    }

    /// The longest of then are found by looking at the longest of now, and behind them for as long as need be.
    fn ranks_streams(&self) -> bool {
        false
    }

    fn processes(&self) -> Option<&dyn ProcessReader> {
        let told = self.source.own && self.inner.processes().is_some();
        told.then_some(self as &dyn ProcessReader)
    }

    async fn listen(&self) -> Result<Option<Box<dyn Wake>>, StoreError> {
        self.inner.listen().await
    }

    fn close_idle(&self) {
        self.inner.close_idle();
    }

    fn remade(&self) -> u64 {
        self.inner.remade()
    }

    fn rows_read(&self) -> u64 {
        self.inner.rows_read()
    }
}

fn nothing<T, K>() -> Page<T, K> {
    Page { items: Vec::new(), next: None }
}
