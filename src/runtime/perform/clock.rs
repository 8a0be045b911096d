//! What the clock asks.

use crate::app::clock::{Ask, Reply};
use crate::explore::{Explorer, clock};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Step { from, by } => clock::step(explorer, from, by)
            .await?
            .map_or(if from.is_none() { Reply::Empty } else { Reply::Newest }, Reply::To),
        Ask::At(position) => Reply::To(clock::at(explorer, position).await?),
        Ask::Time(at) => clock::at_time(explorer, at).await?.map_or(Reply::Empty, Reply::To),
        Ask::Event(id) => clock::at_event(explorer, id.clone()).await?.map_or(Reply::Unknown(id), Reply::To),
        Ask::Head => Reply::Head(clock::head(explorer).await?),
    })
}
