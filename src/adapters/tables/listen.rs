//! Hears from a PostgreSQL that the store in it tells of new events. It is somebody else's channel: nothing is ever said there,
//! so that nobody can know whether a pooler swallows what is told; the server is asked once a second all the same.

use super::engine::Engine;
use super::postgres::Postgres;
use crate::store::StoreError;
use crate::store::postgres::from_sqlx;
use crate::store::wake::Wake;
use async_trait::async_trait;
use sqlx::postgres::{PgListener, PgPool};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long an idle server is left alone.
const REST: Duration = Duration::from_secs(1);

/// A connection that listens on a store's own channel.
pub struct Hearing {
    inner: PgListener,
    database: Postgres,
    last: Option<i64>,
    next: Instant,
}

impl Hearing {
    /// Listens.
    pub async fn new(database: Postgres, connections: &PgPool, channel: &str) -> Result<Hearing, StoreError> {
        let failed = |error: sqlx::Error| from_sqlx(database.label(), &error);
        let mut inner = PgListener::connect_with(connections).await.map_err(failed)?;
        inner.listen(channel).await.map_err(failed)?;
        let last = database.read_change().await?;
        Ok(Hearing { inner, database, last, next: Instant::now() + REST })
    }
}

#[async_trait]
impl Wake for Hearing {
    async fn changed(&mut self, within: Duration) -> Result<bool, StoreError> {
        let until = Instant::now() + within;
        loop {
            match timeout_at(until.min(self.next), self.inner.try_recv()).await {
                // A connection that was lost is made anew by the next call; meanwhile anything may have happened.
                Ok(Ok(_)) => return Ok(true),
                Ok(Err(error)) => return Err(from_sqlx(self.database.label(), &error)),
                Err(_) if Instant::now() >= until => return Ok(false),
                Err(_) => {
                    self.next = Instant::now() + REST;
                    let now = self.database.read_change().await?;
                    if std::mem::replace(&mut self.last, now) != now {
                        return Ok(true);
                    }
                }
            }
        }
    }
}
