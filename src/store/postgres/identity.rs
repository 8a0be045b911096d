//! Which server, database and tables these are, in words that others do not have.

use super::pool::Pool;
use crate::store::StoreError;
use crate::store::database::Arg;

/// The database and its tables, by the numbers that the server gave them.
const IDENTITY: &str = include_str!("sql/identity.sql");

/// The server itself, by the number that it was made with. Not every system has it, and not everyone may ask for it.
const SYSTEM: &str = "SELECT system_identifier::text FROM pg_catalog.pg_control_system()";

/// What tells tables, which are named as SQL has them, from any others. Where the server does not say which it is, its
/// address has to do.
pub async fn identity(pool: &Pool, tables: &[String]) -> Result<Option<String>, StoreError> {
    let system = first(pool, SYSTEM, &[]).await.ok().flatten();
    let names = tables.join("\u{1}");
    let database = first(pool, IDENTITY, &[Arg::Text(Some(&names))]).await?;
    Ok(database.map(|database| format!("postgres {} {database}", system.as_deref().unwrap_or("-"))))
}

async fn first(pool: &Pool, sql: &str, args: &[Arg<'_>]) -> Result<Option<String>, StoreError> {
    let mut reading = pool.begin().await?;
    let rows = reading.rows(sql, args).await?;
    reading.end().await?;
    Ok(rows.first().map(|row| row.text(0)).transpose()?.flatten())
}
