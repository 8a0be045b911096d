//! The first event of a stream after which an expression holds: linear, because states go back and forth.

use super::bodies::Bodies;
use super::travel::unversioned;
use super::{Explorer, Reporter};
use crate::replay::reducers::{Asking, Expr};
use crate::store::StoreError;
use foldback_domain::event::{Category, EventBody, EventHead, StreamName, Version};
use foldback_domain::reading::{Direction, StreamRead, StreamSort, StreamSummary, StreamsRead};
use foldback_domain::{Fold, Reducer};
use serde_json::Value;
use std::sync::Arc;

/// How many streams are listed at a time.
const PAGE: usize = 1_000;

/// The first event after which the expression holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// The event.
    pub head: EventHead,
    /// The state before it; `None` where nothing folds the stream.
    pub before: Option<Value>,
    /// The state after it.
    pub after: Option<Value>,
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

/// A search for the first event after which an expression holds.
pub struct Search {
    explorer: Explorer,
    asking: Asking,
    /// What was seen so far.
    pub searched: Searched,
}

impl Search {
    /// A search with this expression; a clause says what is wrong with it.
    pub fn new(explorer: &Explorer, expr: Expr) -> Result<Search, String> {
        let asking = Asking::new(expr).map_err(|trouble| trouble.why)?;
        Ok(Search { explorer: explorer.clone(), asking, searched: Searched::default() })
    }

    /// Searches one stream.
    pub async fn stream(&mut self, summary: &StreamSummary) -> Result<Option<Finding>, StoreError> {
        let reducer = self.explorer.reducer(&summary.stream_id, &summary.category);
        self.searched.streams += 1;
        if summary.unversioned > 0 {
            self.stopped(&summary.stream_id, &unversioned(summary), true);
            return Ok(None);
        }
        let reducer = match reducer {
            Ok(reducer) => Some(reducer),
            Err(why) if self.asking.expr().needs_state() => {
                self.stopped(&summary.stream_id, &why, true);
                return Ok(None);
            }
            Err(_) => None,
        };
        let mut fold = reducer.as_ref().map(|reducer| reducer.start());
        let mut count = 0;
        let mut bodies = self.bodies(summary, reducer.as_ref());
        while let Some(page) = bodies.next().await? {
            for event in &page {
                if let Some(Err(error)) = fold.as_mut().map(|fold| fold.apply(event)) {
                    let why = format!("the fold stopped at {error}");
                    if self.asking.expr().needs_state() {
                        self.stopped(&summary.stream_id, &why, false);
                        return Ok(None);
                    }
                    fold = None;
                }
                self.searched.events += 1;
                match self.asking.holds(fold.as_deref_mut(), event) {
                    Ok(true) => return self.finding(summary, reducer.as_ref(), fold, event, count).await,
                    Ok(false) => {}
                    Err(why) => {
                        self.searched.undecided += 1;
                        let at = || format!("{}@{}: {why}", summary.stream_id, event.version);
                        self.searched.first_undecided.get_or_insert_with(at);
                    }
                }
                count += 1;
            }
        }
        // A state that is no JSON, as one with NaN in it, answers every comparison with no: nobody may take that for one.
        if self.asking.expr().needs_state()
            && let Some(Err(error)) = fold.map(|fold| fold.state())
        {
            self.stopped(&summary.stream_id, &error.to_string(), false);
        }
        Ok(None)
    }

    /// Searches every stream of a category, and hands out what it finds as it finds it, until that is not wanted.
    pub async fn category(
        &mut self,
        category: &Category,
        progress: &Reporter,
        mut each: impl FnMut(Finding) -> bool + Send,
    ) -> Result<(), StoreError> {
        let mut read =
            StreamsRead { category: Some(category.clone()), sort: StreamSort::Name, after: None, limit: PAGE };
        loop {
            let page = self.explorer.reader.read_streams(&read).await?;
            for summary in &page.items {
                if let Some(found) = self.stream(summary).await?
                    && !each(found)
                {
                    return Ok(());
                }
                progress.report(self.searched.events, None);
            }
            match page.next {
                Some(next) => read.after = Some(next),
                None => return Ok(()),
            }
        }
    }

    fn bodies(&self, summary: &StreamSummary, reducer: Option<&Arc<dyn Reducer>>) -> Bodies {
        let more = self.asking.expr().needs_more() || reducer.is_some_and(|reducer| reducer.needs_more());
        Bodies::all(&self.explorer, &summary.stream_id, more)
    }

    fn stopped(&mut self, stream: &StreamName, why: &str, unavailable: bool) {
        self.searched.unsearched += 1;
        if self.searched.reason.is_none() {
            self.searched.reason = Some(format!("{stream}: {why}"));
            self.searched.unavailable = unavailable;
        }
    }

    /// The event with the states around it: the one before is folded anew, because a fold goes only forward.
    async fn finding(
        &self,
        summary: &StreamSummary,
        reducer: Option<&Arc<dyn Reducer>>,
        fold: Option<Box<dyn Fold>>,
        event: &EventBody,
        count: usize,
    ) -> Result<Option<Finding>, StoreError> {
        let Some(head) = self.head(summary, event.version).await? else { return Ok(None) };
        let after = fold.and_then(|fold| fold.state().ok());
        let mut before = reducer.filter(|_| after.is_some()).map(|reducer| reducer.start());
        let mut left = count;
        let mut bodies = self.bodies(summary, reducer);
        while let Some(fold) = before.as_mut().filter(|_| left > 0) {
            let Some(page) = bodies.next().await? else { break };
            let part = &page[..left.min(page.len())];
            left -= part.len();
            if part.iter().try_for_each(|event| fold.apply(event)).is_err() {
                before = None;
            }
        }
        Ok(Some(Finding { head, before: before.and_then(|fold| fold.state().ok()), after }))
    }

    async fn head(&self, summary: &StreamSummary, version: Version) -> Result<Option<EventHead>, StoreError> {
        let stream = summary.stream_id.clone();
        let read = StreamRead { stream, from: version, to: version, direction: Direction::Forward, limit: 1 };
        Ok(self.explorer.reader.read_stream(&read).await?.items.into_iter().next())
    }
}
