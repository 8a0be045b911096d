//! What the overview asks.

use crate::app::screens::overview::{Ask, Reply};
use crate::explore::{Explorer, Reporter, log, overview};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Glance => Reply::Glance(overview::glance(explorer).await?),
        Ask::Totals => Reply::Totals {
            totals: overview::totals(explorer).await?,
            longest: match explorer.reader.ranks_streams() {
                true => None,
                false => Some(overview::longest(explorer).await?),
            },
        },
        Ask::Attention { budget } => Reply::Attention(overview::attention(explorer, budget, progress).await?),
        Ask::Needs => Reply::Needs(overview::needs(explorer).await?),
        Ask::Histogram { parts } => Reply::Histogram(log::histogram(explorer, parts).await?),
    })
}
