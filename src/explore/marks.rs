//! Places on the clock where something failed: the marks above its histogram.

use super::projections::processes;
use super::{Explorer, sagas};
use crate::store::StoreError;
use foldback_domain::event::Position;
use foldback_domain::processes::SagaStatus;
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::collections::BTreeSet;

/// How many dead letters are marked.
const LETTERS: usize = 500;
/// How many sagas are looked through for those that failed: those in need come first.
const SAGAS: usize = 24;

/// The events at which projections stopped, which consumers gave up on, and where sagas were when they could not be
/// undone. What the source does not tell is not marked.
pub async fn failures(explorer: &Explorer, now: Timestamp) -> Result<Vec<Position>, StoreError> {
    let reason = |source: &SourceInfo| source.capabilities.projections.reason().map(str::to_owned);
    let mut found = BTreeSet::new();
    if let Ok(processes) = processes(explorer, reason) {
        let checkpoints = processes.read_checkpoints(None).await?;
        found.extend(checkpoints.iter().filter_map(|checkpoint| checkpoint.failed_position));
    }
    let reason = |source: &SourceInfo| source.capabilities.dead_letters.reason().map(str::to_owned);
    if let Ok(processes) = processes(explorer, reason) {
        let letters = processes.read_dead_letters(None, 0, LETTERS).await?;
        found.extend(letters.iter().filter_map(|letter| letter.position));
    }
    for listed in sagas::list(explorer, SAGAS, now).await?.list {
        if matches!(listed.summary.status, SagaStatus::CompensationFailed | SagaStatus::TimedOut)
            && let Some(story) = sagas::story(explorer, &listed.summary).await?
        {
            found.extend(story.entries.last().and_then(|entry| entry.position.or(entry.head)));
        }
    }
    Ok(found.into_iter().collect())
}
