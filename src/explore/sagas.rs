//! The sagas: those that a runner keeps, and those that are made out from their events.

use super::Explorer;
use super::projections::{clock, last_event, processes};
use crate::analysis::sagas::{Listed, SagaStory, Sagas, is_overdue, rates};
use crate::store::{ProcessReader, StoreError};
use foldback_domain::event::{Position, RecordedEvent};
use foldback_domain::processes::{DeadLetter, SagaStatus, SagaSummary, SagasRead};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use foldback_domain::sagas::transfer;
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many withdrawals are looked at for transfers, the newest first.
const TRANSFERS: usize = 1_000;
/// How many of them at least, however few sagas are asked for: what needs somebody may be among the older.
const TRANSFERS_AT_LEAST: usize = 200;
/// How many events of one correlation a transfer is made out from.
const EVENTS: usize = 200;
/// How many dead letters are looked through for those of sagas.
const LETTERS: usize = 1_000;
/// Which type of event begins a transfer.
const BEGINS: &str = "MoneyWithdrawn";

fn reason(source: &SourceInfo) -> Option<String> {
    source.capabilities.sagas.reason().map(str::to_owned)
}

/// So many sagas.
pub async fn list(explorer: &Explorer, limit: usize, now: Timestamp) -> Result<Sagas, StoreError> {
    let as_of = explorer.as_of();
    let processes = match processes(explorer, reason) {
        Ok(processes) => processes,
        Err(reason) => return Ok(Sagas { unavailable: Some(reason), ..Sagas::default() }),
    };
    let at = looked_at(explorer, processes, as_of, now).await?;
    let read = SagasRead { as_of, correlation_id: None, offset: 0, limit: limit.saturating_add(1) };
    let mut found = processes.read_sagas(&read).await?;
    let mut more = found.len() > limit;
    found.truncate(limit);
    let (derived, transfers_cut) = transfers(explorer, as_of, limit).await?;
    found.extend(derived);
    more |= found.len() > limit;
    found.sort_by_key(rank);
    found.truncate(limit);
    let letters = letters(processes, as_of, &found).await?;
    let list = found
        .into_iter()
        .map(|summary| Listed {
            overdue: is_overdue(&summary, at),
            dead_letter: letter_of(&letters, &summary),
            summary,
        })
        .collect();
    let rates = rates(&processes.read_saga_counts(as_of).await?);
    Ok(Sagas { at: Some(at), list, rates, more, transfers_cut, unavailable: None })
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
    let newest = last_event(explorer).await?.and_then(|(_, at)| at);
    Ok(clock(newest, &processes.read_checkpoints(as_of).await?, as_of, now))
}

/// One saga with its steps, and whether it is overdue; `None` where there is none of this name.
pub async fn one(explorer: &Explorer, saga_id: &str, now: Timestamp) -> Result<Option<(SagaStory, bool)>, StoreError> {
    let as_of = explorer.as_of();
    let Some(processes) = explorer.reader.processes() else { return Ok(None) };
    let at = looked_at(explorer, processes, as_of, now).await?;
    let story = match processes.read_saga(saga_id, as_of).await? {
        Some((summary, entries)) => Some(SagaStory::new(summary, entries)),
        None => transfer_story(explorer, saga_id, as_of).await?,
    };
    let Some(mut story) = story else { return Ok(None) };
    let letters = letters(processes, as_of, std::slice::from_ref(&story.summary)).await?;
    story.dead_letter = letter_of(&letters, &story.summary);
    Ok(Some({
        let overdue = is_overdue(&story.summary, at);
        (story, overdue)
    }))
}

/// The story of a saga that was listed; `None` where it is gone.
pub async fn story(explorer: &Explorer, listed: &SagaSummary) -> Result<Option<SagaStory>, StoreError> {
    let as_of = explorer.as_of();
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

/// The open dead letters of sagas, each with the saga that it is about; read only where one of these sagas has stopped.
async fn letters(
    processes: &dyn ProcessReader,
    as_of: Option<Position>,
    sagas: &[SagaSummary],
) -> Result<Vec<(Option<String>, DeadLetter)>, StoreError> {
    let stopped = |saga: &SagaSummary| !matches!(saga.status, SagaStatus::Completed | SagaStatus::Compensated);
    if !sagas.iter().any(stopped) {
        return Ok(Vec::new());
    }
    let all = processes.read_dead_letters(as_of, 0, LETTERS).await?;
    let of_sagas = all.into_iter().filter(|letter| letter.id.starts_with("saga:"));
    Ok(of_sagas
        .map(|letter| {
            let payload = letter.payload.as_ref().and_then(|payload| payload.parse().ok());
            let saga = payload.and_then(|payload| Some(payload.get("saga_id")?.as_str()?.to_owned()));
            (saga, letter)
        })
        .collect())
}

/// The newest of them that is about a saga, by the saga's id; a transfer's says only what it belongs to.
fn letter_of(letters: &[(Option<String>, DeadLetter)], saga: &SagaSummary) -> Option<String> {
    let is_its = |(named, letter): &&(Option<String>, DeadLetter)| match named {
        Some(named) => *named == saga.saga_id,
        None => saga.derived && letter.consumer == saga.saga_type && letter.correlation_id == saga.correlation_id,
    };
    letters.iter().rev().find(is_its).map(|(_, letter)| letter.id.clone())
}

/// The newest transfers, made out from the events of their correlations; how many withdrawals were looked at, where
/// there are more.
async fn transfers(
    explorer: &Explorer,
    as_of: Option<Position>,
    limit: usize,
) -> Result<(Vec<SagaSummary>, Option<usize>), StoreError> {
    let most = limit.clamp(TRANSFERS_AT_LEAST, TRANSFERS);
    let (ids, cut) = correlations(explorer, as_of, most).await?;
    let mut found = Vec::new();
    for id in ids {
        let events = of_correlation(explorer, id, as_of).await?;
        found.extend(transfer::derive(&events).into_iter().map(|transfer| transfer.summary));
    }
    Ok((found, cut.then_some(most)))
}

/// The correlations of the newest withdrawals that belong to a transfer, and whether there are more withdrawals than
/// were looked at. Money that somebody takes out for himself is told apart by its payload, without a read of its own.
async fn correlations(
    explorer: &Explorer,
    as_of: Option<Position>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    let filter = LogFilter { event_type: Some(BEGINS.to_owned()), to: as_of, ..LogFilter::default() };
    let mut read = LogRead { filter, start: as_of, direction: Direction::Backward, limit };
    let (mut ids, mut seen, mut looked_at) = (Vec::new(), BTreeSet::new(), 0);
    loop {
        read.limit = limit - looked_at;
        let page = explorer.reader.read_events(&read).await?;
        looked_at += page.items.len();
        for event in page.items.iter().filter(|event| is_transfer(event)) {
            let Some(id) = &event.head.correlation_id else { continue };
            if seen.insert(id.clone()) {
                ids.push(id.clone());
            }
        }
        match page.next {
            Some(next) if looked_at < limit => read.start = Some(next),
            next => return Ok((ids, next.is_some())),
        }
    }
}

fn is_transfer(event: &RecordedEvent) -> bool {
    event.data.parse().is_ok_and(|data| data.get("transfer_id").is_some_and(|id| !id.is_null()))
}

pub(super) async fn of_correlation(
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
    for id in correlations(explorer, as_of, TRANSFERS).await?.0 {
        let events = of_correlation(explorer, id, as_of).await?;
        let mut transfers = transfer::derive(&events).into_iter();
        if let Some(found) = transfers.find(|transfer| transfer.summary.saga_id == saga_id) {
            return Ok(Some(SagaStory::new(found.summary, found.entries)));
        }
    }
    Ok(None)
}
