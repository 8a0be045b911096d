//! What SQLite says went wrong, said so that somebody knows what to do.

use crate::store::StoreError;
use rusqlite::ErrorCode;
use std::time::Duration;

/// How long a read or a write waits for somebody else's lock.
pub const BUSY: Duration = Duration::from_secs(3);

/// What SQLite says when there is no room for the file by which the users of a WAL know of one another.
const NO_ROOM_TO_SHARE: i32 = rusqlite::ffi::SQLITE_IOERR_SHMSIZE;

/// An error of rusqlite about a file.
pub fn unavailable(file: &str, error: &rusqlite::Error) -> StoreError {
    let code = match error.sqlite_error() {
        Some(error) if error.extended_code == NO_ROOM_TO_SHARE => Some(ErrorCode::DiskFull),
        _ => error.sqlite_error_code(),
    };
    explain(file, code, &error.to_string())
}

fn explain(file: &str, code: Option<ErrorCode>, said: &str) -> StoreError {
    let copy = "copy it and open the copy if that lasts";
    let (why, hint) = match code {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => (
            format!("is locked by another process; it stayed so for {} seconds", BUSY.as_secs()),
            format!("try again when the writer has finished, or {copy}"),
        ),
        Some(ErrorCode::NotADatabase) => (
            "is not a SQLite database".to_owned(),
            "give a SQLite file, or name a file of JSON events, one a line, with .jsonl at its end".to_owned(),
        ),
        Some(ErrorCode::DatabaseCorrupt) => (
            format!("is a damaged SQLite database ({said})"),
            "ask `sqlite3 FILE 'PRAGMA integrity_check'` what is broken, or restore it from a backup".to_owned(),
        ),
        Some(ErrorCode::SystemIoFailure) => (
            format!("can no longer be read ({said}): it may have been cut short or replaced"),
            "open it again".to_owned(),
        ),
        Some(ErrorCode::CannotOpen | ErrorCode::PermissionDenied | ErrorCode::AuthorizationForStatementDenied) => (
            format!("cannot be opened for reading ({said})"),
            "check that you may read the file, and the -wal beside it where there is one".to_owned(),
        ),
        Some(ErrorCode::ReadOnly) => (
            format!("needs a repair that a reader must not make ({said})"),
            "a writer was interrupted: open the file once with the program that writes it, or copy it with its \
             -journal and let `sqlite3` open the copy"
                .to_owned(),
        ),
        Some(ErrorCode::DiskFull) => ("the disk is full".to_owned(), "make room and try again".to_owned()),
        Some(ErrorCode::OperationInterrupted) => ("the read was given up".to_owned(), String::new()),
        _ => (format!("SQLite refused: {said}"), String::new()),
    };
    StoreError::unavailable(file, why, hint)
}

/// An error of a writer of a file.
pub fn not_written(file: &str, error: &rusqlite::Error) -> StoreError {
    explain_writing(file, error.sqlite_error().map_or(0, |error| error.extended_code), &error.to_string())
}

/// The same by SQLite's extended code.
fn explain_writing(file: &str, code: i32, said: &str) -> StoreError {
    // The extended code's low byte is the code itself.
    let code = match (code, code & 0xff) {
        (NO_ROOM_TO_SHARE, _) | (_, 13) => Some(ErrorCode::DiskFull),
        (_, 5) => Some(ErrorCode::DatabaseBusy),
        (_, 6) => Some(ErrorCode::DatabaseLocked),
        (_, 11) => Some(ErrorCode::DatabaseCorrupt),
        (_, 26) => Some(ErrorCode::NotADatabase),
        (_, 3 | 8 | 14) => {
            let hint = "check that you may write the file and its folder";
            return StoreError::unavailable(file, format!("cannot be written ({said})"), hint);
        }
        (_, 10) => {
            let hint = "check the disk, and that the file is still there";
            return StoreError::unavailable(file, format!("could not be written ({said})"), hint);
        }
        _ => None,
    };
    explain(file, code, said)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_told_what_to_do() {
        for (code, says) in [
            (13, "f.db: the disk is full; make room and try again"),
            (NO_ROOM_TO_SHARE, "f.db: the disk is full; make room and try again"),
            (5, "is locked by another process"),
            (517, "is locked by another process"),
            (8, "f.db: cannot be written (said); check that you may write the file and its folder"),
            (778, "f.db: could not be written (said); check the disk"),
            (2067, "f.db: SQLite refused: said"),
        ] {
            let error = explain_writing("f.db", code, "said").to_string();
            assert!(error.contains(says), "{code}: {error}");
        }
    }
}
