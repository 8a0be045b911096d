//! MySQL and MariaDB: where a server is, how it is spoken to, and what it says when it refuses.

mod address;
mod failure;
mod pool;

pub use address::Address;
pub use failure::from_sqlx;
pub use pool::{Pool, Reading};
