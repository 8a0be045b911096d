//! The tables of MySQL and MariaDB.

use super::catalog::{Catalog, Column, Kind};
use super::cell::Cell;
use super::dialect::Dialect;
use super::engine::{Engine, Reading, Rest, Writers, rows};
use crate::adapters::mysql::{self, Pool};
use crate::store::StoreError;
use crate::store::database::Arg;
use async_trait::async_trait;
use futures_util::stream::StreamExt;
use jiff::civil::DateTime;
use sqlx::mysql::MySqlRow;
use sqlx::{Row as _, TypeInfo, ValueRef};
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
}

struct Open(mysql::Reading, bool);

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
        let database = [Arg::Text(self.database.as_deref()); 2];
        let columns = rows(reading.as_mut(), COLUMNS, &database).await?;
        let keys = rows(reading.as_mut(), KEYS, &database).await?;
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
        args: &[Arg<'_>],
        row: &mut (dyn FnMut(Vec<Cell>) -> bool + Send),
    ) -> Result<(), StoreError> {
        let (mut found, mut rest) = (pin!(self.0.stream(sql, args)), Rest::default());
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

/// A value by its type, as the server sends it for a prepared statement.
fn cell(row: &MySqlRow, column: usize) -> Cell {
    let Ok(value) = row.try_get_raw(column) else { return Cell::Null };
    // A date of zeros is none either.
    let (missing, declared) = (value.is_null(), value.type_info().name().to_owned());
    let Ok(bytes) = row.try_get_unchecked::<&[u8], _>(column) else { return Cell::Null };
    if missing {
        return Cell::Null;
    }
    match declared.as_str() {
        "BIT" => Cell::Int(bytes.iter().fold(0, |number, byte| number << 8 | i64::from(*byte))),
        "FLOAT" => row.try_get_unchecked::<f32, _>(column).map_or(Cell::Null, |number| Cell::Real(number.into())),
        "DOUBLE" => row.try_get_unchecked::<f64, _>(column).map_or(Cell::Null, Cell::Real),
        "DATETIME" | "TIMESTAMP" | "DATE" => time(bytes).unwrap_or(Cell::Null),
        "TIME" => Cell::Bytes(bytes.to_vec()),
        "BOOLEAN" => whole(bytes, false),
        declared if declared.contains("INT") || declared == "YEAR" => whole(bytes, declared.contains("UNSIGNED")),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes(bytes.to_vec()),
        },
    }
}

/// A whole number of up to eight bytes, the least of them first. One that is too great for a number here stays text.
fn whole(bytes: &[u8], unsigned: bool) -> Cell {
    let bits = bytes.iter().rev().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
    if unsigned {
        return i64::try_from(bits).map_or_else(|_| Cell::Text(bits.to_string()), Cell::Int);
    }
    let unused = 64 - 8 * bytes.len().clamp(1, 8) as u32;
    Cell::Int((bits << unused).cast_signed() >> unused)
}

/// A point in time as it is sent: how many bytes follow, then year, month and so on as far as they are not zero. The session's
/// time zone is UTC, so all of them are.
fn time(bytes: &[u8]) -> Option<Cell> {
    let at = |n: usize| bytes.get(n).map_or(0, |byte| byte.cast_signed());
    let year = i16::from_le_bytes([*bytes.get(1)?, *bytes.get(2)?]);
    let micros = bytes.get(8..12).and_then(|four| four.try_into().ok()).map_or(0, u32::from_le_bytes);
    let nanos = i32::try_from(micros).ok()?.checked_mul(1000)?;
    let civil = DateTime::new(year, at(3), at(4), at(5), at(6), at(7), nanos).ok()?;
    Some(Cell::Time(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp()))
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
    fn numbers_and_times_are_read_as_they_are_sent() {
        assert_eq!(whole(&[0xff], false), Cell::Int(-1));
        assert_eq!(whole(&[0xff], true), Cell::Int(255));
        assert_eq!(whole(&[1, 2, 0, 0, 0, 0, 0, 0], false), Cell::Int(513));
        assert_eq!(whole(&[0xff; 8], true), Cell::Text(u64::MAX.to_string()));
        let at = |bytes: &[u8]| time(bytes).map(|cell| cell.text().unwrap());
        assert_eq!(at(&[4, 0xea, 7, 1, 5]).as_deref(), Some("2026-01-05T00:00:00Z"));
        assert_eq!(at(&[7, 0xea, 7, 1, 5, 9, 12, 44]).as_deref(), Some("2026-01-05T09:12:44Z"));
        assert_eq!(at(&[11, 0xea, 7, 1, 5, 9, 12, 44, 1, 0, 0, 0]).as_deref(), Some("2026-01-05T09:12:44.000001Z"));
        assert_eq!(at(&[4, 0xea, 7, 0, 0]), None);
        assert_eq!(at(&[]), None);
    }
}
