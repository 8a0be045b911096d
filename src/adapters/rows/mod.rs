//! Rows of any table of anybody's, read by pages in the order of a key. Names are checked against what the database says
//! that it has, and each page is a short read of its own that can only read.

mod columns;
mod paging;

pub use columns::Held;
pub use paging::{Row, Rows};

use super::SourceSpec;
use super::open::mysql_engine;
use super::tables::{Catalog, Column, Engine, Postgres, Sqlite, Table, Wanted, normal};
use crate::store::StoreError;
use crate::store::postgres::PostgresReader;
use crate::store::sqlite::Pool;
use foldback_domain::event::safe_text;
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many names an error lists.
const NAMED: usize = 24;

/// Why there are no rows to read.
#[derive(Debug)]
pub enum NoRows {
    /// There is no such table or column; a sentence says what there is.
    Wrong(String),
    /// The database cannot be read.
    Store(StoreError),
}

impl From<StoreError> for NoRows {
    fn from(error: StoreError) -> Self {
        NoRows::Store(error)
    }
}

/// A table that is there.
pub struct TableAt {
    pub(super) engine: Arc<dyn Engine>,
    /// What the database says of it.
    pub table: Table,
}

/// Finds a table in a database, in a schema where one is named.
pub async fn table(spec: &SourceSpec, schema: Option<&str>, name: &str) -> Result<TableAt, NoRows> {
    let engine = engine(spec, schema, name).await?;
    let catalog = engine.read_catalog().await?;
    let found = find(&catalog, engine.label(), schema, name)?;
    if !found.readable {
        let why = format!("this user may not read the table {}", safe_text(name));
        return Err(StoreError::unavailable(engine.label(), why, "grant it SELECT on the table").into());
    }
    Ok(TableAt { engine, table: found.clone() })
}

async fn engine(spec: &SourceSpec, schema: Option<&str>, name: &str) -> Result<Arc<dyn Engine>, NoRows> {
    Ok(match spec {
        SourceSpec::Sqlite { path, .. } => Arc::new(Sqlite::new(Arc::new(Pool::new(path)))),
        SourceSpec::Postgres(address) => {
            let look = PostgresReader::look(address).await?;
            let wanted = Wanted { tables: BTreeSet::from([normal(name, true)]), ..Wanted::default() };
            let schema = schema.or(address.schema());
            Arc::new(Postgres::new(look.pool(address), schema).wanting(wanted))
        }
        SourceSpec::Mysql(address) => Arc::new(mysql_engine(address).await?),
        _ => return Err(NoRows::Wrong("it is no database, and has no tables".to_owned())),
    })
}

/// The table of a name. A schema is needed only where several have one.
fn find<'c>(catalog: &'c Catalog, label: &str, schema: Option<&str>, name: &str) -> Result<&'c Table, NoRows> {
    let within = |table: &&Table| schema.is_none() || table.schema.as_deref() == schema;
    let mut found: Vec<&Table> = catalog.tables.iter().filter(within).filter(|table| table.name == name).collect();
    if found.len() > 1 && found.iter().any(|table| table.schema.as_deref() == Some("public")) {
        found.retain(|table| table.schema.as_deref() == Some("public"));
    }
    match found.as_slice() {
        [table] => Ok(table),
        [] => {
            let shown = |table: &Table| match (&table.schema, schema) {
                (Some(inside), None) => format!("{}.{}", safe_text(inside), safe_text(&table.name)),
                _ => safe_text(&table.name).into_owned(),
            };
            let there = listed(catalog.tables.iter().filter(within).map(shown), catalog.unseen);
            let place = schema.map_or(String::new(), |schema| format!(" in the schema {}", safe_text(schema)));
            Err(NoRows::Wrong(format!("{label} has no table {}{place}; {there}", safe_text(name))))
        }
        several => {
            let schemas = several.iter().filter_map(|table| table.schema.as_deref());
            let schemas = schemas.map(safe_text).collect::<Vec<_>>().join(", ");
            let name = safe_text(name);
            Err(NoRows::Wrong(format!(
                "{label} has a table {name} in several schemas: {schemas}; say which with schema"
            )))
        }
    }
}

/// The column of a name in a table.
pub(super) fn column<'t>(table: &'t Table, name: &str) -> Result<&'t Column, NoRows> {
    table.columns.iter().find(|column| column.name == name).ok_or_else(|| {
        let there = listed(table.columns.iter().map(|column| safe_text(&column.name).into_owned()), 0);
        NoRows::Wrong(format!("the table {} has no column {}; {there}", safe_text(&table.name), safe_text(name)))
    })
}

fn listed(names: impl Iterator<Item = String>, unseen: usize) -> String {
    let mut names: Vec<String> = names.collect();
    let more = names.len().saturating_sub(NAMED) + unseen;
    names.truncate(NAMED);
    match (names.is_empty(), more) {
        (true, _) => "it has none at all".to_owned(),
        (false, 0) => format!("it has {}", names.join(", ")),
        (false, more) => format!("it has {} and {more} more", names.join(", ")),
    }
}
