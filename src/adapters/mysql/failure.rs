//! What MySQL and MariaDB say went wrong, said so that somebody knows what to do.

use super::pool::CONNECT;
use crate::store::StoreError;
use foldback_domain::event::safe_text;
use sqlx::mysql::MySqlDatabaseError;
use std::io::ErrorKind;

/// An error of sqlx about a database.
pub fn from_sqlx(label: &str, error: &sqlx::Error) -> StoreError {
    let said = error.to_string();
    let said = safe_text(&said);
    let (why, hint) = match error {
        sqlx::Error::Database(database) => {
            let number = database.try_downcast_ref::<MySqlDatabaseError>().map_or(0, MySqlDatabaseError::number);
            return refused(label, number, &safe_text(database.message()));
        }
        sqlx::Error::Io(io) => return broken(label, io.kind(), &said),
        sqlx::Error::PoolTimedOut => (
            format!(
                "gave no connection within {} seconds: it is down, or all connections are in use",
                CONNECT.as_secs()
            ),
            "check that MySQL or MariaDB runs there, and try again",
        ),
        sqlx::Error::PoolClosed => ("is closed".to_owned(), "open it again"),
        sqlx::Error::Tls(_) => (format!("cannot be reached over TLS ({said})"), "check ssl-mode and ssl-ca in the URL"),
        sqlx::Error::BeginFailed | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
            return StoreError::lost(label, &said);
        }
        _ => (format!("cannot be read ({said})"), ""),
    };
    StoreError::unavailable(label, why, hint)
}

fn broken(label: &str, kind: ErrorKind, said: &str) -> StoreError {
    let (why, hint) = match kind {
        ErrorKind::ConnectionRefused => (
            "refuses connections: no MySQL or MariaDB listens there".to_owned(),
            "check host and port, and that the server runs",
        ),
        ErrorKind::NotFound => ("has no socket there".to_owned(), "check the path, and that the server runs"),
        ErrorKind::UnexpectedEof
        | ErrorKind::BrokenPipe
        | ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted => return StoreError::lost(label, said),
        // What the other side sent is no certificate that is trusted.
        ErrorKind::InvalidData => {
            (format!("cannot be reached over TLS ({said})"), "check ssl-mode and ssl-ca in the URL")
        }
        _ => (format!("cannot be reached ({said})"), "check host and port"),
    };
    StoreError::unavailable(label, why, hint)
}

/// What an error's number means; both servers count alike but for what came after they parted.
fn refused(label: &str, number: u16, said: &str) -> StoreError {
    let (why, hint) = match number {
        1045 | 1698 => (
            format!("does not let this user in ({said})"),
            "check user and password; MYSQL_PWD holds one without showing it",
        ),
        1044 | 1142 | 1143 | 1227 | 1356 | 1370 => {
            (format!("does not allow that to this user ({said})"), "ask its owner for the right")
        }
        1049 => (format!("there is no such database ({said})"), "check the name at the end"),
        1146 | 1054 => (format!("lacks a part that the layout names ({said})"), "check what changed its tables"),
        1290 | 1792 | 1836 => (format!("is only read here ({said})"), "name the server that takes writes"),
        1040 | 1203 | 1226 => {
            (format!("has no connection left ({said})"), "try again when others have ended, or raise max_connections")
        }
        // Who ended this one connection may let a new one in.
        1152 | 1927 | 4031 => return StoreError::lost(label, said),
        1053 | 1077 | 1079 => (format!("is shutting down or starting ({said})"), "try again in a moment"),
        1205 => (format!("is being altered by somebody else ({said})"), "try again when that has ended"),
        1213 => (format!("asked for the transaction to be tried again ({said})"), "try again"),
        1317 | 1969 | 3024 => {
            (format!("gave the statement up ({said})"), "ask for less, or when the server has less to do")
        }
        1021 => (format!("its disk is full ({said})"), "make room and try again"),
        1037 | 1038 => (format!("has no memory left ({said})"), "try again when it has less to do"),
        1129 => (format!("has blocked this host ({said})"), "ask its owner for FLUSH HOSTS"),
        1130 => (format!("lets nobody in from this host ({said})"), "ask its owner for the right"),
        3159 => (format!("wants TLS ({said})"), "say ?ssl-mode=REQUIRED in the URL"),
        _ => (format!("MySQL refused: {said} (error {number})"), ""),
    };
    StoreError::unavailable(label, why, hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_sentence() {
        for (number, said) in [
            (1045, "mysql://h/d: does not let this user in (said); check user and password"),
            (1142, "does not allow that to this user"),
            (1792, "is only read here"),
            (1969, "gave the statement up"),
            (3024, "gave the statement up"),
            (9999, "MySQL refused: said (error 9999)"),
        ] {
            let error = refused("mysql://h/d", number, "said").to_string();
            assert!(error.contains(said), "{number}: {error}");
        }
        let refused = sqlx::Error::Io(std::io::Error::from(ErrorKind::ConnectionRefused));
        assert!(from_sqlx("l", &refused).to_string().contains("listens there; check host and port"));
        assert!(from_sqlx("l", &sqlx::Error::PoolTimedOut).to_string().contains("gave no connection within 3 seconds"));
    }
}
