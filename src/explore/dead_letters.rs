//! What was given up on, read whole up to a cap and grouped by cause.

use super::Explorer;
use super::projections::processes;
use crate::analysis::dead_letters::{DeadLetters, grouped};
use crate::store::StoreError;
use foldback_domain::source::SourceInfo;

/// How many letters are grouped; the rest is said to be left out.
pub const MOST: usize = 5_000;
const PAGE: usize = 500;

/// The dead letters. The oldest `limit` of them are grouped.
pub async fn all(explorer: &Explorer, limit: usize) -> Result<DeadLetters, StoreError> {
    let as_of = explorer.as_of();
    let reason = |source: &SourceInfo| source.capabilities.dead_letters.reason().map(str::to_owned);
    let processes = match processes(explorer, reason) {
        Ok(processes) => processes,
        Err(reason) => return Ok(DeadLetters { unavailable: Some(reason), ..DeadLetters::default() }),
    };
    let limit = limit.min(MOST);
    let mut letters = Vec::new();
    let mut more = true;
    while more && letters.len() <= limit {
        let page = processes.read_dead_letters(as_of, letters.len() as u64, PAGE).await?;
        more = page.len() == PAGE;
        letters.extend(page);
    }
    more |= letters.len() > limit;
    letters.truncate(limit);
    Ok(DeadLetters { letters: letters.len(), groups: grouped(letters), more, unavailable: None })
}
