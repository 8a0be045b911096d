//! A value that goes into a statement. A missing one has a kind too: PostgreSQL wants to know it.

use foldback_domain::event::{Position, format_time};
use jiff::Timestamp;
use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, Value};
use serde_json::value::RawValue;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::types::Json;

/// A value for `$1`, `$2` and so on.
#[derive(Debug, Clone, Copy)]
pub enum Arg<'a> {
    /// A whole number.
    Int(Option<i64>),
    /// A text.
    Text(Option<&'a str>),
    /// A JSON text, which must be valid: `JSONB` in PostgreSQL, the very text in SQLite.
    Json(Option<&'a str>),
    /// Bytes; in PostgreSQL `BYTEA`.
    Bytes(Option<&'a [u8]>),
    /// A point in time: `TIMESTAMPTZ` in PostgreSQL, text in SQLite.
    Time(Option<Timestamp>),
}

impl From<i64> for Arg<'_> {
    fn from(value: i64) -> Self {
        Arg::Int(Some(value))
    }
}

impl From<u32> for Arg<'_> {
    fn from(value: u32) -> Self {
        Arg::Int(Some(i64::from(value)))
    }
}

impl From<Option<Position>> for Arg<'_> {
    fn from(value: Option<Position>) -> Self {
        Arg::Int(value.map(|position| position.0))
    }
}

impl From<Position> for Arg<'_> {
    fn from(value: Position) -> Self {
        Arg::Int(Some(value.0))
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(value: &'a str) -> Self {
        Arg::Text(Some(value))
    }
}

impl<'a> From<&'a String> for Arg<'a> {
    fn from(value: &'a String) -> Self {
        Arg::Text(Some(value))
    }
}

impl<'a> From<Option<&'a str>> for Arg<'a> {
    fn from(value: Option<&'a str>) -> Self {
        Arg::Text(value)
    }
}

impl From<Timestamp> for Arg<'_> {
    fn from(value: Timestamp) -> Self {
        Arg::Time(Some(value))
    }
}

impl From<Option<Timestamp>> for Arg<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Arg::Time(value)
    }
}

impl From<&Arg<'_>> for Value {
    fn from(arg: &Arg<'_>) -> Value {
        match *arg {
            Arg::Int(value) => value.into(),
            Arg::Text(value) | Arg::Json(value) => value.map(str::to_owned).into(),
            Arg::Bytes(value) => value.map(<[u8]>::to_vec).into(),
            Arg::Time(value) => value.map(format_time).into(),
        }
    }
}

impl ToSql for Arg<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match *self {
            Arg::Text(Some(text)) | Arg::Json(Some(text)) => text.into(),
            Arg::Bytes(Some(bytes)) => bytes.into(),
            _ => ToSqlOutput::Owned(Value::from(self)),
        })
    }
}

/// With one more value bound.
pub fn bind_postgres<'q>(query: Query<'q, Postgres, PgArguments>, arg: &Arg<'q>) -> Query<'q, Postgres, PgArguments> {
    match *arg {
        Arg::Int(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        // What is no JSON is bound as text: the server then says so, which is an error like any other.
        Arg::Json(value) => match value.map(serde_json::from_str::<&RawValue>) {
            Some(Err(_)) => query.bind(value),
            json => query.bind(json.and_then(Result::ok).map(Json)),
        },
        Arg::Bytes(value) => query.bind(value),
        Arg::Time(value) => query.bind(value.map(jiff_sqlx::Timestamp::from)),
    }
}
