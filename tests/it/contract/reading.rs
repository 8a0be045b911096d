//! Reading the log, streams and single events, any way.

use super::{Subject, sample};
use foldback::domain::event::{EventHead, Payload, Position, RecordedEvent, StreamName, Version, parse_time};
use foldback::domain::reading::{Direction, EventAddress, LogFilter, LogRead, StreamRead};
use foldback::store::memory::passes;

async fn filled(subjects: &[Subject]) -> Vec<RecordedEvent> {
    let events = sample::events(200, 12);
    for subject in subjects {
        subject.writer.import(&events).await.unwrap();
    }
    events
}

/// Events by what their JSON says: not every store keeps its spaces and the order of its keys.
fn parsed(events: &[RecordedEvent]) -> Vec<RecordedEvent> {
    let parsed = |payload: &Payload| match payload {
        Payload::Json(_) => Payload::Json(payload.parse().unwrap().to_string()),
        other => other.clone(),
    };
    let each = events.iter().map(|event| RecordedEvent {
        raw: None,
        head: event.head.clone(),
        data: parsed(&event.data),
        metadata: event.metadata.as_ref().map(parsed),
    });
    each.collect()
}

async fn log(subject: &Subject, filter: &LogFilter, direction: Direction, limit: usize) -> Vec<EventHead> {
    let mut read = LogRead { filter: filter.clone(), start: None, direction, limit };
    let mut all = Vec::new();
    loop {
        let page = subject.reader.read_log(&read).await.unwrap();
        assert!(page.items.len() <= limit);
        all.extend(page.items);
        match page.next {
            Some(next) => read.start = Some(next),
            None => return all,
        }
    }
}

fn filters() -> Vec<LogFilter> {
    let none = LogFilter::default;
    let time = |text: &str| parse_time(text);
    vec![
        none(),
        LogFilter { stream: Some("order-0".into()), ..none() },
        LogFilter { stream: Some("order-none".into()), ..none() },
        LogFilter { category: Some("payment".into()), ..none() },
        LogFilter { event_type: Some("Placed".into()), ..none() },
        LogFilter { event_type: Some("Placed*".into()), ..none() },
        LogFilter { event_type: Some("?laced".into()), ..none() },
        LogFilter { event_type: Some("*[a]*".into()), ..none() },
        LogFilter { correlation_id: Some("c-3".into()), ..none() },
        LogFilter { correlation_id: Some("c-3".into()), category: Some("order".into()), ..none() },
        LogFilter { stream: Some("stock-1".into()), event_type: Some("p*".into()), ..none() },
        LogFilter { event_type: Some("Placed".into()), since: time("2026-01-05T09:01:00Z"), ..none() },
        LogFilter { since: time("2026-01-05T09:00:26.120Z"), until: time("2026-01-05T09:01:39.120001Z"), ..none() },
        LogFilter { until: time("2026-01-05T09:00:13.120Z"), ..none() },
        LogFilter { from: Some(Position(10)), to: Some(Position(121)), ..none() },
        LogFilter { from: Some(Position(10)), to: Some(Position(55)), category: Some("stock".into()), ..none() },
        LogFilter { stream: Some("order-0".into()), from: Some(Position(30)), to: Some(Position(90)), ..none() },
        LogFilter { from: Some(Position(90)), to: Some(Position(30)), ..none() },
    ]
}

pub async fn paging_any_way_is_reading_at_once(subjects: Vec<Subject>) {
    let events = filled(&subjects).await;
    for filter in filters() {
        let mut expected =
            events.iter().map(|event| event.head.clone()).filter(|head| passes(&filter, head)).collect::<Vec<_>>();
        for direction in [Direction::Forward, Direction::Backward] {
            for subject in &subjects {
                for limit in [1, 7, 1_000] {
                    let found = log(subject, &filter, direction, limit).await;
                    assert_eq!(found, expected, "{} {filter:?} {direction:?} by {limit}", subject.name);
                }
            }
            expected.reverse();
        }
    }
}

pub async fn whole_events_come_back_as_they_were(subjects: Vec<Subject>) {
    let events = filled(&subjects).await;
    for subject in subjects {
        let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 500 };
        let page = subject.reader.read_events(&read).await.unwrap();
        assert_eq!(parsed(&page.items), parsed(&events), "{}", subject.name);
        assert_eq!(page.next, None);
        assert!(subject.reader.rows_read() >= 200);
        let filtered = LogRead { filter: LogFilter { category: Some("order".into()), ..LogFilter::default() }, ..read };
        let page = subject.reader.read_events(&filtered).await.unwrap();
        let orders = events.iter().filter(|event| event.head.category.as_str() == "order").cloned();
        assert_eq!(parsed(&page.items), parsed(&orders.collect::<Vec<_>>()), "{}", subject.name);
    }
}

pub async fn a_stream_is_read_in_both_directions_and_widths(subjects: Vec<Subject>) {
    let events = filled(&subjects).await;
    for stream in ["order-0", "stock-1", "none-0"] {
        let of_stream = events.iter().filter(|event| event.head.stream_id.as_str() == stream).collect::<Vec<_>>();
        for subject in &subjects {
            for (from, to) in [(i64::MIN, i64::MAX), (2, 4), (41, 45), (5, 4)] {
                for direction in [Direction::Forward, Direction::Backward] {
                    let mut expected = of_stream.clone();
                    expected.retain(|event| (from..=to).contains(&event.head.stream_version.unwrap().0));
                    if direction == Direction::Backward {
                        expected.reverse();
                    }
                    let (from, to) = (Version(from), Version(to));
                    let mut read = StreamRead { stream: stream.into(), from, to, direction, limit: 3 };
                    let (mut heads, mut bodies, mut records) = (Vec::new(), Vec::new(), Vec::new());
                    loop {
                        let page = subject.reader.read_stream(&read).await.unwrap();
                        heads.extend(page.items);
                        let page_of_bodies = subject.reader.read_bodies(&read).await.unwrap();
                        assert_eq!(page_of_bodies.next, page.next);
                        bodies.extend(page_of_bodies.items);
                        let page_of_records = subject.reader.read_records(&read).await.unwrap();
                        assert_eq!(page_of_records.next, page.next);
                        records.extend(page_of_records.items);
                        match (page.next, direction) {
                            (None, _) => break,
                            (Some(next), Direction::Forward) => read.from = next,
                            (Some(next), Direction::Backward) => read.to = next,
                        }
                    }
                    assert_eq!(heads, expected.iter().map(|event| event.head.clone()).collect::<Vec<_>>());
                    let whole = expected.iter().map(|event| (*event).clone()).collect::<Vec<_>>();
                    assert_eq!(parsed(&records), parsed(&whole), "{}", subject.name);
                    assert_eq!(bodies, expected.iter().map(|event| event.body().unwrap()).collect::<Vec<_>>());
                }
            }
        }
    }
}

pub async fn an_event_is_found_by_position_version_and_id(subjects: Vec<Subject>) {
    let events = filled(&subjects).await;
    let wanted = &events[77];
    let head = &wanted.head;
    for subject in subjects {
        for address in [
            EventAddress::Position(head.global_position.unwrap()),
            EventAddress::Version(head.stream_id.clone(), head.stream_version.unwrap()),
            EventAddress::Id("id-77".into()),
        ] {
            let found = subject.reader.read_event(&address).await.unwrap().unwrap();
            assert_eq!(parsed(&[found]), parsed(std::slice::from_ref(wanted)), "{} {address:?}", subject.name);
        }
        for address in [
            EventAddress::Position(Position(10)),
            EventAddress::Version(head.stream_id.clone(), Version(9_999)),
            EventAddress::Version(StreamName("none".into()), Version(0)),
            EventAddress::Id("id".into()),
        ] {
            assert_eq!(subject.reader.read_event(&address).await.unwrap(), None, "{address:?}");
        }
        let last = events.last().unwrap().head.global_position;
        assert_eq!(subject.reader.read_head().await.unwrap(), last, "{}", subject.name);
    }
}
