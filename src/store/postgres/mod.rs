//! PostgreSQL: foldback's own store.

mod failure;
pub mod own;

pub use failure::from_sqlx;
