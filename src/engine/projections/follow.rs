//! Following the log: every projection in a task of its own, asleep until something is new.

use super::{Progress, ProjectionRunner};
use crate::engine::RetryPolicy;
use foldback_domain::event::safe_text;
use foldback_domain::projections;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// After how long a sleeper looks by itself, should nobody have woken it.
const LONG_SLEEP: Duration = Duration::from_secs(10);

/// The pauses while a store cannot be reached.
const UNREACHABLE: RetryPolicy = RetryPolicy { attempts: u32::MAX, ..RetryPolicy::STANDARD };

/// Told what stops nothing: a store that cannot be reached for a while.
pub type Tell = Arc<dyn Fn(String) + Send + Sync>;

impl ProjectionRunner {
    /// Runs every projection until `stop` says so, each in its own task: one that fails stops no other. Any change of
    /// `wake` means that something may be new. What is begun is finished.
    pub async fn run(&self, wake: watch::Receiver<u64>, stop: watch::Receiver<bool>, tell: Tell) {
        let mut tasks = JoinSet::new();
        for projection in projections::ALL {
            let (runner, wake, stop, tell) = (self.clone(), wake.clone(), stop.clone(), tell.clone());
            tasks.spawn(async move { runner.follow(projection.name(), wake, stop, tell).await });
        }
        while tasks.join_next().await.is_some() {}
    }

    /// Tells sleepers of changes of the store until `stop` says so: what wakes a runner where the writers are elsewhere.
    pub async fn watch_store(&self, wake: watch::Sender<u64>, mut stop: watch::Receiver<bool>) {
        let mut known = None;
        while !*stop.borrow() {
            // A store that cannot be read is for the sleepers to find out and to tell.
            let change = self.works.reader.read_change().await.ok();
            if change != known || change.is_none() {
                known = change;
                wake.send_modify(|count| *count += 1);
            }
            tokio::select! {
                () = self.works.clock.sleep(self.settings.poll) => {}
                _ = stop.changed() => {}
            }
        }
    }

    async fn follow(
        &self,
        name: &'static str,
        mut wake: watch::Receiver<u64>,
        mut stop: watch::Receiver<bool>,
        tell: Tell,
    ) {
        let mut failures = 0;
        while !*stop.borrow() {
            wake.mark_unchanged();
            let pause = match self.step(name).await {
                Ok(Progress::Moved { more: true, .. } | Progress::Overtaken) => {
                    failures = 0;
                    continue;
                }
                Ok(_) => {
                    failures = 0;
                    None
                }
                Err(error) => {
                    failures += 1;
                    if failures == 1 {
                        tell(format!("projection {name} waits: {}", safe_text(&error.to_string())));
                    }
                    UNREACHABLE.pause(failures, &self.works.chance)
                }
            };
            match pause {
                Some(pause) => tokio::select! {
                    () = self.works.clock.sleep(pause) => {}
                    _ = stop.changed() => {}
                },
                None => tokio::select! {
                    woken = wake.changed() => if woken.is_err() {
                        // Nobody is left to wake it; it looks by itself.
                        self.works.clock.sleep(self.settings.poll).await;
                    },
                    () = tokio::time::sleep(LONG_SLEEP) => {}
                    _ = stop.changed() => {}
                },
            }
        }
    }
}
