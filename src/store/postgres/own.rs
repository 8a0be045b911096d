//! foldback's own store in PostgreSQL: how it is made, and how it is known again.

/// Lets one writer in at a time, until its transaction ends. The number is foldback's, as `fold` in bytes.
pub const HOLD: &str = "SELECT pg_advisory_xact_lock(1718578276)";

/// Writes an event, and answers with its position.
pub const INSERT_EVENT: &str = concat!(include_str!("sql/insert_event.sql"), "RETURNING global_position");

/// The books of the engine.
pub const BOOKS: &str = include_str!("sql/books.sql");
