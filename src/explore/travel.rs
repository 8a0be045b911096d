//! Travel in one stream: states, differences and blame at any version.

use super::{Explorer, Reporter};
use crate::replay::{Blamed, Moment, Step, Tally};
use crate::store::StoreError;
use foldback_domain::ReducerInfo;
use foldback_domain::event::{EventHead, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead, StreamSummary};

/// One opened stream. It keeps what it folded, so that going back and forth is quick.
pub struct Travel {
    explorer: Explorer,
    summary: StreamSummary,
}

impl Travel {
    /// Opens a stream; `None` when there is no such stream.
    pub async fn open(explorer: &Explorer, stream: &StreamName) -> Result<Option<Travel>, StoreError> {
        let summary = explorer.reader.read_summary(stream).await?;
        Ok(summary.map(|summary| Travel { explorer: explorer.clone(), summary }))
    }

    /// What the stream is.
    pub fn summary(&self) -> &StreamSummary {
        &self.summary
    }

    /// Who folds it, or why nobody can.
    pub fn reducer(&self) -> Result<ReducerInfo, String> {
        self.explorer.reducer(&self.summary.category).map(|reducer| reducer.info())
    }

    /// A page of its events without payloads.
    pub async fn versions(&self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        self.explorer.reader.read_stream(read).await
    }

    /// The state at a version that the stream has; `None` is the initial state.
    pub async fn moment(&mut self, _at: Option<Version>, _progress: &Reporter) -> Result<Moment, StoreError> {
        unimplemented!()
    }

    /// All that is known about a version; changes are against `base`, or the version before where there is none.
    pub async fn step(
        &mut self,
        _at: Option<Version>,
        _base: Option<Version>,
        _progress: &Reporter,
    ) -> Result<Step, StoreError> {
        unimplemented!()
    }

    /// What each event from one version to another changed, in order of version.
    pub async fn tallies(
        &mut self,
        _from: Version,
        _to: Version,
        _progress: &Reporter,
    ) -> Result<Vec<(Version, Tally)>, StoreError> {
        unimplemented!()
    }

    /// The nearest version behind (or before) another at which the value at a path changed; `None` when it never did.
    pub async fn next_change(
        &mut self,
        _path: &str,
        _from: Option<Version>,
        _direction: Direction,
        _progress: &Reporter,
    ) -> Result<Option<Version>, StoreError> {
        unimplemented!()
    }

    /// For each path of the state at a version, the event that last changed it.
    pub async fn blame(&mut self, _at: Option<Version>, _progress: &Reporter) -> Result<Blamed, StoreError> {
        unimplemented!()
    }
}
