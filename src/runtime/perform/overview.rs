//! What the overview asks.

use crate::app::screens::overview::{Ask, Reply};
use crate::explore::{Explorer, Reporter, log, overview};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Glance => Reply::Glance(Box::new(overview::glance(explorer).await?)),
        Ask::Totals { budget } => match tokio::time::timeout(budget, counted(explorer)).await {
            Ok(counted) => counted?,
            Err(_) => Reply::Uncounted { budget },
        },
        Ask::Attention { budget } => Reply::Attention(overview::attention(explorer, budget, progress).await?),
        Ask::Needs => Reply::Needs(overview::needs(explorer).await?),
        Ask::Histogram { parts } => Reply::Histogram(log::histogram(explorer, parts).await?),
    })
}

async fn counted(explorer: &Explorer) -> Result<Reply, StoreError> {
    Ok(Reply::Totals {
        totals: overview::totals(explorer).await?,
        longest: match explorer.reader.ranks_streams() {
            true => None,
            false => Some(overview::longest(explorer).await?),
        },
    })
}
