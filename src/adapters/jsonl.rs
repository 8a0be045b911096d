//! A file of events, one a line: loaded into a store in the system's temporary folder, and read from there.

use super::open::{OpenOptions, no_reducer};
use crate::store::seed::{Progress, SeedError, seed};
use crate::store::sqlite::{Pool, SqliteReader, own};
use crate::store::{EventReader, StoreError};
use foldback_domain::event::safe_text;
use foldback_domain::source::{Capability, SourceInfo};
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::sync::Arc;

/// Opens a file.
pub async fn file(path: &Path, options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    let label = safe_text(&path.to_string_lossy()).into_owned();
    if path.is_dir() {
        return Err(StoreError::unavailable(label, "is a directory, not a file of events", "name a file in it"));
    }
    let cannot =
        |error: std::io::Error| StoreError::unavailable(&label, format!("cannot be read: {error}"), "check the path");
    let file = File::open(path).map_err(cannot)?;
    // A pipe has no size that would say how much is to come.
    options.loaded.of(file.metadata().map_err(cannot)?.len());
    load(&label, BufReader::with_capacity(1 << 18, file), options).await
}

/// Opens standard input, to its end.
pub async fn stdin(options: &OpenOptions) -> Result<Arc<dyn EventReader>, StoreError> {
    load("-", BufReader::new(std::io::stdin()), options).await
}

async fn load(
    label: &str,
    input: impl BufRead + Send + 'static,
    options: &OpenOptions,
) -> Result<Arc<dyn EventReader>, StoreError> {
    let aside = |error: std::io::Error| {
        StoreError::unavailable(label, format!("cannot be loaded aside: {error}"), "set TMPDIR to a folder with room")
    };
    let folder = tempfile::Builder::new().prefix("foldback-").tempdir().map_err(aside)?;
    let path = folder.path().join("events.db");
    let loaded = options.loaded.clone();
    let progress = move |progress: Progress| loaded.has(progress.events, progress.bytes);
    seed(input, &path, progress).await.map_err(|error| match error {
        SeedError::Store(error) => error,
        other => StoreError::unavailable(label, other.to_string(), "mend the line, or leave it out"),
    })?;
    let mut source = SourceInfo {
        kind: "jsonl".into(),
        layout: "jsonl".into(),
        own: false,
        ..own::source(label, own::STORE_VERSION, true)
    };
    let capabilities = &mut source.capabilities;
    let none = |what: &str| Capability::Unavailable(format!("lines of events say nothing of {what}"));
    capabilities.projections = none("projections");
    capabilities.sagas = none("sagas");
    capabilities.snapshots = none("snapshots");
    capabilities.dead_letters = none("what was given up on");
    capabilities.outbox = none("messages on their way out");
    source.capabilities.state = no_reducer();
    source.capabilities.follow =
        Capability::Unavailable("lines are read once, when the source is opened: open it again".into());
    let pool = Arc::new(Pool::sealed(&path, label)?);
    let reader = SqliteReader::new(pool, own::table_map(), source).await?;
    // An open file needs no name. Without one it goes away with the program, also when that is killed.
    if cfg!(unix) {
        folder.close().map_err(aside)?;
        return Ok(Arc::new(reader));
    }
    Ok(Arc::new(reader.keeping(folder)))
}
