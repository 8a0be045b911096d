//! Hears from the server that there are new events, instead of asking again and again.

use super::from_sqlx;
use super::pool::Pool;
use crate::store::StoreError;
use crate::store::wake::Wake;
use async_trait::async_trait;
use sqlx::postgres::PgListener;
use sqlx::{Executor, Row as _};
use std::hash::{BuildHasher, Hasher, RandomState};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// How long the first word, which is one's own, may take.
const OWN_WORD: Duration = Duration::from_secs(2);

/// A connection that listens.
pub struct Listener {
    inner: PgListener,
    label: String,
    word: String,
}

impl Listener {
    /// Listens on a channel for a word. A pooler that shares connections takes the question and never tells: so a word
    /// of one's own is said first, and has to come back.
    pub async fn new(pool: &Pool, channel: &str, word: &str) -> Result<Listener, StoreError> {
        let failed = |error: sqlx::Error| from_sqlx(pool.label(), &error);
        let mut inner = PgListener::connect_with(pool.connections()).await.map_err(failed)?;
        if is_shared(&mut inner, pool).await? {
            let why = "stands behind a pooler that lends connections, so nobody can listen";
            return Err(StoreError::unavailable(pool.label(), why, ""));
        }
        inner.listen(channel).await.map_err(failed)?;
        let own = format!("? {:x}", RandomState::new().build_hasher().finish());
        let say = sqlx::query("SELECT pg_notify($1, $2)").persistent(false).bind(channel).bind(&own);
        say.execute(pool.connections()).await.map_err(failed)?;
        let until = Instant::now() + OWN_WORD;
        loop {
            match timeout_at(until, inner.try_recv()).await {
                Ok(Ok(Some(heard))) if heard.payload() == own => break,
                Ok(Ok(Some(_))) => {}
                Ok(Ok(None)) | Err(_) => {
                    let why = "does not bring notifications: a pooler may stand between";
                    return Err(StoreError::unavailable(pool.label(), why, ""));
                }
                Ok(Err(error)) => return Err(failed(error)),
            }
        }
        Ok(Listener { inner, label: pool.label().to_owned(), word: word.to_owned() })
    }
}

/// Whether a pooler lends connections for one transaction. Whoever listened there would leave that behind on a connection of
/// others. While a read of ours has a connection, the one that would listen cannot have the same one, nor a changing one.
async fn is_shared(inner: &mut PgListener, pool: &Pool) -> Result<bool, StoreError> {
    const WHICH: &str = "SELECT pg_backend_pid()::text";
    let failed = |error: sqlx::Error| from_sqlx(pool.label(), &error);
    let first: String = inner.fetch_one(sqlx::raw_sql(WHICH)).await.and_then(|row| row.try_get(0)).map_err(failed)?;
    let mut reading = pool.begin().await?;
    let other = reading.rows(WHICH, &[]).await?.first().map(|row| row.text(0)).transpose()?;
    // A pooler with one connection has none left.
    let again = timeout_at(Instant::now() + OWN_WORD, inner.fetch_one(sqlx::raw_sql(WHICH))).await;
    let again = again.map(|row| row.and_then(|row| row.try_get::<String, _>(0))).ok().transpose().map_err(failed)?;
    reading.end().await?;
    Ok(other.flatten().as_ref() == Some(&first) || again != Some(first))
}

#[async_trait]
impl Wake for Listener {
    async fn changed(&mut self, within: Duration) -> Result<bool, StoreError> {
        let until = Instant::now() + within;
        loop {
            match timeout_at(until, self.inner.try_recv()).await {
                Ok(Ok(Some(heard))) if heard.payload() != self.word => {}
                // A connection that was lost is made anew by the next call; meanwhile anything may have happened.
                Ok(Ok(Some(_) | None)) => return Ok(true),
                Ok(Err(error)) => return Err(from_sqlx(&self.label, &error)),
                Err(_) => return Ok(false),
            }
        }
    }
}
