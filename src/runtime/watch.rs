//! Watching the user's own reducers: a script that is saved is read again, and a message says that states are other ones.

use crate::app::message::Message;
use crate::explore::Explorer;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// How often the files are looked at.
const EVERY: Duration = Duration::from_secs(1);

/// Looks until the receiver is gone. Without scripts it never looks.
pub(super) fn watch(explorer: Explorer, sender: UnboundedSender<Message>) -> JoinHandle<()> {
    tokio::spawn(async move {
        while !explorer.scripts().is_empty() {
            tokio::time::sleep(EVERY).await;
            let files = explorer.clone();
            let changed = tokio::task::spawn_blocking(move || files.scripts().reload()).await;
            if changed.unwrap_or(false) && sender.send(Message::ReducersChanged).is_err() {
                return;
            }
        }
    })
}
