//! Projections: a checkpoint is saved in the transaction of its rows, so that a crash neither loses nor doubles.
//!
//! The rows of a read model stand in a table of their own, `<name>_g<generation>`, behind a view called `<name>`. A
//! rebuild fills the table of the next generation, and the view changes over in one transaction.

use super::failures::{self, FailureKind, NewFailure};
use super::{Books, head, moved};
use crate::store::StoreError;
use crate::store::database::{Arg, Dialect, Tx};
use foldback_domain::event::Position;
use foldback_domain::processes::ConsumerKind;
use jiff::Timestamp;

/// Which rows of a read model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// Those that are read.
    Live,
    /// Those that a rebuild is making.
    Fresh,
}

/// A checkpoint as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckpointRow {
    /// The last position processed.
    pub position: Option<Position>,
    /// `running`, `paused`, `failed`.
    pub status: String,
    /// Where it failed.
    pub failed_position: Option<Position>,
    /// Which table is live.
    pub generation: i64,
    /// Which table a rebuild is filling.
    pub rebuild_generation: Option<i64>,
    /// The last position that the rebuild has processed.
    pub rebuild_position: Option<Position>,
    /// The head when the rebuild began.
    pub rebuild_target: Option<Position>,
}

/// One row that changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowChange {
    /// Its key.
    pub key: String,
    /// What it is now, as JSON; `None`: it is gone.
    pub row: Option<String>,
    /// The last event that changed it.
    pub position: Position,
}

/// What a projection has made of some events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Batch<'a> {
    /// The projection.
    pub name: &'a str,
    /// Which rows.
    pub target: Target,
    /// Where the checkpoint was when the batch began: it must still be there.
    pub from: Option<Position>,
    /// Where it is after the batch.
    pub to: Position,
    /// The rows that changed.
    pub changes: &'a [RowChange],
    /// Events that were given up on and skipped.
    pub skipped: &'a [NewFailure],
    /// Now.
    pub at: Timestamp,
}

/// The table of a generation. Names are the program's own: lower case words joined by `-`.
fn table(name: &str, generation: i64) -> String {
    format!("{}_g{generation}", view(name))
}

/// The view over the live table.
pub fn view(name: &str) -> String {
    name.replace('-', "_")
}

fn json_type(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "TEXT",
        Dialect::Postgres => "JSONB",
    }
}

async fn make_table(tx: &mut Tx, name: &str, generation: i64, indexed: &[&str]) -> Result<(), StoreError> {
    let (table, json) = (table(name, generation), json_type(tx.dialect()));
    let big = if tx.dialect() == Dialect::Sqlite { "INTEGER" } else { "BIGINT" };
    let mut sql =
        format!("CREATE TABLE {table} (key TEXT NOT NULL PRIMARY KEY, row {json} NOT NULL, position {big} NOT NULL);");
    for field in indexed {
        sql += &format!("CREATE INDEX {table}_by_{field} ON {table} ((row ->> '{field}'), key);");
    }
    tx.run_all(&sql).await
}

async fn point_view(tx: &mut Tx, name: &str, generation: i64) -> Result<(), StoreError> {
    let (view, table) = (view(name), table(name, generation));
    let sql = format!("DROP VIEW IF EXISTS {view}; CREATE VIEW {view} AS SELECT key, row, position FROM {table};");
    tx.run_all(&sql).await
}

impl Books {
    /// Makes the checkpoint of a consumer, and the table of its rows where it is a projection, unless they are there.
    pub async fn ensure_consumer(
        &self,
        name: &str,
        kind: ConsumerKind,
        start: Option<Position>,
        indexed: &[&str],
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let sql = "INSERT INTO projection_checkpoints (projection_name, kind, last_processed_position, status, \
                   generation, updated_at) VALUES ($1, $2, $3, 'running', 1, $4) \
                   ON CONFLICT (projection_name) DO NOTHING";
        let kind_name = match kind {
            ConsumerKind::Projection => "projection",
            ConsumerKind::Saga => "saga",
            ConsumerKind::Outbox => "outbox",
        };
        let made = tx.run(sql, &[name.into(), kind_name.into(), start.into(), at.into()]).await?;
        if made > 0 && kind == ConsumerKind::Projection {
            make_table(&mut tx, name, 1, indexed).await?;
            point_view(&mut tx, name, 1).await?;
        }
        tx.commit().await
    }

    /// A checkpoint as it is stored; `None` for a consumer that was never there.
    pub async fn read_checkpoint(&self, name: &str) -> Result<Option<CheckpointRow>, StoreError> {
        let sql = "SELECT last_processed_position, status, failed_position, generation, rebuild_generation, \
                   rebuild_position, rebuild_target FROM projection_checkpoints WHERE projection_name = $1";
        let Some(row) = self.database.row(sql, &[name.into()]).await? else { return Ok(None) };
        Ok(Some(CheckpointRow {
            position: row.int(0)?.map(Position),
            status: row.must_text(1)?,
            failed_position: row.int(2)?.map(Position),
            generation: row.must_int(3)?,
            rebuild_generation: row.int(4)?,
            rebuild_position: row.int(5)?.map(Position),
            rebuild_target: row.int(6)?.map(Position),
        }))
    }

    /// The rows with these keys as every reader sees them; none where nobody keeps this read model.
    pub async fn read_live_rows(&self, name: &str, keys: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        if self.read_checkpoint(name).await?.is_none() {
            return Ok(Vec::new());
        }
        self.rows_of(&view(name), keys).await
    }

    /// The rows with these keys, where they are.
    pub async fn read_model_rows(
        &self,
        name: &str,
        target: Target,
        keys: &[String],
    ) -> Result<Vec<(String, String)>, StoreError> {
        let Some(checkpoint) = self.read_checkpoint(name).await? else { return Ok(Vec::new()) };
        self.rows_of(&table(name, generation(name, &checkpoint, target)?), keys).await
    }

    async fn rows_of(&self, table: &str, keys: &[String]) -> Result<Vec<(String, String)>, StoreError> {
        let keys = serde_json::Value::from(keys).to_string();
        let sql = match self.database.dialect() {
            Dialect::Sqlite => format!("SELECT key, row FROM {table} WHERE key IN (SELECT value FROM json_each($1))"),
            Dialect::Postgres => {
                format!("SELECT key, row FROM {table} WHERE key IN (SELECT jsonb_array_elements_text($1))")
            }
        };
        let rows = self.database.rows(&sql, &[Arg::Json(Some(&keys))]).await?;
        rows.iter().map(|row| Ok((row.must_text(0)?, row.json(1)?.unwrap_or_default()))).collect()
    }

    /// Writes a batch: rows and checkpoint together. [`StoreError::Moved`] where somebody else moved the checkpoint.
    pub async fn write_batch(&self, batch: &Batch<'_>) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let checkpoint = lock(&mut tx, batch.name).await?;
        let at = match batch.target {
            Target::Live => checkpoint.position,
            Target::Fresh => checkpoint.rebuild_position,
        };
        let paused = batch.target == Target::Live && checkpoint.status == "paused";
        if at != batch.from || paused {
            return Err(moved(format!("projection {}", batch.name)));
        }
        let table = table(batch.name, generation(batch.name, &checkpoint, batch.target)?);
        write_rows(&mut tx, &table, batch.changes).await?;
        for failure in batch.skipped {
            failures::record(&mut tx, failure).await?;
        }
        let skipped = batch.skipped.len() as i64;
        match batch.target {
            Target::Live => {
                let sql = "UPDATE projection_checkpoints SET last_processed_position = $2, status = 'running', \
                           error = NULL, failed_position = NULL, attempts = 0, skipped = skipped + $3, \
                           updated_at = $4 WHERE projection_name = $1";
                tx.run(sql, &[batch.name.into(), batch.to.into(), skipped.into(), batch.at.into()]).await?;
            }
            Target::Fresh => {
                let sql = "UPDATE projection_checkpoints SET rebuild_position = $2, updated_at = $3 \
                           WHERE projection_name = $1";
                tx.run(sql, &[batch.name.into(), batch.to.into(), batch.at.into()]).await?;
            }
        }
        tx.commit().await
    }

    /// Moves the checkpoint of a consumer that keeps no rows.
    pub async fn move_checkpoint(
        &self,
        name: &str,
        from: Option<Position>,
        to: Position,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        if lock(&mut tx, name).await?.position != from {
            return Err(moved(format!("consumer {name}")));
        }
        let sql = "UPDATE projection_checkpoints SET last_processed_position = $2, updated_at = $3 \
                   WHERE projection_name = $1";
        tx.run(sql, &[name.into(), to.into(), at.into()]).await?;
        tx.commit().await
    }

    /// Overwrites a live row behind its projection's back, as a hand in a database client does. Demos and tests need it.
    pub async fn overwrite_row(&self, name: &str, key: &str, row: &str) -> Result<(), StoreError> {
        let Some(checkpoint) = self.read_checkpoint(name).await? else { return Ok(()) };
        let sql = format!("UPDATE {} SET row = $2 WHERE key = $1", table(name, checkpoint.generation));
        self.database.run(&sql, &[key.into(), Arg::Json(Some(row))]).await.map(|_| ())
    }

    /// Notes that a projection is trying an event again.
    pub async fn note_attempt(
        &self,
        name: &str,
        position: Position,
        attempts: u32,
        error: &str,
        at: Timestamp,
    ) -> Result<(), StoreError> {
        let sql = "UPDATE projection_checkpoints SET error = $2, failed_position = $3, attempts = $4, \
                   updated_at = $5 WHERE projection_name = $1";
        let args = [name.into(), error.into(), position.into(), attempts.into(), at.into()];
        self.database.run(sql, &args).await.map(|_| ())
    }

    /// Stops a projection at an event, and records the dead letter; its number.
    pub async fn stop_projection(&self, failure: &NewFailure) -> Result<i64, StoreError> {
        let mut tx = self.database.begin().await?;
        lock(&mut tx, &failure.consumer).await?;
        let number = failures::record(&mut tx, failure).await?;
        let sql = "UPDATE projection_checkpoints SET status = 'failed', error = $2, failed_position = $3, \
                   attempts = $4, updated_at = $5 WHERE projection_name = $1";
        let args = [
            (&failure.consumer).into(),
            (&failure.error).into(),
            failure.position.into(),
            failure.attempts.into(),
            failure.at.into(),
        ];
        tx.run(sql, &args).await?;
        tx.commit().await?;
        Ok(number)
    }

    /// Lets a stopped or paused projection go on: it tries again what it stopped at.
    pub async fn resume_projection(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        lock(&mut tx, name).await?;
        failures::resolve(&mut tx, FailureKind::Projection, name, None, "retried", at).await?;
        let sql = "UPDATE projection_checkpoints SET status = 'running', error = NULL, failed_position = NULL, \
                   attempts = 0, updated_at = $2 WHERE projection_name = $1";
        tx.run(sql, &[name.into(), at.into()]).await?;
        tx.commit().await
    }

    /// Lets a stopped projection go on behind the event that it stopped at.
    pub async fn skip_failed_event(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        lock(&mut tx, name).await?;
        failures::resolve(&mut tx, FailureKind::Projection, name, None, "skipped", at).await?;
        let sql = "UPDATE projection_checkpoints SET status = 'running', \
                   last_processed_position = coalesce(failed_position, last_processed_position), \
                   skipped = skipped + 1, error = NULL, failed_position = NULL, attempts = 0, updated_at = $2 \
                   WHERE projection_name = $1";
        tx.run(sql, &[name.into(), at.into()]).await?;
        tx.commit().await
    }

    /// Pauses a projection until it is resumed.
    pub async fn pause_projection(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        lock(&mut tx, name).await?;
        let sql = "UPDATE projection_checkpoints SET status = 'paused', updated_at = $2 WHERE projection_name = $1";
        tx.run(sql, &[name.into(), at.into()]).await?;
        tx.commit().await
    }

    /// Begins a rebuild beside the live rows, or begins it again from the start.
    pub async fn begin_rebuild(
        &self,
        name: &str,
        indexed: &[&str],
        at: Timestamp,
    ) -> Result<CheckpointRow, StoreError> {
        let mut tx = self.database.begin().await?;
        let checkpoint = lock(&mut tx, name).await?;
        if let Some(old) = checkpoint.rebuild_generation {
            tx.run_all(&format!("DROP TABLE IF EXISTS {}", table(name, old))).await?;
        }
        let fresh = checkpoint.generation.max(checkpoint.rebuild_generation.unwrap_or(0)) + 1;
        make_table(&mut tx, name, fresh, indexed).await?;
        let target = head(&mut tx).await?.unwrap_or(Position(0));
        let sql = "UPDATE projection_checkpoints SET rebuild_generation = $2, rebuild_position = NULL, \
                   rebuild_target = $3, rebuild_started_at = $4, updated_at = $4 WHERE projection_name = $1";
        tx.run(sql, &[name.into(), fresh.into(), target.into(), at.into()]).await?;
        tx.commit().await?;
        Ok(CheckpointRow {
            rebuild_generation: Some(fresh),
            rebuild_position: None,
            rebuild_target: Some(target),
            ..checkpoint
        })
    }

    /// Puts the fresh rows in the place of the live ones, at once for every reader, and lets the projection go on
    /// from where the rebuild ended. `skipped` are the events that the rebuild gave up on. [`StoreError::Moved`] where
    /// the live rows are further: readers never go back.
    pub async fn finish_rebuild(&self, name: &str, skipped: &[NewFailure], at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let checkpoint = lock(&mut tx, name).await?;
        let Some(fresh) = checkpoint.rebuild_generation else {
            return Err(moved(format!("the rebuild of projection {name}")));
        };
        if checkpoint.rebuild_position < checkpoint.position {
            return Err(moved(format!("projection {name}")));
        }
        point_view(&mut tx, name, fresh).await?;
        tx.run_all(&format!("DROP TABLE {}", table(name, checkpoint.generation))).await?;
        failures::resolve(&mut tx, FailureKind::Projection, name, None, "retried", at).await?;
        for failure in skipped {
            failures::record(&mut tx, failure).await?;
        }
        let sql = "UPDATE projection_checkpoints SET generation = $2, last_processed_position = rebuild_position, \
                   status = CASE status WHEN 'paused' THEN 'paused' ELSE 'running' END, error = NULL, \
                   failed_position = NULL, attempts = 0, skipped = $3, rebuild_generation = NULL, \
                   rebuild_position = NULL, rebuild_target = NULL, rebuild_started_at = NULL, updated_at = $4 \
                   WHERE projection_name = $1";
        tx.run(sql, &[name.into(), fresh.into(), (skipped.len() as i64).into(), at.into()]).await?;
        tx.commit().await
    }

    /// The events that somebody let a projection skip by hand: a rebuild skips them again.
    pub async fn read_skipped(&self, name: &str) -> Result<Vec<Position>, StoreError> {
        let sql = "SELECT DISTINCT global_position FROM failed_events WHERE kind = 'projection' AND consumer = $1 \
                   AND status = 'skipped' AND global_position IS NOT NULL ORDER BY global_position";
        let rows = self.database.rows(sql, &[name.into()]).await?;
        rows.iter().map(|row| row.must_int(0).map(Position)).collect()
    }

    /// Gives a rebuild up; the live rows stay as they are.
    pub async fn abandon_rebuild(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let mut tx = self.database.begin().await?;
        let checkpoint = lock(&mut tx, name).await?;
        if let Some(fresh) = checkpoint.rebuild_generation {
            tx.run_all(&format!("DROP TABLE IF EXISTS {}", table(name, fresh))).await?;
        }
        let sql = "UPDATE projection_checkpoints SET rebuild_generation = NULL, rebuild_position = NULL, \
                   rebuild_target = NULL, rebuild_started_at = NULL, updated_at = $2 WHERE projection_name = $1";
        tx.run(sql, &[name.into(), at.into()]).await?;
        tx.commit().await
    }

    /// Writes down where a checkpoint is now, so that lag has a history.
    pub async fn sample(&self, name: &str, at: Timestamp) -> Result<(), StoreError> {
        let sql = "INSERT INTO projection_samples (projection_name, sampled_at, last_processed_position, \
                   head_position) SELECT projection_name, $2, last_processed_position, \
                   (SELECT max(global_position) FROM events) FROM projection_checkpoints WHERE projection_name = $1";
        let sql = match self.database.dialect() {
            Dialect::Sqlite => sql.to_owned(),
            Dialect::Postgres => sql.replace("$2", "$2::timestamptz"),
        };
        self.database.run(&sql, &[name.into(), at.into()]).await.map(|_| ())
    }
}

fn generation(name: &str, checkpoint: &CheckpointRow, target: Target) -> Result<i64, StoreError> {
    match target {
        Target::Live => Ok(checkpoint.generation),
        Target::Fresh => {
            checkpoint.rebuild_generation.ok_or_else(|| moved(format!("the rebuild of projection {name}")))
        }
    }
}

/// The checkpoint, held against others until the transaction ends.
async fn lock(tx: &mut Tx, name: &str) -> Result<CheckpointRow, StoreError> {
    let sql = "SELECT last_processed_position, status, failed_position, generation, rebuild_generation, \
               rebuild_position, rebuild_target FROM projection_checkpoints WHERE projection_name = $1";
    let sql = match tx.dialect() {
        Dialect::Sqlite => sql.to_owned(),
        Dialect::Postgres => format!("{sql} FOR UPDATE"),
    };
    let Some(row) = tx.row(&sql, &[name.into()]).await? else {
        return Err(StoreError::unavailable(format!("projection {name}"), "has no checkpoint in this store", ""));
    };
    Ok(CheckpointRow {
        position: row.int(0)?.map(Position),
        status: row.must_text(1)?,
        failed_position: row.int(2)?.map(Position),
        generation: row.must_int(3)?,
        rebuild_generation: row.int(4)?,
        rebuild_position: row.int(5)?.map(Position),
        rebuild_target: row.int(6)?.map(Position),
    })
}

/// Writes rows in one statement, however many: a call for each would cost more than all the rest.
async fn write_rows(tx: &mut Tx, table: &str, changes: &[RowChange]) -> Result<(), StoreError> {
    let (mut put, mut gone) = (String::from("["), Vec::new());
    for change in changes {
        match &change.row {
            Some(row) => {
                if put.len() > 1 {
                    put.push(',');
                }
                put += &format!("[{},{row},{}]", serde_json::Value::from(change.key.as_str()), change.position);
            }
            None => gone.push(change.key.as_str()),
        }
    }
    put.push(']');
    if put.len() > 2 {
        let source = match tx.dialect() {
            // `WHERE true` keeps SQLite's parser from reading ON CONFLICT as part of a join.
            Dialect::Sqlite => "SELECT value ->> 0, value -> 1, value ->> 2 FROM json_each($1) WHERE true",
            Dialect::Postgres => "SELECT e ->> 0, e -> 1, (e ->> 2)::bigint FROM jsonb_array_elements($1) e",
        };
        let sql = format!(
            "INSERT INTO {table} (key, row, position) {source} \
             ON CONFLICT (key) DO UPDATE SET row = excluded.row, position = excluded.position"
        );
        tx.run(&sql, &[Arg::Json(Some(&put))]).await?;
    }
    if !gone.is_empty() {
        let keys = serde_json::Value::from(gone).to_string();
        let sql = match tx.dialect() {
            Dialect::Sqlite => format!("DELETE FROM {table} WHERE key IN (SELECT value FROM json_each($1))"),
            Dialect::Postgres => {
                format!("DELETE FROM {table} WHERE key IN (SELECT jsonb_array_elements_text($1))")
            }
        };
        tx.run(&sql, &[Arg::Json(Some(&keys))]).await?;
    }
    Ok(())
}
