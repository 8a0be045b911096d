//! What is done to the store.

use crate::app::work::{Ask, Reply};
use crate::explore::{Explorer, work};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask) -> Result<Reply, StoreError> {
    Ok(Reply(match ask {
        Ask::Exec { name, fields } => work::exec(explorer, &name, &fields).await?,
        Ask::Retry { id, skip } => work::retry(explorer, &id, skip).await?,
    }))
}
