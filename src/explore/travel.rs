//! Travel in one stream: states, differences and blame at any version.

use super::bodies::Bodies;
use super::cache::{Keeping, LEAST};
use super::{Explorer, Reporter};
use crate::replay::{
    Blame, Blamed, Change, Field, KEYFRAME_BUDGET, Moment, Outcome, Seek, Step, Stop, Tally, Timeline, Walk, WalkStep,
    count_changes, diff,
};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, StreamName, Version};
use foldback_domain::reading::{Direction, EventAddress, Page, StreamRead, StreamSummary};
use foldback_domain::{Reducer, ReducerInfo};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How many events are folded at a time when a field's earlier change is looked for, backwards.
const STRETCH: usize = 2_048;

/// How many events are read at once when those of some versions are wanted: their neighbours are often wanted too.
const HEADS: usize = 256;

/// Why a stream with events that have no version cannot be folded: to leave them out would be to guess.
pub(super) fn unversioned(summary: &StreamSummary) -> String {
    let (some, all) = (summary.unversioned, summary.events);
    format!("{some} of the {all} events of this stream have no version, so nobody knows where in it they belong")
}

/// One opened stream. It keeps what it folded, so that going back and forth is quick.
pub struct Travel {
    pub(super) explorer: Explorer,
    pub(super) summary: StreamSummary,
    /// The reducer and what it folded, or why nobody can fold this stream.
    pub(super) fold: Result<(Arc<dyn Reducer>, Timeline), String>,
    /// Where what is folded outlives the program; only for streams that are long.
    keeping: Option<Keeping>,
}

impl Travel {
    /// Opens a stream; `None` when there is no such stream.
    pub async fn open(explorer: &Explorer, stream: &StreamName) -> Result<Option<Travel>, StoreError> {
        let Some(summary) = explorer.reader.read_summary(stream).await? else { return Ok(None) };
        let fold = if summary.version.is_none() {
            Err("the events of this stream have no versions, so their order in it is unknown".to_owned())
        } else if summary.unversioned > 0 {
            Err(unversioned(&summary))
        } else {
            explorer
                .reducer(&summary.stream_id, &summary.category)
                .map(|reducer| (reducer.clone(), Timeline::new(reducer, KEYFRAME_BUDGET)))
        };
        let keeping = match (&fold, &explorer.cache) {
            // In the past the stream may end earlier, and elsewhere than at a version.
            (Ok((reducer, _)), Some(cache)) if summary.events >= LEAST && explorer.as_of().is_none() => {
                cache.keeping(&summary.stream_id, reducer.as_ref())
            }
            _ => None,
        };
        Ok(Some(Travel { explorer: explorer.clone(), summary, fold, keeping }))
    }

    /// What the stream is.
    pub fn summary(&self) -> &StreamSummary {
        &self.summary
    }

    /// Who folds it, or why nobody can.
    pub fn reducer(&self) -> Result<ReducerInfo, String> {
        self.fold.as_ref().map(|(reducer, _)| reducer.info()).map_err(Clone::clone)
    }

    /// Reads anew how long the stream is; what was folded stays.
    pub async fn refresh(&mut self) -> Result<(), StoreError> {
        if let Some(summary) = self.explorer.reader.read_summary(&self.summary.stream_id).await? {
            self.summary = summary;
            if let Ok((_, timeline)) = &mut self.fold {
                timeline.grown();
            }
        }
        Ok(())
    }

    /// A page of its events without payloads.
    pub async fn versions(&mut self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        self.explorer.reader.read_stream(read).await
    }

    /// The state at a version that the stream has; `None` is the initial state.
    pub async fn moment(&mut self, at: Option<Version>, progress: &Reporter) -> Result<Moment, StoreError> {
        let (timeline, more) = match &mut self.fold {
            Ok((reducer, timeline)) => (timeline, reducer.needs_more()),
            Err(why) => return Ok(Moment::unavailable(at, why.clone())),
        };
        if let (Some(keeping), Some(at)) = (&mut self.keeping, at) {
            keeping.lend(timeline, at);
        }
        let mut folded = 0;
        loop {
            let (after, to) = match timeline.seek(at) {
                Seek::State(moment) => {
                    if let Some(keeping) = self.keeping.as_mut().filter(|_| folded >= LEAST) {
                        keeping.keep(timeline);
                    }
                    return Ok(moment);
                }
                Seek::Need { after, to } => (after, to),
            };
            let from = after.map_or(Version(i64::MIN), Version::next);
            let begin = from.max(self.summary.first_version.unwrap_or(from));
            let total = Some(to.0.saturating_sub(begin.0).saturating_add(1).max(0).unsigned_abs());
            let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, from, to, more);
            let mut done = 0;
            while let Some(page) = bodies.next().await? {
                timeline.supply(&page, bodies.is_done());
                if timeline.stop().is_some() {
                    break;
                }
                done += page.len() as u64;
                progress.report(done, total);
            }
            folded += done;
            // Where nothing was left to read, the timeline must know that too.
            timeline.supply(&[], true);
        }
    }

    /// All that is known about a version; changes are against `base`, or the version before where there is none.
    pub async fn step(
        &mut self,
        at: Option<Version>,
        base: Option<Version>,
        progress: &Reporter,
    ) -> Result<Step, StoreError> {
        let base = match (base, at) {
            (Some(base), _) => Some(base),
            (None, Some(at)) => self.version_before(at).await?,
            (None, None) => None,
        };
        let before = self.moment(base, progress).await?;
        let moment = self.moment(at, progress).await?;
        let event = match at {
            Some(at) => {
                let address = EventAddress::Version(self.summary.stream_id.clone(), at);
                self.explorer.reader.read_event(&address).await?
            }
            None => None,
        };
        let reducer = self.fold.as_ref().ok().map(|(reducer, _)| reducer);
        let upcast = reducer.and_then(|reducer| reducer.upcast(&event.as_ref()?.body()?));
        let changes = match (&before.state, &moment.state) {
            (Some(before), Some(after)) => diff(before, after),
            _ => Vec::new(),
        };
        Ok(Step {
            moment,
            reducer: reducer.map(|reducer| reducer.info()),
            event,
            upcast: upcast.map(|upcast| upcast.map_err(|error| error.to_string())),
            base,
            changes,
        })
    }

    /// The version of the event before another; `None` before the first.
    pub async fn version_before(&mut self, version: Version) -> Result<Option<Version>, StoreError> {
        let read = StreamRead {
            stream: self.summary.stream_id.clone(),
            from: Version(i64::MIN),
            to: Version(version.0.saturating_sub(1)),
            direction: Direction::Backward,
            limit: 1,
        };
        Ok(self.versions(&read).await?.items.first().and_then(|head| head.stream_version))
    }

    /// What each event from one version to another changed, in order of version; less where the fold stops.
    pub async fn tallies(
        &mut self,
        from: Version,
        to: Version,
        progress: &Reporter,
    ) -> Result<Vec<(Version, Tally)>, StoreError> {
        let before = self.version_before(from).await?;
        let mut tallies = Vec::new();
        self.walk(before, to, None, progress, |step| {
            tallies.push((step.version, count_changes(&step.before, &step.after)));
            true
        })
        .await?;
        Ok(tallies)
    }

    /// The nearest version behind (or before) another at which the value at a path changed; `None` when it never did.
    pub async fn next_change(
        &mut self,
        path: &str,
        from: Option<Version>,
        direction: Direction,
        progress: &Reporter,
    ) -> Result<Option<Version>, StoreError> {
        let Some(state) = self.moment(from, progress).await?.state else { return Ok(None) };
        let Some(field) = Field::new(path, &state) else { return Ok(None) };
        let mut found = None;
        if direction == Direction::Forward {
            self.walk(from, Version(i64::MAX), only(&field), progress, |step| {
                found = is_changed(&field, &step).then_some(step.version);
                found.is_none()
            })
            .await?;
            return Ok(found);
        }
        // Backwards, stretch by stretch: the last change of the nearest stretch that has one.
        let mut end = from;
        while let Some(last) = end {
            let read = StreamRead {
                stream: self.summary.stream_id.clone(),
                from: Version(i64::MIN),
                to: Version(last.0 - 1),
                direction: Direction::Backward,
                limit: STRETCH,
            };
            let heads = self.versions(&read).await?.items;
            let begin = heads.last().and_then(|head| head.stream_version);
            let begin = if heads.len() < STRETCH { None } else { begin };
            // The event at the version itself is the one that the state shows: its own change is not an earlier one.
            self.walk(begin, Version(last.0 - 1), only(&field), progress, |step| {
                if is_changed(&field, &step) {
                    found = Some(step.version);
                }
                true
            })
            .await?;
            if found.is_some() {
                return Ok(found);
            }
            end = begin.map(Version::next);
        }
        Ok(None)
    }

    /// For each path of the state at a version, the event that last changed it.
    pub async fn blame(&mut self, at: Option<Version>, progress: &Reporter) -> Result<Blamed, StoreError> {
        let moment = self.moment(at, progress).await?;
        let reducer = self.reducer().ok();
        let Some(state) = moment.state.clone() else {
            return Ok(Blamed { moment, reducer, lines: Vec::new(), events: BTreeMap::new() });
        };
        let mut blame = Blame::new();
        if let Some(at) = at {
            let each = |step: WalkStep| {
                if !Arc::ptr_eq(&step.before, &step.after) {
                    blame.step(step.version, &step.before, &step.after);
                }
                true
            };
            let stop = self.walk(None, at, None, progress, each).await?;
            if let Some(moment) = gap(&moment, stop) {
                return Ok(Blamed { moment, reducer, lines: Vec::new(), events: BTreeMap::new() });
            }
        }
        let lines = blame.lines(&state);
        let versions: BTreeSet<Version> = lines.iter().filter_map(|line| line.version).collect();
        let mut events = BTreeMap::new();
        self.heads(versions.into_iter(), |version, head| {
            events.insert(version, head);
        })
        .await?;
        Ok(Blamed { moment, reducer, lines, events })
    }

    /// Every event up to a version that changed the value at a path, in order, with what it changed.
    pub async fn history(
        &mut self,
        path: &str,
        at: Option<Version>,
        progress: &Reporter,
        mut each: impl FnMut(&EventHead, Change) + Send,
    ) -> Result<Moment, StoreError> {
        let moment = self.moment(at, progress).await?;
        let (Some(state), Some(at)) = (moment.state.clone(), at) else { return Ok(moment) };
        let Some(field) = Field::new(path, &state) else { return Ok(moment) };
        let mut found = Vec::new();
        let collect = |step: WalkStep| {
            if !Arc::ptr_eq(&step.before, &step.after) {
                found.extend(field.change(&step.before, &step.after).map(|change| (step.version, change)));
            }
            true
        };
        let stop = self.walk(None, at, only(&field), progress, collect).await?;
        if let Some(moment) = gap(&moment, stop) {
            return Ok(moment);
        }
        let versions: Vec<Version> = found.iter().map(|(version, _)| *version).collect();
        let mut changes = found.into_iter();
        self.heads(versions.into_iter(), |version, head| {
            if let Some((_, change)) = changes.find(|(changed, _)| *changed == version) {
                each(&head, change);
            }
        })
        .await?;
        Ok(moment)
    }

    /// The events of these versions, which ascend, without their payloads.
    async fn heads(
        &mut self,
        mut versions: impl Iterator<Item = Version> + Send,
        mut each: impl FnMut(Version, EventHead) + Send,
    ) -> Result<(), StoreError> {
        let mut wanted = versions.next();
        while let Some(from) = wanted {
            let stream = self.summary.stream_id.clone();
            let read = StreamRead { stream, from, to: Version(i64::MAX), direction: Direction::Forward, limit: HEADS };
            let page = self.versions(&read).await?;
            for head in page.items {
                if head.stream_version.is_some() && head.stream_version == wanted {
                    each(wanted.unwrap_or(from), head);
                    wanted = versions.next();
                }
            }
            // A version that is no longer there would be asked for again for ever.
            if wanted == Some(from) {
                wanted = versions.next();
            }
        }
        Ok(())
    }

    /// The event at a version, without its payload.
    pub async fn head(&mut self, version: Version) -> Result<Option<EventHead>, StoreError> {
        let stream = self.summary.stream_id.clone();
        let read = StreamRead { stream, from: version, to: version, direction: Direction::Forward, limit: 1 };
        Ok(self.versions(&read).await?.items.into_iter().next())
    }

    /// Goes through the events behind one version up to another, with the states before and after each, or only these
    /// members of them, until the function says that it has enough, or the fold stops: then where.
    pub(super) async fn walk(
        &mut self,
        after: Option<Version>,
        to: Version,
        only: Option<Vec<String>>,
        progress: &Reporter,
        mut each: impl FnMut(WalkStep) -> bool + Send,
    ) -> Result<Option<Stop>, StoreError> {
        let outcome = self.moment(after, progress).await?.outcome;
        let Ok((reducer, timeline)) = &mut self.fold else { return Ok(None) };
        if outcome != Outcome::Complete {
            return Ok(None);
        }
        let Some(mut walk): Option<Walk> = timeline.walk(only) else { return Ok(None) };
        let from = after.map_or(Version(i64::MIN), Version::next);
        let more = reducer.needs_more();
        let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, from, to, more);
        let mut done = 0;
        while let Some(page) = bodies.next().await? {
            for event in &page {
                let step = match walk.step(event) {
                    Ok(step) => step,
                    Err(stop) => return Ok(Some(stop)),
                };
                if !each(step) {
                    return Ok(None);
                }
            }
            done += page.len() as u64;
            progress.report(done, None);
        }
        Ok(None)
    }
}

/// The member of the states that a field lies in: all that is looked at of them.
fn only(field: &Field) -> Option<Vec<String>> {
    field.member().map(|member| vec![member])
}

fn is_changed(field: &Field, step: &WalkStep) -> bool {
    !Arc::ptr_eq(&step.before, &step.after) && field.changed(&step.before, &step.after)
}

/// A state that is whole though one on the way to it cannot be shown: nobody knows what the events there changed.
fn gap(moment: &Moment, stop: Option<Stop>) -> Option<Moment> {
    let stop = stop.filter(|_| moment.outcome == Outcome::Complete)?;
    let why = format!("the state after v{} {} cannot be shown: {}", stop.version, stop.event_type, stop.why);
    Some(Moment::unavailable(moment.version, why))
}
