//! What the screen of the projections asks.

use crate::analysis::read_models::PastRows;
use crate::app::screens::projections::{Ask, Reply};
use crate::explore::histories::rows_at;
use crate::explore::{Explorer, Reporter, projections};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::All { now } => Reply::All(Box::new(projections::all(explorer, None, now).await?)),
        Ask::Rows { name, after, which, limit } => {
            let rows = match explorer.as_of() {
                None => {
                    let rows = projections::rows(explorer, &name, after.as_deref(), limit).await?;
                    PastRows { rows, ..PastRows::default() }
                }
                Some(at) => rows_at(explorer, &name, at, which, after.as_deref(), limit, progress).await?,
            };
            Reply::Rows { name, after, which, rows: Box::new(rows) }
        }
    })
}
