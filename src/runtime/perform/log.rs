//! What the log asks.

use crate::app::screens::log::{Ask, Reply};
use crate::explore::{Explorer, Reporter, log};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Page { want, before, after } => {
            let (mut rows, mut at_start, mut at_end) = (Vec::new(), None, None);
            if let Some(read) = before {
                let page = log::page(explorer, &read, progress).await?;
                at_start = Some(page.next.is_none());
                rows.extend(page.items.into_iter().rev());
            }
            let pivot = rows.len();
            if let Some(read) = after {
                let page = log::page(explorer, &read, progress).await?;
                at_end = Some(page.next.is_none());
                rows.extend(page.items);
            }
            Reply::Page { want, rows, pivot, at_start, at_end }
        }
        Ask::Event(address) => Reply::Event(log::event(explorer, &address).await?.map(Box::new)),
        Ask::Seek(at) => Reply::Seek(log::position_at(explorer, at, progress).await?),
    })
}
