//! Questions of the model, put to the explorer: one file for each screen that asks.

mod ahead;
mod branch;
mod clock;
mod dead_letters;
mod find;
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
use foldback_domain::event::Position;

/// The answer to a question, as of a position; `None` is now. Tests ask here too: a whole session needs no terminal and no tasks.
pub async fn answer(
    now: &Explorer,
    as_of: Option<Position>,
    opened: &Opened,
    ask: Ask,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    let then = match as_of {
        Some(position) => Some(opened.at(now, position).await),
        None => None,
    };
    let explorer = then.as_ref().unwrap_or(now);
    Ok(match ask {
        Ask::Clock(ask) => Reply::Clock(clock::answer(now, ask, progress).await?),
        Ask::Overview(ask) => Reply::Overview(overview::answer(explorer, ask, progress).await?),
        Ask::Streams(ask) => Reply::Streams(streams::answer(now, explorer, opened, ask, progress).await?),
        Ask::Log(ask) => Reply::Log(log::answer(explorer, ask, progress).await?),
        Ask::Projections(ask) => Reply::Projections(projections::answer(explorer, ask, progress).await?),
        Ask::Sagas(ask) => Reply::Sagas(sagas::answer(explorer, ask).await?),
        Ask::Trace(ask) => Reply::Trace(trace::answer(explorer, ask, progress).await?),
        Ask::DeadLetters(ask) => Reply::DeadLetters(dead_letters::answer(explorer, ask).await?),
        Ask::Find(ask) => Reply::Find(find::answer(now, explorer, opened, ask, progress).await?),
        Ask::Work(ask) => Reply::Work(work::answer(explorer, ask).await?),
        Ask::Travel(ask) => Reply::Travel(travel::answer(now, explorer, opened, ask, progress).await?),
    })
}
