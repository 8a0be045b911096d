//! Checkpoints: what the number means, and how many events wait behind it.

use super::CheckpointQuery;
use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::columns::Columns;
use crate::adapters::tables::engine::{Engine, rows};
use crate::adapters::tables::map::{Map, Order};
use crate::store::StoreError;
use foldback_domain::processes::{Checkpoint, CheckpointStatus, ConsumerKind, Lag};
use std::time::Duration;

/// How many checkpoints are read of one table.
const MOST: usize = 10_000;

/// How long the events behind a checkpoint are counted.
const COUNTING: Duration = Duration::from_secs(2);

/// All checkpoints, by name.
pub async fn read(
    engine: &dyn Engine,
    queries: &[CheckpointQuery],
    map: &Map,
    columns: &Columns,
) -> Result<Vec<Checkpoint>, StoreError> {
    let mut found = Vec::new();
    for asked in queries {
        for row in asked.query.ask(engine, &format!(" LIMIT {MOST}"), &[]).await? {
            found.push(checkpoint(engine, asked, &row, map, columns).await?);
        }
    }
    found.sort_by(|a: &Checkpoint, b| a.name.cmp(&b.name));
    Ok(found)
}

async fn checkpoint(
    engine: &dyn Engine,
    asked: &CheckpointQuery,
    row: &[Cell],
    map: &Map,
    columns: &Columns,
) -> Result<Checkpoint, StoreError> {
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    let name = cell(0).text().unwrap_or_default();
    let name = match cell(1).text() {
        Some(segment) => format!("{name}[{segment}]"),
        None => name,
    };
    let number = cell(2).int();
    let lag = match (cell(4).int(), number) {
        (Some(lag), _) => Lag::Known(lag.max(0).unsigned_abs()),
        (None, Some(number)) => counted(engine, asked, number, map, columns).await?,
        (None, None) if asked.query.columns[4] == super::Column::None && cell(2) == &Cell::Null => Lag::Above,
        (None, None) => Lag::Unknown,
    };
    let word = cell(5).text();
    let status = word.as_deref().map(|word| asked.words.get(word).map_or(word, String::as_str).to_lowercase());
    let status = match status.as_deref() {
        Some("paused") => CheckpointStatus::Paused,
        Some("failed" | "error") => CheckpointStatus::Failed,
        Some("replaying" | "booting") => CheckpointStatus::Replaying,
        // Where the store says nothing, or what only its library understands, lag and last sign tell whether it stands still.
        _ => CheckpointStatus::Running,
    };
    Ok(Checkpoint {
        name,
        kind: ConsumerKind::Projection,
        position: number.map(|number| map.order.numbering().last(number)),
        status,
        error: cell(6).text().filter(|error| !error.is_empty()),
        failed_position: cell(7).int().map(|number| map.order.numbering().last(number)),
        attempts: cell(8).int().and_then(|attempts| u32::try_from(attempts).ok()).unwrap_or(0),
        skipped: None,
        rebuild: None,
        updated_at: cell(9).time(),
        lag,
        in_gaps: in_gaps(engine, cell(3), number, map, columns).await?,
    })
}

/// How many events are at a number or above it, where it is the next to be read.
async fn counted(
    engine: &dyn Engine,
    asked: &CheckpointQuery,
    number: i64,
    map: &Map,
    columns: &Columns,
) -> Result<Lag, StoreError> {
    if !matches!(map.order, Order::Number(_) | Order::Shared { .. }) {
        return Ok(Lag::Unknown);
    }
    if !asked.next {
        return Ok(Lag::Above);
    }
    let last = map.order.numbering().last(number.saturating_sub(1)).0;
    let count = count(engine, map, &format!("{} > {last}", columns.place)).await?;
    // Unknown is not zero: where counting takes too long there may be work all the same.
    Ok(count.map_or(Lag::Unknown, Lag::Known))
}

/// How many events there are at the numbers below a checkpoint that it left out. A number that nothing was written at is none.
async fn in_gaps(
    engine: &dyn Engine,
    gaps: &Cell,
    number: Option<i64>,
    map: &Map,
    columns: &Columns,
) -> Result<u64, StoreError> {
    let below = gap_list(gaps).into_iter().filter(|gap| number.is_some_and(|number| *gap < number)).take(MOST);
    let list = below.map(|gap| gap.to_string()).collect::<Vec<_>>().join(", ");
    if list.is_empty() || !matches!(map.order, Order::Number(_)) {
        return Ok(0);
    }
    Ok(count(engine, map, &format!("{} IN ({list})", columns.place)).await?.unwrap_or(0))
}

/// How many events meet a condition; `None` where counting takes too long.
async fn count(engine: &dyn Engine, map: &Map, condition: &str) -> Result<Option<u64>, StoreError> {
    let sql = format!("SELECT count(*) {} AND {condition}", map.rows());
    let count = async {
        let mut reading = engine.begin().await?;
        let found = rows(reading.as_mut(), &sql, &[]).await?;
        reading.end().await?;
        Ok::<_, StoreError>(found.first().and_then(|row| row.first()?.int()))
    };
    match tokio::time::timeout(COUNTING, count).await {
        Ok(found) => Ok(found?.and_then(|count| u64::try_from(count).ok())),
        Err(_) => Ok(None),
    }
}

/// The numbers in `[117, 119]`, or in any text that has them.
fn gap_list(gaps: &Cell) -> Vec<i64> {
    let text = gaps.text().unwrap_or_default();
    text.split(|c: char| !c.is_ascii_digit() && c != '-').filter_map(|number| number.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_found_in_json() {
        assert_eq!(gap_list(&Cell::Text("[117, 119]".into())), [117, 119]);
        assert_eq!(gap_list(&Cell::Text("[]".into())), [] as [i64; 0]);
        assert_eq!(gap_list(&Cell::Null), [] as [i64; 0]);
    }
}
