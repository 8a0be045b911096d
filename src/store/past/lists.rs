//! The list of streams as it was, page by page, in each order.

use super::{Past, nothing};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, StreamName};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page, StreamCursor, StreamSummary, StreamsRead};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// How many streams of now one page looks at; a page that is not full by then says where to go on.
const LOOKED_AT: usize = 20_000;
/// How many streams are read at a time at least.
const AT_LEAST: usize = 64;
/// How many streams are read at a time where all are looked at.
const ALL: usize = 4_096;
/// How many events one page walks back through.
const WALKED: usize = 50_000;

type Streams = Page<StreamSummary, StreamCursor>;

fn behind(stream: &StreamName) -> StreamCursor {
    StreamCursor { stream_id: stream.clone(), rank: 0 }
}

/// The list by newest event goes on before this position, which one stream alone has.
fn before(position: Option<Position>, stream: &StreamName) -> StreamCursor {
    StreamCursor { stream_id: stream.clone(), rank: position.map_or(0, |position| position.0) }
}

impl Past {
    /// By name: the streams of now, each as it was, without those that were not there yet.
    pub(super) async fn by_name(&self, read: &StreamsRead) -> Result<Streams, StoreError> {
        if let Some(page) = self.inner.read_streams_then(read, self.end).await? {
            return Ok(page);
        }
        let limit = read.limit.max(1);
        let mut asked = StreamsRead { limit: limit.saturating_add(1).max(AT_LEAST), ..read.clone() };
        let mut page = nothing();
        let mut looked = 0;
        loop {
            let found = self.inner.read_streams(&asked).await?;
            let last = found.items.last().map(|now| now.stream_id.clone());
            looked += found.items.len();
            for now in found.items {
                let Some(then) = self.summary_then(now).await? else { continue };
                if page.items.len() == limit {
                    page.next = page.items.last().map(|last: &StreamSummary| behind(&last.stream_id));
                    return Ok(page);
                }
                page.items.push(then);
            }
            let Some(next) = found.next else { return Ok(page) };
            if looked >= LOOKED_AT {
                page.next = Some(last.map_or(next, |last| behind(&last)));
                return Ok(page);
            }
            asked.after = Some(next);
        }
    }

    /// The one with the newest event first: back from the end of the log. An event is where its stream stood then when
    /// the stream ended with it, so nothing needs to be remembered from page to page.
    pub(super) async fn by_recent(&self, read: &StreamsRead) -> Result<Streams, StoreError> {
        let limit = read.limit.max(1);
        let start = read.after.as_ref().map(|after| Position(after.rank.saturating_sub(1)));
        let filter = LogFilter { category: read.category.clone(), ..LogFilter::default() };
        let chunk = limit.saturating_mul(4).clamp(AT_LEAST, ALL);
        let mut log = self.ends_log(&LogRead { filter, start, direction: Direction::Backward, limit: chunk });
        let mut page = nothing();
        let mut walked = 0;
        loop {
            let found = self.inner.read_log(&log).await?;
            walked += found.items.len().max(AT_LEAST);
            for head in &found.items {
                let Some(then) = self.ended_with(head).await? else { continue };
                if page.items.len() == limit {
                    page.next =
                        page.items.last().map(|last: &StreamSummary| before(last.last_position, &last.stream_id));
                    return Ok(page);
                }
                page.items.push(then);
            }
            let Some(next) = found.next else { return Ok(page) };
            if walked >= WALKED {
                let behind = Position(next.0.saturating_add(1));
                page.next = Some(before(Some(behind), &StreamName(String::new())));
                return Ok(page);
            }
            log.start = Some(next);
        }
    }

    /// The stream that ended then with this event, if one did.
    async fn ended_with(&self, head: &EventHead) -> Result<Option<StreamSummary>, StoreError> {
        // An event without a stream is in the log, but in no list.
        if head.stream_id.as_str().is_empty() && head.stream_version.is_none() {
            return Ok(None);
        }
        let ended = self.then(&head.stream_id).await?;
        if ended.is_none_or(|ended| ended.head.global_position != head.global_position) {
            return Ok(None);
        }
        match self.inner.read_summary(&head.stream_id).await? {
            Some(now) => self.summary_then(now).await,
            None => Ok(None),
        }
    }

    /// The longest first. None was longer then than it is now: the longest of now are looked at until no other can be
    /// among those that are wanted.
    pub(super) async fn by_length(&self, read: &StreamsRead) -> Result<Streams, StoreError> {
        let limit = read.limit.max(1);
        let place = |events: u64, stream: &StreamSummary| (Reverse(events), stream.stream_id.clone());
        let after =
            read.after.as_ref().map(|after| (Reverse(after.rank.max(0).unsigned_abs()), after.stream_id.clone()));
        let chunk = if self.inner.ranks_streams() { AT_LEAST.max(limit.saturating_add(1)).min(ALL) } else { ALL };
        let mut asked = StreamsRead { after: None, limit: chunk, ..read.clone() };
        let mut best = BTreeMap::new();
        'all: loop {
            let found = self.inner.read_streams(&asked).await?;
            for now in found.items {
                let full = best.len() > limit;
                let shortest = best.last_key_value().map(|((Reverse(events), _), _)| *events);
                if full && Some(now.events) < shortest {
                    break 'all;
                }
                let Some(then) = self.summary_then(now).await? else { continue };
                let place = place(then.events, &then);
                if after.as_ref().is_none_or(|after| place > *after) {
                    best.insert(place, then);
                    if best.len() > limit + 1 {
                        best.pop_last();
                    }
                }
            }
            match found.next {
                Some(next) => asked.after = Some(next),
                None => break,
            }
        }
        let more = best.len() > limit;
        let items: Vec<StreamSummary> = best.into_values().take(limit).collect();
        let length = |last: &StreamSummary| StreamCursor {
            stream_id: last.stream_id.clone(),
            rank: i64::try_from(last.events).unwrap_or(i64::MAX),
        };
        let next = if more { items.last().map(length) } else { None };
        Ok(Page { items, next })
    }
}
