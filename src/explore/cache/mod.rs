//! Keyframes that outlive the program: what was folded of a long stream, for the next opening. They lie in the user's
//! cache folder, never beside the source, and are believed only while nothing that they rest on has changed.

mod file;
mod folder;
mod keeping;
mod stamp;

pub use folder::BOUND;
pub(super) use keeping::{Keeping, LEAST};

use crate::adapters::SourceSpec;
use foldback_domain::Reducer;
use foldback_domain::event::StreamName;
use stamp::Stamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use uuid::Uuid;

/// Where the keyframes of one source are kept.
#[derive(Debug, Clone)]
pub struct Cache {
    folder: PathBuf,
    /// The source's file.
    source: PathBuf,
    /// What else says how its events are read.
    reading: Vec<String>,
}

impl Cache {
    /// The user's own cache folder.
    pub fn folder() -> Option<PathBuf> {
        use etcetera::BaseStrategy;
        etcetera::choose_base_strategy().ok().map(|base| base.cache_dir().join("foldback/keyframes"))
    }

    /// A cache in a folder for a source that is read by a layout; `None` for a source of which nobody can tell at a
    /// glance whether it has changed. The folder is made when something is kept.
    pub fn of(folder: &Path, spec: &SourceSpec, layout: Option<&str>) -> Option<Cache> {
        let SourceSpec::Sqlite { path, store } = spec else { return None };
        let layout = match layout.map(|name| (name, std::fs::read_to_string(name))) {
            // A layout that the user wrote may be changed: what it says is what counts.
            Some((_, Ok(text))) => format!("layout {text}"),
            Some((name, Err(_))) => format!("layout named {name}"),
            None => "layout found".to_owned(),
        };
        let store = store.as_ref().map_or("one store".to_owned(), |store| format!("store {store}"));
        let source = path.canonicalize().ok()?;
        Some(Cache { folder: folder.to_owned(), source, reading: vec![store, layout] })
    }

    /// What was kept of a stream under a reducer, and where more of it is kept; `None` where the reducer cannot be told
    /// from another, or this program from another.
    pub(super) fn keeping(self: &Arc<Self>, stream: &StreamName, reducer: &dyn Reducer) -> Option<Keeping> {
        let source = self.source.as_os_str().as_encoded_bytes();
        let (identity, program) = (reducer.identity()?, stamp::program()?);
        let parts = [source, stream.as_str().as_bytes(), identity.as_bytes(), program.as_bytes()];
        let parts = parts.into_iter().chain(self.reading.iter().map(|part| part.as_bytes()));
        let mut key = Vec::new();
        for part in parts {
            key.extend(part.len().to_le_bytes());
            key.extend(part);
        }
        let name = Uuid::new_v5(&Uuid::NAMESPACE_URL, &key).simple().to_string();
        Some(Keeping::begin(self.clone(), self.folder.join(name)))
    }

    /// The source's file as it stands.
    fn stamp(&self) -> Option<Stamp> {
        stamp::of(&self.source)
    }
}
