//! The live rows beside the versions, so that both can be held against each other in one order of keys: databases sort
//! texts in many ways.

use super::{RowVersion, RowVersions, behind, count, failed};
use crate::store::StoreError;
use foldback_domain::event::Position;
use foldback_domain::processes::ModelRow;
use rusqlite::{OptionalExtension, params};

/// A row by its events, and the live one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Its key.
    pub key: String,
    /// What the events make of it, and the last of them that changed it; `None` where they make none.
    pub folded: Option<RowVersion>,
    /// What is read by everybody; `None` where there is none.
    pub live: Option<String>,
    /// The last event that changed the live row, as the row itself says.
    pub live_position: Option<Position>,
}

impl RowVersions {
    /// Forgets the live rows.
    pub fn clear_live(&mut self) -> Result<(), StoreError> {
        self.connection.execute("DELETE FROM live", []).map(|_| ()).map_err(|error| failed(&error))
    }

    /// Adds live rows.
    pub fn add_live(&mut self, rows: &[ModelRow]) -> Result<(), StoreError> {
        let mut add = || {
            let tx = self.connection.transaction()?;
            {
                let mut add =
                    tx.prepare_cached("INSERT OR REPLACE INTO live (key, row, position) VALUES (?1, ?2, ?3)")?;
                for row in rows {
                    add.execute(params![row.key, row.row.to_raw().get(), row.position.map(|position| position.0)])?;
                }
            }
            tx.commit()
        };
        add().map_err(|error| failed(&error))
    }

    /// A page of all keys that the events made at a position or that are live, each with both sides.
    pub fn pairs(&self, at: Position, after: Option<&str>, limit: usize) -> Result<Vec<Pair>, StoreError> {
        let read = || {
            let (is, key) = behind(after);
            let mut keys = self.connection.prepare_cached(&format!(
                "SELECT key FROM keys WHERE first <= ?1 AND key {is} ?2 UNION SELECT key FROM live WHERE key {is} ?2 \
                 ORDER BY key LIMIT ?3",
            ))?;
            let keys = keys.query_map(params![at.0, key, count(limit)], |row| row.get(0))?;
            keys.collect::<rusqlite::Result<Vec<String>>>()
        };
        let mut pairs = Vec::new();
        for key in read().map_err(|error| failed(&error))? {
            let folded = self.at(&key, at)?.filter(|version| version.row.is_some());
            let live = self.live(&key).map_err(|error| failed(&error))?;
            let (live, live_position) =
                live.map_or((None, None), |(row, position)| (Some(row), position.map(Position)));
            pairs.push(Pair { key, folded, live, live_position });
        }
        Ok(pairs)
    }

    fn live(&self, key: &str) -> rusqlite::Result<Option<(String, Option<i64>)>> {
        let mut one = self.connection.prepare_cached("SELECT row, position FROM live WHERE key = ?1")?;
        one.query_row([key], |row| Ok((row.get(0)?, row.get(1)?))).optional()
    }
}
