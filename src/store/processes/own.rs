//! The processes of a store of foldback's own, read by its tables: the same statements for SQLite and PostgreSQL.

use super::{ProcessReader, letters, sagas};
use crate::store::StoreError;
use crate::store::database::{Arg, Ask, Row};
use async_trait::async_trait;
use foldback_domain::event::{Payload, Position, StreamName, Version};
use foldback_domain::processes::{
    Checkpoint, CheckpointSample, CheckpointStatus, ConsumerKind, DeadLetter, Lag, ModelRow, OutboxEntry, OutboxRead,
    Rebuild, SagaEntry, SagaSummary, SagasRead, SnapshotCursor, StoredSnapshot,
};
use std::sync::Arc;

/// Reads what the engine keeps beside the log.
pub struct OwnProcesses {
    ask: Arc<dyn Ask>,
}

impl OwnProcesses {
    /// A reader that asks there.
    pub fn new(ask: Arc<dyn Ask>) -> OwnProcesses {
        OwnProcesses { ask }
    }
}

/// A row count as databases take it.
pub(super) fn limit(limit: usize) -> Arg<'static> {
    Arg::Int(Some(i64::try_from(limit).unwrap_or(i64::MAX)))
}

pub(super) fn position(row: &Row, column: usize) -> Result<Option<Position>, StoreError> {
    Ok(row.int(column)?.map(Position))
}

pub(super) fn small(row: &Row, column: usize) -> Result<u32, StoreError> {
    Ok(row.int(column)?.and_then(|number| u32::try_from(number).ok()).unwrap_or(0))
}

fn kind(word: &str) -> ConsumerKind {
    match word {
        "saga" => ConsumerKind::Saga,
        "outbox" => ConsumerKind::Outbox,
        _ => ConsumerKind::Projection,
    }
}

const NOW: &str = "SELECT projection_name, kind, last_processed_position, status, error, failed_position, attempts, \
                   skipped, rebuild_generation, rebuild_position, rebuild_target, rebuild_started_at, updated_at \
                   FROM projection_checkpoints ORDER BY projection_name";

/// Each checkpoint with its last sample at that head, and the failure that was open then.
const THEN: &str = "SELECT c.projection_name, c.kind, s.last_processed_position, s.number, s.sampled_at, f.error, \
                    f.global_position, f.attempts FROM projection_checkpoints c \
                    LEFT JOIN projection_samples s ON s.number = (SELECT max(x.number) FROM projection_samples x \
                    WHERE x.projection_name = c.projection_name AND x.head_position <= $1) \
                    LEFT JOIN failed_events f ON f.number = (SELECT max(y.number) FROM failed_events y \
                    WHERE y.kind = 'projection' AND y.consumer = c.projection_name AND y.blocks IS NOT NULL \
                    AND y.head_position <= $1 AND (y.resolved_head IS NULL OR y.resolved_head > $1)) \
                    ORDER BY c.projection_name";

fn checkpoint_now(row: &Row) -> Result<Checkpoint, StoreError> {
    let rebuild = match (row.int(8)?, position(row, 10)?, row.time(11)?) {
        (Some(_), Some(target), Some(started_at)) => Some(Rebuild { position: position(row, 9)?, target, started_at }),
        _ => None,
    };
    let status = match row.must_text(3)?.as_str() {
        "running" if rebuild.is_some() => CheckpointStatus::Replaying,
        "running" => CheckpointStatus::Running,
        "paused" => CheckpointStatus::Paused,
        "failed" => CheckpointStatus::Failed,
        _ => CheckpointStatus::Unknown,
    };
    Ok(Checkpoint {
        name: row.must_text(0)?,
        kind: kind(&row.must_text(1)?),
        position: position(row, 2)?,
        status,
        error: row.text(4)?,
        failed_position: position(row, 5)?,
        attempts: small(row, 6)?,
        skipped: row.int(7)?.and_then(|skipped| u64::try_from(skipped).ok()),
        rebuild,
        updated_at: row.time(12)?,
        lag: Lag::Above,
        in_gaps: 0,
    })
}

fn checkpoint_then(row: &Row) -> Result<Checkpoint, StoreError> {
    let error = row.text(5)?;
    let status = match (row.int(3)?, &error) {
        (None, _) => CheckpointStatus::Unknown,
        (Some(_), Some(_)) => CheckpointStatus::Failed,
        (Some(_), None) => CheckpointStatus::Running,
    };
    Ok(Checkpoint {
        name: row.must_text(0)?,
        kind: kind(&row.must_text(1)?),
        position: position(row, 2)?,
        status,
        error,
        failed_position: position(row, 6)?,
        attempts: small(row, 7)?,
        skipped: None,
        rebuild: None,
        updated_at: row.time(4)?,
        lag: Lag::Above,
        in_gaps: 0,
    })
}

#[async_trait]
impl ProcessReader for OwnProcesses {
    async fn read_checkpoints(&self, as_of: Option<Position>) -> Result<Vec<Checkpoint>, StoreError> {
        match as_of {
            None => self.ask.rows(NOW, &[]).await?.iter().map(checkpoint_now).collect(),
            Some(head) => self.ask.rows(THEN, &[head.into()]).await?.iter().map(checkpoint_then).collect(),
        }
    }

    async fn read_samples(
        &self,
        name: &str,
        as_of: Option<Position>,
        most: usize,
    ) -> Result<Vec<CheckpointSample>, StoreError> {
        let sql = "SELECT sampled_at, last_processed_position, head_position FROM projection_samples \
                   WHERE projection_name = $1 AND ($2 IS NULL OR head_position <= $2) ORDER BY number DESC LIMIT $3";
        let rows = self.ask.rows(sql, &[name.into(), as_of.into(), limit(most)]).await?;
        let mut samples = Vec::with_capacity(rows.len());
        for row in rows.iter().rev() {
            // A sample whose time nobody can read says nothing about time.
            let Some(at) = row.time(0)? else { continue };
            samples.push(CheckpointSample { at, position: position(row, 1)?, head: position(row, 2)? });
        }
        Ok(samples)
    }

    async fn read_sagas(&self, read: &SagasRead) -> Result<Vec<SagaSummary>, StoreError> {
        sagas::page(self.ask.as_ref(), read).await
    }

    async fn read_saga_counts(&self, as_of: Option<Position>) -> Result<Vec<(String, u64)>, StoreError> {
        sagas::counts(self.ask.as_ref(), as_of).await
    }

    async fn read_saga(
        &self,
        saga_id: &str,
        as_of: Option<Position>,
    ) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError> {
        sagas::one(self.ask.as_ref(), saga_id, as_of).await
    }

    async fn read_dead_letters(
        &self,
        as_of: Option<Position>,
        offset: u64,
        limit: usize,
    ) -> Result<Vec<DeadLetter>, StoreError> {
        letters::dead(self.ask.as_ref(), as_of, offset, limit).await
    }

    async fn read_outbox(&self, read: &OutboxRead) -> Result<Vec<OutboxEntry>, StoreError> {
        letters::outbox(self.ask.as_ref(), read).await
    }

    async fn read_rows(&self, projection: &str, after: Option<&str>, most: usize) -> Result<Vec<ModelRow>, StoreError> {
        let known = "SELECT kind FROM projection_checkpoints WHERE projection_name = $1";
        let is_projection = match self.ask.rows(known, &[projection.into()]).await?.first() {
            Some(row) => kind(&row.must_text(0)?) == ConsumerKind::Projection,
            None => false,
        };
        // A name goes into the statement as it is: it must be one that the program gives.
        let plain = projection.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        if !is_projection || !plain {
            return Ok(Vec::new());
        }
        let view = projection.replace('-', "_");
        let sql = format!(
            "SELECT \"key\", \"row\", \"position\" FROM {view} WHERE $1 IS NULL OR \"key\" > $1 ORDER BY \"key\" LIMIT $2"
        );
        let rows = self.ask.rows(&sql, &[after.into(), limit(most)]).await?;
        rows.iter()
            .map(|row| {
                Ok(ModelRow {
                    key: row.must_text(0)?,
                    row: row.payload(1)?.unwrap_or(Payload::Json("null".to_owned())),
                    position: position(row, 2)?,
                })
            })
            .collect()
    }

    async fn count_snapshots(&self) -> Result<Option<u64>, StoreError> {
        let rows = self.ask.rows("SELECT count(*) FROM snapshots", &[]).await?;
        Ok(rows.first().map(|row| row.must_int(0)).transpose()?.and_then(|count| u64::try_from(count).ok()))
    }

    async fn read_snapshot(
        &self,
        stream: &StreamName,
        at: Version,
        form: u32,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let sql = "SELECT version, state FROM snapshots WHERE stream_id = $1 AND version <= $2 AND schema_version = $3 \
                   ORDER BY version DESC LIMIT 1";
        let rows = self.ask.rows(sql, &[stream.as_str().into(), at.0.into(), form.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some((Version(row.must_int(0)?), row.json(1)?.unwrap_or_default())))
    }

    async fn read_snapshot_marks(
        &self,
        stream: &StreamName,
        most: usize,
    ) -> Result<Vec<(Version, Option<Position>)>, StoreError> {
        let sql = "SELECT s.version, (SELECT e.global_position FROM events e WHERE e.stream_id = s.stream_id \
                   AND e.stream_version = s.version) FROM snapshots s WHERE s.stream_id = $1 \
                   ORDER BY s.version DESC LIMIT $2";
        let rows = self.ask.rows(sql, &[stream.as_str().into(), limit(most)]).await?;
        rows.iter().map(|row| Ok((Version(row.must_int(0)?), position(row, 1)?))).collect()
    }

    async fn read_snapshots(
        &self,
        after: Option<&SnapshotCursor>,
        most: usize,
    ) -> Result<Vec<StoredSnapshot>, StoreError> {
        // A beginning always stands there, so that the key is used: no stream has an empty name.
        let (stream, version) = match after {
            Some(after) => (after.stream_id.as_str(), after.version.map_or(i64::MIN, |version| version.0)),
            None => ("", i64::MIN),
        };
        let sql = "SELECT stream_id, version, schema_version, state, created_at FROM snapshots \
                   WHERE (stream_id, version) > ($1, $2) ORDER BY stream_id, version LIMIT $3";
        let rows = self.ask.rows(sql, &[stream.into(), version.into(), limit(most)]).await?;
        let snapshot = |row: &Row| {
            Ok(StoredSnapshot {
                stream_id: StreamName(row.must_text(0)?),
                version: row.int(1)?.map(Version),
                schema_version: row.int(2)?.and_then(|form| u32::try_from(form).ok()),
                state: row.payload(3)?.unwrap_or(Payload::Json("null".to_owned())),
                created_at: row.time(4)?,
            })
        };
        rows.iter().map(snapshot).collect()
    }

    async fn count_between(&self, after: Option<Position>, to: Option<Position>) -> Result<u64, StoreError> {
        // Both ends always stand there, so that the index of the positions is used.
        let (after, to) = (after.map_or(i64::MIN, |at| at.0), to.map_or(i64::MAX, |at| at.0));
        let sql = "SELECT count(*) FROM events WHERE global_position > $1 AND global_position <= $2";
        let rows = self.ask.rows(sql, &[after.into(), to.into()]).await?;
        let count = rows.first().map(|row| row.must_int(0)).transpose()?.unwrap_or(0);
        Ok(count.max(0).unsigned_abs())
    }
}
