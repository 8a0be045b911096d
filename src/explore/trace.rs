//! Everything under one correlation: events, the commands behind them, sagas, messages, dead letters, read models.

use super::when::numbered;
use super::{Explorer, Reporter, log};
use crate::analysis::trace::{Node, NodeKind, Trace};
use crate::analysis::when::parse_number;
use crate::store::{ProcessReader, StoreError};
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::processes::{CheckpointStatus, ConsumerKind, OutboxRead, OutboxStatus, SagaStatus, SagasRead};
use foldback_domain::projections;
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead};
use std::collections::{BTreeMap, BTreeSet};

/// How many events of one correlation are read: a larger one is cut, and said to be.
pub const EVENTS: usize = 10_000;
/// How many sagas, messages and dead letters.
const OTHERS: usize = 500;

/// The trace of a correlation id, an event's id, or an event's position; `None` where nothing has it.
pub async fn find(explorer: &Explorer, id: &str, progress: &Reporter) -> Result<Option<Trace>, StoreError> {
    let as_of = explorer.as_of();
    let trace = of_correlation(explorer, id, as_of, progress).await?;
    if !trace.nodes.is_empty() {
        return Ok(Some(trace));
    }
    let by_id = explorer.reader.read_event(&EventAddress::Id(id.to_owned())).await?;
    let by_number = match parse_number(id) {
        Some(number) if by_id.is_none() => numbered(explorer, number).await?,
        _ => None,
    };
    if let Some(event) = by_id.or(by_number) {
        return Ok(Some(match event.head.correlation_id.clone() {
            Some(correlation) => of_correlation(explorer, &correlation, as_of, progress).await?,
            // An event that belongs to nothing is a trace of its own.
            None => {
                let mut nodes = Vec::new();
                add_events(&mut nodes, &[event]);
                Trace::new(String::new(), nodes, false)
            }
        }));
    }
    Ok(None)
}

async fn of_correlation(
    explorer: &Explorer,
    id: &str,
    as_of: Option<Position>,
    progress: &Reporter,
) -> Result<Trace, StoreError> {
    let (events, cut) = read_events(explorer, id, as_of, progress).await?;
    let mut nodes = Vec::new();
    add_events(&mut nodes, &events);
    if let Some(processes) = explorer.reader.processes() {
        add_sagas(&mut nodes, processes, id, as_of).await?;
        add_messages(&mut nodes, processes, id, as_of).await?;
        add_letters(&mut nodes, processes, id, as_of).await?;
        add_models(&mut nodes, processes, &events, as_of).await?;
    }
    Ok(Trace::new(id.to_owned(), nodes, cut))
}

async fn read_events(
    explorer: &Explorer,
    id: &str,
    as_of: Option<Position>,
    progress: &Reporter,
) -> Result<(Vec<RecordedEvent>, bool), StoreError> {
    let filter = LogFilter { correlation_id: Some(id.to_owned()), to: as_of, ..LogFilter::default() };
    let mut read = LogRead { filter, start: None, direction: Direction::Forward, limit: EVENTS };
    let mut events: Vec<RecordedEvent> = Vec::new();
    loop {
        read.limit = EVENTS - events.len();
        let page = explorer.reader.read_events(&read).await?;
        events.extend(page.items.into_iter().map(|mut event| {
            // Payloads are not part of a trace; ten thousand of them would be.
            event.data = foldback_domain::event::Payload::Json("null".to_owned());
            event
        }));
        progress.report(events.len() as u64, None);
        match page.next {
            Some(next) if events.len() < EVENTS => read.start = Some(next),
            None => return Ok((events, false)),
            Some(next) => {
                // There is more only where one more event is really there.
                let read = LogRead { start: Some(next), limit: 1, ..read };
                let more = log::page(explorer, &read, progress).await?;
                return Ok((events, !more.items.is_empty()));
            }
        }
    }
}

fn command_id(event: &RecordedEvent) -> Option<String> {
    let metadata = event.metadata.as_ref()?.parse().ok()?;
    metadata.get("command_id")?.as_str().map(str::to_owned)
}

/// The events, and a node for each command that is known to have led to them.
fn add_events(nodes: &mut Vec<Node>, events: &[RecordedEvent]) {
    let ids: BTreeSet<&str> = events.iter().filter_map(|event| event.head.event_id.as_deref()).collect();
    // Some stores name a cause by its stream and version.
    let places: BTreeMap<String, &str> = events
        .iter()
        .filter_map(|event| {
            let version = event.head.stream_version?.number()?;
            Some((format!("{}/{version}", event.head.stream_id), event.head.event_id.as_deref()?))
        })
        .collect();
    let caused_by = |head: &EventHead| {
        let cause = head.causation_id.as_deref()?;
        Some(if ids.contains(cause) { cause } else { places.get(cause).copied().unwrap_or(cause) }.to_owned())
    };
    let mut commands: BTreeMap<String, ()> = BTreeMap::new();
    for event in events {
        let head = &event.head;
        let id = head.event_id.clone().unwrap_or_else(|| {
            format!("event:{}", head.global_position.map_or("?".to_owned(), |position| position.to_string()))
        });
        let command = command_id(event).filter(|command| !ids.contains(command.as_str()));
        if let Some(command) = &command
            && commands.insert(command.clone(), ()).is_none()
        {
            nodes.push(Node {
                id: command.clone(),
                kind: NodeKind::Command,
                // The command stands between the event and what the event says caused it.
                caused_by: caused_by(head).filter(|cause| cause != command && *cause != id),
                stream_id: None,
                stream_version: None,
                global_position: None,
                name: format!("command on {}", head.stream_id),
                at: head.created_at,
                note: head.actor.clone(),
                failed: false,
                saga_id: None,
            });
        }
        nodes.push(Node {
            caused_by: command.or_else(|| caused_by(head)),
            id,
            kind: NodeKind::Event,
            stream_id: Some(head.stream_id.clone()),
            stream_version: head.stream_version,
            global_position: head.global_position,
            name: head.event_type.clone(),
            at: head.created_at,
            note: None,
            failed: false,
            saga_id: None,
        });
    }
}

async fn add_sagas(
    nodes: &mut Vec<Node>,
    processes: &dyn ProcessReader,
    id: &str,
    as_of: Option<Position>,
) -> Result<(), StoreError> {
    let read = SagasRead { as_of, correlation_id: Some(id.to_owned()), offset: 0, limit: OTHERS };
    for summary in processes.read_sagas(&read).await?.into_iter().take(20) {
        let Some((summary, entries)) = processes.read_saga(&summary.saga_id, as_of).await? else { continue };
        let mut before: Option<String> = None;
        for entry in entries.into_iter().take(OTHERS) {
            let status = entry.step_status.unwrap_or(entry.status);
            let own = format!("{}#{}", summary.saga_id, entry.sequence);
            let step = entry.step.unwrap_or_default();
            let attempt = if entry.attempt > 1 { format!(", attempt {}", entry.attempt) } else { String::new() };
            let error = entry.error.map_or(String::new(), |error| format!(": {error}"));
            nodes.push(Node {
                id: own.clone(),
                kind: NodeKind::SagaStep,
                // The log of a saga hangs below what began it; its lines stand side by side.
                caused_by: entry.event_id.or(before.clone()),
                stream_id: None,
                stream_version: None,
                global_position: entry.position,
                name: format!("{}  {step}", summary.saga_id),
                at: Some(entry.at),
                note: Some(format!("{status}{attempt}{error}")),
                failed: matches!(status, SagaStatus::Failed | SagaStatus::CompensationFailed | SagaStatus::TimedOut),
                saga_id: Some(summary.saga_id.clone()),
            });
            before.get_or_insert(own);
        }
    }
    Ok(())
}

async fn add_messages(
    nodes: &mut Vec<Node>,
    processes: &dyn ProcessReader,
    id: &str,
    as_of: Option<Position>,
) -> Result<(), StoreError> {
    let read = OutboxRead { correlation_id: Some(id.to_owned()), as_of, limit: OTHERS, ..OutboxRead::default() };
    for message in processes.read_outbox(&read).await? {
        let error = message.error.map_or(String::new(), |error| format!(": {error}"));
        nodes.push(Node {
            id: format!("outbox:{}", message.number),
            kind: NodeKind::Outbox,
            caused_by: Some(message.event_id),
            stream_id: Some(message.aggregate.clone()),
            stream_version: None,
            global_position: message.position,
            name: message.message_type.clone(),
            at: message.created_at,
            note: Some(format!("{}{error}", message.status.name())),
            failed: message.status == OutboxStatus::Dead,
            saga_id: None,
        });
        if message.status == OutboxStatus::Published {
            nodes.push(Node {
                id: format!("message:{}", message.number),
                kind: NodeKind::Message,
                caused_by: Some(format!("outbox:{}", message.number)),
                stream_id: None,
                stream_version: None,
                global_position: None,
                name: message.message_type,
                at: message.published_at,
                note: Some("published".to_owned()),
                failed: false,
                saga_id: None,
            });
        }
    }
    Ok(())
}

async fn add_letters(
    nodes: &mut Vec<Node>,
    processes: &dyn ProcessReader,
    id: &str,
    as_of: Option<Position>,
) -> Result<(), StoreError> {
    let known: BTreeSet<String> = nodes.iter().map(|node| node.id.clone()).collect();
    for letter in processes.read_dead_letters(as_of, 0, OTHERS * 10).await? {
        let here = letter.correlation_id.as_deref() == Some(id)
            || letter.event_id.as_ref().is_some_and(|event| known.contains(event));
        if !here {
            continue;
        }
        nodes.push(Node {
            // An outbox row and its dead letter have names of one form.
            id: format!("dead_letter:{}", letter.id),
            kind: NodeKind::DeadLetter,
            caused_by: letter.event_id,
            stream_id: letter.stream_id,
            stream_version: None,
            global_position: letter.position,
            name: letter.consumer,
            at: letter.at,
            note: Some(letter.error),
            failed: true,
            saga_id: None,
        });
    }
    Ok(())
}

/// The read models that handle an event here and whose checkpoint is at it or past it, each below the last such event.
async fn add_models(
    nodes: &mut Vec<Node>,
    processes: &dyn ProcessReader,
    events: &[RecordedEvent],
    as_of: Option<Position>,
) -> Result<(), StoreError> {
    for checkpoint in processes.read_checkpoints(as_of).await? {
        let Some(projection) = projections::named(&checkpoint.name) else { continue };
        if checkpoint.kind != ConsumerKind::Projection || checkpoint.status == CheckpointStatus::Unknown {
            continue;
        }
        let handled = |event: &&RecordedEvent| {
            projection.event_types().contains(&event.head.event_type.as_str())
                && event.head.global_position <= checkpoint.position
        };
        let Some(last) = events.iter().rev().find(handled) else { continue };
        nodes.push(Node {
            id: format!("read_model:{}", checkpoint.name),
            kind: NodeKind::ReadModel,
            caused_by: last.head.event_id.clone(),
            stream_id: None,
            stream_version: None,
            global_position: checkpoint.position,
            name: checkpoint.name,
            // When it was reached is not written down; it stands right behind the event.
            at: last.head.created_at,
            note: Some("read model".to_owned()),
            failed: false,
            saga_id: None,
        });
    }
    Ok(())
}
