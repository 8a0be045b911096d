//! Servers for tests. The suites that need one are `#[ignore = "needs PostgreSQL: tests/run"]`, or
//! MariaDB; where they are asked for
//! without a server they fail.

mod fresh;
mod mariadb;
mod own_server;

pub use fresh::{PostgresPlace, fresh};
pub use mariadb::{MariaPlace, MariaWriter, OwnMaria, fresh_in_mariadb};
pub use own_server::OwnServer;
