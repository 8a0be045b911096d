//! The events of a stream for a fold, page by page: while one page is folded the next is read.

use super::Explorer;
use crate::store::{EventReader, StoreError};
use foldback_domain::event::{EventBody, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How many events are read at a time: enough that the cost of a read does not show, little enough to stay small.
const PAGE: usize = 4_096;

type Pending = JoinHandle<Result<Page<EventBody, Version>, StoreError>>;

/// Pages of a stream between two versions, in order.
pub(super) struct Bodies {
    reader: Arc<dyn EventReader>,
    read: StreamRead,
    pending: Option<Pending>,
}

impl Bodies {
    /// The events of a stream from one version to another, both inclusive.
    pub(super) fn between(explorer: &Explorer, stream: &StreamName, from: Version, to: Version) -> Self {
        let limit = PAGE.min(usize::try_from(to.0.saturating_sub(from.0).saturating_add(1)).unwrap_or(PAGE)).max(1);
        let read = StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit };
        let mut bodies = Bodies { reader: explorer.reader.clone(), read, pending: None };
        bodies.begin();
        bodies
    }

    /// Every event of a stream.
    pub(super) fn all(explorer: &Explorer, stream: &StreamName) -> Self {
        Self::between(explorer, stream, Version(i64::MIN), Version(i64::MAX))
    }

    fn begin(&mut self) {
        let (reader, read) = (self.reader.clone(), self.read.clone());
        self.pending = Some(tokio::spawn(async move { reader.read_bodies(&read).await }));
    }

    /// The next page; `None` behind the last.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<EventBody>>, StoreError> {
        let Some(pending) = self.pending.as_mut() else { return Ok(None) };
        let page = pending.await.map_err(|e| StoreError::unavailable("reading", e.to_string(), ""))??;
        self.pending = None;
        if let Some(next) = page.next {
            self.read.from = next;
            self.begin();
        }
        Ok(Some(page.items))
    }

    /// Whether the page that was read is the last.
    pub(super) fn is_done(&self) -> bool {
        self.pending.is_none()
    }
}

impl Drop for Bodies {
    /// Whoever asked has gone: the page that is being read is the last.
    fn drop(&mut self) {
        if let Some(pending) = &self.pending {
            pending.abort();
        }
    }
}
