//! At most two connections to a file, on threads that may block, each as fresh as the file.

use super::failure;
use super::file::{self, Mode, Stamp};
use crate::store::StoreError;
use foldback_domain::event::safe_text;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::Semaphore;

/// How many connections a source may have.
const CONNECTIONS: usize = 2;

/// How often a read is tried again when the file changes under it.
const TRIES: usize = 5;

/// After how many of SQLite's steps it is asked whether anybody still waits for the answer.
const STEPS: i32 = 20_000;

/// The connections to one file.
#[derive(Debug)]
pub struct Pool {
    path: PathBuf,
    label: String,
    permits: Arc<Semaphore>,
    state: Mutex<State>,
    changes: AtomicI64,
    sealed: bool,
}

#[derive(Debug, Default)]
struct State {
    idle: Vec<Open>,
    last: Option<Stamp>,
}

#[derive(Debug)]
struct Open {
    connection: Connection,
    mode: Mode,
    stamp: Stamp,
    data_version: i64,
}

/// Tells a running read that nobody waits for it any more.
struct GiveUp(Arc<AtomicBool>);

impl Drop for GiveUp {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Pool {
    /// The connections to a file, none of them open yet.
    pub fn new(path: &Path) -> Self {
        let label = safe_text(&path.to_string_lossy()).into_owned();
        // SQLite puts the -wal beside the file itself, not beside a link to it.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        Pool {
            path,
            label,
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
            state: Mutex::default(),
            changes: AtomicI64::new(0),
            sealed: false,
        }
    }

    /// The connections to a file that nobody else knows, all opened now: the file's name can then go away.
    pub fn sealed(path: &Path, label: &str) -> Result<Self, StoreError> {
        let mut pool = Pool { label: label.to_owned(), ..Pool::new(path) };
        let stamp = Stamp::of(path, label)?;
        for _ in 0..CONNECTIONS {
            let open = pool.open(stamp.clone(), Mode::Immutable)?;
            pool.state().idle.push(open);
        }
        pool.sealed = true;
        Ok(pool)
    }

    /// The file's name, safe to show.
    pub fn label(&self) -> &str {
        &self.label
    }

    /// Runs a read on a connection, on a thread that may block. When the future is dropped the read is given up.
    pub async fn run<T: Send + 'static>(
        self: &Arc<Self>,
        read: impl Fn(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let permit = self.permits.clone().acquire_owned().await.expect("the semaphore is never closed");
        let given_up = GiveUp(Arc::default());
        let (pool, stop) = (self.clone(), given_up.0.clone());
        let work = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            pool.read(&read, &stop)
        });
        work.await
            .unwrap_or_else(|error| Err(StoreError::unavailable(&self.label, format!("the read broke: {error}"), "")))
    }

    /// A number that changes when the file has changed.
    pub async fn read_change(self: &Arc<Self>) -> Result<i64, StoreError> {
        // SQLite's own number is a connection's: each compares with what it saw itself. What a new connection
        // cannot know is counted as a change; that errs on the safe side.
        self.run(|_| Ok(())).await?;
        Ok(self.changes.load(Ordering::Relaxed))
    }

    fn read<T>(
        &self,
        read: &impl Fn(&Connection) -> rusqlite::Result<T>,
        stop: &Arc<AtomicBool>,
    ) -> Result<T, StoreError> {
        for _ in 0..TRIES {
            let mut open = self.take()?;
            let asked = stop.clone();
            let handler = move || asked.load(Ordering::Relaxed);
            let answer = open
                .connection
                .progress_handler(STEPS, Some(handler))
                .and_then(|()| self.count_change(&mut open))
                .and_then(|()| read(&open.connection));
            // Without locks a page may be torn by a writer who came meanwhile: then the answer is thrown away.
            let lockless = open.mode != Mode::Shared && !self.sealed;
            if lockless && Stamp::of(&self.path, &self.label)? != open.stamp {
                self.changes.fetch_add(1, Ordering::Relaxed);
                continue;
            }
            return match answer {
                Ok(answer) => {
                    self.state().idle.push(open);
                    Ok(answer)
                }
                Err(error) => {
                    if self.sealed {
                        self.state().idle.push(open);
                    }
                    Err(failure::unavailable(&self.label, &error))
                }
            };
        }
        Err(StoreError::unavailable(
            &self.label,
            "is being written while it is read, again and again",
            "try again when the writer has finished",
        ))
    }

    fn count_change(&self, open: &mut Open) -> rusqlite::Result<()> {
        if open.mode == Mode::Shared {
            let version = open.connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
            if version != open.data_version {
                open.data_version = version;
                self.changes.fetch_add(1, Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// An idle connection that is as fresh as the file, or a new one.
    fn take(&self) -> Result<Open, StoreError> {
        if self.sealed {
            let broken =
                || StoreError::unavailable(&self.label, "lost its connections to a read that broke", "open it again");
            return self.state().idle.pop().ok_or_else(broken);
        }
        let stamp = Stamp::of(&self.path, &self.label)?;
        let idle = {
            let mut state = self.state();
            if state.last.as_ref() != Some(&stamp) {
                state.last = Some(stamp.clone());
                self.changes.fetch_add(1, Ordering::Relaxed);
            }
            state.idle.pop()
        };
        if let Some(mut open) = idle {
            if open.stamp == stamp {
                return Ok(open);
            }
            if open.mode == Mode::Shared
                && stamp.same_file(&open.stamp)
                && file::mode(&self.path, &stamp, &self.label)? == Mode::Shared
            {
                open.stamp = stamp;
                return Ok(open);
            }
        }
        let mode = file::mode(&self.path, &stamp, &self.label)?;
        self.changes.fetch_add(1, Ordering::Relaxed);
        self.open(stamp, mode)
    }

    fn open(&self, stamp: Stamp, mode: Mode) -> Result<Open, StoreError> {
        let connection = file::open(&self.path, mode).map_err(|error| failure::unavailable(&self.label, &error))?;
        Ok(Open { connection, mode, stamp, data_version: -1 })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Closes what is idle; the next read opens anew. A writer in the same program can then end cleanly.
    pub fn close_idle(&self) {
        if !self.sealed {
            self.state().idle.clear();
        }
    }
}
