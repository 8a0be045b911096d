//! A saga's transition as it is written: the clock comes in, places are numbered.

use crate::store::books::{FailureKind, NewFailure, SagaCommit, SagaRecord};
use foldback_domain::event::{Payload, RecordedEvent, safe_text};
use foldback_domain::processes::SagaEntry;
use foldback_domain::saga::{Due, Line, Transition};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

/// What a transition comes from.
pub struct Cause<'a> {
    /// The saga.
    pub saga_id: &'a str,
    /// Its kind, which is also the consumer's name.
    pub saga_type: &'a str,
    /// The saga before it; `None` where it begins.
    pub record: Option<&'a SagaRecord>,
    /// The event that came in, where it was one.
    pub event: Option<&'a RecordedEvent>,
    /// Now.
    pub now: Timestamp,
}

/// A transition as it is written.
pub fn commit<S: Serialize>(cause: &Cause<'_>, transition: &Transition<S>) -> SagaCommit {
    let expected = cause.record.map_or(-1, |record| record.sequence);
    let due_at = match transition.due {
        Due::Unchanged => cause.record.and_then(|record| record.due_at),
        Due::Never => None,
        Due::After(time) => cause.now.checked_add(time).ok(),
    };
    let correlation_id = match cause.record {
        Some(record) => record.correlation_id.clone(),
        // What began a saga without saying what it belongs to belongs to itself.
        None => cause.event.and_then(|event| event.head.correlation_id.clone().or(event.head.event_id.clone())),
    };
    let mut entries: Vec<SagaEntry> = transition
        .lines
        .iter()
        .zip(expected + 1..)
        .map(|(line, sequence)| entry(cause, line, sequence, due_at.filter(|_| line.sent.is_some())))
        .collect();
    if let (Some(given_up), Some(last)) = (&transition.given_up, entries.last_mut()) {
        let letter =
            json!([{"kind": "dead_letter", "id": cause.saga_id, "name": given_up.payload["step"], "to": null}]);
        last.sent = Some(Payload::Json(letter.to_string()));
    }
    let dead_letter = transition.given_up.as_ref().map(|given_up| NewFailure {
        kind: FailureKind::Saga,
        consumer: cause.saga_type.to_owned(),
        subject: Some(cause.saga_id.to_owned()),
        event_id: None,
        position: None,
        stream: Some(given_up.blocks.clone()),
        correlation_id: correlation_id.clone(),
        payload: Some(given_up.payload.to_string()),
        error: given_up.error.clone(),
        attempts: given_up.attempts,
        blocks: Some(given_up.blocks.as_str().to_owned()),
        at: cause.now,
    });
    SagaCommit {
        expected,
        saga: SagaRecord {
            saga_id: cause.saga_id.to_owned(),
            saga_type: cause.saga_type.to_owned(),
            status: transition.status,
            correlation_id,
            sequence: expected + transition.lines.len() as i64,
            step: transition.step.clone(),
            error: transition.error.clone(),
            state: json_of(&transition.state),
            due_at,
            started_at: cause.record.map_or(cause.now, |record| record.started_at),
            updated_at: cause.now,
        },
        entries,
        consumed: consumed(cause.saga_type, cause.event),
        dead_letter,
        retried: transition.taken_up,
    }
}

fn entry<S: Serialize>(cause: &Cause<'_>, line: &Line<S>, sequence: i64, due_at: Option<Timestamp>) -> SagaEntry {
    let sent = line.sent.as_ref().map(|sent| Payload::Json(Value::from(vec![sent.shown()]).to_string()));
    SagaEntry {
        sequence,
        status: line.status,
        step: line.step.clone(),
        step_status: line.step_status,
        compensates: line.compensates.clone(),
        attempt: line.attempt,
        at: cause.now,
        due_at,
        cause: Some(line.cause.clone()),
        event_id: cause.event.and_then(|event| event.head.event_id.clone()),
        position: cause.event.and_then(|event| event.head.global_position),
        sent,
        state: Some(Payload::Json(json_of(&line.state))),
        error: line.error.clone(),
        head: None,
    }
}

fn json_of(state: &impl Serialize) -> String {
    serde_json::to_string(state).expect("a state of plain fields is JSON")
}

fn consumed(consumer: &str, event: Option<&RecordedEvent>) -> Option<(String, String)> {
    Some((consumer.to_owned(), event?.head.event_id.clone()?))
}

/// A saga whose state does not decode: it waits for nothing any more, and a dead letter says so.
pub fn spoilt(record: SagaRecord, event: Option<&RecordedEvent>, why: &str, now: Timestamp) -> SagaCommit {
    let error = format!("the state of saga {} does not decode: {why}", safe_text(&record.saga_id));
    let dead_letter = NewFailure {
        kind: FailureKind::Saga,
        consumer: record.saga_type.clone(),
        subject: Some(record.saga_id.clone()),
        event_id: event.and_then(|event| event.head.event_id.clone()),
        position: event.and_then(|event| event.head.global_position),
        stream: event.map(|event| event.head.stream_id.clone()),
        correlation_id: record.correlation_id.clone(),
        payload: None,
        error: error.clone(),
        attempts: 1,
        blocks: Some(record.saga_id.clone()),
        at: now,
    };
    SagaCommit {
        expected: record.sequence,
        consumed: consumed(&record.saga_type, event),
        saga: SagaRecord { due_at: None, error: Some(error), updated_at: now, ..record },
        entries: Vec::new(),
        dead_letter: Some(dead_letter),
        retried: false,
    }
}

/// An event that nobody can read, so that it is known to no saga.
pub fn undecodable(consumer: &str, event: &RecordedEvent, why: &str, now: Timestamp) -> NewFailure {
    NewFailure {
        kind: FailureKind::Saga,
        consumer: consumer.to_owned(),
        subject: event.head.event_id.clone(),
        event_id: event.head.event_id.clone(),
        position: event.head.global_position,
        stream: Some(event.head.stream_id.clone()),
        correlation_id: event.head.correlation_id.clone(),
        payload: None,
        error: why.to_owned(),
        attempts: 1,
        blocks: Some(event.head.stream_id.as_str().to_owned()),
        at: now,
    }
}
