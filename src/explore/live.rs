//! The demo at work: a copy of it, on which the shop goes on for as long as somebody watches.

use super::demo;
use crate::adapters::{OwnStore, SourceSpec, open_own};
use crate::engine::shop::live::{LiveShop, begin as begin_day};
use crate::engine::{Clock, ShiftedClock, SystemClock};
use crate::store::{EventReader, StoreError};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use jiff::SignedDuration;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// The day's seed: the same customers come every time.
const SEED: u64 = 20_260_110;

/// A shop at work.
pub struct Live {
    /// Its store.
    pub path: PathBuf,
    /// Its day.
    pub shop: LiveShop,
    /// How far its clock is from ours: the day goes on where the demo was frozen.
    pub shift: SignedDuration,
    /// What goes wrong, in sentences.
    pub said: UnboundedReceiver<String>,
    store: OwnStore,
    // The copy goes away with it.
    _folder: Option<TempDir>,
}

/// Begins a day on a copy of the demo that goes away at the end, or on a file that stays; it is made where it is not
/// there yet.
pub async fn begin(file: Option<&Path>) -> Result<Live, StoreError> {
    let (path, folder) = match file {
        Some(file) => (file.to_owned(), None),
        None => {
            let folder = tempfile::Builder::new().prefix("foldback-live-").tempdir().map_err(|error| {
                StoreError::unavailable("demo --live", format!("has no folder to work in: {error}"), "set TMPDIR")
            })?;
            (folder.path().join("live.db"), Some(folder))
        }
    };
    if !path.exists() {
        demo::make(&path).await?;
    }
    let store = open_own(&SourceSpec::Sqlite { path: path.clone(), store: None }, false).await?;
    let (tell, said) = unbounded_channel();
    let OwnStore { reader, books } = store.clone();
    let shift = shift(&reader).await?;
    let shop = begin_day(reader, books, SEED, Arc::new(ShiftedClock(shift)), tell).await?;
    Ok(Live { path, shop, shift, said, store, _folder: folder })
}

/// How far behind our clock the log ends.
async fn shift(reader: &Arc<dyn EventReader>) -> Result<SignedDuration, StoreError> {
    let filter = LogFilter::default();
    let last = LogRead { filter, start: None, direction: Direction::Backward, limit: 1 };
    let last = reader.read_log(&last).await?.items.first().and_then(|head| head.created_at);
    Ok(last.map_or(SignedDuration::ZERO, |last| last.duration_since(SystemClock.now())))
}

impl Live {
    /// Ends the day; what is begun is finished.
    pub async fn end(self) {
        self.shop.end().await;
        self.store.close().await;
    }
}
