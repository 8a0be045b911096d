//! A store as of a position answers what a store answers that holds only the events up to it.

use super::{Subject, sample};
use foldback::domain::event::{EventHead, Position, RecordedEvent, StreamName, Version};
use foldback::domain::reading::{
    Direction, EventAddress, LogFilter, LogRead, StreamRead, StreamSort, StreamSummary, StreamsRead,
};
use foldback::store::{EventReader, EventWriter, MemoryStore, Past};
use std::sync::Arc;

/// Before the first event, at it, in holes, at the ends of pages, at the last, and behind it.
const MOMENTS: [i64; 14] = [-3, 0, 1, 2, 9, 10, 11, 57, 130, 222, 300, 332, 333, 5_000];

async fn listed(
    reader: &dyn EventReader,
    sort: StreamSort,
    category: Option<&str>,
    limit: usize,
) -> Vec<StreamSummary> {
    let mut read = StreamsRead { category: category.map(Into::into), sort, after: None, limit };
    let mut list = Vec::new();
    loop {
        let page = reader.read_streams(&read).await.unwrap();
        list.extend(page.items);
        match page.next {
            Some(next) => read.after = Some(next),
            None => return list,
        }
    }
}

/// The events without their payloads, which a database may write in another way.
async fn log(reader: &dyn EventReader, filter: LogFilter, direction: Direction, limit: usize) -> Vec<EventHead> {
    let mut read = LogRead { filter, start: None, direction, limit };
    let mut events = Vec::new();
    loop {
        let page = reader.read_events(&read).await.unwrap();
        events.extend(page.items.into_iter().map(|event| event.head));
        match page.next {
            Some(next) => read.start = Some(next),
            None => return events,
        }
    }
}

/// Every version that a reader gives of a stream, by each of its three reads.
async fn stream(reader: &dyn EventReader, name: &StreamName, direction: Direction, limit: usize) -> [Vec<Version>; 3] {
    let (from, to) = (Version(i64::MIN), Version(i64::MAX));
    let whole = StreamRead { stream: name.clone(), from, to, direction, limit };
    let mut answers = [Vec::new(), Vec::new(), Vec::new()];
    for (which, answer) in answers.iter_mut().enumerate() {
        let mut read = whole.clone();
        loop {
            let (versions, next): (Vec<Version>, _) = match which {
                0 => {
                    let page = reader.read_stream(&read).await.unwrap();
                    (page.items.iter().filter_map(|head| head.stream_version).collect(), page.next)
                }
                1 => {
                    let page = reader.read_bodies(&read).await.unwrap();
                    (page.items.iter().map(|body| body.version).collect(), page.next)
                }
                _ => {
                    let page = reader.read_records(&read).await.unwrap();
                    (page.items.iter().filter_map(|event| event.head.stream_version).collect(), page.next)
                }
            };
            answer.extend(versions);
            match (next, direction) {
                (Some(next), Direction::Forward) => read.from = next,
                (Some(next), Direction::Backward) => read.to = next,
                (None, _) => break,
            }
        }
    }
    answers
}

/// Asks both whatever can be asked of a log and its streams.
pub async fn same(name: &str, then: &dyn EventReader, prefix: &dyn EventReader, all: &[RecordedEvent], timed: bool) {
    let timeless = |mut list: Vec<StreamSummary>| {
        if !timed {
            list.iter_mut().for_each(|stream| (stream.first_at, stream.last_at) = (None, None));
        }
        list
    };
    assert_eq!(then.read_head().await.unwrap(), prefix.read_head().await.unwrap(), "{name}");
    assert_eq!(then.read_totals().await.unwrap(), prefix.read_totals().await.unwrap(), "{name}");
    for sort in [StreamSort::Name, StreamSort::Length, StreamSort::Recent] {
        for category in [None, Some("order"), Some("nothing")] {
            let expected = timeless(listed(prefix, sort, category, 1_000).await);
            for limit in [3, 1_000] {
                let list = timeless(listed(then, sort, category, limit).await);
                assert_eq!(list, expected, "{name} {sort:?} {category:?} {limit}");
            }
        }
    }
    for direction in [Direction::Forward, Direction::Backward] {
        for limit in [7, 1_000] {
            let filter = LogFilter { event_type: Some("Placed*".into()), ..LogFilter::default() };
            for filter in [LogFilter::default(), filter] {
                let expected = log(prefix, filter.clone(), direction, 1_000).await;
                assert_eq!(log(then, filter, direction, limit).await, expected, "{name} {direction:?} {limit}");
            }
            for stream_id in all.iter().step_by(17).map(|event| &event.head.stream_id) {
                let expected = stream(prefix, stream_id, direction, 1_000).await;
                assert_eq!(stream(then, stream_id, direction, limit).await, expected, "{name} {stream_id}");
            }
        }
    }
    for event in all.iter().step_by(5) {
        let head = &event.head;
        let expected = prefix.read_summary(&head.stream_id).await.unwrap();
        let summary = then.read_summary(&head.stream_id).await.unwrap();
        let both = [summary, expected].map(|one| timeless(one.into_iter().collect()));
        assert_eq!(both[0], both[1], "{name} {}", head.stream_id);
        let by_id = head.event_id.clone().map(EventAddress::Id);
        let by_place = [
            EventAddress::Position(head.global_position.unwrap()),
            EventAddress::Version(head.stream_id.clone(), head.stream_version.unwrap()),
        ];
        for address in by_place.into_iter().chain(by_id) {
            let expected = prefix.read_event(&address).await.unwrap().map(|event| event.head);
            assert_eq!(
                then.read_event(&address).await.unwrap().map(|event| event.head),
                expected,
                "{name} {address:?}"
            );
        }
    }
}

pub async fn the_past_is_what_a_shorter_log_answers(subjects: Vec<Subject>) {
    let events = sample::events(300, 23);
    for subject in &subjects {
        subject.writer.import(&events).await.unwrap();
    }
    for moment in MOMENTS.map(Position) {
        let prefix = MemoryStore::new();
        let until: Vec<RecordedEvent> =
            events.iter().filter(|event| event.head.global_position <= Some(moment)).cloned().collect();
        if !until.is_empty() {
            prefix.import(&until).await.unwrap();
        }
        for subject in &subjects {
            let then = Past::new(Arc::clone(&subject.reader), moment);
            let name = format!("{} at {moment}", subject.name);
            same(&name, &then, &prefix, &events, subject.name != "mariadb").await;
        }
    }
}

/// What is looked at in the past stays as it is while the log grows.
pub async fn what_comes_later_does_not_change_the_past(subjects: Vec<Subject>) {
    let events = sample::events(300, 23);
    let (first, rest) = events.split_at(200);
    for subject in &subjects {
        subject.writer.import(first).await.unwrap();
        let end = first.last().unwrap().head.global_position.unwrap();
        let then = Past::new(Arc::clone(&subject.reader), end);
        let prefix = MemoryStore::new();
        prefix.import(first).await.unwrap();
        same(subject.name, &then, &prefix, &events, subject.name != "mariadb").await;
        subject.writer.import(rest).await.unwrap();
        same(subject.name, &then, &prefix, &events, subject.name != "mariadb").await;
    }
}
