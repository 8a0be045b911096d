//! Appending with an expected version, and importing.

use super::{Subject, sample};
use foldback::domain::event::{Payload, Position, Version, parse_time};
use foldback::store::{NewEvent, StoreError};

fn new(id: &str) -> NewEvent {
    NewEvent {
        event_id: id.into(),
        event_type: "Placed".into(),
        schema_version: 1,
        data: Payload::Json("{}".into()),
        metadata: Some(Payload::Json(r#"{"correlation_id":"c","actor":"ann"}"#.into())),
        created_at: parse_time("2026-01-05T09:12:44.120Z").unwrap(),
    }
}

pub async fn an_append_says_where_it_ended_and_conflicts_are_named(subjects: Vec<Subject>) {
    for subject in subjects {
        let (stream, category) = ("order-1".into(), "order".into());
        let done = subject.writer.append(&stream, &category, Version::NO_STREAM, &[new("a"), new("b")]).await.unwrap();
        assert_eq!((done.version, done.global_position), (Version(1), Position(2)), "{}", subject.name);
        for expected in [Version::NO_STREAM, Version(0), Version(2)] {
            let error = subject.writer.append(&stream, &category, expected, &[new("c")]).await.unwrap_err();
            assert_eq!(error, StoreError::Conflict { stream: stream.clone(), expected, actual: Version(1) });
        }
        let done = subject.writer.append(&stream, &category, Version(1), &[new("c")]).await.unwrap();
        assert_eq!(done.version, Version(2));
        let event = subject.reader.read_summary(&stream).await.unwrap().unwrap();
        assert_eq!((event.events, event.version), (3, Some(Version(2))));
    }
}

pub async fn an_id_can_be_used_once_and_nothing_of_a_refused_append_stays(subjects: Vec<Subject>) {
    for subject in subjects {
        let (stream, category) = ("order-1".into(), "order".into());
        subject.writer.append(&stream, &category, Version::NO_STREAM, &[new("a")]).await.unwrap();
        let error = subject.writer.append(&stream, &category, Version(0), &[new("b"), new("a")]).await.unwrap_err();
        assert_eq!(error, StoreError::DuplicateEvent { event_id: "a".into() }, "{}", subject.name);
        assert_eq!(subject.reader.read_totals().await.unwrap().events, 1);
        assert_eq!(subject.reader.read_head().await.unwrap(), Some(Position(1)));
    }
}

pub async fn changes_are_noticed(subjects: Vec<Subject>) {
    for subject in subjects {
        let mut last = subject.reader.read_change().await.unwrap();
        for i in 0..5 {
            let expected = Version(i - 1);
            subject.writer.append(&"s".into(), &"s".into(), expected, &[new(&i.to_string())]).await.unwrap();
            let change = subject.reader.read_change().await.unwrap();
            assert_ne!(change, last, "{} append {i}", subject.name);
            last = change;
            assert_eq!(subject.reader.read_head().await.unwrap(), Some(Position(i + 1)));
        }
    }
}

pub async fn an_import_keeps_order_or_is_refused_whole(subjects: Vec<Subject>) {
    for subject in subjects {
        let events = sample::events(60, 5);
        subject.writer.import(&events[..40]).await.unwrap();
        for wrong in [&events[..1], &events[41..42], &events[40..41]] {
            let mut wrong = wrong.to_vec();
            if wrong[0] == events[40] {
                wrong[0].head.global_position = Some(Position(3));
            } else if wrong[0] == events[41] {
                wrong[0].head.stream_version = Some(Version(900));
            }
            assert!(subject.writer.import(&wrong).await.is_err(), "{} {:?}", subject.name, wrong[0].head);
            assert_eq!(subject.reader.read_totals().await.unwrap().events, 40);
        }
        subject.writer.import(&events[40..]).await.unwrap();
        assert_eq!(subject.reader.read_totals().await.unwrap().events, 60);
    }
}
