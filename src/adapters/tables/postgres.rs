//! PostgreSQL's tables.

use super::catalog::{Catalog, Column, Kind};
use super::cell::Cell;
use super::dialect::Dialect;
use super::engine::{Engine, Reading, Rest, Writers, rows};
use super::listen::Hearing;
use super::map::TableName;
use super::wanted::Wanted;
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use crate::store::postgres::{self, ESTIMATE, Pool, quote_ident};
use crate::store::wake::Wake;
use async_trait::async_trait;
use futures_util::stream::StreamExt;
use sqlx::postgres::{PgRow, PgValueFormat, PgValueRef};
use sqlx::{Row as _, TypeInfo, ValueRef};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::pin::pin;
use std::sync::Arc;

/// The tables and views outside the system's schemas that are looked at. Partitions are left out: their parents stand for
/// them.
const WANTED: &str = include_str!("sql/postgres_wanted.sql");

/// Their columns, with what is needed to know a layout.
const COLUMNS: &str = include_str!("sql/postgres_columns.sql");

/// Primary keys and unique indexes over whole columns.
const KEYS: &str = include_str!("sql/postgres_keys.sql");

/// How many tables are looked at, whatever they are.
const FEW: i64 = 300;

/// A PostgreSQL database that is read only.
pub struct Postgres {
    pool: Arc<Pool>,
    schema: Option<String>,
    wanted: Wanted,
}

impl Postgres {
    /// The database of a pool; with a schema, nothing outside it is looked at.
    pub fn new(pool: Arc<Pool>, schema: Option<&str>) -> Self {
        Postgres { pool, schema: schema.map(str::to_owned), wanted: Wanted::default() }
    }

    /// The same, that looks at these tables where it has very many.
    pub fn wanting(self, wanted: Wanted) -> Self {
        Postgres { wanted, ..self }
    }
}

struct Open(postgres::Reading, bool);

fn quoted(table: &TableName) -> String {
    match &table.schema {
        Some(schema) => format!("{}.{}", quote_ident(schema), quote_ident(&table.name)),
        None => quote_ident(&table.name),
    }
}

#[async_trait]
impl Engine for Postgres {
    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }

    fn label(&self) -> &str {
        self.pool.label()
    }

    async fn read_catalog(&self) -> Result<Catalog, StoreError> {
        let mut reading = self.begin().await?;
        let list = |names: &BTreeSet<String>| names.iter().map(String::as_str).collect::<Vec<_>>().join("\u{1}");
        let Wanted { columns, tables, patterns } = &self.wanted;
        let (columns, tables, patterns) = (list(columns), list(tables), list(patterns));
        let wanted = [
            Arg::Text(self.schema.as_deref()),
            Arg::Text(Some(&tables)),
            Arg::Text(Some(&patterns)),
            Arg::Text(Some(&columns)),
            Arg::Int(Some(FEW)),
        ];
        let (mut oids, mut all) = (BTreeSet::new(), 0);
        for row in rows(reading.as_mut(), WANTED, &wanted).await? {
            match row.as_slice() {
                [Cell::Int(oid), _] => _ = oids.insert(oid.to_string()),
                [_, Cell::Int(tables)] => all = *tables,
                _ => {}
            }
        }
        let unseen = usize::try_from(all).unwrap_or(0).saturating_sub(oids.len());
        let oids = oids.into_iter().collect::<Vec<_>>().join(",");
        let oids = [Arg::Text(Some(&oids))];
        let columns = rows(reading.as_mut(), COLUMNS, &oids).await?;
        let keys = rows(reading.as_mut(), KEYS, &oids).await?;
        reading.end().await?;
        let mut tables = BTreeMap::new();
        for row in columns {
            let [schema, name, kind, readable, estimate, column, declared, numbered] = row.as_slice() else { continue };
            let (schema, name) = (schema.text().unwrap_or_default(), name.text().unwrap_or_default());
            let table = Catalog::add(&mut tables, &schema, &name);
            table.view = matches!(kind.text().as_deref(), Some("v" | "m"));
            table.readable = readable.int() == Some(1);
            table.rows = estimate.int().and_then(|rows| u64::try_from(rows).ok());
            table.columns.push(Column {
                name: column.text().unwrap_or_default(),
                kind: kind_of(&declared.text().unwrap_or_default()),
                numbered: numbered.int() == Some(1),
            });
        }
        for row in keys {
            let [schema, name, columns] = row.as_slice() else { continue };
            let place = (schema.text().unwrap_or_default(), name.text().unwrap_or_default());
            if let (Some(table), Some(columns)) = (tables.get_mut(&place), columns.text()) {
                table.keys.push(columns.split('\u{1}').map(str::to_owned).collect());
            }
        }
        Ok(Catalog { tables: tables.into_values().collect(), unseen })
    }

    async fn read_identity(&self, tables: &[TableName]) -> Result<Option<String>, StoreError> {
        let tables: Vec<String> = tables.iter().map(quoted).collect();
        postgres::identity(&self.pool, &tables).await
    }

    async fn read_estimate(&self, tables: &[TableName]) -> Result<Option<u64>, StoreError> {
        let names = tables.iter().map(quoted).collect::<Vec<_>>().join("\u{1}");
        let mut reading = self.begin().await?;
        let found = rows(reading.as_mut(), ESTIMATE, &[Arg::Text(Some(&names))]).await?;
        reading.end().await?;
        Ok(found.first().and_then(|row| row.first()?.int()).and_then(|rows| u64::try_from(rows).ok()))
    }

    async fn begin(&self) -> Result<Box<dyn Reading>, StoreError> {
        Ok(Box::new(Open(self.pool.begin().await?, false)))
    }

    async fn read_change(&self) -> Result<Option<i64>, StoreError> {
        let mut reading = self.begin().await?;
        let found = rows(reading.as_mut(), "SELECT pg_current_snapshot()::text", &[]).await?;
        reading.end().await?;
        let mut hash = DefaultHasher::new();
        found.first().and_then(|row| row.first()?.text()).hash(&mut hash);
        Ok(Some(hash.finish().cast_signed()))
    }

    async fn listen(&self, channel: &str) -> Result<Option<Box<dyn Wake>>, StoreError> {
        let database = Postgres::new(self.pool.clone(), self.schema.as_deref());
        Ok(Some(Box::new(Hearing::new(database, self.pool.connections(), channel).await?)))
    }

    async fn read_writers(&self, reading: &mut dyn Reading) -> Result<Writers, StoreError> {
        let sql = "SELECT pg_snapshot_xmin(s)::text, pg_snapshot_xmax(s)::text FROM pg_current_snapshot() s";
        let found = rows(reading, sql, &[]).await?;
        let number = |cell: &Cell| cell.text().and_then(|text| text.parse().ok());
        let both = found.first().and_then(|row| Some((number(row.first()?)?, number(row.get(1)?)?)));
        Ok(both.map_or(Writers::Unknown, |(oldest, next)| Writers::Numbered { oldest, next }))
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
            if let Row::Postgres(next) = next?
                && !rest.is_kept(cells(&next), row)
            {
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

fn cells(row: &PgRow) -> Vec<Cell> {
    (0..row.len()).map(|column| row.try_get_raw(column).map_or(Cell::Null, |value| cell(row, column, value))).collect()
}

/// A value by its type. What has no kind of its own here is shown as text by the layout, or stays bytes.
fn cell(row: &PgRow, column: usize, value: PgValueRef<'_>) -> Cell {
    if value.is_null() {
        return Cell::Null;
    }
    let declared = value.type_info().name().to_owned();
    if value.format() == PgValueFormat::Text {
        return value.as_str().map_or(Cell::Null, |text| Cell::Text(text.to_owned()));
    }
    let bytes = value.as_bytes().unwrap_or_default();
    let number = |bytes: &[u8]| bytes.iter().fold(0i64, |number, byte| number << 8 | i64::from(*byte));
    match (declared.as_str(), bytes.len()) {
        ("INT8", 8) => Cell::Int(number(bytes)),
        ("INT4", 4) => Cell::Int(i64::from(number(bytes) as i32)),
        ("INT2", 2) => Cell::Int(i64::from(number(bytes) as i16)),
        ("OID" | "BOOL", _) => Cell::Int(number(bytes)),
        ("FLOAT8", _) => row.try_get::<f64, _>(column).map_or(Cell::Null, Cell::Real),
        ("FLOAT4", _) => row.try_get::<f32, _>(column).map_or(Cell::Null, |number| Cell::Real(number.into())),
        ("UUID", 16) => uuid::Uuid::from_slice(bytes).map_or(Cell::Null, |id| Cell::Text(id.to_string())),
        ("BYTEA", _) => Cell::Bytes(bytes.to_vec()),
        ("JSONB", 1..) => text(&bytes[1..]),
        // `infinity` is a time that no calendar has.
        ("TIMESTAMPTZ", _) => {
            row.try_get::<jiff_sqlx::Timestamp, _>(column).map_or(Cell::Null, |at| Cell::Time(at.to_jiff()))
        }
        ("TIMESTAMP", _) => {
            let at = row.try_get::<jiff_sqlx::DateTime, _>(column).ok();
            at.and_then(|at| at.to_jiff().to_zoned(jiff::tz::TimeZone::UTC).ok())
                .map_or(Cell::Null, |at| Cell::Time(at.timestamp()))
        }
        _ => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Cell {
    match std::str::from_utf8(bytes) {
        Ok(text) => Cell::Text(text.to_owned()),
        Err(_) => Cell::Bytes(bytes.to_vec()),
    }
}

fn kind_of(declared: &str) -> Kind {
    match declared {
        "int2" | "int4" | "int8" | "oid" => Kind::Int,
        "float4" | "float8" => Kind::Real,
        "text" | "varchar" | "bpchar" | "name" => Kind::Text,
        "uuid" => Kind::Uuid,
        "bytea" => Kind::Bytes,
        "json" | "jsonb" => Kind::Json,
        "timestamptz" | "timestamp" => Kind::Time,
        "bool" => Kind::Bool,
        _ => Kind::Other,
    }
}
