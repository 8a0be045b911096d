//! Keyframes that outlive the program: what was folded of a long stream, for the next opening. They lie in the user's
//! cache folder, never beside the source.
//!
//! A file's keyframes are believed while the file is as it was. Those of a file that has changed since and those of a server
//! are a guess: the terminal UI shows what rests on them at once, marked as unverified, while every event is folded behind it,
//! and verbs never use them. Nor may a verb take them from foldback's own store, whose triggers refuse to change what has
//! happened: whoever owns the tables can take the triggers away and put them back, or restore other rows, and what would
//! prove that the events in front of a keyframe are the same is to read all of them, which is most of what folding them costs.
//!
//! What can refute a guess at once does: the event that the keyframe ends with must be the same by its id, time, place and
//! payload, and behind it there must be as many events as the stream has more.

mod file;
mod folder;
mod keeping;
mod stamp;
pub(super) mod witness;

pub use folder::BOUND;
pub(super) use keeping::{Keeping, LEAST, last_versions};

use crate::adapters::SourceSpec;
use crate::store::EventReader;
use foldback_domain::Reducer;
use foldback_domain::event::StreamName;
use stamp::Stamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Where the keyframes of one source are kept.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    source: Source,
    /// What else says how its events are read.
    reading: Vec<String>,
}

/// What the keyframes are of.
#[derive(Debug, Clone)]
enum Source {
    /// A database's file.
    File(PathBuf),
    /// A server's database: how it is addressed, without a password, and which it is, once somebody has asked.
    Server(String, OnceCell<Option<String>>),
}

impl Cache {
    /// The user's own cache folder.
    pub fn folder() -> Option<PathBuf> {
        use etcetera::BaseStrategy;
        etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("foldback/keyframes"))
    }

    /// A cache in a folder for a source that is read by a layout; `None` for a source that is no database. The folder is
    /// made when something is kept.
    pub fn of(folder: &Path, spec: &SourceSpec, layout: Option<&str>) -> Option<Cache> {
        let source = match spec {
            SourceSpec::Sqlite { path, .. } => Source::File(path.canonicalize().ok()?),
            SourceSpec::Postgres(_) | SourceSpec::Mysql(_) => Source::Server(spec.words(""), OnceCell::new()),
            _ => return None,
        };
        let layout = match layout.map(|name| (name, std::fs::read_to_string(name))) {
            // A layout that the user wrote may be changed: what it says is what counts.
            Some((_, Ok(text))) => format!("layout {text}"),
            Some((name, Err(_))) => format!("layout named {name}"),
            None => "layout found".to_owned(),
        };
        let store = spec.store().map_or("one store".to_owned(), |store| format!("store {store}"));
        Some(Cache { folder: folder.to_owned(), source, reading: vec![store, layout] })
    }

    /// What was kept of a stream under a reducer, and where more of it is kept; `None` where the reducer cannot be told
    /// from another, or this program or the database from another.
    pub(super) async fn keeping(
        self: &Arc<Self>,
        reader: &dyn EventReader,
        stream: &StreamName,
        reducer: &dyn Reducer,
    ) -> Option<Keeping> {
        let (identity, program) = (reducer.identity()?, stamp::program()?);
        let source = match &self.source {
            Source::File(path) => path.as_os_str().as_encoded_bytes().to_vec(),
            Source::Server(words, known) => {
                let known = known.get_or_try_init(|| reader.read_identity()).await.ok()?.as_ref()?;
                format!("{words} {known}").into_bytes()
            }
        };
        let parts = [&source, stream.as_str().as_bytes(), identity.as_bytes(), program.as_bytes()];
        let parts = parts.into_iter().chain(self.reading.iter().map(|part| part.as_bytes()));
        let mut key = Vec::new();
        for part in parts {
            key.extend(part.len().to_le_bytes());
            key.extend(part);
        }
        let name = Uuid::new_v5(&Uuid::NAMESPACE_URL, &key).simple().to_string();
        Some(Keeping::begin(self.clone(), self.folder.join(name)))
    }

    /// The source's file as it stands; `None` for a server, of which nobody can tell at a glance whether it has changed.
    fn stamp(&self) -> Option<Stamp> {
        match &self.source {
            Source::File(path) => stamp::of(path),
            Source::Server(..) => None,
        }
    }
}
