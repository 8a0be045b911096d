//! Main and a branch on their way to a version, page by page, so that others may ask between two pages.

use crate::explore::Reporter;
use crate::explore::bodies::Bodies;
use crate::explore::travel::Travel;
use crate::replay::{Branch, BranchTimeline, Compared, Edit, Lockstep, Mark};
use crate::store::StoreError;
use foldback_domain::Trial;
use foldback_domain::event::{EventBody, Version};

/// A fold of both, begun.
pub struct Along {
    both: Lockstep,
    at: Option<Version>,
    /// Which branch it is.
    pub(super) edits: Vec<Edit>,
    bodies: Option<Bodies>,
    done: u64,
    total: u64,
}

impl Travel {
    /// Begins to fold a branch beside main up to a version, where they may part; or says why nobody can.
    pub async fn go_along(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        progress: &Reporter,
    ) -> Result<Result<Along, String>, StoreError> {
        let reducer = match &self.fold {
            Ok((reducer, _)) => reducer.clone(),
            Err(why) => return Ok(Err(why.clone())),
        };
        let (stream, more) = (self.summary.stream_id.clone(), reducer.needs_more());
        let plan = self.plan(branch, more).await?;
        let begin = self.begin_of(branch, at);
        self.moment(begin, progress).await?;
        let copied = match &self.fold {
            Ok((_, timeline)) => Lockstep::new(plan.clone(), reducer.clone(), timeline),
            Err(_) => None,
        };
        let (both, begin) = match copied {
            Some(both) => (both, begin),
            None => (Lockstep::start(plan, reducer), None),
        };
        let from = begin.map_or(Version(i64::MIN), Version::next);
        let first = begin.map_or(self.summary.first_version.unwrap_or(Version(0)), Version::next);
        let total = at.map_or(0, |to| to.0.saturating_sub(first.0).saturating_add(1).max(0).unsigned_abs());
        let bodies = at.map(|to| Bodies::between(&self.explorer, &stream, from, to, more));
        Ok(Ok(Along { both, at, edits: branch.edits.clone(), bodies, done: 0, total }))
    }

    /// Up to where a branch is the same as main for sure, if that is not behind a version.
    pub(super) fn begin_of(&self, branch: &Branch, at: Option<Version>) -> Option<Version> {
        // What is before the first event is before version 0 too, where a stream begins there.
        branch.untouched().unwrap_or(at).min(at).filter(|begin| Some(*begin) >= self.summary.first_version)
    }
}

impl Along {
    /// Adds what stands before the first event, where both begin there.
    pub fn begin(&mut self, each: &mut dyn FnMut(Mark)) {
        self.both.begin(each);
    }

    /// The next recorded events; `None` where nothing can change either side any more.
    pub async fn next(&mut self) -> Result<Option<Vec<EventBody>>, StoreError> {
        match &mut self.bodies {
            Some(bodies) if !self.both.is_over() => bodies.next().await,
            _ => Ok(None),
        }
    }

    /// Takes both through these events. The branch's timeline learns keyframes on the way.
    pub fn take(&mut self, page: &[EventBody], mut timeline: Option<&mut BranchTimeline>, each: &mut dyn FnMut(Mark)) {
        for event in page {
            if let Some(timeline) = timeline.as_deref_mut() {
                timeline.learn(&self.both, event.version);
            }
            self.both.take(event, each);
        }
        self.done += page.len() as u64;
    }

    /// How many events were taken.
    pub fn done(&self) -> u64 {
        self.done
    }

    /// Of about so many.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// What the rules make of a command where both stand: on main, and on the branch.
    pub fn try_command(&self, name: &str, json: &str) -> (Trial, Trial) {
        self.both.try_command(name, json)
    }

    /// What they come to.
    pub fn end(mut self) -> Compared {
        self.both.compared(self.at)
    }
}
