//! Snapshots: states that were stored so that a fold need not begin at the start. Several versions are kept.

use super::Books;
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use foldback_domain::event::{StreamName, Version};
use jiff::Timestamp;

/// A stored state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version that it is the state after.
    pub version: Version,
    /// The form of the state: one of another form is not read.
    pub schema_version: u32,
    /// The state, as JSON.
    pub state: String,
}

impl Books {
    /// The newest snapshots of a stream, the newest first.
    pub async fn read_snapshots(&self, stream: &StreamName, limit: usize) -> Result<Vec<Snapshot>, StoreError> {
        let sql = "SELECT version, schema_version, state FROM snapshots WHERE stream_id = $1 \
                   ORDER BY version DESC LIMIT $2";
        let rows = self.database.rows(sql, &[stream.as_str().into(), (limit as i64).into()]).await?;
        let read = |row: &Row| {
            Ok(Snapshot {
                version: Version(row.must_int(0)?),
                schema_version: u32::try_from(row.must_int(1)?).unwrap_or(0),
                state: row.json(2)?.unwrap_or_default(),
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps a snapshot; one that is there already stays.
    pub async fn write_snapshot(
        &self,
        stream: &StreamName,
        snapshot: &Snapshot,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "INSERT INTO snapshots (stream_id, version, schema_version, state, created_at) \
                   VALUES ($1, $2, $3, $4, $5) ON CONFLICT (stream_id, version) DO NOTHING";
        let args = [
            stream.as_str().into(),
            snapshot.version.0.into(),
            snapshot.schema_version.into(),
            Arg::Json(Some(&snapshot.state)),
            at.into(),
        ];
        self.database.run(sql, &args).await.map(|_| ())
    }
}
