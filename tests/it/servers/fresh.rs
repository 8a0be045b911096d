//! A place of one's own on the server that all tests share.

use foldback::store::postgres::{Address, quote_ident};
use sqlx::{Connection, Executor, PgConnection};
use std::sync::atomic::{AtomicU32, Ordering};

/// A schema that nobody else has, on the server of `FOLDBACK_TEST_POSTGRES`. There is nothing in it yet.
#[derive(Debug, Clone)]
pub struct PostgresPlace {
    /// The URL, with the schema.
    pub url: String,
    /// The schema.
    pub schema: String,
    server: String,
}

/// A new place.
pub fn fresh() -> PostgresPlace {
    let server = std::env::var("FOLDBACK_TEST_POSTGRES")
        .expect("FOLDBACK_TEST_POSTGRES names a PostgreSQL server for tests: tests/run starts one, tests/postgres too");
    on(&server)
}

/// A new place on this server.
pub(super) fn on(server: &str) -> PostgresPlace {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    // The name needs quotes, so that what forgets them is found out.
    let schema = format!("Test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    PostgresPlace { url: format!("{server}?schema={schema}"), schema, server: server.to_owned() }
}

impl PostgresPlace {
    /// Where it is.
    pub fn address(&self) -> Address {
        Address::parse(&self.url).unwrap()
    }

    /// A connection as any other program would make it, which looks in the schema.
    pub async fn connect(&self) -> PgConnection {
        let mut connection = PgConnection::connect(&self.server).await.unwrap();
        let path = format!("SET search_path = {}", quote_ident(&self.schema));
        connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(path))).await.unwrap();
        connection
    }
}
