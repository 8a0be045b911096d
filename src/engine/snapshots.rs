//! When a state is kept as a snapshot, and how: in the background, so that no write waits for it.

use super::Works;
use crate::store::books::Snapshot;
use foldback_domain::event::{StreamName, Version, safe_text};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// When a snapshot is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SnapshotPolicy {
    /// After so many events since the last one. It is a distance and no multiple: appends of several events at once
    /// never jump over it.
    pub every: u32,
    /// When the fold took longer than this.
    pub slow: Duration,
}

impl Default for SnapshotPolicy {
    fn default() -> Self {
        SnapshotPolicy { every: 100, slow: Duration::from_millis(100) }
    }
}

impl SnapshotPolicy {
    /// None is ever taken.
    pub const NEVER: SnapshotPolicy = SnapshotPolicy { every: u32::MAX, slow: Duration::MAX };

    /// Whether a snapshot is due at a version: `last` is the one that the fold began with, if any.
    pub fn is_due(&self, version: Version, last: Option<Version>, took: Duration) -> bool {
        let since = version.0.saturating_sub(last.map_or(-1, |last| last.0));
        since > 0 && (since >= i64::from(self.every) || took > self.slow)
    }
}

/// Writes snapshots in the background.
#[derive(Clone, Default)]
pub(super) struct Snapshots {
    writing: Arc<Mutex<JoinSet<Option<String>>>>,
}

impl Snapshots {
    /// Begins to write a snapshot. `state` makes its JSON there, so that nothing waits for that either.
    pub fn keep(
        &self,
        works: &Works,
        stream: &StreamName,
        version: Version,
        schema_version: u32,
        state: impl FnOnce() -> Result<String, String> + Send + 'static,
    ) {
        let (works, stream) = (works.clone(), stream.clone());
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        writing.spawn(async move {
            let kept = match state() {
                Ok(state) => {
                    let snapshot = Snapshot { version, schema_version, state };
                    let written = works.books.write_snapshot(&stream, &snapshot, works.clock.now()).await;
                    written.map_err(|error| error.to_string())
                }
                Err(why) => Err(why),
            };
            kept.err()
                .map(|why| format!("the snapshot of {}@{version} was not kept: {why}", safe_text(stream.as_str())))
        });
    }

    /// Waits until every snapshot that was begun is written; what went wrong, as sentences.
    pub async fn settle(&self) -> Vec<String> {
        let mut writing = std::mem::take(&mut *self.writing.lock().unwrap_or_else(PoisonError::into_inner));
        let mut notes = Vec::new();
        while let Some(done) = writing.join_next().await {
            notes.extend(done.unwrap_or_else(|error| Some(format!("a snapshot was not kept: {error}"))));
        }
        notes
    }

    /// What went wrong with snapshots that are done with, as sentences.
    pub fn notes(&self) -> Vec<String> {
        let mut writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut notes = Vec::new();
        while let Some(done) = writing.try_join_next() {
            notes.extend(done.unwrap_or_else(|error| Some(format!("a snapshot was not kept: {error}"))));
        }
        notes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snapshot_is_due_by_distance_or_by_time() {
        let policy = SnapshotPolicy::default();
        let due = |version, last: Option<i64>, took| {
            policy.is_due(Version(version), last.map(Version), Duration::from_millis(took))
        };
        assert!(!due(98, None, 0) && due(99, None, 0) && due(103, None, 0));
        assert!(!due(202, Some(103), 0) && due(203, Some(103), 0));
        assert!(!due(5, None, 100) && due(5, None, 101) && !due(5, Some(5), 101));
    }
}
