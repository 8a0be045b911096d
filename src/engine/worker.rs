//! A part at work in a task of its own: asleep until something is new, or until a time that it knows.

use super::part::{Part, Step};
use super::{Notice, Stop, Works};
use crate::store::wake::wake;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::{mpsc, watch};

/// How long a part waits after an error of the store: this long at first, doubling up to the second one.
pub const BACK_OFF: (Duration, Duration) = (Duration::from_millis(200), Duration::from_secs(5));

/// After how long a part looks by itself, should nobody have woken it: not everything that a person does is told.
const LONG_SLEEP: Duration = Duration::from_secs(2);

/// A part at work.
pub struct Worker {
    /// The part.
    pub part: Box<dyn Part>,
    /// What it works with.
    pub works: Works,
    /// Changes when somebody has done something: there may be more to do for the others.
    pub pulse: Arc<watch::Sender<u64>>,
    /// When it is to end.
    pub stop: Stop,
    /// Where it says what is in its way.
    pub said: mpsc::UnboundedSender<Notice>,
    /// How many things were done.
    pub steps: Arc<AtomicU64>,
}

impl Worker {
    /// Works until it is asked to stop.
    pub async fn work(mut self) {
        let mut woken = self.pulse.subscribe();
        let mut back_off = BACK_OFF.0;
        while !self.stop.is_asked() {
            woken.mark_unchanged();
            match self.part.step().await {
                Ok(Step::Worked) => {
                    back_off = BACK_OFF.0;
                    self.steps.fetch_add(1, Ordering::Relaxed);
                    self.pulse.send_modify(|beats| *beats = beats.wrapping_add(1));
                }
                Ok(Step::Idle(until)) => {
                    back_off = BACK_OFF.0;
                    let now = self.works.clock.now();
                    let until = until.map(|until| Duration::try_from(until.duration_since(now)).unwrap_or_default());
                    let nap = until.unwrap_or(LONG_SLEEP).min(LONG_SLEEP);
                    tokio::select! {
                        () = self.stop.asked() => {}
                        _ = woken.changed() => {}
                        () = tokio::time::sleep(nap) => {}
                    }
                }
                Err(error) => {
                    let part = self.part.name().to_owned();
                    let _ = self.said.send(Notice::Trouble { part, error: error.to_string() });
                    self.stop.or(tokio::time::sleep(back_off)).await;
                    back_off = (back_off * 2).min(BACK_OFF.1);
                }
            }
        }
    }
}

/// Wakes everybody when the store changes, whoever changed it.
pub async fn listen(works: Works, pulse: Arc<watch::Sender<u64>>, stop: Stop, said: mpsc::UnboundedSender<Notice>) {
    while !stop.is_asked() {
        if let Ok(mut waker) = wake(&works.reader).await {
            if let Some(reason) = waker.reason() {
                let _ = said.send(Notice::Polling { reason: reason.to_owned() });
            }
            // What came while nobody listened.
            pulse.send_modify(|beats| *beats = beats.wrapping_add(1));
            loop {
                let changed = tokio::select! {
                    () = stop.asked() => return,
                    changed = waker.changed(LONG_SLEEP) => changed,
                };
                match changed {
                    Ok(true) => pulse.send_modify(|beats| *beats = beats.wrapping_add(1)),
                    Ok(false) => {}
                    // The workers find out, and say, what is the matter with the store.
                    Err(_) => break,
                }
            }
        }
        stop.or(tokio::time::sleep(BACK_OFF.0)).await;
    }
}
