//! A new store is built aside and gets its name when it is whole.

use super::failure;
use super::own::{BOOKS, GUARDS, INDEXES, TABLES, mark};
use crate::store::StoreError;
use foldback_domain::event::safe_text;
use rusqlite::Connection;
use std::io::ErrorKind;
use std::path::Path;
use tempfile::TempPath;

/// Builds a store at a path where nothing is yet. `fill` gets it with its tables, inside one transaction; indexes
/// and guards are made afterwards, since sorting once is faster than keeping order row by row.
///
/// `fill` speaks to SQLite itself: a bulk load is a loop of prepared inserts on one thread.
/// `begun` is told where the half-made store is, so that whoever gives up can take it away.
pub fn build<T, E: From<StoreError>>(
    target: &Path,
    begun: impl FnOnce(&Path),
    fill: impl FnOnce(&Connection) -> Result<T, E>,
) -> Result<T, E> {
    let label = safe_text(&target.to_string_lossy()).into_owned();
    if target.symlink_metadata().is_ok() {
        return Err(exists(&label).into());
    }
    let aside = aside(target, &label)?;
    begun(&aside);
    let failed = |error: rusqlite::Error| failure::unavailable(&label, &error);
    let filled = {
        let connection = Connection::open(&aside).map_err(failed)?;
        // A half-made file is thrown away, so neither a journal nor waiting for the disk is needed.
        connection
            .execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -65536")
            .and_then(|()| connection.execute_batch(&mark()))
            .and_then(|()| connection.execute_batch(&format!("BEGIN; {TABLES} {BOOKS}")))
            .map_err(failed)?;
        let filled = fill(&connection)?;
        connection.execute_batch(&format!("{INDEXES} {GUARDS} COMMIT;")).map_err(failed)?;
        filled
    };
    let cannot_keep =
        |error: std::io::Error| StoreError::unavailable(&label, format!("cannot be written: {error}"), "");
    std::fs::File::open(&aside).and_then(|file| file.sync_all()).map_err(cannot_keep)?;
    aside.persist_noclobber(target).map_err(|error| match error.error.kind() {
        ErrorKind::AlreadyExists => exists(&label),
        _ => cannot_keep(error.error),
    })?;
    Ok(filled)
}

fn exists(label: &str) -> StoreError {
    StoreError::unavailable(label, "is there already and is not overwritten", "give another name, or remove it first")
}

/// An empty file beside the target, gone again when it is dropped.
fn aside(target: &Path, label: &str) -> Result<TempPath, StoreError> {
    let folder = match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut builder = tempfile::Builder::new();
    builder.prefix(".foldback-").suffix(".part");
    // A temporary file is its owner's alone; what it becomes is an ordinary file under the user's mask.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder).map(tempfile::NamedTempFile::into_temp_path).map_err(|error| {
        let hint = "give a name in a folder that is there and that you may write to";
        StoreError::unavailable(label, format!("cannot be made: {error}"), hint)
    })
}
