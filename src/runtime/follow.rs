//! Watching for new events: a cheap question about once a second, and a message only when the answer has changed.

use crate::app::message::Message;
use crate::explore::Explorer;
use std::time::Duration;
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// How often is asked.
const EVERY: Duration = Duration::from_secs(1);

/// Asks until the receiver is gone. A source that has no new events to tell is never asked.
pub(super) fn follow(explorer: Explorer, sender: UnboundedSender<Message>) -> JoinHandle<()> {
    tokio::spawn(async move {
        if !explorer.source().capabilities.follow.is_available() {
            return;
        }
        let mut before = explorer.reader.read_change().await.ok();
        let mut remade = explorer.reader.remade();
        loop {
            tokio::time::sleep(EVERY).await;
            // A source that cannot be read now says so where it is read; here it is asked again.
            let Ok(now) = explorer.reader.read_change().await else { continue };
            let again = explorer.reader.remade();
            if again > std::mem::replace(&mut remade, again) {
                let notice = "the connection was lost and made anew; it goes on where it was";
                if sender.send(Message::Notice(notice.to_owned())).is_err() {
                    return;
                }
            }
            if before.replace(now).is_some_and(|before| before != now) && sender.send(Message::Changed).is_err() {
                return;
            }
        }
    })
}
