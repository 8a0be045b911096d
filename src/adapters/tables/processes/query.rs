//! A question over one of the tables around the log: columns in a fixed order, some of them picked out of JSON.

use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::engine::{Engine, Reading, rows};
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
        anew!(remade, {
            let mut reading = engine.begin().await?;
            let found = self.read(reading.as_mut(), behind, args).await?;
            reading.end().await?;
            Ok(found)
        })
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
