//! What the screen of the projections asks.

use crate::app::screens::projections::{Ask, Reply};
use crate::explore::{Explorer, projections};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::All { now } => Reply::All(Box::new(projections::all(explorer, None, now).await?)),
        Ask::Rows { name, after, limit } => {
            let rows = projections::rows(explorer, &name, after.as_deref(), limit).await?;
            Reply::Rows { name, after, rows }
        }
    })
}
