//! How a file is opened so that nothing is left beside it.
//!
//! A reader of a WAL file makes a `-shm` and a `-wal` beside it unless it says that nothing will change. So a WAL
//! file that nobody has open is opened as unchangeable, and is watched: as soon as it changes it is opened anew.

use super::failure::{self, BUSY};
use crate::store::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::ffi::OsString;
use std::fs::Metadata;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What a file and its `-wal` look like from outside. When it differs, something was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    identity: (u64, u64),
    main: (u64, Option<SystemTime>),
    wal: Option<(u64, Option<SystemTime>)>,
    shm: bool,
}

/// How a file can be read without a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// With SQLite's locks: a rollback journal, or a WAL that somebody has open.
    Shared,
    /// As unchangeable: a WAL file that nobody has open.
    Immutable,
    /// A WAL that an interrupted or copied writer left, without its index. The index is built in memory.
    Abandoned,
}

impl Stamp {
    /// Looks at the file. Missing files, directories and empty files are told apart here.
    pub fn of(path: &Path, label: &str) -> Result<Stamp, StoreError> {
        let meta = std::fs::metadata(path).map_err(|error| cannot_look(label, &error))?;
        if meta.is_dir() {
            return Err(StoreError::unavailable(label, "is a directory, not a store", "name a file in it"));
        }
        if meta.len() == 0 {
            return Err(StoreError::unavailable(
                label,
                "is empty: there is no database in it",
                "`foldback seed FILE.jsonl -o FILE.db` makes a store, `foldback demo` shows one",
            ));
        }
        let look = |m: &Metadata| (m.len(), m.modified().ok());
        let wal = std::fs::metadata(beside(path, "-wal")).ok();
        Ok(Stamp {
            identity: identity(&meta),
            main: look(&meta),
            wal: wal.as_ref().map(look),
            shm: beside(path, "-shm").exists(),
        })
    }

    /// Whether it is still the same file, whatever is in it.
    pub fn same_file(&self, other: &Stamp) -> bool {
        self.identity == other.identity
    }
}

fn cannot_look(label: &str, error: &std::io::Error) -> StoreError {
    match error.kind() {
        ErrorKind::NotFound => StoreError::unavailable(label, "there is no such file", "check the path"),
        ErrorKind::PermissionDenied => StoreError::unavailable(
            label,
            "may not be read by this user",
            "check the file's and its folder's permissions",
        ),
        _ => StoreError::unavailable(label, format!("cannot be looked at: {error}"), ""),
    }
}

#[cfg(unix)]
fn identity(meta: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt;
    (meta.dev(), meta.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> (u64, u64) {
    (0, 0)
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(suffix);
    PathBuf::from(name)
}

/// Decides how to read the file as it is now.
pub fn mode(path: &Path, stamp: &Stamp, label: &str) -> Result<Mode, StoreError> {
    let written = stamp.wal.is_some_and(|(length, _)| length > 0);
    if written && stamp.shm {
        return Ok(Mode::Shared);
    }
    Ok(match (is_wal(path, label)?, written) {
        (false, _) => Mode::Shared,
        (true, false) => Mode::Immutable,
        (true, true) => Mode::Abandoned,
    })
}

/// Whether the file is in WAL mode. Reading its header with `File` would drop this process's locks on it when the
/// file is closed (POSIX), so SQLite is asked: without locks it cannot open a WAL, and says so before making anything.
fn is_wal(path: &Path, label: &str) -> Result<bool, StoreError> {
    let probe = connect(path, "mode=ro&nolock=1").and_then(|connection| {
        connection.query_row("SELECT count(*) FROM (SELECT 1 FROM sqlite_master LIMIT 1)", [], |_| Ok(()))
    });
    match probe {
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::CannotOpen) => Ok(true),
        Err(error) if error.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            Err(failure::unavailable(label, &error))
        }
        // Anything else will be said again, and better, by the connection that is going to read.
        _ => Ok(false),
    }
}

/// Opens the file for reading.
pub fn open(path: &Path, mode: Mode) -> rusqlite::Result<Connection> {
    let connection = connect(
        path,
        match mode {
            Mode::Shared => "mode=ro",
            Mode::Immutable => "mode=ro&immutable=1",
            // Without locks, and exclusive: then the index of the WAL is kept in memory and no file is made for it.
            Mode::Abandoned if cfg!(windows) => "mode=ro&vfs=win32-none",
            Mode::Abandoned => "mode=ro&vfs=unix-none",
        },
    )?;
    if mode == Mode::Abandoned {
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        connection.query_row("PRAGMA locking_mode = EXCLUSIVE", [], |_| Ok(()))?;
    }
    connection.busy_timeout(BUSY)?;
    // The schema is other people's too: its functions must not act.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.execute_batch("PRAGMA mmap_size = 0; PRAGMA cache_size = -4096")?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

fn connect(path: &Path, query: &str) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(uri(path, query), flags)
}

/// A `file:` URI. Every byte of the path that could mean something in one is escaped.
fn uri(path: &Path, query: &str) -> String {
    let mut uri = String::from("file:");
    if path.is_absolute() && cfg!(windows) {
        uri.push('/');
    }
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' | b':' => {
                uri.push(char::from(*byte));
            }
            b'\\' if cfg!(windows) => uri.push('/'),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri + "?" + query
}
