//! What is here, and does anything need me?

pub use super::attention::{attention, needs};
use super::{Explorer, Reporter};
use crate::analysis::overview::{Glance, Overview};
use crate::store::StoreError;
use foldback_domain::reading::{Direction, LogFilter, LogRead, StreamSort, StreamSummary, StreamsRead, Totals};
use std::time::Duration;

/// How many of the newest events and longest streams a glance shows.
const SHOWN: usize = 50;

/// What can be said at once, however large the store.
pub async fn glance(explorer: &Explorer) -> Result<Glance, StoreError> {
    let forward = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 1 };
    let backward = LogRead { direction: Direction::Backward, limit: SHOWN, ..forward.clone() };
    Ok(Glance {
        head: explorer.reader.read_head().await?,
        estimate: explorer.reader.read_estimate().await?,
        first: explorer.reader.read_log(&forward).await?.items.into_iter().next(),
        newest: explorer.reader.read_log(&backward).await?.items,
        longest: if explorer.reader.ranks_streams() { longest(explorer).await? } else { Vec::new() },
    })
}

/// The longest streams, longest first. Where the store does not rank its streams this looks at every event.
pub async fn longest(explorer: &Explorer) -> Result<Vec<StreamSummary>, StoreError> {
    let read = StreamsRead { category: None, sort: StreamSort::Length, after: None, limit: SHOWN };
    Ok(explorer.reader.read_streams(&read).await?.items)
}

/// Everything counted exactly. This may take long on a large store.
pub async fn totals(explorer: &Explorer) -> Result<Totals, StoreError> {
    explorer.reader.read_totals().await
}

/// How many snapshots are stored; `None` where that is not known.
pub async fn snapshots(explorer: &Explorer) -> Result<Option<u64>, StoreError> {
    match explorer.reader.processes() {
        Some(processes) => processes.count_snapshots().await,
        None => Ok(None),
    }
}

/// The whole answer. Where an estimate will do and there is one, nothing is counted.
pub async fn overview(
    explorer: &Explorer,
    estimate: bool,
    budget: Duration,
    progress: &Reporter,
) -> Result<Overview, StoreError> {
    let glance = glance(explorer).await?;
    let estimated = estimate && glance.estimate.is_some();
    Ok(Overview {
        source: explorer.source(),
        glance,
        totals: if estimated { None } else { Some(totals(explorer).await?) },
        snapshots: snapshots(explorer).await?,
        attention: attention(explorer, budget, progress).await?,
    })
}
