//! What the engine keeps beside the log, written with what it belongs to: a checkpoint with the rows of its read model,
//! a saga's log with the command that it sends, an outbox message with the event that it tells of.
//!
//! Written once for SQLite and PostgreSQL, which have the same tables (`books.sql` of each).

mod commands;
mod failures;
mod leases;
mod outbox;
mod projections;
mod sagas;
mod snapshots;

pub use failures::{FailureKind, NewFailure, OpenFailure};
pub use outbox::Waiting;
pub use projections::{Batch, CheckpointRow, RowChange, Target, view};
pub use sagas::{SagaCommit, SagaRecord};
pub use snapshots::Snapshot;

use super::StoreError;
use super::database::{Database, Tx};
use foldback_domain::event::Position;

/// The books of a store of foldback's own.
#[derive(Debug, Clone)]
pub struct Books {
    database: Database,
}

impl Books {
    /// The books in a database that has their tables.
    pub fn new(database: Database) -> Books {
        Books { database }
    }

    /// The database that they are in.
    pub fn database(&self) -> &Database {
        &self.database
    }
}

/// The greatest position of the log, as the transaction sees it.
async fn head(tx: &mut Tx) -> Result<Option<Position>, StoreError> {
    let row = tx.row("SELECT max(global_position) FROM events", &[]).await?;
    Ok(row.map(|row| row.int(0)).transpose()?.flatten().map(Position))
}

/// Somebody else was here in the meantime.
fn moved(what: impl Into<String>) -> StoreError {
    StoreError::Moved { what: what.into() }
}
