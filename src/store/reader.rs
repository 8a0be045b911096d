//! How a store is read: in bounded pages by key. What is not needed is not read.

use super::wake::Wake;
use super::{ProcessReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    Direction, EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSummary, StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::time::Duration;

/// A page of payloads ends early when it holds this many bytes, so that memory stays bounded.
pub const PAGE_BYTES: usize = 8 << 20;

/// How many events the first pages of several streams hold together before an answer ends.
pub const FRONT_EVENTS: usize = 4_096;

/// How many events a page has at most where they are read one by one.
const SINGLY: usize = 256;

/// A store that can be read. Every call is one bounded read; nothing is left behind in the store.
#[async_trait]
pub trait EventReader: Send + Sync {
    /// What this source is and can do.
    fn source(&self) -> &SourceInfo;

    /// The greatest position that can be read now with nothing in flight below it; `None` in an empty log.
    async fn read_head(&self) -> Result<Option<Position>, StoreError>;

    /// A page of the log without payloads.
    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError>;

    /// A page of the log with payloads; ends early at [`PAGE_BYTES`].
    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError>;

    /// A page of a stream without payloads.
    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError>;

    /// A page of what a fold needs of a stream; ends early at [`PAGE_BYTES`].
    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError>;

    /// The first page of what a fold needs of each of these streams: of as many of them, from the front of the list, as
    /// fit into [`FRONT_EVENTS`] and [`PAGE_BYTES`], and of at least one. Many small streams are read in one go where a
    /// store can; one that has no better way is asked for each.
    async fn read_fronts(&self, streams: &[StreamName]) -> Result<Vec<Page<EventBody, Version>>, StoreError> {
        let mut fronts = Fronts::default();
        for stream in streams {
            if !fronts.take(self.read_bodies(&Fronts::read(stream)).await?) {
                break;
            }
        }
        Ok(fronts.pages)
    }

    /// A page of whole events of a stream, in order of version, for the few folds that look at more than payloads;
    /// ends early at [`PAGE_BYTES`]. A store that has no better way is asked for each event.
    async fn read_records(&self, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
        let heads = self.read_stream(&StreamRead { limit: read.limit.min(SINGLY), ..read.clone() }).await?;
        let mut page = Page { items: Vec::with_capacity(heads.items.len()), next: heads.next };
        for version in heads.items.iter().filter_map(|head| head.stream_version) {
            page.items.extend(self.read_event(&EventAddress::Version(read.stream.clone(), version)).await?);
        }
        Ok(page)
    }

    /// One event, whole.
    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError>;

    /// A page of the list of streams.
    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError>;

    /// The page of the list of streams that ends before the cursor of a read, or with the list where it has none, in the
    /// list's order. What follows is the place behind which it begins; none where that is the list's beginning. `None`
    /// where the list can only be read forwards.
    async fn read_streams_before(
        &self,
        _: &StreamsRead,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        Ok(None)
    }

    /// A page of the list of streams by name as it was when the log's last event was here or before it, in one question;
    /// `None` where that is no quicker than asking for each stream.
    async fn read_streams_then(
        &self,
        _: &StreamsRead,
        _: Position,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        Ok(None)
    }

    /// One stream without its events; `None` when there is no such stream.
    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError>;

    /// About how many events there are, by what the database knows without counting; `None` where it does not know.
    async fn read_estimate(&self) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// Everything counted exactly. This may take long on a large store.
    async fn read_totals(&self) -> Result<Totals, StoreError>;

    /// A number that changes when the store has changed; cheap enough to ask several times a second.
    async fn read_change(&self) -> Result<i64, StoreError>;

    /// Which database this is, in words that another one does not have, though it be called the same and stand in its
    /// place; `None` where nobody can tell. Never a secret.
    async fn read_identity(&self) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// How long to wait at least between two questions whether the store has changed: a file may be asked often, and an
    /// idle server once a second.
    fn rest(&self) -> Duration {
        Duration::from_millis(250)
    }

    /// The first event at each of these places or behind it, and when it was recorded, in one question; `None` where that is
    /// no quicker than asking for each.
    async fn read_moments(&self, _: &[Position]) -> Result<Option<Vec<(Position, Timestamp)>>, StoreError> {
        Ok(None)
    }

    /// Whether the list of streams can be read by length and by newest event without looking at every event first.
    fn ranks_streams(&self) -> bool;

    /// What the store tells of the processes around its log; `None` where it tells nothing.
    fn processes(&self) -> Option<&dyn ProcessReader> {
        None
    }

    /// A line on which the store itself tells of new events; `None` where it has none. Ask for it through
    /// [`wake`](super::wake::wake), which knows another way where this one fails.
    async fn listen(&self) -> Result<Option<Box<dyn Wake>>, StoreError> {
        Ok(None)
    }

    /// Closes connections that are not in use.
    fn close_idle(&self) {}

    /// How often a connection was lost and made anew while a question was asked, which was then answered all the same.
    fn remade(&self) -> u64 {
        0
    }

    /// How many rows were read so far, over all calls.
    fn rows_read(&self) -> u64;
}

/// The first pages of several streams, until they are enough for one answer.
#[derive(Debug, Default)]
pub struct Fronts {
    /// The pages.
    pub pages: Vec<Page<EventBody, Version>>,
    events: usize,
    bytes: usize,
}

impl Fronts {
    /// What is read of one stream.
    pub fn read(stream: &StreamName) -> StreamRead {
        let (from, to) = (Version(i64::MIN), Version(i64::MAX));
        StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit: FRONT_EVENTS }
    }

    /// Takes the next; whether there is room for more.
    pub fn take(&mut self, page: Page<EventBody, Version>) -> bool {
        self.events += page.items.len();
        self.bytes += page.items.iter().map(|body| body.data.len()).sum::<usize>();
        self.pages.push(page);
        self.events < FRONT_EVENTS && self.bytes < PAGE_BYTES
    }
}
