//! Makes a store from a file of events, one JSON object a line.

mod line;
mod lines;
mod load;
mod postgres;

pub use postgres::seed_postgres;

use super::StoreError;
use super::sqlite::build;
use std::io::BufRead;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// What was loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Seeded {
    /// Events.
    pub events: u64,
    /// Streams.
    pub streams: u64,
}

/// How far a load has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Events so far.
    pub events: u64,
    /// Bytes read so far.
    pub bytes: u64,
}

/// Why nothing was loaded.
#[derive(Debug, Clone, Error, PartialEq, Eq)]
pub enum SeedError {
    /// A line is not what it should be.
    #[error("line {line}: {why}; nothing was written")]
    Line {
        /// Which line, counted from 1.
        line: u64,
        /// What was expected and what is the case.
        why: String,
    },
    /// The input broke off.
    #[error("the input cannot be read after line {line}: {why}; nothing was written")]
    Input {
        /// The last line that was read.
        line: u64,
        /// The system's own words.
        why: String,
    },
    /// Whoever asked for it no longer waits.
    #[error("the load was given up; nothing was written")]
    GivenUp,
    /// The store cannot be made.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Loads events into a new store at `target`, which must not exist yet. The input is read as a stream; `progress` is
/// told every few thousand events. Ids, positions (holes too), times and each stream's first version are kept; where
/// a line has no `event_id` it gets one made from its stream and version, and what else is missing stays missing.
/// On any error nothing is left behind, also when the future is dropped.
pub async fn seed(
    input: impl BufRead + Send + 'static,
    target: &Path,
    progress: impl FnMut(Progress) + Send + 'static,
) -> Result<Seeded, SeedError> {
    /// The load may be waiting for input that never comes, so its half-made file is taken away from here.
    #[derive(Default)]
    struct GiveUp(Arc<AtomicBool>, Arc<OnceLock<PathBuf>>);
    impl Drop for GiveUp {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
            if let Some(aside) = self.1.get() {
                // Where the store was finished it has its own name, and nothing is left under this one.
                let _ = std::fs::remove_file(aside);
            }
        }
    }
    let given_up = GiveUp::default();
    let (target, stop, aside) = (target.to_owned(), given_up.0.clone(), given_up.1.clone());
    let begun = move |path: &Path| drop(aside.set(path.to_owned()));
    let load = move || build(&target, begun, |connection| load::load(connection, input, progress, &stop));
    tokio::task::spawn_blocking(load)
        .await
        .unwrap_or_else(|error| Err(StoreError::unavailable("the load", format!("broke: {error}"), "").into()))
}
