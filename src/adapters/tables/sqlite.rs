//! SQLite's tables, for maps that the faster reader of the store floor has no words for.

use super::catalog::{Catalog, Column, Kind, Table};
use super::cell::Cell;
use super::dialect::Dialect;
use super::engine::{Engine, Reading, Writers};
use crate::store::StoreError;
use crate::store::database::Arg;
use crate::store::reader::PAGE_BYTES;
use crate::store::sqlite::Pool;
use async_trait::async_trait;
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, params_from_iter};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A SQLite file that is read only.
pub struct Sqlite {
    pool: Arc<Pool>,
}

impl Sqlite {
    /// The file of a pool.
    pub fn new(pool: Arc<Pool>) -> Self {
        Sqlite { pool }
    }
}

struct Open(Arc<Pool>);

#[async_trait]
impl Engine for Sqlite {
    fn dialect(&self) -> Dialect {
        Dialect::Sqlite
    }

    fn label(&self) -> &str {
        self.pool.label()
    }

    async fn read_catalog(&self) -> Result<Catalog, StoreError> {
        self.pool.run(catalog).await
    }

    async fn begin(&self) -> Result<Box<dyn Reading>, StoreError> {
        Ok(Box::new(Open(self.pool.clone())))
    }

    async fn read_change(&self) -> Result<Option<i64>, StoreError> {
        self.pool.read_change().await.map(Some)
    }

    async fn read_writers(&self, _: &mut dyn Reading) -> Result<Writers, StoreError> {
        Ok(Writers::OneByOne)
    }

    fn close_idle(&self) {
        self.pool.close_idle();
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
        let (sql, values) = (sql.to_owned(), args.iter().map(Value::from).collect::<Vec<_>>());
        // A page's worth of bytes is all that is ever wanted.
        let found = self.0.run(move |connection| few(connection, &sql, &values)).await?;
        for cells in found {
            if !row(cells) {
                break;
            }
        }
        Ok(())
    }

    async fn end(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

fn few(connection: &Connection, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<Vec<Cell>>> {
    let mut statement = connection.prepare_cached(sql)?;
    let columns = statement.column_count();
    let mut rows = statement.query(params_from_iter(values))?;
    let (mut found, mut bytes) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        let cells = (0..columns).map(|n| row.get_ref(n).map(cell)).collect::<rusqlite::Result<Vec<_>>>()?;
        bytes += cells.iter().map(Cell::size).sum::<usize>();
        found.push(cells);
        if bytes > 2 * PAGE_BYTES {
            break;
        }
    }
    Ok(found)
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => match std::str::from_utf8(bytes) {
            Ok(text) => Cell::Text(text.to_owned()),
            Err(_) => Cell::Bytes(bytes.to_vec()),
        },
    }
}

/// The tables and views of a file.
fn catalog(connection: &Connection) -> rusqlite::Result<Catalog> {
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    // Asked once: a join would go through the whole list for every table.
    let sql = "SELECT name, type = 'view', wr FROM pragma_table_list \
               WHERE schema = 'main' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'";
    let mut statement = connection.prepare(sql)?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A name that is not text cannot be one of a layout's.
        if let (Ok(name), view, keyless) = (row.get::<_, String>(0), row.get::<_, bool>(1)?, row.get::<_, bool>(2)?) {
            let table =
                Table { name: name.clone(), view, rowid: !view && !keyless, readable: true, ..Table::default() };
            tables.insert(name, table);
        }
    }
    for (name, table) in &mut tables {
        let mut key = BTreeMap::new();
        let mut statement =
            connection.prepare_cached("SELECT name, upper(type), pk FROM pragma_table_xinfo(?1) ORDER BY cid")?;
        // A view over what is no longer there has no columns.
        let Ok(mut rows) = statement.query([name]) else { continue };
        while let Ok(Some(row)) = rows.next() {
            let (Ok(column), declared, place) =
                (row.get::<_, String>(0), row.get::<_, String>(1).unwrap_or_default(), row.get::<_, i64>(2)?)
            else {
                continue;
            };
            if place > 0 {
                key.insert(place, column.clone());
            }
            let numbered = declared == "INTEGER" && place == 1;
            table.columns.push(Column { name: column, kind: kind(&declared), numbered });
        }
        if key.len() != 1 {
            table.columns.iter_mut().for_each(|column| column.numbered = false);
        }
        if !key.is_empty() {
            table.keys.push(key.into_values().collect());
        }
        let sql = "SELECT l.name, i.name FROM pragma_index_list(?1) l, pragma_index_info(l.name) i \
                   WHERE l.\"unique\" AND NOT l.partial AND i.name IS NOT NULL ORDER BY l.seq, i.seqno";
        let mut statement = connection.prepare_cached(sql)?;
        let mut indexes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let Ok(mut rows) = statement.query([name]) else { continue };
        while let Ok(Some(row)) = rows.next() {
            if let (Ok(index), Ok(column)) = (row.get(0), row.get(1)) {
                indexes.entry(index).or_default().push(column);
            }
        }
        table.keys.extend(indexes.into_values());
    }
    Ok(Catalog { tables: tables.into_values().collect(), unseen: 0 })
}

/// By SQLite's own rules of affinity; a value may still be anything.
fn kind(declared: &str) -> Kind {
    match declared {
        "" | "BLOB" => Kind::Other,
        "JSON" | "JSONB" => Kind::Text,
        declared if declared.contains("INT") => Kind::Int,
        declared if ["CHAR", "CLOB", "TEXT", "UUID"].iter().any(|word| declared.contains(word)) => Kind::Text,
        declared if ["REAL", "FLOA", "DOUB"].iter().any(|word| declared.contains(word)) => Kind::Real,
        _ => Kind::Other,
    }
}
