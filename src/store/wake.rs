//! How somebody who follows a store learns that it has changed: the store says so, or is asked again and again.

use super::{EventReader, StoreError};
use async_trait::async_trait;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Wakes who follows a store.
#[async_trait]
pub trait Wake: Send {
    /// Waits until the store has changed, or until the time is up; whether it has changed. Changes between two calls are
    /// not lost. It may say so once too often: who is woken reads, and finds out.
    async fn changed(&mut self, within: Duration) -> Result<bool, StoreError>;

    /// Why the store is asked again and again although it could tell; `None` where all is as it should be.
    fn reason(&self) -> Option<&str> {
        None
    }
}

/// What wakes who follows this store: its own word where it gives one, and otherwise asking. What came before this call
/// is not told.
pub async fn wake(reader: &Arc<dyn EventReader>) -> Result<Box<dyn Wake>, StoreError> {
    let reason = match reader.listen().await {
        Ok(Some(listener)) => return Ok(listener),
        Ok(None) => None,
        Err(error) => Some(format!("{error}; it is asked every {} ms instead", reader.rest().as_millis())),
    };
    let last = reader.read_change().await?;
    let next = Instant::now() + reader.rest();
    Ok(Box::new(Polling { reader: reader.clone(), last, next, reason }))
}

/// Asks again and again.
struct Polling {
    reader: Arc<dyn EventReader>,
    last: i64,
    next: Instant,
    reason: Option<String>,
}

#[async_trait]
impl Wake for Polling {
    async fn changed(&mut self, within: Duration) -> Result<bool, StoreError> {
        let until = Instant::now() + within;
        loop {
            // Who has just been answered does not ask again at once.
            if self.next > until {
                tokio::time::sleep_until(until).await;
                return Ok(false);
            }
            tokio::time::sleep_until(self.next).await;
            self.next = Instant::now() + self.reader.rest();
            let now = self.reader.read_change().await?;
            if now != self.last {
                self.last = now;
                return Ok(true);
            }
        }
    }

    fn reason(&self) -> Option<&str> {
        self.reason.as_deref()
    }
}
