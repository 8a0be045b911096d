//! Every stream under two reducers: which end differently, and the first event where each parts.

use super::bodies::Bodies;
use super::crew::{self, Job, Wants};
use super::reducers::ScriptFiles;
use super::travel::unversioned;
use super::{Explorer, Reporter};
use crate::analysis::compare::StreamDifference;
use crate::analysis::values::plain;
use crate::replay::{Change, Stop, diff};
use crate::store::StoreError;
use foldback_domain::event::{Category, EventBody, StreamName, Version};
use foldback_domain::reading::{Direction, StreamCursor, StreamRead, StreamSort, StreamSummary, StreamsRead};
use foldback_domain::{Fold, FoldError, Reducer};
use serde_json::Value;
use std::collections::{BinaryHeap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// How many changes of one stream are kept.
const CHANGES: usize = 100;
/// How many streams a sample has at most.
const LARGEST: usize = 100_000;
/// How many streams are listed at a time for a sample.
const LISTED: usize = 1_000;

/// One of the two sides: what folds a stream.
#[derive(Clone)]
pub enum Side {
    /// The domain: foldback's, or one's own.
    Domain(Box<Explorer>),
    /// Scripts.
    Scripts(Arc<ScriptFiles>),
}

impl Side {
    /// What folds a stream; `None` where nothing does.
    fn reducer(&self, stream: &StreamName, category: &Category) -> Option<Arc<dyn Reducer>> {
        match self {
            Side::Domain(domain) => domain.reducer(stream, category).ok(),
            Side::Scripts(scripts) => scripts.covering(stream, category).ok().flatten().map(|script| script.reducer()),
        }
    }
}

/// Which streams are compared.
#[derive(Debug, Clone, Default)]
pub struct Which {
    /// Those of this category.
    pub category: Option<Category>,
    /// These alone.
    pub sample: Option<Arc<HashSet<StreamName>>>,
    /// Those behind this one.
    pub after: Option<StreamCursor>,
}

/// What came of a stream.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was not asked for.
    Skipped,
    /// One of the two sides does not cover it.
    Uncovered,
    /// It ends the same.
    Same,
    /// It ends differently.
    Differs(Box<StreamDifference>),
    /// Nobody knows; a sentence says why.
    Unknown(String),
}

/// Compares streams, and hands out what comes of each, by name, until that is not wanted.
pub async fn compare(
    explorer: &Explorer,
    old: &Side,
    new: &Side,
    which: &Which,
    progress: &Reporter,
    each: impl FnMut(StreamSummary, Outcome) -> bool + Send,
) -> Result<(), StoreError> {
    let make =
        || Comparing { explorer: explorer.clone(), old: old.clone(), new: new.clone(), sample: which.sample.clone() };
    crew::run_behind(explorer, which.category.as_ref(), which.after.clone(), make, progress, each).await
}

/// One worker's part.
struct Comparing {
    explorer: Explorer,
    old: Side,
    new: Side,
    sample: Option<Arc<HashSet<StreamName>>>,
}

impl Comparing {
    fn sides(&self, summary: &StreamSummary) -> Option<[Arc<dyn Reducer>; 2]> {
        let (stream, category) = (&summary.stream_id, &summary.category);
        Some([self.old.reducer(stream, category)?, self.new.reducer(stream, category)?])
    }

    fn is_wanted(&self, summary: &StreamSummary) -> bool {
        self.sample.as_ref().is_none_or(|sample| sample.contains(&summary.stream_id))
    }
}

impl Job for Comparing {
    type Out = Outcome;

    fn wants(&self, summary: &StreamSummary) -> Wants {
        match self.is_wanted(summary).then(|| self.sides(summary)).flatten() {
            None => Wants::Nothing,
            Some(_) if summary.unversioned > 0 => Wants::Nothing,
            Some(sides) if sides.iter().any(|side| side.needs_more()) => Wants::Everything,
            Some(_) => Wants::Bodies,
        }
    }

    async fn stream(&mut self, summary: &StreamSummary, bodies: &mut Bodies) -> Result<Outcome, StoreError> {
        if !self.is_wanted(summary) {
            return Ok(Outcome::Skipped);
        }
        let Some(sides) = self.sides(summary) else { return Ok(Outcome::Uncovered) };
        if summary.unversioned > 0 {
            return Ok(Outcome::Unknown(unversioned(summary)));
        }
        let mut both = Both::start(&sides);
        while let Some(page) = bodies.next().await? {
            if page.iter().any(|event| !both.take(event)) {
                break;
            }
        }
        let end = match both.differ() {
            Ok(end) => end,
            Err(error) => return Ok(Outcome::Unknown(format!("a state cannot be shown: {error}"))),
        };
        let one_stopped = both.stops[0].is_some() != both.stops[1].is_some();
        if end.is_empty() && !one_stopped {
            return Ok(match &both.stops[0] {
                None => Outcome::Same,
                Some(stop) => Outcome::Unknown(format!("under both reducers {stop}")),
            });
        }
        self.parting(summary, &sides, both, end).await
    }
}

impl Comparing {
    /// Folds a stream that ends differently once more, and looks at both states after every event.
    async fn parting(
        &self,
        summary: &StreamSummary,
        sides: &[Arc<dyn Reducer>; 2],
        ended: Both,
        mut end: Vec<Change>,
    ) -> Result<Outcome, StoreError> {
        let more = sides.iter().any(|side| side.needs_more());
        let mut bodies = Bodies::all(&self.explorer, &summary.stream_id, more);
        let mut both = Both::start(sides);
        let mut first = both.differ().unwrap_or_default();
        let mut at: Option<Version> = None;
        'events: while first.is_empty()
            && let Some(page) = bodies.next().await?
        {
            for event in &page {
                let goes_on = both.take(event);
                first = both.differ().unwrap_or_default();
                if !first.is_empty() || !goes_on {
                    at = Some(event.version);
                    break 'events;
                }
            }
        }
        let event = match at {
            Some(version) => {
                let stream = summary.stream_id.clone();
                let read = StreamRead { stream, from: version, to: version, direction: Direction::Forward, limit: 1 };
                self.explorer.reader.read_stream(&read).await?.items.into_iter().next()
            }
            None => None,
        };
        end.truncate(CHANGES);
        first.truncate(CHANGES);
        let [old_stop, new_stop] = ended.stops;
        Ok(Outcome::Differs(Box::new(StreamDifference {
            stream_id: summary.stream_id.clone(),
            category: summary.category.clone(),
            event,
            first,
            end,
            old_stop,
            new_stop,
        })))
    }
}

/// Both folds of a stream, side by side.
struct Both {
    folds: [Box<dyn Fold>; 2],
    stops: [Option<Stop>; 2],
}

impl Both {
    fn start(sides: &[Arc<dyn Reducer>; 2]) -> Both {
        Both { folds: [sides[0].start(), sides[1].start()], stops: [None, None] }
    }

    /// Gives both an event; whether both go on.
    fn take(&mut self, event: &EventBody) -> bool {
        for (fold, stop) in self.folds.iter_mut().zip(&mut self.stops) {
            if let Err(error) = fold.apply(event) {
                *stop = Some(Stop::at(event, &error));
            }
        }
        self.stops.iter().all(Option::is_none)
    }

    /// What differs between the two states.
    fn differ(&self) -> Result<Vec<Change>, FoldError> {
        let (old, new): (Value, Value) = (self.folds[0].state()?, self.folds[1].state()?);
        if old == new {
            return Ok(Vec::new());
        }
        Ok(diff(&plain(&old), &plain(&new)))
    }
}

/// So many streams, the same ones each time: those whose names have the smallest digests.
pub async fn sample(
    explorer: &Explorer,
    category: Option<&Category>,
    size: usize,
) -> Result<HashSet<StreamName>, StoreError> {
    let size = size.min(LARGEST);
    let mut kept: BinaryHeap<(Uuid, StreamName)> = BinaryHeap::with_capacity(size + 1);
    let mut read = StreamsRead { category: category.cloned(), sort: StreamSort::Name, after: None, limit: LISTED };
    loop {
        let page = explorer.reader.read_streams(&read).await?;
        for summary in page.items {
            let digest = Uuid::new_v5(&Uuid::NAMESPACE_OID, summary.stream_id.as_str().as_bytes());
            kept.push((digest, summary.stream_id));
            if kept.len() > size {
                kept.pop();
            }
        }
        match page.next {
            Some(next) => read.after = Some(next),
            None => return Ok(kept.into_iter().map(|(_, stream)| stream).collect()),
        }
    }
}
