//! The list of streams in every order, and the counts.

use super::{Subject, sample};
use foldback::domain::reading::{StreamCursor, StreamSort, StreamSummary, StreamsRead};
use std::cmp::Reverse;

/// Somebody else's table has no list of streams: where the last event has no time, the latest that there is counts.
fn timeless(list: &mut Vec<StreamSummary>) {
    for stream in list {
        (stream.first_at, stream.last_at) = (None, None);
    }
}

pub async fn streams_are_listed_in_every_order_by_key(subjects: Vec<Subject>) {
    let mut answers = Vec::new();
    for subject in &subjects {
        subject.writer.import(&sample::events(300, 23)).await.unwrap();
        let mut answer = Vec::new();
        for sort in [StreamSort::Name, StreamSort::Length, StreamSort::Recent] {
            for category in [None, Some("order".into()), Some("nothing".into())] {
                let mut lists = Vec::new();
                for limit in [1, 4, 1_000] {
                    let mut read = StreamsRead { category: category.clone(), sort, after: None, limit };
                    let mut list: Vec<StreamSummary> = Vec::new();
                    loop {
                        let page = subject.reader.read_streams(&read).await.unwrap();
                        list.extend(page.items);
                        match page.next {
                            Some(next) => read.after = Some(next),
                            None => break,
                        }
                    }
                    lists.push(list);
                }
                // Backwards, page by page, it is the same list; and each page says where it begins.
                for limit in [1, 4, 1_000] {
                    let mut read = StreamsRead { category: category.clone(), sort, after: None, limit };
                    let mut list: Vec<StreamSummary> = Vec::new();
                    while let Some(page) = subject.reader.read_streams_before(&read).await.unwrap() {
                        let again = StreamsRead { after: page.next.clone(), limit: page.items.len(), ..read.clone() };
                        if !page.items.is_empty() {
                            let again = subject.reader.read_streams(&again).await.unwrap().items;
                            assert_eq!(again, page.items, "{} {sort:?} {category:?}", subject.name);
                        }
                        read.after = page.items.first().map(|first| StreamCursor::of(sort, first));
                        list.splice(0..0, page.items);
                        if page.next.is_none() {
                            lists.push(std::mem::take(&mut list));
                            break;
                        }
                    }
                }
                for other in &lists {
                    assert_eq!(*other, lists[2], "{} {sort:?} {category:?}", subject.name);
                }
                assert_eq!(lists.len(), 6, "{} goes back", subject.name);
                let mut list = lists.pop().unwrap();
                if subject.name == "mariadb" {
                    timeless(&mut list);
                }
                assert!(list.is_sorted_by_key(|stream| {
                    let rank = match sort {
                        StreamSort::Name => 0,
                        StreamSort::Length => stream.events as i64,
                        StreamSort::Recent => stream.last_position.unwrap().0,
                    };
                    (Reverse(rank), stream.stream_id.clone())
                }));
                answer.push(list);
            }
        }
        answers.push(answer);
    }
    if subjects.iter().any(|subject| subject.name == "mariadb") {
        answers[0].iter_mut().for_each(timeless);
    }
    for (answer, subject) in answers.iter().zip(&subjects) {
        assert_eq!(*answer, answers[0], "{}", subject.name);
    }
    let cut = answers[0][0].iter().find(|stream| stream.stream_id.as_str() == "stock-1").unwrap();
    assert_eq!(cut.first_version.unwrap().0, 40);
}

pub async fn summaries_and_totals_agree_with_the_list(subjects: Vec<Subject>) {
    let mut answers = Vec::new();
    for subject in subjects {
        assert_eq!(subject.reader.read_head().await.unwrap(), None);
        assert_eq!(subject.reader.read_totals().await.unwrap().events, 0);
        subject.writer.import(&sample::events(300, 23)).await.unwrap();
        let read = StreamsRead { category: None, sort: StreamSort::Name, after: None, limit: 1_000 };
        let list = subject.reader.read_streams(&read).await.unwrap().items;
        for stream in &list {
            assert_eq!(subject.reader.read_summary(&stream.stream_id).await.unwrap().as_ref(), Some(stream));
        }
        assert_eq!(subject.reader.read_summary(&"none".into()).await.unwrap(), None);
        let totals = subject.reader.read_totals().await.unwrap();
        assert_eq!((totals.events, totals.streams), (300, list.len() as u64));
        assert_eq!(totals.event_types.iter().map(|(_, events)| events).sum::<u64>(), 300);
        answers.push(totals);
    }
    assert!(answers.iter().all(|answer| *answer == answers[0]));
}
