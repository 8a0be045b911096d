//! foldback's own stores: the traits that every store answers to, and the stores that foldback makes.

mod error;
mod event_id;
pub mod memory;
mod metadata;
pub mod reader;
pub mod seed;
pub mod sqlite;
pub mod writer;

pub use error::StoreError;
pub use memory::MemoryStore;
pub use reader::EventReader;
pub use writer::{Appended, EventWriter, NewEvent};
