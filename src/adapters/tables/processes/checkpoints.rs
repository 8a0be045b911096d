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
        (None, Some(number)) => counted(engine, asked, number, cell(3), map, columns).await?,
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
    })
}

/// How many events are above a number, or at it where it is the next to be read, and in the gaps below it.
async fn counted(
    engine: &dyn Engine,
    asked: &CheckpointQuery,
    number: i64,
    gaps: &Cell,
    map: &Map,
    columns: &Columns,
) -> Result<Lag, StoreError> {
    if !matches!(map.order, Order::Number(_) | Order::Shared { .. }) {
        return Ok(Lag::Unknown);
    }
    let gaps = gap_list(gaps);
    if !asked.next && gaps.is_empty() {
        return Ok(Lag::Above);
    }
    let last = if asked.next { number.saturating_sub(1) } else { number };
    let mut condition = format!("{} > {}", columns.place, map.order.numbering().last(last).0);
    if !gaps.is_empty() {
        let list = gaps.iter().map(i64::to_string).collect::<Vec<_>>().join(", ");
        condition = format!("({condition} OR {} IN ({list}))", columns.place);
    }
    let sql = format!("SELECT count(*) {} AND {condition}", map.rows());
    let count = async {
        let mut reading = engine.begin().await?;
        let found = rows(reading.as_mut(), &sql, &[]).await?;
        reading.end().await?;
        Ok::<_, StoreError>(found.first().and_then(|row| row.first()?.int()))
    };
    // Unknown is not zero: where counting takes too long there may be work all the same.
    Ok(match tokio::time::timeout(COUNTING, count).await {
        Ok(found) => found?.and_then(|count| u64::try_from(count).ok()).map_or(Lag::Unknown, Lag::Known),
        Err(_) => Lag::Unknown,
    })
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
