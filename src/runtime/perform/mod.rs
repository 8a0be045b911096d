//! Questions of the model, put to the explorer: one file for each screen that asks.

mod dead_letters;
mod log;
mod overview;
mod projections;
mod sagas;
mod streams;
mod trace;
mod travel;
mod work;

pub use travel::Opened;

use crate::app::effect::Ask;
use crate::app::message::Reply;
use crate::explore::{Explorer, Reporter};
use crate::store::StoreError;

/// The answer to a question. Tests ask here too: a whole session needs no terminal and no tasks.
pub async fn answer(explorer: &Explorer, opened: &Opened, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::Overview(ask) => Reply::Overview(overview::answer(explorer, ask, progress).await?),
        Ask::Streams(ask) => Reply::Streams(streams::answer(explorer, opened, ask, progress).await?),
        Ask::Log(ask) => Reply::Log(log::answer(explorer, ask, progress).await?),
        Ask::Projections(ask) => Reply::Projections(projections::answer(explorer, ask).await?),
        Ask::Sagas(ask) => Reply::Sagas(sagas::answer(explorer, ask).await?),
        Ask::Trace(ask) => Reply::Trace(trace::answer(explorer, ask, progress).await?),
        Ask::DeadLetters(ask) => Reply::DeadLetters(dead_letters::answer(explorer, ask).await?),
        Ask::Work(ask) => Reply::Work(work::answer(explorer, ask).await?),
        Ask::Travel(ask) => Reply::Travel(travel::answer(explorer, opened, ask, progress).await?),
    })
}
