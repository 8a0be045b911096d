//! The same work for each stream of a category, or of all, on every core; the results come in order of the streams.
//!
//! ```text
//! crew::run(&explorer, Some(&category), || MyJob::new(), &progress, |summary, out| { …; true }).await?;
//! ```
//!
//! A job is a worker's own: what cannot be shared, such as a script engine, is made once for each worker and serves
//! one stream after the other. Memory does not grow with the number of streams: so many lots of streams are under way at
//! most, and a worker that is far ahead waits.

use super::bodies::Bodies;
use super::{Explorer, Reporter};
use crate::store::StoreError;
use crate::store::reader::FRONT_EVENTS;
use foldback_domain::event::{Category, EventBody, StreamName, Version};
use foldback_domain::reading::{Page, StreamCursor, StreamSort, StreamSummary, StreamsRead};
use std::collections::{BTreeMap, VecDeque};
use std::future::Future;
use std::sync::Arc;
use tokio::runtime::Handle;
use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::task::JoinSet;

/// How many streams are listed at a time.
const PAGE: usize = 1_000;

/// How many streams a worker takes at once, unless they are long: enough to be read in one go.
const LOT: usize = 256;

/// How many lots may be under way: what is ahead of a lot with a very long stream is kept until its turn comes.
const WINDOW: usize = 64;

/// What a job wants to see of a stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wants {
    /// None of its events.
    Nothing,
    /// What a fold needs of them.
    Bodies,
    /// All that is known of them.
    Everything,
}

/// What is done with each stream.
pub trait Job: Send + 'static {
    /// What comes of one stream.
    type Out: Send + 'static;

    /// What it wants to see of a stream.
    fn wants(&self, stream: &StreamSummary) -> Wants;

    /// Does its work on a stream. It may leave off before the last event.
    fn stream(
        &mut self,
        summary: &StreamSummary,
        bodies: &mut Bodies,
    ) -> impl Future<Output = Result<Self::Out, StoreError>> + Send;
}

/// Some streams, by the number of their place in the whole.
struct Lot {
    number: u64,
    streams: Vec<StreamSummary>,
    place: OwnedSemaphorePermit,
}

/// What came of a lot.
struct Done<T> {
    number: u64,
    outs: Vec<(StreamSummary, T)>,
    /// How many events its streams have: what progress counts.
    events: u64,
    _place: OwnedSemaphorePermit,
}

/// Runs a job over every stream of a category, or of all where there is none, and hands out what comes of each, in the
/// order of their names, until that is not wanted. A failed read ends it.
pub async fn run<J: Job>(
    explorer: &Explorer,
    category: Option<&Category>,
    make: impl Fn() -> J,
    progress: &Reporter,
    each: impl FnMut(StreamSummary, J::Out) -> bool + Send,
) -> Result<(), StoreError> {
    run_behind(explorer, category, None, make, progress, each).await
}

/// The same over the streams behind one of them.
pub async fn run_behind<J: Job>(
    explorer: &Explorer,
    category: Option<&Category>,
    after: Option<StreamCursor>,
    make: impl Fn() -> J,
    progress: &Reporter,
    mut each: impl FnMut(StreamSummary, J::Out) -> bool + Send,
) -> Result<(), StoreError> {
    let count = std::thread::available_parallelism().map_or(2, usize::from);
    // When this is dropped, with the result or without, the workers leave off.
    let (_going_on, over) = watch::channel(());
    let (queue, lots) = mpsc::channel(count);
    let lots = Arc::new(Mutex::new(lots));
    let (report, mut reports) = mpsc::channel(count);
    let mut crew = JoinSet::new();
    crew.spawn(list(explorer.clone(), category.cloned(), after, queue, report.clone(), over.clone()));
    for _ in 0..count {
        let worker = work(explorer.clone(), make(), lots.clone(), report.clone(), over.clone());
        // Folding takes a core: it has a thread of its own, so that nobody else's task waits for it.
        let here = Handle::current();
        crew.spawn_blocking(move || here.block_on(worker));
    }
    drop((report, over));
    let (mut early, mut next, mut events) = (BTreeMap::new(), 0, 0);
    loop {
        let done: Done<J::Out> = tokio::select! {
            done = reports.recv() => match done {
                Some(done) => done?,
                None => break,
            },
            Some(ended) = crew.join_next() => match ended {
                Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
                _ => continue,
            },
        };
        events += done.events;
        progress.report(events, None);
        early.insert(done.number, done);
        while let Some(done) = early.remove(&next) {
            next += 1;
            for (summary, out) in done.outs {
                if !each(summary, out) {
                    return Ok(());
                }
            }
        }
    }
    // A worker that panicked has left a gap behind which nothing was handed out.
    while let Some(ended) = crew.join_next().await {
        if let Err(error) = ended
            && error.is_panic()
        {
            std::panic::resume_unwind(error.into_panic());
        }
    }
    Ok(())
}

type Report<T> = mpsc::Sender<Result<Done<T>, StoreError>>;

/// Lists the streams and cuts the list into lots.
async fn list<T>(
    explorer: Explorer,
    category: Option<Category>,
    after: Option<StreamCursor>,
    queue: mpsc::Sender<Lot>,
    report: Report<T>,
    mut over: watch::Receiver<()>,
) {
    let listing = async {
        let places = Arc::new(Semaphore::new(WINDOW));
        let mut read = StreamsRead { category, sort: StreamSort::Name, after, limit: PAGE };
        let mut number = 0;
        loop {
            let page = explorer.reader.read_streams(&read).await?;
            let mut streams = VecDeque::from(page.items);
            while !streams.is_empty() {
                let place = places.clone().acquire_owned().await.expect("the semaphore is never closed");
                let lot = Lot { number, streams: cut(&mut streams), place };
                if queue.send(lot).await.is_err() {
                    return Ok(());
                }
                number += 1;
            }
            match page.next {
                Some(next) => read.after = Some(next),
                None => return Ok(()),
            }
        }
    };
    let listed = tokio::select! {
        _ = over.changed() => return,
        listed = listing => listed,
    };
    if let Err(error) = listed {
        let _ = report.send(Err(error)).await;
    }
}

/// The next lot: as many streams as are read in one go.
fn cut(streams: &mut VecDeque<StreamSummary>) -> Vec<StreamSummary> {
    let (mut lot, mut events) = (Vec::new(), 0);
    while lot.len() < LOT && events < FRONT_EVENTS as u64 {
        let Some(stream) = streams.pop_front() else { break };
        events += stream.events;
        lot.push(stream);
    }
    lot
}

/// One worker: takes lots until there are none, or nobody wants what comes of them.
async fn work<J: Job>(
    explorer: Explorer,
    mut job: J,
    lots: Arc<Mutex<mpsc::Receiver<Lot>>>,
    report: Report<J::Out>,
    mut over: watch::Receiver<()>,
) {
    let working = async {
        loop {
            let lot = lots.lock().await.recv().await;
            let Some(lot) = lot else { return };
            let done = one(&explorer, &mut job, lot).await;
            let failed = done.is_err();
            if report.send(done).await.is_err() || failed {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        _ = over.changed() => {}
        () = working => {}
    }
}

/// Does the work on one lot.
async fn one<J: Job>(explorer: &Explorer, job: &mut J, lot: Lot) -> Result<Done<J::Out>, StoreError> {
    // Asked once: a reducer that is read anew meanwhile must not change what was agreed.
    let wants: Vec<Wants> = lot.streams.iter().map(|stream| job.wants(stream)).collect();
    let small = |wants: Wants, stream: &StreamSummary| wants == Wants::Bodies && stream.events < FRONT_EVENTS as u64;
    let in_one_go = lot.streams.iter().zip(&wants).filter(|(stream, wants)| small(**wants, stream));
    let mut names: Vec<StreamName> = in_one_go.map(|(stream, _)| stream.stream_id.clone()).collect();
    names.reverse();
    let mut fronts = VecDeque::new();
    let mut done =
        Done { number: lot.number, outs: Vec::with_capacity(lot.streams.len()), events: 0, _place: lot.place };
    for (summary, wants) in lot.streams.into_iter().zip(wants) {
        let stream = &summary.stream_id;
        let mut bodies = match wants {
            Wants::Nothing => Bodies::none(explorer, stream),
            wants if small(wants, &summary) => {
                let front = next_front(explorer, &mut names, &mut fronts).await?;
                Bodies::behind(explorer, stream, front)
            }
            wants => Bodies::all(explorer, stream, wants == Wants::Everything),
        };
        let out = job.stream(&summary, &mut bodies).await?;
        done.events += summary.events;
        done.outs.push((summary, out));
    }
    Ok(done)
}

/// The first page of the next small stream. `names` are those that are still to be read, the next one last.
async fn next_front(
    explorer: &Explorer,
    names: &mut Vec<StreamName>,
    fronts: &mut VecDeque<Page<EventBody, Version>>,
) -> Result<Page<EventBody, Version>, StoreError> {
    if fronts.is_empty() {
        let wanted: Vec<StreamName> = names.iter().rev().cloned().collect();
        fronts.extend(explorer.reader.read_fronts(&wanted).await?);
        names.truncate(names.len().saturating_sub(fronts.len()));
    }
    Ok(fronts.pop_front().unwrap_or(Page { items: Vec::new(), next: None }))
}
