//! What SQLite says went wrong, said so that somebody knows what to do.

use crate::store::StoreError;
use rusqlite::ErrorCode;
use std::time::Duration;

/// How long a read or a write waits for somebody else's lock.
pub const BUSY: Duration = Duration::from_secs(3);

/// An error of rusqlite about a file.
pub fn unavailable(file: &str, error: &rusqlite::Error) -> StoreError {
    let code = error.sqlite_error_code();
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

/// An error of sqlx about a file.
pub fn from_sqlx(file: &str, error: &sqlx::Error) -> StoreError {
    let Some(database) = error.as_database_error() else {
        return StoreError::unavailable(file, format!("cannot be written ({error})"), "");
    };
    // The extended code's low byte is the code itself.
    let code = database.code().and_then(|code| code.parse::<i32>().ok()).map(|code| code & 0xff);
    let code = match code {
        Some(5) => Some(ErrorCode::DatabaseBusy),
        Some(6) => Some(ErrorCode::DatabaseLocked),
        Some(11) => Some(ErrorCode::DatabaseCorrupt),
        Some(13) => Some(ErrorCode::DiskFull),
        Some(26) => Some(ErrorCode::NotADatabase),
        _ => None,
    };
    explain(file, code, database.message())
}
