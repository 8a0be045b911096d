//! The rows of a mapped table, copied aside with the streams that they belong to.

use crate::adapters::SourceSpec;
use crate::adapters::rows::{NoRows, Rows, TableAt, table};
use crate::adapters::tables::{Kind, Table};
use crate::analysis::audit_map::{Claim, Form, Mapping, text};
use crate::explore::Reporter;
use crate::store::StoreError;
use crate::store::kept_rows::KeptRows;
use serde_json::Value;
use std::borrow::Cow;

/// A mapping whose names were checked against the database.
pub struct MappedTable {
    /// What is held against what, with what the database knows of its columns.
    pub mapping: Mapping,
    rows: Rows,
    estimate: Option<u64>,
    /// Where each part of the key stands among what is read.
    key: Vec<usize>,
    /// Where each mapped column stands, and the place in its JSON.
    cells: Vec<(usize, Option<String>)>,
    /// Where the row says how far it is.
    claim: Option<usize>,
}

/// The rows that were copied.
pub struct Copied {
    /// The rows.
    pub rows: KeptRows,
    /// How many have no key.
    pub keyless: u64,
}

impl MappedTable {
    /// Looks the table up in its database.
    pub async fn find(mapping: Mapping, database: &SourceSpec) -> Result<MappedTable, NoRows> {
        let at = table(database, mapping.schema.as_deref(), &mapping.table).await?;
        MappedTable::of(mapping, &at)
    }

    fn of(mut mapping: Mapping, at: &TableAt) -> Result<MappedTable, NoRows> {
        let mut read: Vec<String> = Vec::new();
        let mut place = |name: &str| match read.iter().position(|known| known == name) {
            Some(place) => place,
            None => {
                read.push(name.to_owned());
                read.len() - 1
            }
        };
        let key = mapping.key.iter().map(|name| place(name)).collect();
        let mut cells = Vec::new();
        for column in &mapping.columns {
            let (name, inside) = split(&at.table, &column.name);
            cells.push((place(name), inside.map(str::to_owned)));
        }
        let claim = match &mapping.claim {
            Claim::Version(column) | Claim::Position(column) => Some(place(column)),
            Claim::Nothing | Claim::Checkpoint(_) => None,
        };
        let rows = Rows::new(at, &mapping.key, &read)?;
        for (column, (place, inside)) in mapping.columns.iter_mut().zip(&cells) {
            // A column of times holds nothing else, however the state writes them.
            if inside.is_none() && column.rule.form == Form::Any && rows.columns()[*place].kind == Kind::Time {
                column.rule.form = Form::Time;
            }
        }
        Ok(MappedTable { mapping, rows, estimate: Rows::estimate(at), key, cells, claim })
    }

    /// Copies all rows aside.
    pub async fn copy(&mut self, progress: &Reporter) -> Result<Copied, StoreError> {
        let mut copied = Copied { rows: KeptRows::new()?, keyless: self.rows.keyless().await? };
        self.rows.rewind();
        loop {
            let page = self.rows.next().await?;
            if page.is_empty() {
                break;
            }
            let mut batch = Vec::with_capacity(page.len());
            for row in page {
                match self.kept(&row) {
                    Some(kept) => batch.push(kept),
                    None => copied.keyless += 1,
                }
            }
            copied.rows.add(&batch)?;
            progress.report(copied.rows.count(), self.estimate);
        }
        self.rows.close();
        copied.rows.finish()?;
        Ok(copied)
    }

    /// A row's stream, key and cells; `None` where a part of its key is NULL.
    fn kept(&self, row: &[Value]) -> Option<(String, String, String)> {
        let parts = self.key.iter().map(|place| Some(&row[*place]).filter(|value| !value.is_null()).map(text));
        let parts = parts.collect::<Option<Vec<String>>>()?;
        let value = |column: &str| {
            let at = self.mapping.key.iter().position(|name| name == column)?;
            Some(parts[at].as_str())
        };
        let stream = self.mapping.naming.name(value)?;
        let cell = |(place, inside): &(usize, Option<String>)| match inside {
            None => row[*place].clone(),
            Some(path) => json(&row[*place]).pointer(path).cloned().unwrap_or(Value::Null),
        };
        let mut cells: Vec<Value> = self.cells.iter().map(cell).collect();
        cells.push(self.claim.map_or(Value::Null, |place| row[place].clone()));
        Some((stream, parts.join("/"), Value::Array(cells).to_string()))
    }
}

/// A column, and the place in the JSON that it holds: `row/status` where no column is called so.
pub fn split<'n>(table: &Table, name: &'n str) -> (&'n str, Option<&'n str>) {
    match name.find('/') {
        Some(at) if table.columns.iter().all(|column| column.name != name) => (&name[..at], Some(&name[at..])),
        _ => (name, None),
    }
}

/// The JSON that a column holds, be it of a type of its own or text.
fn json(value: &Value) -> Cow<'_, Value> {
    match value {
        Value::String(text) => Cow::Owned(serde_json::from_str(text).unwrap_or(Value::Null)),
        other => Cow::Borrowed(other),
    }
}
