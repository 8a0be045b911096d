//! Loads aggregates: the newest snapshot that fits, and the events behind it.

use super::Works;
use crate::store::StoreError;
use crate::store::books::Snapshot;
use foldback_domain::event::{StreamName, Version, safe_text};
use foldback_domain::reading::{Direction, StreamRead};
use foldback_domain::{Aggregate, DomainEvent};
use std::time::Duration;

/// How many events are read at a time.
const PAGE: usize = 4_096;
/// How many snapshots are tried before the fold begins at the start.
const TRIED: usize = 3;

/// An aggregate as it is now.
#[derive(Debug, Clone)]
pub struct Loaded<S> {
    /// The state.
    pub state: S,
    /// The version that it is the state after; -1 where there is no stream.
    pub version: Version,
    /// The snapshot that the fold began with.
    pub started_from: Option<Version>,
    /// How many events were folded.
    pub events_folded: u64,
    /// How long that took.
    pub took: Duration,
    /// What was odd on the way, as sentences: snapshots that could not be used.
    pub notes: Vec<String>,
}

/// Why an aggregate could not be loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// The store could not be read.
    Store(StoreError),
    /// An event of the stream is not one of the aggregate's; a sentence.
    Undecodable(String),
}

impl From<StoreError> for LoadError {
    fn from(error: StoreError) -> Self {
        LoadError::Store(error)
    }
}

/// Loads aggregates.
#[derive(Clone)]
pub struct Repository {
    works: Works,
}

impl Repository {
    /// A repository over a store.
    pub fn new(works: Works) -> Repository {
        Repository { works }
    }

    /// Loads an aggregate from its newest snapshot that fits and the events behind it.
    pub async fn load<A: Aggregate>(&self, stream: &StreamName) -> Result<Loaded<A::State>, LoadError> {
        let began = self.works.clock.now();
        let mut notes = Vec::new();
        // A snapshot only saves time: where snapshots cannot be read, the events still can.
        let snapshots = match self.works.books.read_snapshots(stream, TRIED).await {
            Ok(snapshots) => snapshots,
            Err(error) => {
                notes.push(format!("the snapshots of {} are not used: {error}", safe_text(stream.as_str())));
                Vec::new()
            }
        };
        let mut loaded = None;
        for snapshot in snapshots {
            match self.begin_with::<A>(stream, &snapshot).await? {
                Ok(found) => {
                    loaded = Some(found);
                    break;
                }
                Err(why) => notes.push(format!(
                    "the snapshot of {}@{} is not used: {why}",
                    safe_text(stream.as_str()),
                    snapshot.version
                )),
            }
        }
        let loaded = match loaded {
            Some(loaded) => loaded,
            None => self.fold::<A>(stream, A::initial(), None).await?,
        };
        let took = Duration::try_from(self.works.clock.now().duration_since(began)).unwrap_or_default();
        Ok(Loaded { took, notes, ..loaded })
    }

    /// Begins with a snapshot; the inner error says why it does not fit.
    async fn begin_with<A: Aggregate>(
        &self,
        stream: &StreamName,
        snapshot: &Snapshot,
    ) -> Result<Result<Loaded<A::State>, String>, LoadError> {
        if snapshot.schema_version != A::STATE_VERSION {
            let (found, known) = (snapshot.schema_version, A::STATE_VERSION);
            return Ok(Err(format!("its state has form {found}, and this program's has form {known}")));
        }
        let state = match serde_json::from_str::<A::State>(&snapshot.state) {
            Ok(state) => state,
            Err(error) => return Ok(Err(format!("its state does not decode: {}", safe_text(&error.to_string())))),
        };
        let loaded = self.fold::<A>(stream, state, Some(snapshot.version)).await?;
        if loaded.version < snapshot.version {
            return Ok(Err("the stream is not that long".to_owned()));
        }
        Ok(Ok(loaded))
    }

    /// Folds the events behind a version. Where that is not the start the event at the version is read too: a stream
    /// that does not have it is shorter than its snapshot says.
    async fn fold<A: Aggregate>(
        &self,
        stream: &StreamName,
        mut state: A::State,
        behind: Option<Version>,
    ) -> Result<Loaded<A::State>, LoadError> {
        let mut read = StreamRead {
            stream: stream.clone(),
            from: behind.unwrap_or(Version(i64::MIN)),
            to: Version(i64::MAX),
            direction: Direction::Forward,
            limit: PAGE,
        };
        let (mut version, mut events_folded) = (Version::NO_STREAM, 0);
        loop {
            let page = self.works.reader.read_bodies(&read).await?;
            for body in page.items {
                version = body.version;
                if behind.is_some_and(|behind| body.version <= behind) {
                    continue;
                }
                let schema_version = body.schema_version.unwrap_or(1);
                let event = A::Event::decode(&body.event_type, schema_version, &body.data).map_err(|error| {
                    let (stream, kind) = (safe_text(stream.as_str()), safe_text(&body.event_type));
                    LoadError::Undecodable(format!("{stream}@{version} {kind}: {error}"))
                })?;
                state = A::evolve(state, event);
                events_folded += 1;
            }
            match page.next {
                Some(next) => read.from = next,
                None => break,
            }
        }
        Ok(Loaded { state, version, started_from: behind, events_folded, took: Duration::ZERO, notes: Vec::new() })
    }
}
