//! The first event of a stream after which an expression holds: linear, because states go back and forth.

use super::bodies::Bodies;
use super::crew::{self, Job, Wants};
use super::travel::unversioned;
use super::{Explorer, Reporter};
use crate::replay::Turn;
use crate::replay::reducers::{Asking, Expr};
use crate::store::StoreError;
use foldback_domain::event::{Category, EventHead, StreamName, Version};
use foldback_domain::reading::{Direction, StreamRead, StreamSummary};
use foldback_domain::{Fold, Reducer};
use std::sync::Arc;

/// Saving this many bytes of state takes about as long as folding one event.
const BYTES_PER_EVENT: usize = 64;

/// The first event after which the expression holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The event.
    pub head: EventHead,
    /// The state before it, as JSON; `None` where nothing folds the stream.
    pub before: Option<String>,
    /// The state after it, as JSON.
    pub after: Option<String>,
}

/// What a search has seen so far.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Searched {
    /// How many streams.
    pub streams: u64,
    /// How many events.
    pub events: u64,
    /// At how many of them the expression threw, so that nobody knows.
    pub undecided: u64,
    /// Where it threw first, and why.
    pub first_undecided: Option<String>,
    /// How many streams could not be searched to their end.
    pub unsearched: u64,
    /// Why the first of them could not.
    pub reason: Option<String>,
    /// Whether the reason is that there is no state at all.
    pub unavailable: bool,
}

impl Searched {
    /// Whether the expression threw wherever it was asked, so that it says nothing about the streams.
    pub fn decided_nothing(&self) -> bool {
        self.undecided > 0 && self.undecided == self.events
    }

    /// Adds what was seen of a stream that comes behind those seen before.
    pub(super) fn add(&mut self, other: Searched) {
        self.streams += other.streams;
        self.events += other.events;
        self.undecided += other.undecided;
        self.unsearched += other.unsearched;
        self.first_undecided = self.first_undecided.take().or(other.first_undecided);
        if self.reason.is_none() {
            (self.reason, self.unavailable) = (other.reason, other.unavailable);
        }
    }

    fn stopped(&mut self, stream: &StreamName, why: &str, unavailable: bool) {
        self.unsearched = 1;
        self.reason = Some(format!("{stream}: {why}"));
        self.unavailable = unavailable;
    }
}

/// Searches one stream.
pub async fn stream(
    explorer: &Explorer,
    expr: &Expr,
    summary: &StreamSummary,
    progress: &Reporter,
) -> Result<(Option<Finding>, Searched), StoreError> {
    let mut seeker = Seeker::new(explorer, expr, progress);
    let mut bodies = match seeker.wants(summary) {
        Wants::Nothing => Bodies::none(explorer, &summary.stream_id),
        wants => Bodies::all(explorer, &summary.stream_id, wants == Wants::Everything),
    };
    seeker.stream(summary, &mut bodies).await
}

/// Searches every stream of a category, or every stream where there is none, and hands out what it finds in the order
/// of the streams, until that is not wanted.
pub async fn streams(
    explorer: &Explorer,
    expr: &Expr,
    category: Option<&Category>,
    progress: &Reporter,
    mut each: impl FnMut(Finding, &Searched) -> bool + Send,
) -> Result<Searched, StoreError> {
    let silent = Reporter::silent();
    gather(explorer, category, || Seeker::new(explorer, expr, &silent), progress, &mut each).await
}

/// Has every stream searched, each by a job of its own, and hands out what is found in the order of the streams.
pub(super) async fn gather<J: Job<Out = (Option<Finding>, Searched)>>(
    explorer: &Explorer,
    category: Option<&Category>,
    make: impl Fn() -> J,
    progress: &Reporter,
    each: &mut (impl FnMut(Finding, &Searched) -> bool + Send),
) -> Result<Searched, StoreError> {
    let mut searched = Searched::default();
    crew::run(explorer, category, make, progress, |_, (found, seen)| {
        searched.add(seen);
        found.is_none_or(|found| each(found, &searched))
    })
    .await?;
    Ok(searched)
}

/// Who searches, one stream after the other.
struct Seeker {
    explorer: Explorer,
    asking: Asking,
    progress: Reporter,
}

impl Seeker {
    fn new(explorer: &Explorer, expr: &Expr, progress: &Reporter) -> Seeker {
        Seeker { explorer: explorer.clone(), asking: Asking::new(expr.clone()), progress: progress.clone() }
    }

    fn reducer(&self, summary: &StreamSummary) -> Result<Arc<dyn Reducer>, String> {
        self.explorer.reducer(&summary.stream_id, &summary.category)
    }

    /// The event itself: others may have its version.
    async fn head(&self, summary: &StreamSummary, turn: Turn) -> Result<Option<EventHead>, StoreError> {
        let (stream, version) = (summary.stream_id.clone(), turn.version);
        let read = StreamRead { stream, from: version, to: version, direction: Direction::Forward, limit: 1 };
        Ok(self.explorer.reader.read_stream(&read).await?.items.into_iter().nth(turn.nth as usize))
    }

    /// The state some events behind an anchor: a fold goes only forward.
    async fn before(
        &self,
        summary: &StreamSummary,
        reducer: &dyn Reducer,
        anchor: &Anchor,
    ) -> Result<Option<String>, StoreError> {
        let restored = anchor.saved.as_ref().map_or(Ok(reducer.start()), |saved| reducer.restore(saved));
        let Ok(mut fold) = restored else { return Ok(None) };
        let from = anchor.version.map_or(Version(i64::MIN), Version::next);
        let more = self.wants(summary) == Wants::Everything;
        let mut left = anchor.behind;
        let mut bodies = Bodies::between(&self.explorer, &summary.stream_id, from, Version(i64::MAX), more);
        while left > 0 {
            let Some(page) = bodies.next().await? else { return Ok(None) };
            let part = &page[..left.min(page.len())];
            left -= part.len();
            if part.iter().try_for_each(|event| fold.apply(event)).is_err() {
                return Ok(None);
            }
        }
        Ok(shown(fold.as_ref()))
    }
}

/// A place in a stream from which its states can be folded again.
#[derive(Default)]
struct Anchor {
    /// The fold there; `None` at the start.
    saved: Option<Vec<u8>>,
    /// The last event that it holds.
    version: Option<Version>,
    /// How many events were folded since.
    behind: usize,
}

impl Anchor {
    /// Moves to where the fold stands, where that costs little beside what was folded since.
    fn follow(&mut self, fold: &dyn Fold, version: Version) {
        if self.behind < self.saved.as_ref().map_or(0, |saved| saved.len() / BYTES_PER_EVENT) {
            return;
        }
        if let Ok(saved) = fold.save() {
            *self = Anchor { saved: Some(saved), version: Some(version), behind: 0 };
        }
    }
}

fn shown(fold: &dyn Fold) -> Option<String> {
    fold.state().ok().map(|state| state.to_string())
}

impl Job for Seeker {
    type Out = (Option<Finding>, Searched);

    fn wants(&self, summary: &StreamSummary) -> Wants {
        let reducer = self.reducer(summary);
        let expr = self.asking.expr();
        if summary.unversioned > 0 || (reducer.is_err() && expr.needs_state()) {
            return Wants::Nothing;
        }
        let more = expr.needs_more() || reducer.is_ok_and(|reducer| expr.needs_state() && reducer.needs_more());
        if more { Wants::Everything } else { Wants::Bodies }
    }

    async fn stream(&mut self, summary: &StreamSummary, bodies: &mut Bodies) -> Result<Self::Out, StoreError> {
        let mut seen = Searched { streams: 1, ..Searched::default() };
        let needs_state = self.asking.expr().needs_state();
        let reducer = match self.reducer(summary) {
            _ if summary.unversioned > 0 => {
                seen.stopped(&summary.stream_id, &unversioned(summary), true);
                return Ok((None, seen));
            }
            Ok(reducer) => Some(reducer),
            Err(why) if needs_state => {
                seen.stopped(&summary.stream_id, &why, true);
                return Ok((None, seen));
            }
            Err(_) => None,
        };
        let mut fold = reducer.as_ref().map(|reducer| reducer.start());
        let (mut anchor, mut last) = (Anchor::default(), None);
        while let Some(page) = bodies.next().await? {
            for event in &page {
                let turn = Turn::after(last, event.version);
                last = Some(turn);
                if let Some(Err(error)) = fold.as_mut().map(|fold| fold.apply(event)) {
                    if needs_state {
                        seen.stopped(&summary.stream_id, &format!("the fold stopped at {error}"), false);
                        return Ok((None, seen));
                    }
                    fold = None;
                }
                seen.events += 1;
                match self.asking.holds(fold.as_deref_mut(), event) {
                    Ok(true) => {
                        let Some(head) = self.head(summary, turn).await? else { return Ok((None, seen)) };
                        let after = fold.and_then(|fold| shown(fold.as_ref()));
                        let before = match reducer.filter(|_| after.is_some()) {
                            Some(reducer) => self.before(summary, reducer.as_ref(), &anchor).await?,
                            None => None,
                        };
                        return Ok((Some(Finding { head, before, after }), seen));
                    }
                    Ok(false) => {}
                    Err(why) => {
                        seen.undecided += 1;
                        let at = || format!("{}@{}: {why}", summary.stream_id, event.version);
                        seen.first_undecided.get_or_insert_with(at);
                    }
                }
                anchor.behind += 1;
            }
            if let (Some(fold), Some(last), false) = (&fold, page.last(), bodies.is_done()) {
                anchor.follow(fold.as_ref(), last.version);
            }
            self.progress.report(seen.events, Some(summary.events));
        }
        // A state that is no JSON, as one with NaN in it, answers every comparison with no: nobody may take that for one.
        // Only a script can make such a state; to write out every other one would take as long as the search.
        let script = fold.filter(|_| needs_state).and_then(|mut fold| fold.as_any().is_some().then_some(fold));
        if let Some(Err(error)) = script.map(|fold| fold.state()) {
            seen.stopped(&summary.stream_id, &error.to_string(), false);
        }
        Ok((None, seen))
    }
}
