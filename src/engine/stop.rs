//! How work is asked to stop: whoever works finishes what it holds.

use std::sync::Arc;
use tokio::sync::watch;

/// A wish that work may end, shared by everybody who works.
#[derive(Debug, Clone)]
pub struct Stop(Arc<watch::Sender<bool>>);

impl Default for Stop {
    fn default() -> Self {
        Stop::new()
    }
}

impl Stop {
    /// Nobody has asked yet.
    pub fn new() -> Stop {
        Stop(Arc::new(watch::channel(false).0))
    }

    /// Asks.
    pub fn ask(&self) {
        self.0.send_replace(true);
    }

    /// Whether somebody has asked.
    pub fn is_asked(&self) -> bool {
        *self.0.borrow()
    }

    /// Returns when somebody asks.
    pub async fn asked(&self) {
        let mut asked = self.0.subscribe();
        // The sender lives as long as this does.
        let _ = asked.wait_for(|asked| *asked).await;
    }

    /// Waits for something, unless somebody asks before.
    pub async fn or(&self, wait: impl Future<Output = ()>) {
        tokio::select! {
            () = self.asked() => {}
            () = wait => {}
        }
    }
}
