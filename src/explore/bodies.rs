//! The events of a stream for a fold, page by page: while one page is folded the next is read.

use super::Explorer;
use crate::store::{EventReader, StoreError};
use foldback_domain::event::{EventBody, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};
use futures_util::FutureExt;
use futures_util::future::{BoxFuture, MaybeDone, maybe_done};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Waker};

/// How many events are read at a time: enough that the cost of a read does not show, little enough to stay small.
const PAGE: usize = 4_096;
/// The first page is small, so that the fold begins soon.
const FIRST: usize = 512;

type Reading<T> = MaybeDone<BoxFuture<'static, Result<T, StoreError>>>;

/// A read that was set going before anybody waits for it; dropping it gives it up.
pub(super) struct Ahead<T>(Pin<Box<Reading<T>>>);

impl<T: Send> Ahead<T> {
    /// Sets a read going. A first poll, by nobody, starts it on its own thread, so that it runs while something else is done
    /// here: a task of its own would cost two more wake-ups for each page.
    pub(super) fn begin(read: impl Future<Output = Result<T, StoreError>> + Send + 'static) -> Ahead<T> {
        let mut reading = Box::pin(maybe_done(read.boxed()));
        let _ = reading.poll_unpin(&mut Context::from_waker(Waker::noop()));
        Ahead(reading)
    }

    /// What was read.
    pub(super) async fn done(mut self) -> Result<T, StoreError> {
        self.0.as_mut().await;
        self.0.as_mut().take_output().expect("a read that was waited for is done, and nobody else takes it")
    }
}

/// Pages of a stream between two versions, in order.
pub struct Bodies {
    reader: Arc<dyn EventReader>,
    read: StreamRead,
    /// Whether all that is known of an event is wanted.
    more: bool,
    /// A page that was read before anybody asked.
    front: Option<Page<EventBody, Version>>,
    /// The page that is being read; dropping it gives the read up.
    pending: Option<Ahead<Page<EventBody, Version>>>,
}

impl Bodies {
    /// The events of a stream from one version to another, both inclusive; `more` asks for all that is known of them.
    pub(super) fn between(explorer: &Explorer, stream: &StreamName, from: Version, to: Version, more: bool) -> Self {
        let limit = FIRST.min(usize::try_from(to.0.saturating_sub(from.0).saturating_add(1)).unwrap_or(FIRST)).max(1);
        let read = StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit };
        let mut bodies = Bodies { reader: explorer.reader.clone(), read, more, front: None, pending: None };
        bodies.begin();
        bodies
    }

    /// Every event of a stream whose first page is there already.
    pub(super) fn behind(explorer: &Explorer, stream: &StreamName, front: Page<EventBody, Version>) -> Self {
        let (from, to) = (Version(i64::MIN), Version(i64::MAX));
        let read = StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit: PAGE };
        Bodies { reader: explorer.reader.clone(), read, more: false, front: Some(front), pending: None }
    }

    /// No events.
    pub(super) fn none(explorer: &Explorer, stream: &StreamName) -> Self {
        Bodies::behind(explorer, stream, Page { items: Vec::new(), next: None })
    }

    /// Every event of a stream.
    pub(super) fn all(explorer: &Explorer, stream: &StreamName, more: bool) -> Self {
        Self::between(explorer, stream, Version(i64::MIN), Version(i64::MAX), more)
    }

    /// Begins to read the next page.
    fn begin(&mut self) {
        let (reader, read) = (self.reader.clone(), self.read.clone());
        self.pending = Some(match self.more {
            false => Ahead::begin(async move { reader.read_bodies(&read).await }),
            true => Ahead::begin(async move {
                let page = reader.read_records(&read).await?;
                let items = page.items.into_iter().filter_map(RecordedEvent::into_body).collect();
                Ok(Page { items, next: page.next })
            }),
        });
    }

    /// The next page; `None` behind the last.
    pub async fn next(&mut self) -> Result<Option<Vec<EventBody>>, StoreError> {
        let page = match (self.front.take(), self.pending.take()) {
            (Some(front), _) => front,
            (None, Some(pending)) => pending.done().await?,
            (None, None) => return Ok(None),
        };
        if let Some(next) = page.next {
            self.read.from = next;
            self.read.limit = PAGE;
            self.begin();
        }
        Ok(Some(page.items))
    }

    /// Whether the page that was read is the last.
    pub(super) fn is_done(&self) -> bool {
        self.pending.is_none()
    }
}
