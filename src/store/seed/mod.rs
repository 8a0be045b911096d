//! Makes a store from a file of events, one JSON object a line.

mod line;
mod load;

use super::StoreError;
use super::sqlite::build;
use std::io::BufRead;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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
    struct GiveUp(Arc<AtomicBool>);
    impl Drop for GiveUp {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }
    let given_up = GiveUp(Arc::default());
    let (target, stop) = (target.to_owned(), given_up.0.clone());
    tokio::task::spawn_blocking(move || build(&target, |connection| load::load(connection, input, progress, &stop)))
        .await
        .unwrap_or_else(|error| Err(StoreError::unavailable("the load", format!("broke: {error}"), "").into()))
}
