//! What PostgreSQL says went wrong, said so that somebody knows what to do.

use crate::store::StoreError;
use foldback_domain::event::safe_text;
use std::io::ErrorKind;
use std::time::Duration;

/// How long a connection is waited for.
pub const CONNECT: Duration = Duration::from_secs(3);

/// How long one statement of a reader may take.
pub const STATEMENT: Duration = Duration::from_secs(30);

/// How long a writer waits for another one.
pub const LOCK: Duration = Duration::from_secs(10);

/// An error of sqlx about a database.
pub fn from_sqlx(label: &str, error: &sqlx::Error) -> StoreError {
    let said = error.to_string();
    let said = safe_text(&said);
    let (why, hint) = match error {
        sqlx::Error::Database(database) => {
            let code = database.code().unwrap_or_default();
            return refused(label, &code, &safe_text(database.message()));
        }
        sqlx::Error::Io(io) => return broken(label, io.kind(), &said),
        sqlx::Error::PoolTimedOut => return silent(label),
        sqlx::Error::PoolClosed => ("is closed".to_owned(), "open it again"),
        sqlx::Error::Tls(_) => (format!("cannot be reached over TLS ({said})"), "check sslmode in the URL"),
        sqlx::Error::BeginFailed | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            return StoreError::lost(label, &said);
        }
        _ => (format!("cannot be read ({said})"), ""),
    };
    StoreError::unavailable(label, why, hint)
}

/// The same of a question that changes nothing: what its values are wrong for is the answer, not the store.
pub fn from_sqlx_reading(label: &str, error: &sqlx::Error) -> StoreError {
    match from_sqlx(label, error) {
        StoreError::Unstorable { what, why } => {
            let hint = "a layout's SQL may be what fails: --layout FILE.toml brings another";
            StoreError::unavailable(what, format!("cannot answer that ({why})"), hint)
        }
        other => other,
    }
}

/// No connection came in time.
pub fn silent(label: &str) -> StoreError {
    let why =
        format!("gave no connection within {} seconds: it is down, or all connections are in use", CONNECT.as_secs());
    StoreError::unavailable(label, why, "check that PostgreSQL runs there, and try again")
}

fn broken(label: &str, kind: ErrorKind, said: &str) -> StoreError {
    let (why, hint) = match kind {
        ErrorKind::ConnectionRefused => (
            "refuses connections: no PostgreSQL listens there".to_owned(),
            "check host and port, and that the server runs",
        ),
        ErrorKind::NotFound => ("has no socket there".to_owned(), "check the path, and that the server runs"),
        ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted => return StoreError::lost(label, said),
        // What the other side sent is no certificate that is trusted.
        ErrorKind::InvalidData => {
            (format!("cannot be reached over TLS ({said})"), "check sslmode and sslrootcert in the URL")
        }
        _ => (format!("cannot be reached ({said})"), "check host and port"),
    };
    StoreError::unavailable(label, why, hint)
}

/// What a SQLSTATE means. The classes are the manual's: appendix A, PostgreSQL error codes.
fn refused(label: &str, code: &str, said: &str) -> StoreError {
    let (why, hint) = match code {
        "22P05" | "22021" => {
            return unstorable(label, "PostgreSQL's texts and JSON cannot hold the character \\u0000".to_owned());
        }
        "28P01" | "28000" => (
            format!("does not let this user in ({said})"),
            "check user and password; PGPASSWORD or ~/.pgpass hold one without showing it",
        ),
        "3D000" => {
            (format!("there is no such database ({said})"), "check the name at the end, or make it with createdb")
        }
        "42501" => (format!("does not allow that to this user ({said})"), "ask its owner for the right"),
        "42P01" | "42703" => {
            (format!("lacks a part that is asked for ({said})"), "check what changed its tables, and open it again")
        }
        "25006" => (format!("is only read here ({said})"), "name the server that takes writes"),
        "40001" | "40P01" => (format!("asked for the transaction to be tried again ({said})"), "try again"),
        "55P03" => (
            format!("is locked by somebody who changes it, for longer than is waited for ({said})"),
            "try again when they have finished",
        ),
        // Who ended this one connection may let a new one in.
        "57P01" => return StoreError::lost(label, said),
        "57P02" | "57P03" => (format!("is shutting down or starting ({said})"), "try again in a moment"),
        "57014" => (format!("gave the statement up ({said})"), "ask for less, or when the server has less to do"),
        "25P03" => (format!("ended a transaction that stood still ({said})"), "try again"),
        "53100" => (format!("its disk is full ({said})"), "make room and try again"),
        "53200" => (format!("has no memory left ({said})"), "try again when it has less to do"),
        "53300" => {
            (format!("has no connection left ({said})"), "try again when others have ended, or raise max_connections")
        }
        _ if code.starts_with("22") || code.starts_with("54") => return unstorable(label, said.to_owned()),
        _ if code.starts_with("08") => return StoreError::lost(label, said),
        _ => (format!("PostgreSQL refused: {said}"), ""),
    };
    StoreError::unavailable(label, why, hint)
}

fn unstorable(label: &str, why: String) -> StoreError {
    StoreError::Unstorable { what: label.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_sentence() {
        for (code, said) in [
            ("28P01", "postgres://h/d: does not let this user in (said); check user and password"),
            ("3D000", "there is no such database"),
            ("40001", "asked for the transaction to be tried again"),
            ("57014", "gave the statement up"),
            ("53100", "its disk is full"),
            ("22P05", "postgres://h/d cannot be stored: PostgreSQL's texts and JSON cannot hold the character \\u0000"),
            ("22003", "postgres://h/d cannot be stored: said"),
            ("23505", "PostgreSQL refused: said"),
        ] {
            let error = refused("postgres://h/d", code, "said").to_string();
            assert!(error.contains(said), "{code}: {error}");
        }
        let refused = sqlx::Error::Io(std::io::Error::from(ErrorKind::ConnectionRefused));
        assert!(from_sqlx("l", &refused).to_string().contains("no PostgreSQL listens there; check host and port"));
        assert!(from_sqlx("l", &sqlx::Error::PoolTimedOut).to_string().contains("gave no connection within 3 seconds"));
    }
}
