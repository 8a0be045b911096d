//! What stands in a column, as JSON: which SQL reads it, and what is made of the value that comes.

use crate::adapters::tables::{Cell, Column, Dialect, Kind};
use serde_json::{Number, Value};

/// A column that is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
}

impl Held {
    /// A column of the catalogue.
    pub fn new(column: &Column) -> Held {
        Held { name: column.name.clone(), kind: column.kind }
    }

    /// The SQL that reads it. What a database sends in a form of its own is asked for as text, and bytes as digits.
    pub(super) fn sql(&self, dialect: Dialect) -> String {
        let column = dialect.quote(&self.name);
        match (dialect, self.kind) {
            (Dialect::Postgres, Kind::Other) => format!("to_json({column})::text"),
            (Dialect::MySql, Kind::Other) => dialect.text(&column),
            (Dialect::Postgres | Dialect::MySql, Kind::Bytes) => dialect.hex(&column),
            _ => column,
        }
    }

    /// What is made of the value that comes.
    pub(super) fn value(&self, dialect: Dialect, cell: Cell) -> Value {
        match (self.kind, cell) {
            (_, Cell::Null) => Value::Null,
            (Kind::Bool, Cell::Int(number)) => Value::Bool(number != 0),
            (Kind::Json, Cell::Text(text)) => parsed(text),
            (Kind::Other, Cell::Text(text)) if dialect == Dialect::Postgres => parsed(text),
            (_, Cell::Int(number)) => number.into(),
            (_, Cell::Real(number)) => {
                Number::from_f64(number).map_or_else(|| Value::String(number.to_string()), Value::Number)
            }
            (_, Cell::Text(text)) => Value::String(text),
            (_, Cell::Bytes(bytes)) => {
                Value::String(bytes.iter().fold(String::new(), |hex, byte| format!("{hex}{byte:02x}")))
            }
            (_, Cell::Time(at)) => Value::String(at.to_string()),
        }
    }
}

fn parsed(text: String) -> Value {
    serde_json::from_str(&text).unwrap_or(Value::String(text))
}
