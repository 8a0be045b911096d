//! What a command leads to, written down with its answer, so that the same command asked for again gets the same answer.

use super::command::Ticket;
use super::{Answer, CommandFailure, Works};
use crate::store::{Appended, CommandResult, Commit, NewEvent, NewMessage, StoreError};
use foldback_domain::event::{EventHead, Payload, Position, RecordedEvent, StreamName, Version, safe_text};
use foldback_domain::reading::EventAddress;
use foldback_domain::{DomainEvent, Fact, integration};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// What is kept of a command that was handled. The events are found by their ids.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    command: String,
    stream_id: StreamName,
    fields: String,
    events: usize,
}

/// The first answer to a command that was handled before; the inner error: another command had its id.
pub(super) async fn first_answer(
    works: &Works,
    ticket: &Ticket,
    stream: &StreamName,
) -> Result<Option<Result<Answer, CommandFailure>>, StoreError> {
    let Some(kept) = works.books.read_command(&ticket.command_id).await? else { return Ok(None) };
    let id = safe_text(&ticket.command_id);
    let Ok(kept) = serde_json::from_str::<Kept>(&kept) else {
        let why = "was handled before, but its answer does not decode";
        return Err(StoreError::unavailable(format!("command {id}"), why, "give the command another id"));
    };
    if (&kept.command, &kept.stream_id, &kept.fields) != (&ticket.name, stream, &ticket.mark) {
        let other = if kept.command == ticket.name && kept.stream_id == *stream {
            "with other fields".to_owned()
        } else {
            format!("for {} of {}", safe_text(&kept.command), safe_text(kept.stream_id.as_str()))
        };
        return Ok(Some(Err(CommandFailure::Refused(format!(
            "command id {id} was used before, {other}; an id stands for one command only: give this one another id"
        )))));
    }
    let mut events = Vec::new();
    for index in 0..kept.events {
        let event_id = ticket.event_id(index);
        let Some(event) = works.reader.read_event(&EventAddress::Id(event_id.clone())).await? else {
            let why = format!("led to event {event_id}, which is not in the log");
            return Err(StoreError::unavailable(
                format!("command {id}"),
                why,
                "the log and its books do not belong together: was one of them restored alone?",
            ));
        };
        events.push(event);
    }
    Ok(Some(Ok(answer(ticket, stream, events, true))))
}

/// The answer of a command whose events are in the log though the books do not know it; `None` where they are not.
pub(super) async fn from_log(
    works: &Works,
    ticket: &Ticket,
    stream: &StreamName,
) -> Result<Result<Option<Answer>, CommandFailure>, StoreError> {
    let mut events = Vec::new();
    while let Some(event) = works.reader.read_event(&EventAddress::Id(ticket.event_id(events.len()))).await? {
        if event.head.stream_id != *stream {
            return Ok(Err(CommandFailure::Refused(format!(
                "command id {} was used before, for {}; an id stands for one command only: give this one another id",
                safe_text(&ticket.command_id),
                safe_text(event.head.stream_id.as_str())
            ))));
        }
        events.push(event);
    }
    Ok(Ok((!events.is_empty()).then(|| answer(ticket, stream, events, true))))
}

/// Everything that a command changes.
pub(super) fn write_down<E: DomainEvent + Clone>(
    ticket: &Ticket,
    stream: &StreamName,
    decided: &[E],
    expected: Version,
    at: Timestamp,
    fact: fn(E) -> Fact,
) -> Commit {
    let (mut events, mut messages) = (Vec::new(), Vec::new());
    for (index, event) in decided.iter().enumerate() {
        let event_id = ticket.event_id(index);
        for message in integration::messages(&fact(event.clone()), at) {
            messages.push(NewMessage {
                event_id: event_id.clone(),
                message_type: message.message_type.to_owned(),
                payload: message.payload.to_string(),
                correlation_id: Some(ticket.correlation_id.clone()),
            });
        }
        events.push(NewEvent {
            event_id,
            event_type: event.event_type().to_owned(),
            schema_version: event.schema_version(),
            data: Payload::Json(event.encode().to_string()),
            metadata: Some(metadata(ticket)),
            created_at: at,
        });
    }
    let kept = Kept {
        command: ticket.name.clone(),
        stream_id: stream.clone(),
        fields: ticket.mark.clone(),
        events: events.len(),
    };
    let result = serde_json::to_string(&kept).expect("texts and a number are JSON");
    let command = Some(CommandResult { command_id: ticket.command_id.clone(), result });
    Commit { stream: stream.clone(), category: stream.category(), expected, events, messages, command, at }
}

/// What is known about an event beside what happened. What is not known is absent.
fn metadata(ticket: &Ticket) -> Payload {
    let known = [
        ("correlation_id", Some(&ticket.correlation_id)),
        ("causation_id", ticket.causation_id.as_ref()),
        ("actor", ticket.actor.as_ref()),
        ("command_id", Some(&ticket.command_id)),
    ];
    let known = known.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?.as_str().into())));
    Payload::Json(serde_json::Value::Object(known.collect()).to_string())
}

/// The answer to a command that was handled just now.
pub(super) fn fresh(ticket: &Ticket, written: &Commit, appended: &Appended) -> Answer {
    let count = written.events.len() as i64;
    let recorded = written.events.iter().zip(0i64..).map(|(event, index)| RecordedEvent {
        raw: None,
        head: EventHead {
            // Appends are let in one at a time, so the events of one stand side by side.
            global_position: Some(Position(appended.global_position.0 - (count - 1 - index))),
            stream_id: written.stream.clone(),
            stream_version: Some(Version(appended.version.0 - (count - 1 - index))),
            category: written.category.clone(),
            event_id: Some(event.event_id.clone()),
            event_type: event.event_type.clone(),
            schema_version: Some(event.schema_version),
            correlation_id: Some(ticket.correlation_id.clone()),
            causation_id: ticket.causation_id.clone(),
            actor: ticket.actor.clone(),
            created_at: Some(event.created_at),
            mark: None,
        },
        data: event.data.clone(),
        metadata: event.metadata.clone(),
    });
    answer(ticket, &written.stream, recorded.collect(), false)
}

fn answer(ticket: &Ticket, stream: &StreamName, events: Vec<RecordedEvent>, repeated: bool) -> Answer {
    let position = events.last().and_then(|event| event.head.global_position);
    Answer { command_id: ticket.command_id.clone(), stream: stream.clone(), events, position, repeated }
}
