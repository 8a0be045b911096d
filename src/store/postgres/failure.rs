//! What PostgreSQL says went wrong, said so that somebody knows what to do.

use crate::store::StoreError;

/// An error of sqlx about a database.
pub fn from_sqlx(label: &str, error: &sqlx::Error) -> StoreError {
    match error.as_database_error() {
        Some(database) => StoreError::unavailable(label, format!("PostgreSQL refused: {}", database.message()), ""),
        None => StoreError::unavailable(label, format!("cannot be reached ({error})"), ""),
    }
}
