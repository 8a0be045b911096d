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
                let next = Some(cursor(&read, last));
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

/// Where a list goes on behind a stream.
pub fn cursor(read: &StreamsRead, last: &StreamSummary) -> StreamCursor {
    use foldback_domain::reading::StreamSort;
    let rank = match read.sort {
        StreamSort::Name => 0,
        StreamSort::Length => i64::try_from(last.events).unwrap_or(i64::MAX),
        StreamSort::Recent => last.last_position.map_or(0, |position| position.0),
    };
    StreamCursor { stream_id: last.stream_id.clone(), rank }
}

/// One stream without its events; `None` when there is no such stream.
pub async fn summary(explorer: &Explorer, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
    explorer.reader.read_summary(stream).await
}
