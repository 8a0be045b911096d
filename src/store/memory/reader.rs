//! Reading from memory: everything is looked at, and the answer is cut to size.

use super::{MemoryStore, passes};
use crate::store::reader::PAGE_BYTES;
use crate::store::{EventReader, StoreError};
use async_trait::async_trait;
use foldback_domain::event::{Category, EventBody, EventHead, Payload, Position, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{
    CategoryTotal, Direction, EventAddress, LogRead, Page, StreamCursor, StreamRead, StreamSort, StreamSummary,
    StreamsRead, Totals,
};
use foldback_domain::source::SourceInfo;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

impl MemoryStore {
    /// Some of the matching events, cut where the limit or the bytes are used up.
    fn page<T, K>(
        &self,
        events: Vec<&RecordedEvent>,
        limit: usize,
        key: impl Fn(&RecordedEvent) -> Option<K>,
        item: impl Fn(&RecordedEvent) -> (T, usize),
    ) -> Page<T, K> {
        let mut page = Page { items: Vec::new(), next: None };
        let mut bytes = 0;
        for event in events {
            let (item, size) = item(event);
            bytes += size;
            if page.items.len() == limit.max(1) || (bytes > PAGE_BYTES && !page.items.is_empty()) {
                page.next = key(event);
                break;
            }
            page.items.push(item);
        }
        self.rows.fetch_add(page.items.len() as u64, Ordering::Relaxed);
        page
    }

    fn log<T>(&self, read: &LogRead, item: impl Fn(&RecordedEvent) -> (T, usize)) -> Page<T, Position> {
        self.with(|events| {
            let begun = |event: &&RecordedEvent| match (read.start, event.head.global_position, read.direction) {
                (None, _, _) => true,
                (Some(start), at, Direction::Forward) => at >= Some(start),
                (Some(start), at, Direction::Backward) => at <= Some(start),
            };
            let mut found =
                events.iter().filter(begun).filter(|event| passes(&read.filter, &event.head)).collect::<Vec<_>>();
            if read.direction == Direction::Backward {
                found.reverse();
            }
            self.page(found, read.limit, |event| event.head.global_position, item)
        })
    }

    fn stream<T>(&self, read: &StreamRead, item: impl Fn(&RecordedEvent) -> (T, usize)) -> Page<T, Version> {
        self.with(|events| {
            let wanted = Some(read.from)..=Some(read.to);
            let mut found = events
                .iter()
                .filter(|event| event.head.stream_id == read.stream && wanted.contains(&event.head.stream_version))
                .collect::<Vec<_>>();
            if read.direction == Direction::Backward {
                found.reverse();
            }
            self.page(found, read.limit, |event| event.head.stream_version, item)
        })
    }

    fn summaries(&self) -> Vec<StreamSummary> {
        let mut streams: BTreeMap<StreamName, StreamSummary> = BTreeMap::new();
        self.with(|events| {
            for RecordedEvent { head, .. } in events {
                let stream = streams.entry(head.stream_id.clone()).or_insert_with(|| StreamSummary {
                    stream_id: head.stream_id.clone(),
                    category: head.category.clone(),
                    first_version: head.stream_version,
                    version: None,
                    events: 0,
                    unversioned: 0,
                    first_at: head.created_at,
                    last_at: None,
                    last_position: None,
                });
                stream.version = head.stream_version;
                stream.unversioned += u64::from(head.stream_version.is_none());
                stream.events += 1;
                stream.last_at = head.created_at;
                stream.last_position = head.global_position;
            }
        });
        streams.into_values().collect()
    }
}

fn head(event: &RecordedEvent) -> (EventHead, usize) {
    (event.head.clone(), 0)
}

#[async_trait]
impl EventReader for MemoryStore {
    fn source(&self) -> &SourceInfo {
        &self.source
    }

    async fn read_head(&self) -> Result<Option<Position>, StoreError> {
        Ok(self.with(|events| events.last().and_then(|event| event.head.global_position)))
    }

    async fn read_log(&self, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
        Ok(self.log(read, head))
    }

    async fn read_events(&self, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
        Ok(self.log(read, |event| {
            let size = event.data.len() + event.metadata.as_ref().map_or(0, |metadata| metadata.len());
            (event.clone(), size)
        }))
    }

    async fn read_stream(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        Ok(self.stream(read, head))
    }

    async fn read_bodies(&self, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
        Ok(self
            .stream(read, |event| (event.body().expect("only events with a version are asked for"), event.data.len())))
    }

    async fn read_records(&self, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
        let size = |event: &RecordedEvent| event.data.len() + event.metadata.as_ref().map_or(0, Payload::len);
        Ok(self.stream(read, |event| (event.clone(), size(event))))
    }

    async fn read_event(&self, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
        let wanted = |head: &EventHead| match address {
            EventAddress::Position(at) => head.global_position == Some(*at),
            EventAddress::Version(stream, version) => {
                head.stream_id == *stream && head.stream_version == Some(*version)
            }
            EventAddress::Id(id) => head.event_id.as_ref() == Some(id),
        };
        Ok(self.with(|events| events.iter().find(|event| wanted(&event.head)).cloned()))
    }

    async fn read_streams(&self, read: &StreamsRead) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
        let rank = |stream: &StreamSummary| match read.sort {
            StreamSort::Name => 0,
            StreamSort::Length => i64::try_from(stream.events).unwrap_or(i64::MAX),
            StreamSort::Recent => stream.last_position.map_or(0, |at| at.0),
        };
        let place = |rank: i64, name: &StreamName| (Reverse(rank), name.clone());
        let after = read.after.as_ref().map(|after| place(after.rank, &after.stream_id));
        let mut streams = self.summaries();
        streams.retain(|stream| read.category.as_ref().is_none_or(|category| stream.category == *category));
        streams.retain(|stream| Some(place(rank(stream), &stream.stream_id)) > after);
        streams.sort_by_key(|stream| place(rank(stream), &stream.stream_id));
        let more = streams.len() > read.limit.max(1);
        streams.truncate(read.limit.max(1));
        let cursor = |last: &StreamSummary| StreamCursor { stream_id: last.stream_id.clone(), rank: rank(last) };
        let next = if more { streams.last().map(cursor) } else { None };
        Ok(Page { items: streams, next })
    }

    async fn read_streams_before(
        &self,
        read: &StreamsRead,
    ) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
        let all = StreamsRead { after: None, limit: usize::MAX, ..read.clone() };
        let mut items = self.read_streams(&all).await?.items;
        let place = |cursor: &StreamCursor| (Reverse(cursor.rank), cursor.stream_id.clone());
        let of = |stream: &StreamSummary| StreamCursor::of(read.sort, stream);
        if let Some(end) = &read.after {
            items.retain(|stream| place(&of(stream)) < place(end));
        }
        let items_before = items.len().saturating_sub(read.limit.max(1));
        let next = items_before.checked_sub(1).map(|last| of(&items[last]));
        items.drain(..items_before);
        Ok(Some(Page { items, next }))
    }

    async fn read_summary(&self, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
        Ok(self.summaries().into_iter().find(|summary| summary.stream_id == *stream))
    }

    async fn read_totals(&self) -> Result<Totals, StoreError> {
        let streams = self.summaries();
        let mut categories: BTreeMap<&Category, (u64, u64)> = BTreeMap::new();
        for stream in &streams {
            let total = categories.entry(&stream.category).or_default();
            *total = (total.0 + 1, total.1 + stream.events);
        }
        let mut categories = categories
            .into_iter()
            .map(|(category, (streams, events))| CategoryTotal { category: category.clone(), streams, events })
            .collect::<Vec<_>>();
        categories.sort_by_key(|total| Reverse(total.events));
        Ok(self.with(|events| {
            let mut types: BTreeMap<String, u64> = BTreeMap::new();
            for event in events {
                *types.entry(event.head.event_type.clone()).or_default() += 1;
            }
            Totals {
                events: events.len() as u64,
                streams: streams.len() as u64,
                event_types: types.into_iter().collect(),
                categories: categories.clone(),
                first_at: events.first().and_then(|event| event.head.created_at),
                last_at: events.last().and_then(|event| event.head.created_at),
            }
        }))
    }

    async fn read_change(&self) -> Result<i64, StoreError> {
        Ok(self.with(|events| events.len() as i64))
    }

    fn ranks_streams(&self) -> bool {
        true
    }

    fn rows_read(&self) -> u64 {
        self.rows.load(Ordering::Relaxed)
    }
}
