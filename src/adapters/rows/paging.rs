//! One page of a table after another: behind the last row's key, never by counting rows off.
//!
//! The order is by the number that SQLite gives its rows, or by a unique key; where a table or view has none, by the key
//! that the mapping names, and rows that share one are read together.

use super::columns::Held;
use super::{NoRows, TableAt, column};
use crate::adapters::tables::{Cell, Dialect, Engine, Kind, Table, Values, rows};
use crate::store::StoreError;
use crate::store::anew::anew;
use crate::store::database::Arg;
use crate::store::reader::PAGE_BYTES;
use foldback_domain::event::safe_text;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

/// How many rows are read at a time.
const PAGE: usize = 1_000;

/// The names that SQLite has for the number of a row.
const NUMBERS: [&str; 3] = ["rowid", "_rowid_", "oid"];

/// A row: what its columns hold, in the order in which they were asked for.
pub type Row = Vec<Value>;

/// The rows of a table, on their way past.
pub struct Rows {
    engine: Arc<dyn Engine>,
    /// What is read, in the order that was asked for.
    columns: Vec<Held>,
    from: String,
    order: Vec<By>,
    unique: bool,
    last: Option<Vec<Cell>>,
    ended: bool,
    remade: AtomicU64,
}

/// One part of the order.
struct By {
    sql: String,
    /// How it is read, and what a value of it is compared as.
    kind: Kind,
}

impl Rows {
    /// The rows of a table, of which these columns are wanted; `key` is where a row is to be known by.
    pub fn new(at: &TableAt, key: &[String], columns: &[String]) -> Result<Rows, NoRows> {
        let (dialect, table) = (at.engine.dialect(), &at.table);
        let columns = columns.iter().map(|name| column(table, name).map(Held::new)).collect::<Result<_, _>>()?;
        let quoted = dialect.quote(&table.name);
        let from = match &table.schema {
            Some(schema) => format!("{}.{quoted}", dialect.quote(schema)),
            None => quoted,
        };
        let (order, unique) = order(table, key, dialect)?;
        Ok(Rows {
            engine: at.engine.clone(),
            columns,
            from,
            order,
            unique,
            last: None,
            ended: false,
            remade: AtomicU64::new(0),
        })
    }

    /// What is read.
    pub fn columns(&self) -> &[Held] {
        &self.columns
    }

    /// Begins anew.
    pub fn rewind(&mut self) {
        (self.last, self.ended) = (None, false);
    }

    /// Closes what connections there are.
    pub fn close(&self) {
        self.engine.close_idle();
    }

    /// How many rows there are, by what the database knows without counting.
    pub fn estimate(at: &TableAt) -> Option<u64> {
        at.table.rows.filter(|rows| *rows > 0)
    }

    /// How many rows no page will have: those without a key.
    pub async fn keyless(&self) -> Result<u64, StoreError> {
        let conditions: Vec<String> = self.order.iter().map(|by| format!("{} IS NULL", by.sql)).collect();
        let sql = format!("SELECT count(*) FROM {} WHERE {}", self.from, conditions.join(" OR "));
        let found: Result<Vec<Vec<Cell>>, StoreError> = anew!(self.remade, {
            let mut reading = self.engine.begin().await?;
            let found = rows(reading.as_mut(), &sql, &[]).await?;
            reading.end().await?;
            Ok(found)
        });
        Ok(found?.first().and_then(|row| row.first()?.int()).map_or(0, i64::unsigned_abs))
    }

    /// The next page; an empty one at the end.
    pub async fn next(&mut self) -> Result<Vec<Row>, StoreError> {
        if self.ended {
            return Ok(Vec::new());
        }
        let page: Result<(Vec<Vec<Cell>>, bool), StoreError> = anew!(self.remade, self.page().await);
        let (mut found, full) = page?;
        self.ended = !full;
        let keys = self.order.len();
        if full && !self.unique {
            // The rest of those that share the last key may be on the next page: all of them are read there.
            let end = same(&found[found.len() - 1][..keys]);
            let kept = found.iter().rposition(|row| same(&row[..keys]) != end).map_or(0, |at| at + 1);
            if kept == 0 {
                let why = format!("has more than {} rows with one key, and no unique key", found.len());
                return Err(StoreError::unavailable(self.engine.label(), why, "name more columns as its key"));
            }
            found.truncate(kept);
        }
        let last = found.last().map(|row| row[..keys].to_vec());
        if last.is_some() && last == self.last {
            let why = "gives the same rows again: it cannot be read in the order of its key";
            return Err(StoreError::unavailable(self.engine.label(), why, "name another key"));
        }
        self.last = last;
        let dialect = self.engine.dialect();
        let read = |row: Vec<Cell>| {
            let cells = row.into_iter().skip(keys).zip(&self.columns);
            cells.map(|(cell, held)| held.value(dialect, cell)).collect()
        };
        Ok(found.into_iter().map(read).collect())
    }

    /// A page as it comes, and whether there may be more behind it.
    async fn page(&self) -> Result<(Vec<Vec<Cell>>, bool), StoreError> {
        let dialect = self.engine.dialect();
        let mut values = Values::new(dialect);
        let behind = self.last.as_deref().map(|last| behind(dialect, &self.order, last, &mut values));
        let mut wanted: Vec<String> = self.order.iter().map(|by| read(dialect, by)).collect();
        wanted.extend(self.columns.iter().map(|held| held.sql(dialect)));
        let order = self.order.iter().map(|by| by.sql.as_str()).collect::<Vec<_>>().join(", ");
        let there = self.order.iter().map(|by| format!("{} IS NOT NULL", by.sql)).collect::<Vec<_>>().join(" AND ");
        let condition = behind.map_or(there.clone(), |behind| format!("{there} AND ({behind})"));
        let (wanted, from) = (wanted.join(", "), &self.from);
        let sql = format!("SELECT {wanted} FROM {from} WHERE {condition} ORDER BY {order} LIMIT {PAGE}");
        let (mut found, mut bytes) = (Vec::new(), 0);
        let mut reading = self.engine.begin().await?;
        reading
            .each(&sql, values.args(), &mut |row| {
                bytes += row.iter().map(Cell::size).sum::<usize>();
                found.push(row);
                bytes < PAGE_BYTES
            })
            .await?;
        reading.end().await?;
        let full = found.len() == PAGE || bytes >= PAGE_BYTES;
        Ok((found, full))
    }
}

/// The order in which a table is read, and whether no two rows share a place in it.
fn order(table: &Table, key: &[String], dialect: Dialect) -> Result<(Vec<By>, bool), NoRows> {
    let by = |name: &String| column(table, name).map(|column| By { sql: dialect.quote(name), kind: column.kind });
    if table.rowid
        && let Some(number) = NUMBERS.into_iter().find(|name| table.column(name, false).is_none())
    {
        return Ok((vec![By { sql: number.to_owned(), kind: Kind::Int }], true));
    }
    let sorts =
        |by: &By| dialect == Dialect::Sqlite || !matches!(by.kind, Kind::Other | Kind::Real | Kind::Json | Kind::Bool);
    let whole = |names: &Vec<String>| {
        let all = names.iter().map(by).collect::<Result<Vec<_>, _>>().ok()?;
        all.iter().all(sorts).then_some(all)
    };
    // The mapping's own key goes first where it is unique: it is the one that others look rows up by.
    let mut keys: Vec<&Vec<String>> = table.keys.iter().collect();
    keys.sort_by_key(|names| !names.iter().all(|name| key.contains(name)));
    if let Some(found) = keys.into_iter().find_map(whole) {
        return Ok((found, true));
    }
    let found = key.iter().map(by).collect::<Result<Vec<_>, _>>()?;
    match found.iter().zip(key).find(|(by, _)| !sorts(by)) {
        None => Ok((found, false)),
        Some((_, name)) => Err(NoRows::Wrong(format!(
            "the table {} has no unique key of numbers, texts or UUIDs, and its column {} cannot stand for one",
            safe_text(&table.name),
            safe_text(name)
        ))),
    }
}

/// The SQL that reads a part of the order, so that it can be given back.
fn read(dialect: Dialect, by: &By) -> String {
    match by.kind {
        Kind::Bytes => dialect.hex(&by.sql),
        // Shown with every digit that it is compared by.
        Kind::Time if dialect != Dialect::Sqlite => dialect.text(&by.sql),
        _ => by.sql.clone(),
    }
}

/// The condition that a row stands behind another.
fn behind<'v>(dialect: Dialect, order: &[By], last: &'v [Cell], values: &mut Values<'v>) -> String {
    let mut ways = Vec::new();
    for at in 0..order.len() {
        let mut all = Vec::new();
        for (n, by) in order[..=at].iter().enumerate() {
            let sign = if n == at { ">" } else { "=" };
            all.push(format!("{} {sign} {}", by.sql, given(dialect, by, &last[n], values)));
        }
        ways.push(format!("({})", all.join(" AND ")));
    }
    let any = ways.join(" OR ");
    if order.len() == 1 {
        return any;
    }
    // An index is walked from its first column on.
    format!("{} >= {} AND ({any})", order[0].sql, given(dialect, &order[0], &last[0], values))
}

/// What stands for a value of the order in a statement.
fn given<'v>(dialect: Dialect, by: &By, cell: &'v Cell, values: &mut Values<'v>) -> String {
    let mark = match cell {
        Cell::Int(number) => values.bind(*number),
        Cell::Text(text) => values.bind(text),
        Cell::Bytes(bytes) => values.bind(Arg::Bytes(Some(bytes))),
        Cell::Real(number) => format!("{number:?}"),
        Cell::Time(_) | Cell::Null => "NULL".to_owned(),
    };
    match (dialect, by.kind) {
        (_, Kind::Bytes) => dialect.unhex(&mark),
        (Dialect::Postgres, Kind::Uuid) => format!("{mark}::uuid"),
        (Dialect::Postgres, Kind::Time) => format!("{mark}::timestamptz"),
        _ => mark,
    }
}

/// Keys as databases compare them where they take the most for the same.
fn same(key: &[Cell]) -> Vec<Option<String>> {
    key.iter().map(|cell| cell.text().map(|text| text.trim_end().to_lowercase())).collect()
}
