//! What the screen of a trace asks.

use crate::app::screens::trace::{Ask, Reply};
use crate::explore::{Explorer, Reporter, trace};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask, progress: &Reporter) -> Result<Reply, StoreError> {
    let Ask::Of(id) = ask;
    Ok(Reply(trace::find(explorer, &id, progress).await?.map(Box::new)))
}
