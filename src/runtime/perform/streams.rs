//! What the list of streams asks. Where a list can only be read forwards, going back is reading from a place before.

use super::travel::Opened;
use crate::analysis::streams::NameFilter;
use crate::app::screens::streams::trail::Trail;
use crate::app::screens::streams::{Ask, Preview, Reply};
use crate::app::window::Want;
use crate::explore::{Explorer, Reporter, streams};
use crate::store::StoreError;
use foldback_domain::event::{StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamCursor, StreamRead, StreamSort, StreamSummary, StreamsRead};

/// How many versions a preview shows.
const VERSIONS: usize = 8;
/// How many streams the palette shows.
const FOUND: usize = 30;

type Streams = Page<StreamSummary, StreamCursor>;

pub(super) async fn answer(
    now: &Explorer,
    explorer: &Explorer,
    opened: &Opened,
    ask: Ask,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    match ask {
        Ask::Page { want, read, filter } => {
            let page = page(explorer, read.clone(), filter.as_ref(), progress).await?;
            let at_start = (want == Want::Start).then_some(read.after.is_none());
            Ok(Reply::Page { want, rows: page.items, at_start, at_end: Some(page.next.is_none()), trail: None })
        }
        Ask::Before { until, first, mut read, filter, keep, pages } => {
            let back = StreamsRead { after: Some(first), limit: read.limit, ..read.clone() };
            if let Some(page) = streams::page_before(explorer, &back, filter.as_ref(), progress).await? {
                return Ok(turned(Want::Before(until), page, None));
            }
            let mut at_start = read.after.is_none();
            let mut rows: Vec<StreamSummary> = Vec::new();
            for _ in 0..pages {
                let page = page(explorer, read.clone(), filter.as_ref(), progress).await?;
                let end = page.items.iter().position(|row| row.stream_id == until);
                rows.extend(page.items.into_iter().take(end.unwrap_or(usize::MAX)));
                let surplus = rows.len().saturating_sub(keep);
                at_start &= surplus == 0;
                rows.drain(..surplus);
                match page.next {
                    Some(next) if end.is_none() => read.after = Some(next),
                    _ => break,
                }
            }
            Ok(Reply::Page { want: Want::Before(until), rows, at_start: Some(at_start), at_end: None, trail: None })
        }
        Ask::End { mut read, filter, keep, mut trail } => {
            let back = StreamsRead { after: None, limit: keep, ..read.clone() };
            if let Some(page) = streams::page_before(explorer, &back, filter.as_ref(), progress).await? {
                return Ok(turned(Want::End, page, Some(true)));
            }
            let mut at_start = read.after.is_none();
            let mut rows: Vec<StreamSummary> = Vec::new();
            let mut seen = 0;
            loop {
                let page = page(explorer, read.clone(), filter.as_ref(), progress).await?;
                seen += page.items.len() as u64;
                progress.report(seen, None);
                if let Some(last) = page.items.last() {
                    trail.pass(read.sort, StreamCursor::of(read.sort, last));
                }
                rows.extend(page.items);
                let surplus = rows.len().saturating_sub(keep);
                at_start &= surplus == 0;
                rows.drain(..surplus);
                match page.next {
                    Some(next) => read.after = Some(next),
                    None => break,
                }
            }
            let (at_start, at_end) = (Some(at_start), Some(true));
            Ok(Reply::Page { want: Want::End, rows, at_start, at_end, trail: Some(trail) })
        }
        Ask::Preview(stream) => Ok(Reply::Preview(Box::new(preview(now, explorer, opened, stream, progress).await?))),
        Ask::Search(words) => {
            let read = StreamsRead { category: None, sort: StreamSort::Name, after: None, limit: FOUND };
            let page = streams::page(explorer, &read, Some(&NameFilter::Words(words)), progress).await?;
            Ok(Reply::Found(page.items.into_iter().take(FOUND).collect()))
        }
    }
}

/// A page that was read backwards, with the one place that must be known to read it again.
fn turned(want: Want<StreamName>, page: Streams, at_end: Option<bool>) -> Reply {
    let at_start = Some(page.next.is_none());
    let trail = Some(page.next.map_or_else(Trail::default, Trail::from));
    Reply::Page { want, rows: page.items, at_start, at_end, trail }
}

/// A page with at least one row, unless the list ends.
async fn page(
    explorer: &Explorer,
    mut read: StreamsRead,
    filter: Option<&NameFilter>,
    progress: &Reporter,
) -> Result<Streams, StoreError> {
    loop {
        let page = streams::page(explorer, &read, filter, progress).await?;
        match page.next {
            Some(next) if page.items.is_empty() => read.after = Some(next),
            _ => return Ok(page),
        }
    }
}

async fn preview(
    now: &Explorer,
    explorer: &Explorer,
    opened: &Opened,
    stream: StreamName,
    progress: &Reporter,
) -> Result<Preview, StoreError> {
    let as_of = explorer.as_of();
    let gone = |stream| Ok(Preview { stream, as_of, versions: Vec::new(), moment: None });
    let Some(summary) = explorer.reader.read_summary(&stream).await? else { return gone(stream) };
    let Some(travel) = opened.of_then(now, explorer, &summary).await? else { return gone(stream) };
    let mut travel = travel.lock().await;
    let read = StreamRead {
        stream: stream.clone(),
        from: Version(i64::MIN),
        to: Version(i64::MAX),
        direction: Direction::Backward,
        limit: VERSIONS,
    };
    let versions = explorer.reader.read_stream(&read).await?.items;
    let moment = Some(travel.moment(summary.version, progress).await?);
    Ok(Preview { stream, as_of, versions, moment })
}
