//! Connections that are kept at hand between two transactions.
//!
//! sqlx asks a connection whether it is well each time it comes back: for an append of four statements that is one round
//! trip more. So those that ended well stay outside its pool, and go back to it when something went wrong.

use sqlx::pool::PoolConnection;
use sqlx::{Connection, Error, PgConnection, PgPool, Postgres};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// A connection that was idle for so long is asked whether it is still there before it is used.
const FRESH: Duration = Duration::from_secs(1);

/// Some of a pool's connections.
pub struct Connections {
    pool: PgPool,
    permits: Arc<Semaphore>,
    idle: Mutex<Vec<(PoolConnection<Postgres>, Instant)>>,
}

/// A connection in use. One that is dropped goes back to the pool, which looks whether it is well.
pub struct Taken {
    // Always there until it is given back or dropped.
    connection: Option<PoolConnection<Postgres>>,
    home: Arc<Connections>,
    _permit: OwnedSemaphorePermit,
}

impl Connections {
    /// At most so many of the pool's connections; the pool must have as many.
    pub fn new(pool: PgPool, most: usize) -> Arc<Self> {
        Arc::new(Connections { pool, permits: Arc::new(Semaphore::new(most)), idle: Mutex::default() })
    }

    /// Takes one: the one that was used last, or one of the pool's.
    pub async fn take(self: &Arc<Self>) -> Result<Taken, Error> {
        let waiting = self.permits.clone().acquire_owned();
        let permit = match tokio::time::timeout(self.pool.options().get_acquire_timeout(), waiting).await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(Error::PoolClosed),
            Err(_) => return Err(Error::PoolTimedOut),
        };
        loop {
            let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let connection = match idle {
                None => self.pool.acquire().await?,
                Some((connection, since)) if since.elapsed() < FRESH => connection,
                Some((mut connection, _)) => match connection.ping().await {
                    Ok(()) => connection,
                    Err(_) => {
                        connection.close_on_drop();
                        continue;
                    }
                },
            };
            return Ok(Taken { connection: Some(connection), home: self.clone(), _permit: permit });
        }
    }

    /// Closes all of them, and the pool.
    pub async fn close(&self) {
        self.permits.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.pool.close().await;
    }
}

impl Drop for Connections {
    fn drop(&mut self) {
        // A connection that goes back to its pool needs a runtime, which may be gone by now.
        for (connection, _) in self.idle.get_mut().unwrap_or_else(PoisonError::into_inner).drain(..) {
            drop(connection.detach());
        }
    }
}

impl Taken {
    /// Keeps it at hand for the next: it is well, and no transaction is open on it.
    pub fn give_back(mut self) {
        if let Some(connection) = self.connection.take()
            && !self.home.permits.is_closed()
        {
            let mut idle = self.home.idle.lock().unwrap_or_else(PoisonError::into_inner);
            idle.push((connection, Instant::now()));
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take()
            && Handle::try_current().is_err()
        {
            drop(connection.detach());
        }
    }
}

impl Deref for Taken {
    type Target = PgConnection;

    fn deref(&self) -> &Self::Target {
        self.connection.as_ref().expect("a connection in use is there")
    }
}

impl DerefMut for Taken {
    fn deref_mut(&mut self) -> &mut Self::Target {
        self.connection.as_mut().expect("a connection in use is there")
    }
}

impl fmt::Debug for Connections {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connections").field("pool", &self.pool).finish_non_exhaustive()
    }
}
