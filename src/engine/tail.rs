//! The log behind a consumer's checkpoint, event by event. The checkpoint moves when a page of it is done.

use super::Works;
use crate::store::StoreError;
use foldback_domain::event::{Position, RecordedEvent};
use foldback_domain::processes::ConsumerKind;
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use std::collections::VecDeque;

/// How many events are read at once.
const PAGE: usize = 200;

/// What a consumer has not taken in.
pub struct Tail {
    works: Works,
    name: &'static str,
    page: VecDeque<RecordedEvent>,
    /// Where the stored checkpoint is.
    checkpoint: Option<Position>,
    /// The last event of the page.
    end: Option<Position>,
    begun: bool,
}

impl Tail {
    /// The log as a consumer sees it.
    pub fn new(works: Works, name: &'static str) -> Tail {
        Tail { works, name, page: VecDeque::new(), checkpoint: None, end: None, begun: false }
    }

    /// Makes the checkpoint where there is none, at the head: what happened before does not concern it.
    pub async fn enrol(works: &Works, name: &'static str) -> Result<(), StoreError> {
        if works.books.read_checkpoint(name).await?.is_none() {
            let head = works.reader.read_head().await?;
            works.books.ensure_consumer(name, ConsumerKind::Saga, head, &[], works.clock.now()).await?;
        }
        Ok(())
    }

    /// Forgets what it has read: the next event is the one behind the stored checkpoint.
    pub fn reset(&mut self) {
        self.page.clear();
        self.begun = false;
    }

    /// The next event; `None` at the end of the log.
    pub async fn peek(&mut self) -> Result<Option<RecordedEvent>, StoreError> {
        if !self.begun {
            Tail::enrol(&self.works, self.name).await?;
            self.checkpoint = self.works.books.read_checkpoint(self.name).await?.and_then(|found| found.position);
            self.end = self.checkpoint;
            self.begun = true;
        }
        if self.page.is_empty() {
            self.settle().await?;
            let start = self.checkpoint.map(|position| Position(position.0.saturating_add(1)));
            let read = LogRead { filter: LogFilter::default(), start, direction: Direction::Forward, limit: PAGE };
            let page = self.works.reader.read_events(&read).await?;
            self.end = page.items.last().and_then(|event| event.head.global_position).or(self.end);
            self.page = page.items.into();
        }
        Ok(self.page.front().cloned())
    }

    /// The event that was peeked at is done.
    pub async fn done(&mut self) -> Result<(), StoreError> {
        self.page.pop_front();
        if self.page.is_empty() { self.settle().await } else { Ok(()) }
    }

    /// Moves the checkpoint behind the page that is done.
    async fn settle(&mut self) -> Result<(), StoreError> {
        if self.end == self.checkpoint {
            return Ok(());
        }
        if let Some(end) = self.end {
            self.works.books.move_checkpoint(self.name, self.checkpoint, end, self.works.clock.now()).await?;
            self.checkpoint = Some(end);
        }
        Ok(())
    }
}
