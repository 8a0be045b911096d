//! What the screen of the sagas asks.

use crate::app::screens::sagas::{Ask, Reply};
use crate::explore::{Explorer, sagas};
use crate::store::StoreError;

pub(super) async fn answer(explorer: &Explorer, ask: Ask) -> Result<Reply, StoreError> {
    Ok(match ask {
        Ask::All { now, limit } => Reply::All(Box::new(sagas::list(explorer, limit, now).await?)),
        Ask::One { id, now } => {
            let story = sagas::one(explorer, &id, now).await?;
            Reply::One { id, story: story.map(|(story, _)| Box::new(story)) }
        }
    })
}
