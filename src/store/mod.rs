//! foldback's own stores: the traits that every store answers to, and the stores that foldback makes.

pub(crate) mod anew;
mod append;
pub mod books;
pub mod database;
mod error;
mod event_id;
pub mod kept_rows;
pub mod memory;
mod metadata;
mod past;
pub mod payload;
pub mod postgres;
pub mod processes;
pub mod reader;
pub mod seed;
pub mod sqlite;
pub mod versions;
pub mod wake;
pub mod writer;

pub use books::Books;
pub use error::StoreError;
pub use memory::MemoryStore;
pub use past::Past;
pub use processes::ProcessReader;
pub use reader::EventReader;
pub use writer::{Appended, CommandResult, Commit, EventWriter, NewEvent, NewMessage};
