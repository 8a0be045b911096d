//! Servers for tests. The suites that need one are `#[ignore = "needs PostgreSQL: tests/run"]`; where they are asked for
//! without a server they fail.

mod fresh;
mod own_server;

pub use fresh::{PostgresPlace, fresh};
pub use own_server::OwnServer;
