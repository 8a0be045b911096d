//! SQLite: foldback's own store, and the machinery that reads any store of events in a SQLite file.
//!
//! Reading is done with rusqlite on threads that may block, which is several times faster than sqlx here; writing
//! is done with sqlx. Both link the same library.

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
mod stream;
mod streams;
mod table_map;
mod time_form;
mod value;
mod whole;
mod writer;

pub use build::build;
pub use failure::{BUSY, from_sqlx, unavailable};
pub use pool::Pool;
pub use reader::SqliteReader;
pub use table_map::{KeyPart, StreamsMap, TableMap, TimeColumn};
pub use time_form::{TimeForm, since_1970};
pub use value::show as shown_bytes;
pub use writer::SqliteStore;
