//! Effects as tasks: one in each slot, a newer one ends the older, and a panic becomes a message.

use super::perform::{self, Opened};
use crate::app::effect::{Slot, Task, Ticket};
use crate::app::message::{Cost, Message, Progress};
use crate::explore::{Explorer, Reporter};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::Mutex;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::UnboundedSender;
use tokio::task::JoinHandle;

/// Progress is told no more often than an eye can see.
const BREATH: Duration = Duration::from_millis(100);

/// The tasks that run.
pub(super) struct Tasks {
    explorer: Explorer,
    opened: Arc<Opened>,
    sender: UnboundedSender<Message>,
    running: BTreeMap<Slot, JoinHandle<()>>,
}

impl Tasks {
    /// No tasks yet.
    pub(super) fn new(explorer: Explorer, sender: UnboundedSender<Message>) -> Tasks {
        Tasks { explorer, opened: Arc::default(), sender, running: BTreeMap::new() }
    }

    /// Runs a task in the place of what ran in its slot.
    pub(super) fn run(&mut self, task: Task) {
        let Task { slot, ticket, delay, as_of, ask } = task;
        self.cancel(slot);
        let (explorer, opened, sender) = (self.explorer.clone(), self.opened.clone(), self.sender.clone());
        let reporter = reporter(slot, ticket, sender.clone());
        let work = tokio::spawn(async move {
            if !delay.is_zero() {
                tokio::time::sleep(delay).await;
            }
            let (began, rows) = (Instant::now(), explorer.reader.rows_read());
            let reply = perform::answer(&explorer, as_of, &opened, ask, &reporter).await;
            let rows = explorer.reader.rows_read().saturating_sub(rows);
            (reply, Cost { rows, took: began.elapsed() })
        });
        let abort = work.abort_handle();
        let watched = tokio::spawn(async move {
            // Whoever ends the watcher ends the work.
            let _end = EndOnDrop(abort);
            let message = match work.await {
                Ok((Ok(reply), cost)) => Message::Replied { slot, ticket, cost, reply: Box::new(reply) },
                Ok((Err(error), _)) => Message::Failed { slot, ticket, why: error.to_string() },
                Err(error) if error.is_cancelled() => return,
                Err(error) => Message::Failed { slot, ticket, why: panic_sentence(slot, error) },
            };
            let _ = sender.send(message);
        });
        self.running.insert(slot, watched);
    }

    /// Ends what runs in a slot.
    pub(super) fn cancel(&mut self, slot: Slot) {
        if let Some(running) = self.running.remove(&slot) {
            running.abort();
        }
    }

    /// Ends everything.
    pub(super) fn end(&mut self) {
        for (_, running) in std::mem::take(&mut self.running) {
            running.abort();
        }
    }
}

struct EndOnDrop(tokio::task::AbortHandle);

impl Drop for EndOnDrop {
    fn drop(&mut self) {
        self.0.abort();
    }
}

fn panic_sentence(slot: Slot, error: tokio::task::JoinError) -> String {
    let what = error.into_panic();
    let text = what
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| what.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    format!("{} failed with a mistake of foldback's own, please report it: {text}", slot.doing())
}

fn reporter(slot: Slot, ticket: Ticket, sender: UnboundedSender<Message>) -> Reporter {
    let last = Mutex::new(None::<Instant>);
    Reporter::new(move |progress| {
        let Ok(mut last) = last.lock() else { return };
        if last.is_some_and(|last| last.elapsed() < BREATH) {
            return;
        }
        *last = Some(Instant::now());
        let progress = Progress { done: progress.done, total: progress.total };
        let _ = sender.send(Message::Progressed { slot, ticket, progress });
    })
}
