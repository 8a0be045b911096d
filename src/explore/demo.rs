//! The demo: the bundled sample data, and a morning that the engine plays on it, frozen in the middle of an incident.
//! It is built once into a store of its own, and opened read-only from then on.

use crate::adapters::{OpenOptions, SourceSpec, open as open_source};
use crate::engine::shop::rehearse;
use crate::store::seed::{SeedError, seed};
use crate::store::sqlite::{SqliteStore, own};
use crate::store::{EventReader, StoreError};
use etcetera::BaseStrategy;
use foldback_domain::event::safe_text;
use std::io::{Cursor, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempPath;

/// When the shop opens on the day after the sample.
const OPENS: &str = "2026-01-09T09:00:00Z";

const SAMPLE: &str = include_str!("../../sample-data/webshop.jsonl");

/// What the demo comes to: the name of its file has it, so that a program that plays the morning differently does not
/// show another one's. A test says what it is.
pub const FORM: &str = "91e4adc210331e44";

/// Opens the demo, which is built at the first time.
pub async fn open() -> Result<Arc<dyn EventReader>, StoreError> {
    Ok(somewhere().await?.1)
}

/// The file of the demo, which is built at the first time.
pub async fn file() -> Result<PathBuf, StoreError> {
    Ok(somewhere().await?.0)
}

async fn somewhere() -> Result<(PathBuf, Arc<dyn EventReader>), StoreError> {
    let mut folders = Vec::new();
    if let Ok(dirs) = etcetera::choose_base_strategy() {
        folders.push(dirs.data_dir().join("foldback"));
    }
    folders.push(std::env::temp_dir().join("foldback"));
    let mut failure = None;
    for folder in folders {
        match open_in(&folder).await {
            Ok(reader) => return Ok((file_in(&folder), reader)),
            Err(error) => failure = failure.or(Some(error)),
        }
    }
    Err(failure.unwrap_or_else(|| StoreError::unavailable("demo", "has no folder to be built in", "set TMPDIR")))
}

async fn open_file(path: &Path) -> Result<Arc<dyn EventReader>, StoreError> {
    let spec = SourceSpec::Sqlite { path: path.to_owned(), store: None };
    let options =
        OpenOptions { label: Some("demo".to_owned()), layout: Some(own::LAYOUT.to_owned()), ..OpenOptions::default() };
    open_source(&spec, &options).await
}

/// Opens the demo from a folder.
async fn open_in(folder: &Path) -> Result<Arc<dyn EventReader>, StoreError> {
    let path = file_in(folder);
    if path.exists() {
        match open_file(&path).await {
            Ok(reader) => return Ok(reader),
            // It is ours and can be made again: a damaged copy is no reason to have no demo.
            Err(_) => drop(std::fs::remove_file(&path)),
        }
    }
    if !path.exists() {
        std::fs::create_dir_all(folder)
            .map_err(|error| StoreError::unavailable("demo", format!("its folder cannot be made: {error}"), ""))?;
        match make(&path).await {
            // Somebody else was faster: theirs is the same.
            Err(_) if path.exists() => {}
            made => made?,
        }
    }
    open_file(&path).await
}

/// Builds the demo in a file that must not be there yet. It is built aside, and gets its name when it is whole.
pub async fn make(path: &Path) -> Result<(), StoreError> {
    let label = safe_text(&path.to_string_lossy()).into_owned();
    let cannot = |error: std::io::Error| StoreError::unavailable(&label, format!("cannot be made: {error}"), "");
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let aside = tempfile::Builder::new().prefix(".foldback-").tempdir_in(folder).map_err(cannot)?;
    let built = aside.path().join("demo.db");
    seed(Cursor::new(SAMPLE), &built, |_| ()).await.map_err(|error| match error {
        SeedError::Store(error) => error,
        other => StoreError::unavailable("demo", other.to_string(), ""),
    })?;
    let store = SqliteStore::open_hasty(&built).await?;
    let opens = OPENS.parse().expect("it is a time");
    let played = rehearse(store.reader(), store.books(), opens).await;
    store.close().await;
    played?;
    TempPath::try_from_path(built).map_err(cannot)?.persist_noclobber(path).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => {
            let hint = "give another name, or remove it first";
            StoreError::unavailable(&label, "is there already and is not overwritten", hint)
        }
        _ => cannot(error.error),
    })
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join(format!("demo-{}-{FORM}.db", own::STORE_VERSION))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_built_once_and_opened_read_only() {
        let folder = tempfile::tempdir().unwrap();
        let lines = SAMPLE.lines().filter(|line| !line.trim().is_empty()).count() as u64;
        for _ in 0..2 {
            let reader = open_in(&folder.path().join("data")).await.unwrap();
            assert!(reader.read_totals().await.unwrap().events > lines);
            let source = reader.source();
            assert_eq!((source.label.as_str(), source.own, source.read_only), ("demo", true, true));
        }
        assert_eq!(std::fs::read_dir(folder.path().join("data")).unwrap().count(), 1);
    }

    #[tokio::test]
    async fn a_damaged_demo_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(file_in(folder.path()), "no database").unwrap();
        let reader = open_in(folder.path()).await.unwrap();
        assert!(reader.read_totals().await.unwrap().events > 0);
    }
}
