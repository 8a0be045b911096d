//! Questions in SQL to a file that is only read.

use super::{Pool, statement};
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
        self.run(move |connection| statement::rows(connection, &sql, &values)).await
    }
}
