//! A log in which one stream is as on a branch. Only whole events are read from it, in order of the log.

use crate::explore::Explorer;
use crate::replay::{Branch, Plan};
use crate::store::{EventReader, StoreError};
use async_trait::async_trait;
use foldback_domain::Reducer;
use foldback_domain::event::{EventBody, EventHead, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSummary, StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use std::sync::Arc;

/// A reader whose log holds the branch in the place of its stream; everything else is as it is.
pub(super) struct BranchReader {
    inner: Arc<dyn EventReader>,
    stream: StreamName,
    first: Option<Version>,
    plan: Plan,
    moved: Vec<RecordedEvent>,
    reducer: Arc<dyn Reducer>,
}

impl BranchReader {
    pub(super) async fn open(
        explorer: &Explorer,
        stream: &StreamName,
        branch: &Branch,
        reducer: Arc<dyn Reducer>,
    ) -> Result<BranchReader, StoreError> {
        let inner = explorer.reader.clone();
        let (mut plan, mut moved) = (Plan::new(branch), Vec::new());
        for version in plan.wanted() {
            let address = EventAddress::Version(stream.clone(), version);
            if let Some(event) = inner.read_event(&address).await? {
                event.body().into_iter().for_each(|body| plan.supply(body));
                moved.push(event);
            }
        }
        let first = inner.read_summary(stream).await?.and_then(|summary| summary.first_version);
        Ok(BranchReader { inner, stream: stream.clone(), first, plan, moved, reducer })
    }

    /// What stands in the place of an event.
    pub(super) fn rewrite(&self, event: RecordedEvent) -> Vec<RecordedEvent> {
        match event.head.stream_version {
            Some(version) if event.head.stream_id == self.stream => {
                self.plan.rewrite(event, Some(version) == self.first, &self.moved, self.reducer.as_ref())
            }
            _ => vec![event],
        }
    }
}

#[async_trait]
impl EventReader for BranchReader {
    fn source(&self) -> &SourceInfo {
        self.inner.source()
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        self.inner.read_head().await
    }

    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
        self.inner.read_log(read).await
    }

    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
        let page = self.inner.read_events(read).await?;
        let items = page.items.into_iter().flat_map(|event| self.rewrite(event)).collect();
        Ok(Page { items, next: page.next })
    }

    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        self.inner.read_stream(read).await
    }

    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
        self.inner.read_bodies(read).await
    }

    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
        self.inner.read_event(address).await
    }

    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
        self.inner.read_streams(read).await
    }

    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
        self.inner.read_summary(stream).await
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        self.inner.read_totals().await
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        self.inner.read_change().await
    }

    fn ranks_streams(&self) -> bool {
        self.inner.ranks_streams()
    }

    fn rows_read(&self) -> u64 {
        self.inner.rows_read()
    }
}
