//! What the clock asks.

use crate::app::clock::{Ask, Reply};
use crate::explore::when::{self, NoPlace};
use crate::explore::{Explorer, Reporter, clock, marks};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Step { from, by } => clock::step(explorer, from, by)
            .await?
            .map_or(if from.is_none() { Reply::Empty } else { Reply::Newest }, Reply::To),
        Ask::At(position) => Reply::To(clock::at(explorer, position).await?),
        Ask::Words { text, now } => match when::place(explorer, &text, now, progress).await? {
            Ok(position) => Reply::To(clock::at(explorer, position).await?),
            Err(NoPlace::Wrong(why) | NoPlace::Missing(why)) => Reply::Wrong(why),
        },
        Ask::Failures { now } => Reply::Failures(marks::failures(explorer, now).await?),
        Ask::Head => Reply::Head(clock::head(explorer).await?),
    })
}
