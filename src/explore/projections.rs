//! How the projections are doing: checkpoints, samples and what waits behind each.

use super::Explorer;
use crate::analysis::projections::{Health, Projections, TREND, Waiting, by_need, health, looked_at};
use crate::store::{ProcessReader, StoreError};
use foldback_domain::event::Position;
use foldback_domain::processes::{Checkpoint, CheckpointStatus, Lag, ModelRow};
use foldback_domain::reading::{Direction, EventAddress, LogFilter, LogRead};
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// How many samples a rate is taken from.
const SAMPLES: usize = 64;
/// How long the events behind a checkpoint are counted.
const COUNTING: Duration = Duration::from_secs(2);
/// How many dead letters are looked through for those of projections.
const LETTERS: usize = 1_000;

/// The reader of the processes, or why there is none.
pub(super) fn processes(
    explorer: &Explorer,
    capability: impl Fn(&SourceInfo) -> Option<String>,
) -> Result<&dyn ProcessReader, String> {
    match (explorer.reader.processes(), capability(explorer.reader.source())) {
        (Some(processes), None) => Ok(processes),
        (_, Some(reason)) => Err(reason),
        (None, None) => Err("this source tells nothing of what goes on around its log".to_owned()),
    }
}

/// Every projection.
pub async fn all(explorer: &Explorer, now: Timestamp) -> Result<Projections, StoreError> {
    let as_of = explorer.as_of();
    let reason = |source: &SourceInfo| source.capabilities.projections.reason().map(str::to_owned);
    let processes = match processes(explorer, reason) {
        Ok(processes) => processes,
        Err(reason) => return Ok(Projections { unavailable: Some(reason), ..Projections::default() }),
    };
    let newest = last_event(explorer).await?;
    let head = newest.map(|(position, _)| position);
    let checkpoints = processes.read_checkpoints(as_of).await?;
    let at = clock(newest.and_then(|(_, at)| at), &checkpoints, as_of, now);
    // Those that stand at one place wait for the same events, which are counted once.
    let mut waits: BTreeMap<Option<Position>, Waiting> = BTreeMap::new();
    let mut list = Vec::with_capacity(checkpoints.len());
    for checkpoint in checkpoints {
        let samples = processes.read_samples(&checkpoint.name, as_of, SAMPLES.max(TREND)).await?;
        // Where nobody knows how far it had come, nobody knows what waited for it.
        let lost = checkpoint.status == CheckpointStatus::Unknown && checkpoint.position.is_none();
        let known = match checkpoint.lag {
            _ if lost => Some(Waiting::default()),
            Lag::Above => waits.get(&checkpoint.position).copied(),
            Lag::Known(events) => Some(Waiting { events: Some(events), oldest: None }),
            Lag::Unknown => Some(Waiting { events: None, oldest: None }),
        };
        let waiting = match known {
            Some(waiting) => waiting,
            None => {
                let waiting = waiting(explorer, processes, checkpoint.position, head).await?;
                waits.insert(checkpoint.position, waiting);
                waiting
            }
        };
        list.push(health(checkpoint, &samples, waiting, at));
    }
    name_failing(explorer, processes, as_of, &mut list).await?;
    by_need(&mut list);
    Ok(Projections { head, at: Some(at), list, unavailable: None })
}

/// The last event, and when it was.
pub(super) async fn last_event(explorer: &Explorer) -> Result<Option<(Position, Option<Timestamp>)>, StoreError> {
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Backward, limit: 1 };
    let head = explorer.reader.read_log(&read).await?.items.into_iter().next();
    Ok(head.and_then(|head| Some((head.global_position?, head.created_at))))
}

/// The time at which processes are looked at: the past has its own.
pub(super) fn clock(
    newest: Option<Timestamp>,
    checkpoints: &[Checkpoint],
    as_of: Option<Position>,
    now: Timestamp,
) -> Timestamp {
    let sign = checkpoints.iter().filter_map(|checkpoint| checkpoint.updated_at).chain(newest).max();
    match as_of {
        Some(_) => sign.unwrap_or(now),
        None => looked_at(now, sign),
    }
}

/// Says which events the projections cannot handle, and which dead letters a retry takes up.
async fn name_failing(
    explorer: &Explorer,
    processes: &dyn ProcessReader,
    as_of: Option<Position>,
    list: &mut [Health],
) -> Result<(), StoreError> {
    if list.iter().all(|health| health.failing.is_none()) {
        return Ok(());
    }
    let letters = processes.read_dead_letters(as_of, 0, LETTERS).await?;
    for Health { checkpoint, failing, .. } in list {
        let Some(failing) = failing else { continue };
        if let Some(event) = explorer.reader.read_event(&EventAddress::Position(failing.position)).await? {
            failing.event_type = Some(event.head.event_type);
            failing.stream_id = Some(event.head.stream_id);
        }
        let its_own = letters.iter().rev().find(|letter| {
            letter.consumer == checkpoint.name && letter.position == Some(failing.position) && letter.retry.is_some()
        });
        failing.dead_letter = its_own.map(|letter| letter.id.clone());
    }
    Ok(())
}

async fn waiting(
    explorer: &Explorer,
    processes: &dyn ProcessReader,
    position: Option<Position>,
    head: Option<Position>,
) -> Result<Waiting, StoreError> {
    if position >= head {
        return Ok(Waiting { events: Some(0), oldest: None });
    }
    // Unknown is not zero: where counting takes too long there is work all the same.
    let events = match tokio::time::timeout(COUNTING, processes.count_between(position, head)).await {
        Ok(counted) => Some(counted?),
        Err(_) => None,
    };
    let start = position.map(|position| Position(position.0.saturating_add(1)));
    let read = LogRead { filter: LogFilter::default(), start, direction: Direction::Forward, limit: 1 };
    let oldest = explorer.reader.read_log(&read).await?.items.into_iter().next().and_then(|head| head.created_at);
    Ok(Waiting { events, oldest })
}

/// A page of a projection's rows, behind a key.
pub async fn rows(
    explorer: &Explorer,
    projection: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<ModelRow>, StoreError> {
    match explorer.reader.processes() {
        Some(processes) => processes.read_rows(projection, after, limit).await,
        None => Ok(Vec::new()),
    }
}
