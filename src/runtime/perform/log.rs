//! What the log asks.

use crate::app::format::count;
use crate::app::screens::log::{Ask, Reply};
use crate::explore::filter::{Filter, Undecided};
use crate::explore::{Explorer, Reporter, log};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position};
use foldback_domain::reading::{LogRead, Page};

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Page { want, before, after, matching } => {
            let mut filter = matching.map(|expr| Filter::new(explorer, *expr));
            let (mut rows, mut at_start, mut at_end) = (Vec::new(), None, None);
            if let Some(read) = before {
                let page = page(explorer, &read, filter.as_mut(), progress).await?;
                at_start = Some(page.next.is_none());
                rows.extend(page.items.into_iter().rev());
            }
            let pivot = rows.len();
            if let Some(read) = after {
                let page = page(explorer, &read, filter.as_mut(), progress).await?;
                at_end = Some(page.next.is_none());
                rows.extend(page.items);
            }
            let undecided = filter.as_ref().and_then(|filter| undecided(filter.undecided()));
            Reply::Page { want, rows, pivot, at_start, at_end, undecided }
        }
        Ask::Event(address) => Reply::Event(log::event(explorer, &address).await?.map(Box::new)),
        Ask::Seek(at) => Reply::Seek(log::position_at(explorer, at, progress).await?),
    })
}

async fn page(
    explorer: &Explorer,
    read: &LogRead,
    filter: Option<&mut Filter>,
    progress: &Reporter,
) -> Result<Page<EventHead, Position>, StoreError> {
    match filter {
        Some(filter) => log::page_where(explorer, read, filter, progress).await,
        None => log::page(explorer, read, progress).await,
    }
}

fn undecided(undecided: &Undecided) -> Option<String> {
    let first = undecided.first.as_ref()?;
    Some(format!("undecided at {}, the first at {first}", count(undecided.events, "event", "events")))
}
