//! States that a foreign system stored of its streams.

use super::Query;
use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::engine::Engine;
use crate::store::StoreError;
use foldback_domain::event::{StreamName, Version};
use foldback_domain::processes::StoredSnapshot;

/// Some snapshots, of one table after the other, behind so many. The columns: stream, version, state, time.
pub async fn page(
    engine: &dyn Engine,
    queries: &[Query],
    offset: u64,
    limit: usize,
) -> Result<Vec<StoredSnapshot>, StoreError> {
    let mut found = Vec::new();
    // With one table the database passes over what is not wanted.
    let (skip, mut over) = if queries.len() == 1 { (offset, 0) } else { (0, offset) };
    for query in queries {
        let wanted = limit.saturating_sub(found.len()).saturating_add(usize::try_from(over).unwrap_or(usize::MAX));
        if wanted == 0 {
            break;
        }
        let [stream, version] = [0, 1].map(|n| query.columns[n].sql());
        let order = if stream == "NULL" { "1" } else { stream };
        let order = if version == "NULL" { order.to_owned() } else { format!("{order}, {version}") };
        for row in query.ask(engine, &format!(" ORDER BY {order} LIMIT {wanted} OFFSET {skip}"), &[]).await? {
            if over > 0 {
                over -= 1;
                continue;
            }
            found.push(snapshot(row));
        }
    }
    Ok(found)
}

fn snapshot(mut row: Vec<Cell>) -> StoredSnapshot {
    let state = row.get_mut(2).map_or(Cell::Null, |cell| std::mem::replace(cell, Cell::Null));
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    StoredSnapshot {
        stream_id: StreamName(cell(0).text().unwrap_or_default()),
        version: cell(1).int().map(Version),
        schema_version: None,
        state: state.payload(),
        created_at: cell(3).time(),
    }
}
