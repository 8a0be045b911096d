//! The sagas: those that a runner keeps, and those that are made out from their events.

use super::projections::{clock, last_event, processes};
use super::{Explorer, Reporter, log};
use crate::analysis::sagas::{Listed, SagaStory, Sagas, is_overdue, rates};
use crate::store::{ProcessReader, StoreError};
use foldback_domain::event::{Position, RecordedEvent};
use foldback_domain::processes::{SagaStatus, SagaSummary, SagasRead};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use foldback_domain::sagas::transfer;
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;

/// How many withdrawals are looked at for transfers, the newest first.
const TRANSFERS: usize = 500;
/// How many events of one correlation a transfer is made out from.
const EVENTS: usize = 200;
/// Which type of event begins a transfer.
const BEGINS: &str = "MoneyWithdrawn";

fn reason(source: &SourceInfo) -> Option<String> {
    source.capabilities.sagas.reason().map(str::to_owned)
}

/// So many sagas at a position; `None`: now.
pub async fn list(
    explorer: &Explorer,
    as_of: Option<Position>,
    limit: usize,
    now: Timestamp,
) -> Result<Sagas, StoreError> {
    let processes = match processes(explorer, reason) {
        Ok(processes) => processes,
        Err(reason) => return Ok(Sagas { unavailable: Some(reason), ..Sagas::default() }),
    };
    let at = looked_at(explorer, processes, as_of, now).await?;
    let read = SagasRead { as_of, correlation_id: None, offset: 0, limit: limit.saturating_add(1) };
    let mut found = processes.read_sagas(&read).await?;
    let mut more = found.len() > limit;
    found.truncate(limit);
    let derived = transfers(explorer, as_of, limit).await?;
    found.extend(derived);
    more |= found.len() > limit;
    found.sort_by_key(rank);
    found.truncate(limit);
    let list = found.into_iter().map(|summary| Listed { overdue: is_overdue(&summary, at), summary }).collect();
    let rates = rates(&processes.read_saga_counts(as_of).await?);
    Ok(Sagas { at: Some(at), list, rates, more, unavailable: None })
}

/// The order of need: failed compensations, what is not over with the oldest sign first, the rest with the newest.
fn rank(saga: &SagaSummary) -> (u8, i64) {
    let sign = saga.updated_at.map_or(0, Timestamp::as_millisecond);
    match saga.status {
        SagaStatus::CompensationFailed => (0, -sign),
        status if status.is_over() => (2, -sign),
        _ => (1, sign),
    }
}

async fn looked_at(
    explorer: &Explorer,
    processes: &dyn ProcessReader,
    as_of: Option<Position>,
    now: Timestamp,
) -> Result<Timestamp, StoreError> {
    let newest = last_event(explorer, as_of).await?.and_then(|(_, at)| at);
    Ok(clock(newest, &processes.read_checkpoints(as_of).await?, as_of, now))
}

/// One saga with its steps, and whether it is overdue; `None` where there is none of this name.
pub async fn one(
    explorer: &Explorer,
    saga_id: &str,
    as_of: Option<Position>,
    now: Timestamp,
) -> Result<Option<(SagaStory, bool)>, StoreError> {
    let Some(processes) = explorer.reader.processes() else { return Ok(None) };
    let at = looked_at(explorer, processes, as_of, now).await?;
    let story = match processes.read_saga(saga_id, as_of).await? {
        Some((summary, entries)) => Some(SagaStory::new(summary, entries)),
        None => transfer_story(explorer, saga_id, as_of).await?,
    };
    Ok(story.map(|story| {
        let overdue = is_overdue(&story.summary, at);
        (story, overdue)
    }))
}

/// The story of a saga that was listed; `None` where it is gone.
pub async fn story(
    explorer: &Explorer,
    listed: &SagaSummary,
    as_of: Option<Position>,
) -> Result<Option<SagaStory>, StoreError> {
    let Some(processes) = explorer.reader.processes() else { return Ok(None) };
    match (&listed.correlation_id, listed.derived) {
        (Some(id), true) => {
            let events = of_correlation(explorer, id.clone(), as_of).await?;
            let found = transfer::derive(&events).into_iter().find(|found| found.summary.saga_id == listed.saga_id);
            Ok(found.map(|found| SagaStory::new(found.summary, found.entries)))
        }
        _ => {
            let found = processes.read_saga(&listed.saga_id, as_of).await?;
            Ok(found.map(|(summary, entries)| SagaStory::new(summary, entries)))
        }
    }
}

/// The newest transfers, made out from the events of their correlations.
async fn transfers(explorer: &Explorer, as_of: Option<Position>, limit: usize) -> Result<Vec<SagaSummary>, StoreError> {
    let mut found = Vec::new();
    for events in correlations(explorer, as_of, limit.min(TRANSFERS)).await? {
        found.extend(transfer::derive(&events).into_iter().map(|transfer| transfer.summary));
    }
    Ok(found)
}

/// The events of the correlations in which money went out last, each in log order.
async fn correlations(
    explorer: &Explorer,
    as_of: Option<Position>,
    limit: usize,
) -> Result<Vec<Vec<RecordedEvent>>, StoreError> {
    let filter = LogFilter { event_type: Some(BEGINS.to_owned()), to: as_of, ..LogFilter::default() };
    let read = LogRead { filter, start: as_of, direction: Direction::Backward, limit: limit.max(1) };
    let began = log::page(explorer, &read, &Reporter::silent()).await?.items;
    let mut ids: Vec<String> = Vec::new();
    for id in began.into_iter().filter_map(|head| head.correlation_id) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    let mut found = Vec::with_capacity(ids.len());
    for id in ids {
        found.push(of_correlation(explorer, id, as_of).await?);
    }
    Ok(found)
}

async fn of_correlation(
    explorer: &Explorer,
    id: String,
    as_of: Option<Position>,
) -> Result<Vec<RecordedEvent>, StoreError> {
    let filter = LogFilter { correlation_id: Some(id), to: as_of, ..LogFilter::default() };
    let read = LogRead { filter, start: None, direction: Direction::Forward, limit: EVENTS };
    Ok(explorer.reader.read_events(&read).await?.items)
}

/// A transfer of this name among those that are looked at.
async fn transfer_story(
    explorer: &Explorer,
    saga_id: &str,
    as_of: Option<Position>,
) -> Result<Option<SagaStory>, StoreError> {
    for events in correlations(explorer, as_of, TRANSFERS).await? {
        let mut transfers = transfer::derive(&events).into_iter();
        if let Some(found) = transfers.find(|transfer| transfer.summary.saga_id == saga_id) {
            return Ok(Some(SagaStory::new(found.summary, found.entries)));
        }
    }
    Ok(None)
}
