//! Where a stream ended then, and what it was.

use super::Past;
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, StreamName, Version};
use foldback_domain::reading::{Direction, LogFilter, LogRead, StreamRead, StreamSummary};
use std::sync::Arc;

/// How many streams' ends are kept.
const KNOWN: usize = 4_096;
/// How many of a stream's later events are looked through for a version that is out of turn.
const LATER: usize = 256;
/// How many events are counted at a time.
const COUNTED: usize = 4_096;

/// A stream as it ended then.
pub(super) struct Then {
    /// Its greatest version without a later event below it; `None` where its events have no versions.
    pub(super) version: Option<Version>,
    /// Its last event then.
    pub(super) head: EventHead,
    /// Whether a later event has that version too.
    shared: bool,
}

impl Past {
    /// The first event of a read; pages that end early are gone on with.
    pub(super) async fn first(&self, mut read: LogRead) -> Result<Option<EventHead>, StoreError> {
        read = self.ends_log(&read);
        loop {
            let page = self.inner.read_log(&read).await?;
            if let Some(head) = page.items.into_iter().next() {
                return Ok(Some(head));
            }
            match page.next {
                Some(next) => read.start = Some(next),
                None => return Ok(None),
            }
        }
    }

    /// Where a stream ended then; `None` when it was not there yet.
    pub(super) async fn then(&self, stream: &StreamName) -> Result<Option<Arc<Then>>, StoreError> {
        if let Some(known) = self.known.lock().ok().and_then(|known| known.get(stream).cloned()) {
            return Ok(known);
        }
        let then = self.find(stream).await?.map(Arc::new);
        self.keep(stream.clone(), then.clone());
        Ok(then)
    }

    fn keep(&self, stream: StreamName, then: Option<Arc<Then>>) {
        let Ok(mut known) = self.known.lock() else { return };
        if known.len() >= KNOWN {
            known.clear();
        }
        known.insert(stream, then);
    }

    async fn find(&self, stream: &StreamName) -> Result<Option<Then>, StoreError> {
        let last = LogRead {
            filter: LogFilter { stream: Some(stream.clone()), ..LogFilter::default() },
            start: None,
            direction: Direction::Backward,
            limit: 1,
        };
        let Some(head) = self.first(last).await? else { return Ok(None) };
        let orderly = Then { version: head.stream_version, head, shared: false };
        if self.orderly || orderly.version.is_none() {
            return Ok(Some(orderly));
        }
        // Read before what came later is looked for: what comes meanwhile is later, and found.
        let Some(now) = self.inner.read_summary(stream).await? else { return Ok(Some(orderly)) };
        let mut shared = false;
        let to = match self.lowest_later(stream).await? {
            None => now.version.max(orderly.version),
            Some(lowest) => {
                shared = self.at(stream, lowest).await?.is_some();
                Some(if shared { lowest } else { Version(lowest.0.saturating_sub(1)) })
            }
        };
        let Some(to) = to else { return Ok(Some(orderly)) };
        Ok(self.at_or_before(stream, to).await?.map(|head| Then { version: head.stream_version, head, shared }))
    }

    /// The lowest version among the events of a stream that came later.
    async fn lowest_later(&self, stream: &StreamName) -> Result<Option<Version>, StoreError> {
        let from = Some(Position(self.end.0.saturating_add(1)));
        let filter = LogFilter { stream: Some(stream.clone()), from, ..LogFilter::default() };
        let mut read = LogRead { filter, start: None, direction: Direction::Forward, limit: LATER };
        let mut lowest = None;
        loop {
            let page = self.inner.read_log(&read).await?;
            let versions = page.items.iter().filter_map(|head| head.stream_version);
            lowest = lowest.into_iter().chain(versions).min();
            match page.next {
                Some(next) if page.items.len() < read.limit => {
                    read.start = Some(next);
                    read.limit -= page.items.len();
                }
                _ => return Ok(lowest),
            }
        }
    }

    /// An event of then with exactly this version.
    async fn at(&self, stream: &StreamName, version: Version) -> Result<Option<EventHead>, StoreError> {
        let head = self.at_or_before(stream, version).await?;
        Ok(head.filter(|head| head.stream_version == Some(version)))
    }

    /// The event of then with the greatest version up to this one.
    async fn at_or_before(&self, stream: &StreamName, to: Version) -> Result<Option<EventHead>, StoreError> {
        let from = Version(i64::MIN);
        let mut read = StreamRead { stream: stream.clone(), from, to, direction: Direction::Backward, limit: 1 };
        loop {
            let page = self.inner.read_stream(&read).await?;
            if let Some(head) = page.items.into_iter().find(|head| self.is_past(head.global_position)) {
                return Ok(Some(head));
            }
            match page.next {
                Some(next) => read.to = next,
                None => return Ok(None),
            }
        }
    }

    /// A read of a stream that ends where the stream ended then, and whether later events have its last version too;
    /// `None` when there is nothing to read.
    pub(super) async fn ends_stream(&self, read: &StreamRead) -> Result<Option<(StreamRead, bool)>, StoreError> {
        let Some(then) = self.then(&read.stream).await? else { return Ok(None) };
        let Some(version) = then.version.filter(|version| *version >= read.from) else { return Ok(None) };
        let shared = then.shared && read.to >= version;
        Ok(Some((StreamRead { to: read.to.min(version), ..read.clone() }, shared)))
    }

    /// What a stream was then, from what it is now; `None` when it was not there yet.
    pub(super) async fn summary_then(&self, now: StreamSummary) -> Result<Option<StreamSummary>, StoreError> {
        if now.last_position.is_some_and(|last| last <= self.end) {
            return Ok(Some(now));
        }
        let Some(then) = self.then(&now.stream_id).await? else { return Ok(None) };
        let (events, unversioned) = match self.without_gaps(&now, &then) {
            Some(events) => (events, 0),
            None => self.count(&now.stream_id, then.version).await?,
        };
        Ok(Some(StreamSummary {
            version: then.version,
            events,
            unversioned,
            last_at: then.head.created_at,
            last_position: then.head.global_position,
            ..now
        }))
    }

    /// How many events a stream had, where its versions say it.
    fn without_gaps(&self, now: &StreamSummary, then: &Then) -> Option<u64> {
        let numbers = |version: Option<Version>| version.and_then(Version::number);
        let (first, last, ended) = (numbers(now.first_version)?, numbers(now.version)?, numbers(then.version)?);
        let up_to = |last: i64| last.checked_sub(first).and_then(|steps| u64::try_from(steps).ok()).map(|n| n + 1);
        (now.unversioned == 0 && !then.shared && up_to(last) == Some(now.events)).then(|| up_to(ended)).flatten()
    }

    /// How many events a stream had, and how many of them had no version though the others had.
    async fn count(&self, stream: &StreamName, to: Option<Version>) -> Result<(u64, u64), StoreError> {
        let filter = LogFilter { stream: Some(stream.clone()), ..LogFilter::default() };
        let read = LogRead { filter, start: None, direction: Direction::Forward, limit: COUNTED };
        let mut read = self.ends_log(&read);
        let (mut events, mut unversioned) = (0, 0);
        loop {
            let page = self.inner.read_log(&read).await?;
            let seen = |head: &&EventHead| head.stream_version.is_none() || head.stream_version <= to;
            for head in page.items.iter().filter(seen) {
                events += 1;
                unversioned += u64::from(head.stream_version.is_none());
            }
            match page.next {
                Some(next) => read.start = Some(next),
                None => return Ok((events, unversioned)),
            }
        }
    }
}
