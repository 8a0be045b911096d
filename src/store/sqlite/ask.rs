//! Questions in SQL to a file that is only read.

use super::Pool;
use crate::store::StoreError;
use crate::store::database::{Arg, Ask, Dialect, Row};
use async_trait::async_trait;
use rusqlite::types::Value;
use std::sync::Arc;

#[async_trait]
impl Ask for Arc<Pool> {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    async fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        let sql = sql.to_owned();
        let values: Vec<Value> = args.iter().map(Value::from).collect();
        self.run(move |connection| {
            let mut statement = connection.prepare_cached(&sql)?;
            let columns = statement.column_count();
            let rows = statement.query_map(rusqlite::params_from_iter(&values), |row| {
                (0..columns).map(|column| row.get(column)).collect::<Result<Vec<Value>, _>>().map(Row::Read)
            })?;
            rows.collect()
        })
        .await
    }
}
