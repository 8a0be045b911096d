//! Other people's stores, read-only: what a source is called, how it is opened, and how its tables are known.

mod draft;
mod jsonl;
pub mod layout;
pub mod mysql;
mod open;
mod own;
pub mod rows;
mod spec;
pub mod tables;

pub use draft::draft;
pub use open::{Loaded, OpenOptions, inspect, nothing_known, open};
pub use own::{OwnStore, ask_own, open_own};
pub use spec::{SourceSpec, SpecError};
