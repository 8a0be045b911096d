//! Reads other people's tables of events, whatever database they are in: by a [`Map`] that a layout made for them.

mod catalog;
mod cell;
mod change;
mod columns;
mod dialect;
mod engine;
mod json_text;
mod listen;
mod log;
mod map;
mod mysql;
mod pick;
mod postgres;
mod processes;
mod reader;
mod row;
mod session;
mod sqlite;
mod stream;
mod streams;
mod tail;
mod wanted;
mod whole;

pub use catalog::{Catalog, Column, Kind, Table, normal};
pub use cell::{Cell, time_in};
pub use dialect::Dialect;
pub use engine::{Engine, Reading, Values, Writers, refuses, rows};
pub use map::{KeyPart, Map, Order, TableName, Word};
pub use mysql::MySql;
pub use pick::{Pick, PickOf, path as picked_path, pick};
pub use postgres::Postgres;
pub use processes::{CheckpointQuery, Column as ProcessColumn, ForeignProcesses, Processes, Query, SagaQuery, Written};
pub use reader::TablesReader;
pub use sqlite::Sqlite;
pub use wanted::Wanted;
