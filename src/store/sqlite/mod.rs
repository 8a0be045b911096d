//! SQLite: foldback's own store, and the machinery that reads any store of events in a SQLite file.
//!
//! Both with rusqlite, which is several times faster than sqlx here: reading on threads that may block, writing on the
//! very thread that asks.

mod ask;
mod build;
mod failure;
mod file;
mod filter;
mod log;
pub mod own;
mod pool;
mod reader;
mod row;
mod session;
mod statement;
mod stream;
mod streams;
mod streams_then;
mod table_map;
mod time_form;
mod value;
mod whole;
mod writer;
mod writing;

pub use build::build;
pub use failure::{BUSY, unavailable};
pub use pool::Pool;
pub use reader::SqliteReader;
pub use table_map::{KeyPart, StreamsMap, TableMap, TimeColumn};
pub use time_form::{TimeForm, since_1970};
pub use value::show as shown_bytes;
pub use writer::SqliteStore;
pub use writing::{Turn, Writing};
