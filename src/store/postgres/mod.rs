//! PostgreSQL: foldback's own store, and the machinery that reads a store of events in PostgreSQL by a map.

mod address;
mod ask;
mod connect;
mod connections;
mod failure;
mod identity;
mod listen;
mod log;
pub mod own;
mod pool;
mod reader;
mod row;
mod service;
mod session;
mod stream;
mod streams;
mod table_map;
mod whole;
mod writer;
mod writing;

pub use address::{Address, decoded, encoded};
pub use failure::from_sqlx;
pub use identity::identity;
pub use pool::{Pool, Reading};
pub use reader::{Look, PostgresReader};
pub use table_map::{StreamsMap, TableMap, quote_ident};
pub use whole::ESTIMATE;
pub use writer::{Creation, PostgresStore};
pub use writing::{Turn, Writing};
