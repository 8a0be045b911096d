//! A row of an answer. Columns are asked for by number and by what they should be.

use crate::store::StoreError;
use foldback_domain::event::{Payload, parse_time};
use jiff::Timestamp;
use rusqlite::types::Value;
use serde_json::value::RawValue;
use sqlx::postgres::PgRow;
use sqlx::types::Json;
use sqlx::{Row as _, ValueRef as _};

/// A row of an answer.
#[derive(Debug)]
pub enum Row {
    /// SQLite's.
    Sqlite(Vec<Value>),
    /// PostgreSQL's.
    Postgres(PgRow),
}

impl Row {
    /// A whole number that may be missing.
    pub fn int(&self, column: usize) -> Result<Option<i64>, StoreError> {
        match self {
            Row::Postgres(row) => row.try_get(column).map_err(|error| unreadable(column, error)),
            Row::Sqlite(values) => match values.get(column) {
                Some(Value::Null) => Ok(None),
                Some(Value::Integer(number)) => Ok(Some(*number)),
                _ => Err(unreadable(column, "it is no whole number")),
            },
        }
    }

    /// A whole number that must be there.
    pub fn must_int(&self, column: usize) -> Result<i64, StoreError> {
        self.int(column)?.ok_or_else(|| missing(column))
    }

    /// A text that may be missing.
    pub fn text(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self {
            Row::Postgres(row) => row.try_get(column).map_err(|error| unreadable(column, error)),
            Row::Sqlite(values) => match values.get(column) {
                Some(Value::Null) => Ok(None),
                Some(Value::Text(text)) => Ok(Some(text.clone())),
                Some(Value::Integer(number)) => Ok(Some(number.to_string())),
                _ => Err(unreadable(column, "it is no text")),
            },
        }
    }

    /// A text that must be there.
    pub fn must_text(&self, column: usize) -> Result<String, StoreError> {
        self.text(column)?.ok_or_else(|| missing(column))
    }

    /// A JSON text that may be missing.
    pub fn json(&self, column: usize) -> Result<Option<String>, StoreError> {
        match self {
            Row::Postgres(row) => {
                let json = row.try_get::<Option<Json<Box<RawValue>>>, _>(column);
                json.map(|json| json.map(|json| json.0.get().to_owned())).map_err(|error| unreadable(column, error))
            }
            Row::Sqlite(_) => self.text(column),
        }
    }

    /// A JSON payload that may be missing.
    pub fn payload(&self, column: usize) -> Result<Option<Payload>, StoreError> {
        Ok(self.json(column)?.map(Payload::Json))
    }

    /// A point in time that may be missing, or that nobody can read.
    pub fn time(&self, column: usize) -> Result<Option<Timestamp>, StoreError> {
        match self {
            Row::Postgres(row) => {
                if row.try_get_raw(column).map_err(|error| unreadable(column, error))?.is_null() {
                    return Ok(None);
                }
                // `infinity` is a time that no calendar has.
                Ok(row.try_get::<jiff_sqlx::Timestamp, _>(column).ok().map(|time| time.to_jiff()))
            }
            Row::Sqlite(_) => Ok(self.text(column)?.and_then(|text| parse_time(&text))),
        }
    }
}

fn unreadable(column: usize, why: impl std::fmt::Display) -> StoreError {
    StoreError::unavailable("a row of the store", format!("column {} cannot be read: {why}", column + 1), "")
}

fn missing(column: usize) -> StoreError {
    StoreError::unavailable("a row of the store", format!("column {} is NULL, and must not be", column + 1), "")
}
