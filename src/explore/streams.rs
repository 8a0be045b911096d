//! The list of streams, page by page.

use super::{Explorer, Reporter};
use crate::analysis::streams::NameFilter;
use crate::store::StoreError;
use foldback_domain::event::StreamName;
use foldback_domain::reading::{Page, StreamCursor, StreamSummary, StreamsRead};

/// How many streams are looked at in one read while a filter is at work.
const SCAN: usize = 4_096;

/// A page of the list that is full unless the list ends; the filter may pass over any number of streams to fill it.
pub async fn page(
    explorer: &Explorer,
    read: &StreamsRead,
    filter: Option<&NameFilter>,
    progress: &Reporter,
) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
    let Some(filter) = filter else {
        return explorer.reader.read_streams(read).await;
    };
    let wanted = read.limit;
    let mut read = StreamsRead { limit: SCAN.max(wanted), ..read.clone() };
    let mut items = Vec::new();
    let mut seen = 0;
    loop {
        let page = explorer.reader.read_streams(&read).await?;
        seen += page.items.len() as u64;
        for summary in page.items {
            if !filter.matches(summary.stream_id.as_str()) {
                continue;
            }
            items.push(summary);
            if items.len() == wanted {
                let last = &items[wanted - 1];
                let next = Some(StreamCursor::of(read.sort, last));
                return Ok(Page { items, next });
            }
        }
        progress.report(seen, None);
        match page.next {
            Some(next) => read.after = Some(next),
            None => return Ok(Page { items, next: None }),
        }
    }
}

/// The page of the list that ends before a place, or with the list, and that is full unless the list begins; where the page
/// begins stands in it. `None` where the store's list can only be read forwards.
pub async fn page_before(
    explorer: &Explorer,
    read: &StreamsRead,
    filter: Option<&NameFilter>,
    progress: &Reporter,
) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
    let Some(filter) = filter else {
        return explorer.reader.read_streams_before(read).await;
    };
    let wanted = read.limit;
    let mut read = StreamsRead { limit: SCAN.max(wanted), ..read.clone() };
    let (mut items, mut seen) = (Vec::new(), 0);
    loop {
        let Some(page) = explorer.reader.read_streams_before(&read).await? else { return Ok(None) };
        seen += page.items.len() as u64;
        read.after = page.items.first().map(|first| StreamCursor::of(read.sort, first));
        // From the page's end: the last that pass are wanted, and the one before them tells where they begin.
        let passing = page.items.into_iter().rev().filter(|stream| filter.matches(stream.stream_id.as_str()));
        items.extend(passing.take((wanted + 1).saturating_sub(items.len())));
        if items.len() > wanted || page.next.is_none() {
            return Ok(Some(Page::turned(items, wanted, read.sort)));
        }
        progress.report(seen, None);
    }
}

/// One stream without its events; `None` when there is no such stream.
pub async fn summary(explorer: &Explorer, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
    explorer.reader.read_summary(stream).await
}
