//! Travel in one stream: states, differences and blame at any version.

mod blame;
mod history;

use super::bodies::Bodies;
use super::cache::{Keeping, LEAST};
use super::what_if::Known;
use super::{Explorer, Reporter};
use crate::replay::{
    Field, KEYFRAME_BUDGET, Moment, Outcome, Seek, Step, Stop, Tally, Timeline, Turn, Walk, WalkStep, count_changes,
    diff,
};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, EventHead, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{Direction, EventAddress, Page, StreamRead, StreamSummary};
use foldback_domain::{Reducer, ReducerInfo};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many events are folded at a time when a field's earlier change is looked for, backwards.
const STRETCH: usize = 2_048;

/// How many versions that several events have are remembered.
const REPEATED: usize = 100;

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
    /// What states near the end are taken from until the fold that runs ahead has come there: none of it is verified.
    pub(super) guess: Option<Timeline>,
    /// Where what is folded outlives the program; only for streams that are long.
    pub(super) keeping: Option<Keeping>,
    /// What is folded of branches.
    pub(super) branches: Known,
    /// Versions that several events were found to have, and how many.
    repeated: BTreeMap<Version, u32>,
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
                cache.keeping(explorer.reader.as_ref(), &summary.stream_id, reducer.as_ref()).await
            }
            _ => None,
        };
        let (branches, repeated) = (Known::default(), BTreeMap::new());
        Ok(Some(Travel { explorer: explorer.clone(), summary, fold, guess: None, keeping, branches, repeated }))
    }

    /// What the stream is.
    pub fn summary(&self) -> &StreamSummary {
        &self.summary
    }

    /// The versions that several events have, as far as the stream was folded, and how many each: a store that has no unique
    /// key lets that happen. They are folded in the order of the log.
    pub fn repeated(&self) -> &BTreeMap<Version, u32> {
        &self.repeated
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
            self.branches.grown();
        }
        Ok(())
    }

    /// A page of its events without payloads.
    pub async fn versions(&mut self, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
        self.explorer.reader.read_stream(read).await
    }

    /// The state at a version that the stream has; `None` is the initial state.
    pub async fn moment(&mut self, at: Option<Version>, progress: &Reporter) -> Result<Moment, StoreError> {
        self.moment_of(at, false, progress).await
    }

    /// The state at a version; where `early`, from what is not verified yet, if that is far quicker.
    async fn moment_of(&mut self, at: Option<Version>, early: bool, progress: &Reporter) -> Result<Moment, StoreError> {
        let early = early && at.is_some_and(|at| self.guesses(at));
        let (timeline, more) = match (&mut self.fold, &mut self.guess) {
            (Ok((reducer, _)), Some(guess)) if early => (guess, reducer.needs_more()),
            (Ok((reducer, timeline)), _) => (timeline, reducer.needs_more()),
            (Err(why), _) => return Ok(Moment::unavailable(at, why.clone())),
        };
        if let (Some(keeping), Some(at), false) = (&mut self.keeping, at, early) {
            keeping.lend(timeline, at);
        }
        let mut folded = 0;
        loop {
            let (after, to) = match timeline.seek(at) {
                Seek::State(moment) => {
                    if folded >= LEAST && !early {
                        self.keep_folded().await;
                    }
                    return Ok(moment);
                }
                Seek::Need { after, to } => (after, to),
            };
            let from = after.map_or(Version(i64::MIN), Version::next);
            let begin = from.max(self.summary.first_version.unwrap_or(from));
            let total = Some(to.0.saturating_sub(begin.0).saturating_add(1).max(0).unsigned_abs());
            let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, from, to, more);
            let (mut done, mut last) = (0, None);
            while let Some(page) = bodies.next().await? {
                for event in &page {
                    let turn = Turn::after(last, event.version);
                    last = Some(turn);
                    if turn.nth > 0 && (self.repeated.len() < REPEATED || self.repeated.contains_key(&turn.version)) {
                        self.repeated.insert(turn.version, turn.nth + 1);
                    }
                }
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
        let before = self.moment_of(base, true, progress).await?;
        let moment = self.moment_of(at, true, progress).await?;
        let (event, others) = match at {
            Some(at) => self.event(at).await?,
            None => (None, Vec::new()),
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
            others,
            upcast: upcast.map(|upcast| upcast.map_err(|error| error.to_string())),
            base,
            changes,
        })
    }

    /// The event of a version, and the others that have the same one, in front of it. In foldback's own store there are none.
    async fn event(&mut self, at: Version) -> Result<(Option<RecordedEvent>, Vec<EventHead>), StoreError> {
        let (reader, stream) = (self.explorer.reader.clone(), self.summary.stream_id.clone());
        if reader.source().own {
            return Ok((reader.read_event(&EventAddress::Version(stream, at)).await?, Vec::new()));
        }
        let read = StreamRead { stream, from: at, to: at, direction: Direction::Forward, limit: 1 };
        let mut events = reader.read_records(&read).await?.items;
        let last = events.pop();
        Ok((last, events.into_iter().map(|event| event.head).collect()))
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
        let mut tallies: Vec<(Version, Tally)> = Vec::new();
        let mut first = None;
        self.walk(before, to, None, progress, |step| {
            // Where several events have a version, what it changed is what all of them did.
            if step.turn.nth > 0 {
                tallies.pop();
            } else {
                first = Some(step.before.clone());
            }
            let before = first.as_ref().unwrap_or(&step.before);
            tallies.push((step.version, count_changes(before, &step.after)));
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
        self.go(after, to, only, false, progress, |_, step| each(step)).await
    }

    /// The same with the events; `more` asks for all that is known of them.
    pub(super) async fn go(
        &mut self,
        after: Option<Version>,
        to: Version,
        only: Option<Vec<String>>,
        more: bool,
        progress: &Reporter,
        mut each: impl FnMut(&EventBody, WalkStep) -> bool + Send,
    ) -> Result<Option<Stop>, StoreError> {
        let Some((mut walk, mut bodies)) = self.begin(after, to, only, more, progress).await? else { return Ok(None) };
        let mut done = 0;
        while let Some(page) = bodies.next().await? {
            for event in &page {
                let step = match walk.step(event) {
                    Ok(step) => step,
                    Err(stop) => return Ok(Some(stop)),
                };
                if !each(event, step) {
                    return Ok(None);
                }
            }
            done += page.len() as u64;
            progress.report(done, None);
        }
        Ok(None)
    }

    /// A walk that stands behind a version, and the events that it is to go through; `None` where there is no whole state.
    async fn begin(
        &mut self,
        after: Option<Version>,
        to: Version,
        only: Option<Vec<String>>,
        more: bool,
        progress: &Reporter,
    ) -> Result<Option<(Walk, Bodies)>, StoreError> {
        let outcome = self.moment(after, progress).await?.outcome;
        let Ok((reducer, timeline)) = &mut self.fold else { return Ok(None) };
        if outcome != Outcome::Complete {
            return Ok(None);
        }
        let Some(walk) = timeline.walk(only) else { return Ok(None) };
        let from = after.map_or(Version(i64::MIN), Version::next);
        let more = more || reducer.needs_more();
        Ok(Some((walk, Bodies::between(&self.explorer, &self.summary.stream_id, from, to, more))))
    }
}

/// The member of the states that a field lies in: all that is looked at of them.
fn only(field: &Field) -> Option<Vec<String>> {
    field.member().map(|member| vec![member])
}

fn is_changed(field: &Field, step: &WalkStep) -> bool {
    step.is_change() && field.changed(&step.before, &step.after)
}

/// A state that is whole though one on the way to it cannot be shown: nobody knows what the events there changed.
fn gap(moment: &Moment, stop: Option<Stop>) -> Option<Moment> {
    let stop = stop.filter(|_| moment.outcome == Outcome::Complete)?;
    let why = format!("the state after v{} {} cannot be shown: {}", stop.version, stop.event_type, stop.why);
    Some(Moment::unavailable(moment.version, why))
}
