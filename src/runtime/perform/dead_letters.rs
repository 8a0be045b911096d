//! What the screen of the dead letters asks.

use crate::app::screens::dead_letters::{Ask, Reply};
use crate::explore::{Explorer, dead_letters};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask) -> Result<Reply, StoreError> {
    let Ask::All { limit } = ask;
    Ok(Reply(Box::new(dead_letters::all(explorer, limit).await?)))
}
