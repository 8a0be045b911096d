//! What travel asks. A stream that was opened stays open for a while: going back to what was folded is quick.

use super::ahead::{self, Ahead};
use crate::app::screens::travel::{Ask, Opened as OpenedStream, Reply};
use crate::explore::travel::Travel;
use crate::explore::{Explorer, Reporter, log};
use crate::store::StoreError;
use foldback_domain::event::{StreamName, Version};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page, StreamRead};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, watch};

/// How many streams stay open.
const OPEN: usize = 4;

type Shared = Arc<Open>;

/// A stream that stays open, and how far it is folded ahead.
pub(super) struct Open {
    travel: Mutex<Travel>,
    ahead: watch::Sender<Ahead>,
}

impl Open {
    fn new(travel: Travel) -> Shared {
        Arc::new(Open { travel: Mutex::new(travel), ahead: watch::Sender::new(Ahead::Idle) })
    }

    pub(super) async fn lock(&self) -> MutexGuard<'_, Travel> {
        self.travel.lock().await
    }
}

/// The streams that stay open, the last used last, and under which reducers they were opened.
#[derive(Default)]
pub struct Opened(Mutex<(u64, Vec<(StreamName, Shared)>)>);

impl Opened {
    /// The stream, opened if it is not yet; `None` when there is no such stream.
    pub(super) async fn travel(&self, explorer: &Explorer, stream: &StreamName) -> Result<Option<Shared>, StoreError> {
        if let Some(travel) = self.known(explorer, stream).await {
            return Ok(Some(travel));
        }
        let generation = explorer.scripts().generation();
        let Some(travel) = Travel::open(explorer, stream).await? else { return Ok(None) };
        let travel = Open::new(travel);
        let (current, opened) = &mut *self.0.lock().await;
        if *current != generation {
            return Ok(Some(travel));
        }
        opened.retain(|(name, _)| name != stream);
        opened.push((stream.clone(), travel.clone()));
        let surplus = opened.len().saturating_sub(OPEN);
        opened.drain(..surplus);
        Ok(Some(travel))
    }

    async fn known(&self, explorer: &Explorer, stream: &StreamName) -> Option<Shared> {
        let (current, opened) = &mut *self.0.lock().await;
        let generation = explorer.scripts().generation();
        // What other reducers folded is nothing to go on from.
        if std::mem::replace(current, generation) != generation {
            opened.clear();
        }
        let at = opened.iter().position(|(name, _)| name == stream)?;
        let entry = opened.remove(at);
        opened.push(entry.clone());
        Some(entry.1)
    }

    /// The stream as the store has it now: one that is open already learns how far it has grown.
    async fn fresh(&self, explorer: &Explorer, stream: &StreamName) -> Result<Option<Shared>, StoreError> {
        if let Some(travel) = self.known(explorer, stream).await {
            travel.lock().await.refresh().await?;
            return Ok(Some(travel));
        }
        self.travel(explorer, stream).await
    }
}

/// Streams are opened as they are now, whatever the clock says: the fold of what had happened then is the beginning of
/// the fold of everything, so that moving the clock throws nothing away.
pub(super) async fn answer(
    now: &Explorer,
    explorer: &Explorer,
    opened: &Opened,
    ask: Ask,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    let stream = match &ask {
        Ask::Open(stream) => {
            let then = match explorer.as_of() {
                Some(_) => match explorer.reader.read_summary(stream).await? {
                    Some(summary) => Some(summary),
                    None => return Ok(Reply::Opened(None)),
                },
                None => None,
            };
            let travel = match then {
                Some(_) => opened.travel(now, stream).await?,
                None => opened.fresh(now, stream).await?,
            };
            let Some(travel) = travel else { return Ok(Reply::Opened(None)) };
            let open = travel.clone();
            let travel = travel.lock().await;
            ahead::expect(&open.ahead, &travel);
            let summary = then.unwrap_or_else(|| travel.summary().clone());
            let stream = OpenedStream { summary, reducer: travel.reducer() };
            return Ok(Reply::Opened(Some(Box::new(stream))));
        }
        Ask::Versions { want, before, after } => {
            let (mut rows, mut at_start, mut at_end) = (Vec::new(), None, None);
            if let Some(read) = before {
                let page = versions(explorer, read.clone()).await?;
                at_start = Some(page.next.is_none());
                rows.extend(page.items.into_iter().rev());
            }
            let pivot = rows.len();
            if let Some(read) = after {
                let page = versions(explorer, read.clone()).await?;
                at_end = Some(page.next.is_none());
                rows.extend(page.items);
            }
            return Ok(Reply::Versions { want: want.clone(), rows, pivot, at_start, at_end });
        }
        Ask::Fold(stream) => {
            if let Some(open) = opened.travel(now, stream).await? {
                ahead::fold(&open, &open.ahead, progress).await?;
            }
            return Ok(Reply::Folded);
        }
        Ask::VersionAt { stream, at } => return version_at(explorer, stream, *at, progress).await,
        Ask::Step { stream, .. }
        | Ask::Tallies { stream, .. }
        | Ask::Change { stream, .. }
        | Ask::Blame { stream, .. } => stream.clone(),
    };
    let travel = opened.travel(now, &stream).await?.ok_or_else(|| {
        StoreError::unavailable(format!("stream {stream}"), "it is no longer in this source", "Esc goes back")
    })?;
    ahead::wait(&travel, &travel.ahead, &ask, progress).await;
    let mut travel = travel.lock().await;
    Ok(match ask {
        Ask::Step { at, base, .. } => Reply::Step(Arc::new(travel.step(at, base, progress).await?)),
        Ask::Tallies { from, to, .. } => Reply::Tallies(travel.tallies(from, to, progress).await?),
        Ask::Change { path, from, direction, .. } => {
            let found = travel.next_change(&path, from, direction, progress).await?;
            Reply::Change(direction, happened(explorer, &stream, found).await?)
        }
        Ask::Blame { at, .. } => Reply::Blame(Arc::new(travel.blame(at, progress).await?)),
        Ask::Open(_) | Ask::Fold(_) | Ask::Versions { .. } | Ask::VersionAt { .. } => unreachable!("answered above"),
    })
}

/// A version, where it had happened by where the clock stands.
async fn happened(
    explorer: &Explorer,
    stream: &StreamName,
    version: Option<Version>,
) -> Result<Option<Version>, StoreError> {
    if explorer.as_of().is_none() {
        return Ok(version);
    }
    let last = explorer.reader.read_summary(stream).await?.and_then(|summary| summary.version);
    Ok(version.filter(|version| last.is_some_and(|last| *version <= last)))
}

/// A page of versions that is full unless the stream ends. Rows do not wait for a fold that holds the stream.
async fn versions(
    explorer: &Explorer,
    mut read: StreamRead,
) -> Result<Page<foldback_domain::event::EventHead, Version>, StoreError> {
    let wanted = read.limit;
    let mut items = Vec::new();
    loop {
        read.limit = wanted - items.len();
        let page = explorer.reader.read_stream(&read).await?;
        items.extend(page.items);
        match page.next {
            Some(next) if items.len() < wanted => match read.direction {
                Direction::Forward => read.from = next,
                Direction::Backward => read.to = next,
            },
            next => return Ok(Page { items, next }),
        }
    }
}

async fn version_at(
    explorer: &Explorer,
    stream: &StreamName,
    at: Timestamp,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    let filter = LogFilter { stream: Some(stream.clone()), until: Some(at), ..LogFilter::default() };
    let read = LogRead { filter, start: None, direction: Direction::Backward, limit: 1 };
    let page = log::page(explorer, &read, progress).await?;
    Ok(Reply::VersionAt(page.items.first().and_then(|head| head.stream_version)))
}
