//! A question over one of the tables around the log: columns in a fixed order, some of them picked out of JSON.

use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::engine::{Engine, Reading, refuses, rows};
use crate::adapters::tables::pick::pick;
use crate::store::StoreError;
use crate::store::anew::anew;
use crate::store::database::Arg;
use std::sync::atomic::AtomicU64;

/// What is asked of one table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// What follows FROM, and the conditions that always hold, up to where more can be added with AND.
    pub rows: String,
    /// The columns, in an order that the asker knows.
    pub columns: Vec<Column>,
    /// Where a user's own file says this; `None` where the layout came with the program.
    pub written: Option<Written>,
}

/// Where a file says what a query asks, so that what the database refuses can be said by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The file: `layout mine.toml`.
    pub what: String,
    /// Where the table and the condition stand: `line 12: checkpoints.where`.
    pub rows: String,
    /// Where each column stands.
    pub columns: Vec<String>,
}

/// A column of the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    /// The source has none.
    None,
    /// SQL.
    Sql(String),
    /// A value in what the SQL gives, once that is read.
    Pick(String, Vec<Vec<String>>),
}

impl Column {
    /// The SQL that is asked.
    pub fn sql(&self) -> &str {
        match self {
            Column::None => "NULL",
            Column::Sql(sql) | Column::Pick(sql, _) => sql,
        }
    }
}

impl Query {
    /// The SQL, with what follows its conditions.
    pub fn sql(&self, behind: &str) -> String {
        let columns = self.columns.iter().map(Column::sql).collect::<Vec<_>>().join(", ");
        format!("SELECT {columns} {}{behind}", self.rows)
    }

    /// Its rows, with what follows its conditions.
    pub async fn read(
        &self,
        reading: &mut dyn Reading,
        behind: &str,
        args: &[Arg<'_>],
    ) -> Result<Vec<Vec<Cell>>, StoreError> {
        let found = rows(reading, &self.sql(behind), args).await?;
        Ok(found.into_iter().map(|row| self.picked(row)).collect())
    }

    /// The same in a read of its own.
    pub async fn ask(&self, engine: &dyn Engine, behind: &str, args: &[Arg<'_>]) -> Result<Vec<Vec<Cell>>, StoreError> {
        let remade = AtomicU64::default();
        let asked = anew!(remade, {
            let mut reading = engine.begin().await?;
            let found = self.read(reading.as_mut(), behind, args).await?;
            reading.end().await?;
            Ok(found)
        });
        match asked {
            Err(error) => Err(self.refused(engine, error).await),
            found => found,
        }
    }

    /// What failed, by its key where a user's own file is to blame. Its SQL is looked at only now, where somebody asks for it.
    pub async fn refused(&self, engine: &dyn Engine, error: StoreError) -> StoreError {
        let Some(written) = &self.written else { return error };
        if error.is_lost() || refuses(engine, "1", "").await.is_some() {
            return error;
        }
        let blame = |place: &str, error: &StoreError| {
            let why = format!("{place}: the database refuses its SQL: {}", error.why());
            StoreError::unavailable(&written.what, why, "mend the file")
        };
        if let Some(error) = refuses(engine, "1", &self.rows).await {
            return blame(&written.rows, &error);
        }
        for (column, place) in self.columns.iter().zip(&written.columns) {
            if let Some(error) = refuses(engine, column.sql(), &self.rows).await {
                return blame(place, &error);
            }
        }
        error
    }

    fn picked(&self, row: Vec<Cell>) -> Vec<Cell> {
        let pairs = row.into_iter().zip(&self.columns);
        pairs
            .map(|(cell, column)| match column {
                Column::Pick(_, at) => match cell {
                    Cell::Null => Cell::Null,
                    cell => pick(&cell.payload(), at).map_or(Cell::Null, Cell::Text),
                },
                _ => cell,
            })
            .collect()
    }
}
