//! Questions in SQL to a database that is only read.

use super::Pool;
use crate::store::StoreError;
use crate::store::anew::anew;
use crate::store::database::{Arg, Ask, Dialect, Row};
use async_trait::async_trait;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

#[async_trait]
impl Ask for Arc<Pool> {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    async fn rows(&self, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Row>, StoreError> {
        let remade = AtomicU64::default();
        anew!(remade, {
            let mut reading = self.begin().await?;
            let rows = reading.rows(sql, args).await?;
            reading.end().await?;
            Ok(rows)
        })
    }
}
