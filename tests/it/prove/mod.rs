//! What should be true, proven by folding again: read models, reducers, snapshots.

mod audit;
mod compare;
mod mapped;
mod past_rows;
mod planted;
mod snapshots;

use std::path::{Path, PathBuf};
use tempfile::TempDir;

/// A copy of the demo that may be spoilt, in a folder that goes away with it.
fn demo() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("shop.db");
    let run = crate::cli::foldback(&["demo", "--db", path.to_str().unwrap()]);
    assert_eq!(run.code, 0, "{}", run.err);
    (folder, path)
}

/// A connection that may write what nobody should.
fn spoil(path: &Path) -> rusqlite::Connection {
    rusqlite::Connection::open(path).unwrap()
}
