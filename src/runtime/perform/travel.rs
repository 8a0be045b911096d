//! What travel asks. A stream that was opened stays open for a while: going back to what was folded is quick.

use super::ahead::{self, Ahead};
use super::branch::{self, Ends};
use crate::app::screens::travel::around::Around;
use crate::app::screens::travel::branch::{Here, Tried};
use crate::app::screens::travel::{Ask, Opened as OpenedStream, Reply};
use crate::explore::travel::Travel;
use crate::explore::what_if::Beside;
use crate::explore::{Explorer, Reporter, log};
use crate::store::StoreError;
use foldback_domain::event::{Position, StreamName, Version};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page, StreamRead, StreamSummary};
use jiff::Timestamp;
use std::sync::Arc;
use tokio::sync::{Mutex, MutexGuard, watch};

/// How many events of a branch are marked.
pub(super) const MARKS: usize = 2_000;
/// How many snapshots of a stream are marked.
const SNAPSHOTS: usize = 1_000;
/// How many streams stay open.
const OPEN: usize = 4;

type Shared = Arc<Open>;

/// A stream that stays open, and how far it is folded ahead.
pub(super) struct Open {
    travel: Mutex<Travel>,
    ahead: watch::Sender<Ahead>,
    /// The branches that were folded to the end, and how far the one is that is under way.
    pub(super) ends: Ends,
}

impl Open {
    fn new(travel: Travel) -> Shared {
        let ahead = watch::Sender::new(Ahead::Idle);
        Arc::new(Open { travel: Mutex::new(travel), ahead, ends: Ends::default() })
    }

    pub(super) async fn lock(&self) -> MutexGuard<'_, Travel> {
        self.travel.lock().await
    }
}

/// A stream, and the position that it is as of.
type Key = (StreamName, Option<Position>);

/// The streams that stay open, the last used last, and under which reducers they were opened; and the source as it was
/// where the clock stands, which keeps what it found of then.
#[derive(Default)]
pub struct Opened {
    streams: Mutex<(u64, Vec<(Key, Shared)>)>,
    then: Mutex<Option<(Position, Explorer)>>,
}

impl Opened {
    /// The source as it was at a position.
    pub(super) async fn at(&self, now: &Explorer, position: Position) -> Explorer {
        let mut then = self.then.lock().await;
        match &*then {
            Some((at, explorer)) if *at == position => explorer.clone(),
            _ => then.insert((position, now.at(position))).1.clone(),
        }
    }

    /// The stream whose folds are right where the clock stands. What had happened by then is the beginning of what has
    /// happened by now, so that the stream as it is now answers, and moving the clock throws nothing away. Where
    /// versions need not rise with the log, it is the stream of then.
    pub(super) async fn of_then(
        &self,
        now: &Explorer,
        explorer: &Explorer,
        then: &StreamSummary,
    ) -> Result<Option<Shared>, StoreError> {
        let source = now.reader.source();
        let orderly = source.own || source.kind == "jsonl" || explorer.as_of().is_none() || is_whole(then);
        self.travel(if orderly { now } else { explorer }, &then.stream_id).await
    }

    /// The stream, opened if it is not yet; `None` when there is no such stream.
    pub(super) async fn travel(&self, explorer: &Explorer, stream: &StreamName) -> Result<Option<Shared>, StoreError> {
        if let Some(travel) = self.known(explorer, stream).await {
            return Ok(Some(travel));
        }
        let generation = explorer.scripts().generation();
        let Some(travel) = Travel::open(explorer, stream).await? else { return Ok(None) };
        let travel = Open::new(travel);
        let (current, opened) = &mut *self.streams.lock().await;
        if *current != generation {
            return Ok(Some(travel));
        }
        let key = (stream.clone(), explorer.as_of());
        opened.retain(|(other, _)| *other != key);
        opened.push((key, travel.clone()));
        let surplus = opened.len().saturating_sub(OPEN);
        opened.drain(..surplus);
        Ok(Some(travel))
    }

    async fn known(&self, explorer: &Explorer, stream: &StreamName) -> Option<Shared> {
        let (current, opened) = &mut *self.streams.lock().await;
        let generation = explorer.scripts().generation();
        // What other reducers folded is nothing to go on from.
        if std::mem::replace(current, generation) != generation {
            opened.clear();
        }
        let at = opened.iter().position(|((name, as_of), _)| name == stream && *as_of == explorer.as_of())?;
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
            let travel = match &then {
                Some(then) => opened.of_then(now, explorer, then).await?,
                None => opened.fresh(now, stream).await?,
            };
            let Some(travel) = travel else { return Ok(Reply::Opened(None)) };
            let open = travel.clone();
            let travel = travel.lock().await;
            ahead::expect(&open.ahead, &travel);
            let summary = then.unwrap_or_else(|| travel.summary().clone());
            // Where they cannot be read the stream is no less open.
            let snapshots = match now.reader.processes() {
                Some(processes) => processes.read_snapshot_marks(stream, SNAPSHOTS).await.unwrap_or_default(),
                None => Vec::new(),
            };
            let snapshots = snapshots.into_iter().collect();
            let stream = OpenedStream { summary, reducer: travel.reducer(), snapshots };
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
        // The read models end where the clock stands: what is open for the screen goes on to now.
        Ask::Around { stream, branch, at } => {
            let Some(mut travel) = Travel::open(explorer, stream).await? else { return Ok(Reply::Opened(None)) };
            let mut marks = Vec::new();
            let mut keep = |mark| {
                if marks.len() < MARKS {
                    marks.push(mark);
                }
            };
            travel.what_if(branch, *at, None, progress, &mut keep).await?;
            let models = travel.read_models_on(branch, progress).await?;
            let sagas = travel.sagas_on(branch, &marks).await?;
            return Ok(Reply::Around(Box::new(Around { models, sagas })));
        }
        Ask::VersionAt { stream, at } => return version_at(explorer, stream, *at, progress).await,
        Ask::Step { stream, .. }
        | Ask::Tallies { stream, .. }
        | Ask::Change { stream, .. }
        | Ask::Beside { stream, .. }
        | Ask::Branch { stream, .. }
        | Ask::Try { stream, .. }
        | Ask::Export { stream, .. }
        | Ask::Run { stream, .. }
        | Ask::Blame { stream, .. } => stream.clone(),
    };
    let then = match explorer.as_of() {
        Some(_) => explorer.reader.read_summary(&stream).await?,
        None => None,
    };
    let travel = match &then {
        Some(then) => opened.of_then(now, explorer, then).await?,
        None => opened.travel(now, &stream).await?,
    };
    let travel = travel.ok_or_else(|| {
        StoreError::unavailable(format!("stream {stream}"), "it is no longer in this source", "Esc goes back")
    })?;
    ahead::wait(&travel, &travel.ahead, &ask, progress).await;
    match &ask {
        Ask::Branch { branch, at, .. } => return branch::to_end(&travel, branch, *at, progress).await,
        Ask::Beside { branch, at, .. } => branch::wait(&travel, branch, *at, progress).await,
        _ => {}
    }
    let mut travel = travel.lock().await;
    Ok(match ask {
        Ask::Step { at, base, .. } => Reply::Step(Arc::new(travel.step(at, base, progress).await?)),
        Ask::Tallies { from, to, .. } => Reply::Tallies(travel.tallies(from, to, progress).await?),
        Ask::Change { path, from, direction, .. } => {
            let found = travel.next_change(&path, from, direction, progress).await?;
            let last = then.as_ref().and_then(|then| then.version);
            let happened = |version: &Version| last.is_none_or(|last| *version <= last);
            Reply::Change(direction, found.filter(happened))
        }
        Ask::Beside { branch, at, .. } => {
            let Beside { main, branch: moment, changes } = travel.beside(&branch, at, progress).await?;
            Reply::Beside(Arc::new(Here { branch, main, moment, changes }))
        }
        Ask::Try { branch, at, name, json, .. } => {
            let trial = travel.try_on(&branch, at, (&name, &json), progress).await?;
            Reply::Tried(Tried { name, trial })
        }
        Ask::Export { branch, at, language, .. } => {
            let test = travel.test_of(&branch, at, None, progress).await?;
            Reply::Exported(test.map(|test| test.write(language)))
        }
        Ask::Run { from, direction, watched, stops, film, .. } => {
            let stop = travel.run(from, direction, &watched, &stops, progress).await?;
            let last = then.as_ref().and_then(|then| then.version);
            let stop = stop.filter(|(version, _)| last.is_none_or(|last| *version <= last));
            let head = match &stop {
                Some((version, _)) => travel.head(*version).await?,
                None => None,
            };
            Reply::Ran { film, stop, position: head.and_then(|head| head.global_position) }
        }
        Ask::Blame { at, .. } => Reply::Blame(Arc::new(travel.blame(at, progress).await?)),
        Ask::Open(_)
        | Ask::Fold(_)
        | Ask::Versions { .. }
        | Ask::VersionAt { .. }
        | Ask::Around { .. }
        | Ask::Branch { .. } => {
            unreachable!("answered above")
        }
    })
}

/// Whether a stream has every version from its first to its last: then those that are later come later in the log too.
fn is_whole(summary: &StreamSummary) -> bool {
    let versions = summary.first_version.zip(summary.version).and_then(|(first, last)| last.0.checked_sub(first.0));
    summary.unversioned == 0
        && versions.is_some_and(|between| between >= 0 && between.unsigned_abs() + 1 == summary.events)
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
