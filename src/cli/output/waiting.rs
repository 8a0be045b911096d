//! What is said on standard error while an answer takes its time: what, how far, how fast. Only on a terminal.

use super::{safe, thousands};
use crate::explore::{Progress, Reporter};
use std::io::IsTerminal;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// How long nothing is said.
const PATIENCE: Duration = Duration::from_millis(500);
/// How often what is said changes.
const PACE: Duration = Duration::from_millis(200);

/// A line on standard error that goes away when the answer comes.
#[derive(Clone)]
pub struct Waiting {
    on: bool,
    said: Arc<AtomicBool>,
}

impl Waiting {
    /// A line that is shown where standard error is a terminal.
    pub fn new() -> Self {
        Waiting { on: std::io::stderr().is_terminal(), said: Arc::default() }
    }

    fn say(&self, doing: &str, done: u64, total: Option<u64>, began: Instant) {
        self.said.store(true, Ordering::Relaxed);
        let rate = (done as f64 / began.elapsed().as_secs_f64()) as u64;
        let left = total.filter(|_| rate > 0).map(|total| total.saturating_sub(done) / rate);
        let left = left.map_or(String::new(), |left| format!(" · {} left", seconds(left)));
        let total = total.map_or(String::new(), |total| format!(" of {}", thousands(total)));
        let (done, rate) = (thousands(done), thousands(rate));
        eprint!("\r\u{1b}[K{} · {done}{total} · {rate}/s{left} · Ctrl-C stops", safe(doing));
    }

    /// Takes the line away.
    pub fn clear(&self) {
        if self.said.swap(false, Ordering::Relaxed) {
            eprint!("\r\u{1b}[K");
        }
    }

    /// A reporter for work that tells how far it is.
    pub fn reporter(&self, doing: &'static str) -> Reporter {
        if !self.on {
            return Reporter::silent();
        }
        let waiting = self.clone();
        let began = Instant::now();
        let last = Mutex::new(began + PATIENCE - PACE);
        Reporter::new(move |Progress { done, total }| {
            let mut last = last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if Instant::now() >= *last + PACE {
                *last = Instant::now();
                waiting.say(doing, done, total, began);
            }
        })
    }

    /// A line that is never shown: something else says it.
    pub fn silent() -> Self {
        Waiting { on: false, said: Arc::default() }
    }

    /// Waits for work that counts how far it is, and of how much.
    pub async fn during<T>(
        &self,
        doing: &str,
        counted: impl Fn() -> (u64, Option<u64>) + Send,
        work: impl Future<Output = T> + Send,
    ) -> T {
        if !self.on {
            return work.await;
        }
        let began = Instant::now();
        let mut work = std::pin::pin!(work);
        let mut pace = PATIENCE;
        loop {
            tokio::select! {
                done = &mut work => {
                    self.clear();
                    return done;
                }
                () = tokio::time::sleep(pace) => {
                    let (done, total) = counted();
                    self.say(doing, done, total, began);
                }
            }
            pace = PACE;
        }
    }
}

/// A time as short as it can be said: `8 s`, `3 min`, `2 h`.
fn seconds(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("{seconds} s"),
        120..=7_199 => format!("{} min", seconds / 60),
        _ => format!("{} h", seconds / 3_600),
    }
}
