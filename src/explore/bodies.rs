//! The events of a stream for a fold, page by page: while one page is folded the next two are read.

use super::Explorer;
use crate::store::{EventReader, StoreError};
use foldback_domain::event::{EventBody, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead, StreamSummary};
use std::collections::VecDeque;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// How many events are read at a time: enough that the cost of a read does not show, little enough to stay small.
const PAGE: i64 = 4_096;
/// How many reads are under way at once: as many as a source has connections.
const AHEAD: usize = 2;

type Reading = JoinHandle<Result<Page<EventBody, Version>, StoreError>>;

/// Pages of a stream between two versions, in order.
///
/// Where versions are dense, the next stretch is known before the last one is read, and two are read at once.
pub(super) struct Bodies {
    reader: Arc<dyn EventReader>,
    stream: StreamName,
    /// Where the next stretch begins.
    from: Version,
    /// The last version wanted.
    to: Version,
    /// How many versions a stretch has.
    stretch: i64,
    /// The stretches that are being read, in order, each with its last version.
    reading: VecDeque<(Version, Reading)>,
}

impl Bodies {
    /// The events of a stream from one version to another, both inclusive.
    pub(super) fn between(explorer: &Explorer, summary: &StreamSummary, from: Version, to: Version) -> Self {
        let first = summary.first_version.unwrap_or(Version(0));
        let last = summary.version.unwrap_or(Version(i64::MAX));
        let span = last.0.saturating_sub(first.0).unsigned_abs();
        let dense = span / 2 <= summary.events;
        let mut bodies = Bodies {
            reader: explorer.reader.clone(),
            stream: summary.stream_id.clone(),
            from: from.max(first),
            to: to.min(last),
            stretch: if dense { PAGE } else { i64::MAX },
            reading: VecDeque::with_capacity(AHEAD),
        };
        bodies.read_on();
        bodies
    }

    /// Every event of a stream.
    pub(super) fn all(explorer: &Explorer, summary: &StreamSummary) -> Self {
        Self::between(explorer, summary, Version(i64::MIN), Version(i64::MAX))
    }

    /// Begins as many reads as may be under way.
    fn read_on(&mut self) {
        while self.reading.len() < AHEAD && self.from <= self.to {
            let end = Version(self.from.0.saturating_add(self.stretch - 1)).min(self.to);
            let reading = self.begin(self.from, end);
            self.reading.push_back((end, reading));
            if end.0 == i64::MAX {
                self.to = Version(i64::MIN);
            }
            self.from = end.next();
        }
    }

    fn begin(&self, from: Version, to: Version) -> Reading {
        let direction = Direction::Forward;
        let read = StreamRead { stream: self.stream.clone(), from, to, direction, limit: PAGE as usize };
        let reader = self.reader.clone();
        tokio::spawn(async move { reader.read_bodies(&read).await })
    }

    /// The next page; `None` behind the last. A page may be empty.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<EventBody>>, StoreError> {
        let Some((end, reading)) = self.reading.front_mut() else { return Ok(None) };
        let end = *end;
        let page = reading.await.map_err(|e| StoreError::unavailable("reading", e.to_string(), ""))??;
        self.reading.pop_front();
        if let Some(next) = page.next.filter(|next| *next <= end) {
            // The stretch holds more than one page of bytes: the rest of it comes before what is read already.
            let rest = self.begin(next, end);
            self.reading.push_front((end, rest));
        }
        self.read_on();
        Ok(Some(page.items))
    }

    /// Whether the page that was read is the last.
    pub(super) fn is_done(&self) -> bool {
        self.reading.is_empty()
    }
}

impl Drop for Bodies {
    /// Whoever asked has gone: the pages that are being read are the last.
    fn drop(&mut self) {
        self.reading.iter().for_each(|(_, reading)| reading.abort());
    }
}
