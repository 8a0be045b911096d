//! The tables of MySQL and MariaDB.

use super::catalog::{Catalog, Column, Kind};
use super::cell::{Cell, time_in};
use super::dialect::Dialect;
use super::engine::{Engine, Reading, Rest, Writers, rows};
use super::map::TableName;
use crate::adapters::mysql::{self, Pool};
use crate::store::StoreError;
use crate::store::database::Arg;
use async_trait::async_trait;
use futures_util::stream::StreamExt;
use sqlx::mysql::MySqlRow;
use sqlx::{Row as _, TypeInfo, ValueRef as _};
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::Arc;

const COLUMNS: &str = include_str!("sql/mysql_columns.sql");

const KEYS: &str = include_str!("sql/mysql_keys.sql");

/// A MySQL or MariaDB database that is read only.
pub struct MySql {
    pool: Arc<Pool>,
    database: Option<String>,
}

impl MySql {
    /// The database of a pool; where none is named, all that the user may see are looked at.
    pub fn new(pool: Arc<Pool>, database: Option<&str>) -> Self {
        MySql { pool, database: database.map(str::to_owned) }
    }

    async fn first(&self, sql: &str) -> Result<Option<String>, StoreError> {
        let mut reading = self.begin().await?;
        let found = rows(reading.as_mut(), sql, &[]).await?;
        reading.end().await?;
        Ok(found.first().and_then(|row| row.first()?.text()))
    }
}

struct Open(mysql::Reading, bool);

/// The condition that a row of the list of tables is about a table.
fn is(table: &TableName) -> String {
    let literal = |text: &str| Dialect::MySql.literal(text);
    let schema = table.schema.as_deref().map_or_else(|| "DATABASE()".to_owned(), literal);
    format!("(table_schema = {schema} AND table_name = {})", literal(&table.name))
}

#[async_trait]
impl Engine for MySql {
    fn dialect(&self) -> Dialect {
        Dialect::MySql
    }

    fn label(&self) -> &str {
        self.pool.label()
    }

    async fn read_catalog(&self) -> Result<Catalog, StoreError> {
        let mut reading = self.begin().await?;
        let wanted =
            self.database.as_ref().map_or_else(|| "c.table_schema".to_owned(), |name| Dialect::MySql.literal(name));
        let columns = rows(reading.as_mut(), &COLUMNS.replace(":schema", &wanted), &[]).await?;
        let keys = rows(reading.as_mut(), &KEYS.replace(":schema", &wanted), &[]).await?;
        reading.end().await?;
        let mut tables = BTreeMap::new();
        for row in columns {
            let [schema, name, kind, estimate, column, declared, numbered, readable] = row.as_slice() else { continue };
            let (schema, name) = (schema.text().unwrap_or_default(), name.text().unwrap_or_default());
            let table = Catalog::add(&mut tables, &schema, &name);
            table.view = kind.text().is_some_and(|kind| kind.contains("VIEW"));
            table.readable &= readable.int() == Some(1);
            table.rows = estimate.int().and_then(|rows| u64::try_from(rows).ok());
            table.columns.push(Column {
                name: column.text().unwrap_or_default(),
                kind: kind_of(&declared.text().unwrap_or_default().to_lowercase()),
                numbered: numbered.int() == Some(1),
            });
        }
        let mut indexes: BTreeMap<_, Vec<Option<String>>> = BTreeMap::new();
        for row in keys {
            let [schema, name, index, column] = row.as_slice() else { continue };
            let place = (schema.text().unwrap_or_default(), name.text().unwrap_or_default());
            indexes.entry((place, index.text())).or_default().push(column.text());
        }
        for ((place, _), columns) in indexes {
            // What is unique by its beginning, or by an expression, says less than a key does.
            let whole = columns.into_iter().collect::<Option<Vec<_>>>();
            if let (Some(table), Some(columns)) = (tables.get_mut(&place), whole) {
                table.keys.push(columns);
            }
        }
        Ok(Catalog { tables: tables.into_values().collect(), unseen: 0 })
    }

    async fn read_identity(&self, tables: &[TableName]) -> Result<Option<String>, StoreError> {
        // Each says who it is in a variable of its own; the older ones of MariaDB do not say it at all.
        let mut server = None;
        for variable in ["@@server_uuid", "@@server_uid"] {
            server = server.or(self.first(&format!("SELECT {variable}")).await.ok().flatten());
        }
        let made = "concat_ws(' ', table_schema, table_name, create_time)";
        let made = format!(
            "SELECT group_concat({made} ORDER BY {made} SEPARATOR ',') FROM information_schema.tables WHERE {}",
            tables.iter().map(is).collect::<Vec<_>>().join(" OR "),
        );
        let made = if tables.is_empty() { None } else { self.first(&made).await? };
        let or = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
        Ok(Some(format!("mysql {} {}", or(server), or(made))))
    }

    async fn read_estimate(&self, tables: &[TableName]) -> Result<Option<u64>, StoreError> {
        let sql = format!(
            "SELECT CASE WHEN count(*) = {} AND count(table_rows) = count(*) THEN CAST(sum(table_rows) AS SIGNED) END \
             FROM information_schema.tables WHERE {}",
            tables.len(),
            tables.iter().map(is).collect::<Vec<_>>().join(" OR "),
        );
        let mut reading = self.begin().await?;
        let found = rows(reading.as_mut(), &sql, &[]).await?;
        reading.end().await?;
        Ok(found.first().and_then(|row| row.first()?.int()).and_then(|rows| u64::try_from(rows).ok()))
    }

    async fn begin(&self) -> Result<Box<dyn Reading>, StoreError> {
        Ok(Box::new(Open(self.pool.begin().await?, false)))
    }

    async fn read_change(&self) -> Result<Option<i64>, StoreError> {
        // The server counts commits, but reads as well; it numbers its log, but says so only to who administers it; and the
        // time at which a table was changed is forgotten when it starts. The tables themselves are asked.
        Ok(None)
    }

    async fn read_writers(&self, _: &mut dyn Reading) -> Result<Writers, StoreError> {
        Ok(Writers::Unknown)
    }
}

#[async_trait]
impl Reading for Open {
    async fn each(
        &mut self,
        sql: &str,
        _: &[Arg<'_>],
        row: &mut (dyn FnMut(Vec<Cell>) -> bool + Send),
    ) -> Result<(), StoreError> {
        let (mut found, mut rest) = (pin!(self.0.stream(sql)), Rest::default());
        while let Some(next) = found.next().await {
            let cells = cells(&next?);
            if !rest.is_kept(cells, row) {
                break;
            }
        }
        self.1 = rest.is_left;
        Ok(())
    }

    async fn end(self: Box<Self>) -> Result<(), StoreError> {
        // Where many rows are still coming the connection is closed: a new one is cheaper than taking them all.
        if self.1 { Ok(()) } else { self.0.end().await }
    }
}

fn cells(row: &MySqlRow) -> Vec<Cell> {
    (0..row.len()).map(|column| cell(row, column)).collect()
}

/// A value by its type, out of the text that the server sends.
fn cell(row: &MySqlRow, column: usize) -> Cell {
    let Ok(value) = row.try_get_raw(column) else { return Cell::Null };
    let declared = value.type_info().name().to_owned();
    let Ok(Some(bytes)) = row.try_get_unchecked::<Option<&[u8]>, _>(column) else { return Cell::Null };
    if declared == "BIT" {
        return Cell::Int(bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte)));
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => read(&declared, text),
        Err(_) => Cell::Bytes(bytes.to_vec()),
    }
}

/// A number that is too great for one here stays text; a date of zeros is none. The session's time zone is UTC, so all times are.
fn read(declared: &str, text: &str) -> Cell {
    let as_text = || Cell::Text(text.to_owned());
    match declared {
        "FLOAT" | "DOUBLE" => text.parse().map_or_else(|_| as_text(), Cell::Real),
        "DATETIME" | "TIMESTAMP" => time_in(text).map_or(Cell::Null, Cell::Time),
        "BOOLEAN" | "YEAR" => text.parse().map_or_else(|_| as_text(), Cell::Int),
        number if number.contains("INT") => text.parse().map_or_else(|_| as_text(), Cell::Int),
        _ => as_text(),
    }
}

fn kind_of(declared: &str) -> Kind {
    match declared {
        "tinyint" | "smallint" | "mediumint" | "int" | "bigint" => Kind::Int,
        "float" | "double" => Kind::Real,
        "char" | "varchar" | "tinytext" | "text" | "mediumtext" | "longtext" | "enum" | "set" => Kind::Text,
        "binary" | "varbinary" | "tinyblob" | "blob" | "mediumblob" | "longblob" => Kind::Bytes,
        "uuid" => Kind::Uuid,
        "json" => Kind::Json,
        "datetime" | "timestamp" => Kind::Time,
        _ => Kind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_times_are_read_by_their_types() {
        assert_eq!(read("TINYINT", "-1"), Cell::Int(-1));
        assert_eq!(read("BIGINT UNSIGNED", "18446744073709551615"), Cell::Text(u64::MAX.to_string()));
        assert_eq!(read("DECIMAL", "1.10"), Cell::Text("1.10".into()));
        assert_eq!(read("DOUBLE", "1.5"), Cell::Real(1.5));
        let at = |text: &str| read("DATETIME", text).text();
        assert_eq!(at("2026-01-05 09:12:44.000001").as_deref(), Some("2026-01-05T09:12:44.000001Z"));
        assert_eq!(at("0000-00-00 00:00:00.000000"), None);
    }
}
