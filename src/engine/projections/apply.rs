//! Applies events to rows, loading the rows that are asked for: as many as can be foreseen in one question.

use crate::engine::Works;
use crate::store::StoreError;
use crate::store::books::Target;
use foldback_domain::event::RecordedEvent;
use foldback_domain::projection::{Halt, Projection, Rows, take_in};
use std::collections::BTreeSet;

/// How many rows of its own one event may ask for; a projection that asks on and on is broken.
const ASKED: usize = 1_000;

/// How often a batch is looked through for the rows that it is going to miss. Each time costs as much as applying it.
const FORESEEN: usize = 4;

/// How far events were applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::engine) enum Applied {
    /// All of them.
    All,
    /// Those before one that cannot be handled.
    Until {
        /// Which one.
        index: usize,
        /// Why.
        why: String,
    },
}

/// Applies events in order until one cannot be handled.
pub(in crate::engine) async fn apply(
    works: &Works,
    projection: &dyn Projection,
    target: Target,
    events: &[RecordedEvent],
    rows: &mut Rows,
) -> Result<Applied, StoreError> {
    let mut looked = 0;
    for (index, event) in events.iter().enumerate() {
        let mut asked = 0;
        loop {
            match take_in(projection, event, rows) {
                Ok(()) => break,
                Err(Halt::Poison(why)) => return Ok(Applied::Until { index, why }),
                Err(Halt::Missing(_)) if asked == ASKED => {
                    return Ok(Applied::Until { index, why: format!("it asks for more than {ASKED} rows") });
                }
                Err(Halt::Missing(key)) => {
                    asked += 1;
                    let mut keys = BTreeSet::from([key]);
                    if looked < FORESEEN {
                        looked += 1;
                        keys.extend(foreseen(projection, &events[index + 1..], rows));
                    }
                    load(works, projection, target, keys, rows).await?;
                }
            }
        }
    }
    Ok(Applied::All)
}

/// The rows that events are going to miss first: each is tried on its own, and what it would change is thrown away.
fn foreseen(projection: &dyn Projection, events: &[RecordedEvent], rows: &mut Rows) -> BTreeSet<String> {
    let missed = |event| match rows.probe(projection, event) {
        Err(Halt::Missing(key)) => Some(key),
        _ => None,
    };
    events.iter().filter_map(missed).collect()
}

async fn load(
    works: &Works,
    projection: &dyn Projection,
    target: Target,
    keys: BTreeSet<String>,
    rows: &mut Rows,
) -> Result<(), StoreError> {
    let keys: Vec<String> = keys.into_iter().collect();
    let found = works.books.read_model_rows(projection.name(), target, &keys).await?;
    let mut found: std::collections::HashMap<String, String> = found.into_iter().collect();
    for key in keys {
        let row = found.remove(&key);
        rows.load(key, row);
    }
    Ok(())
}
