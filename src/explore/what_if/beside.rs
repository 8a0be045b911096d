//! A branch at a version beside main, at once: what was folded of it stays for the next step.

use super::Along;
use crate::explore::Reporter;
use crate::explore::bodies::Bodies;
use crate::explore::travel::Travel;
use crate::replay::{Branch, BranchTimeline, Change, Edit, KEYFRAME_BUDGET, Mark, Moment, Outcome, Seek, diff};
use crate::store::StoreError;
use foldback_domain::Trial;
use foldback_domain::event::{EventBody, Version};

/// How many branches of a stream keep what was folded of them.
const KEPT: usize = 4;
/// What their keyframes may take together is half of what main's may.
const BUDGET: usize = KEYFRAME_BUDGET / 2 / KEPT;

/// Main and a branch at a version, side by side.
#[derive(Debug, Clone, PartialEq)]
pub struct Beside {
    /// The state as it is.
    pub main: Moment,
    /// The state as it would be.
    pub branch: Moment,
    /// What would be different.
    pub changes: Vec<Change>,
}

/// The branches of a stream of which something is folded, the last used last.
#[derive(Default)]
pub(in crate::explore) struct Known(Vec<(Vec<Edit>, BranchTimeline)>);

impl Known {
    /// Notes that the stream has grown.
    pub(in crate::explore) fn grown(&mut self) {
        self.0.iter_mut().for_each(|(_, timeline)| timeline.grown());
    }

    fn of(&mut self, edits: &[Edit]) -> Option<&mut BranchTimeline> {
        self.0.iter_mut().find(|(known, _)| known == edits).map(|(_, timeline)| timeline)
    }

    fn keep(&mut self, edits: &[Edit], timeline: BranchTimeline) {
        self.0.push((edits.to_vec(), timeline));
        let surplus = self.0.len().saturating_sub(KEPT);
        self.0.drain(..surplus);
    }
}

impl Travel {
    /// Main and a branch at a version.
    pub async fn beside(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        progress: &Reporter,
    ) -> Result<Beside, StoreError> {
        let main = self.moment(at, progress).await?;
        let other = match (&main.outcome, branch.untouched()) {
            (Outcome::Unavailable(_), _) | (_, None) => main.clone(),
            // Where the branch has not begun, it is main.
            (_, Some(untouched)) if is_main(at, untouched) => main.clone(),
            _ => self.moment_on(branch, at, progress).await?,
        };
        let changes = match (&main.state, &other.state) {
            (Some(main), Some(branch)) => diff(main, branch),
            _ => Vec::new(),
        };
        Ok(Beside { main, branch: other, changes })
    }

    /// What the rules make of a command on a branch at a version.
    pub async fn try_on(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        (name, json): (&str, &str),
        progress: &Reporter,
    ) -> Result<Trial, StoreError> {
        if self.fold.is_err() {
            return Ok(Trial::UnknownName);
        }
        if branch.untouched().is_none_or(|untouched| is_main(at, untouched)) {
            let answer = self.what_if(branch, at, Some((name, json)), progress, &mut |_| {}).await?;
            return Ok(answer.trial.map_or(Trial::UnknownName, |(_, trial)| trial));
        }
        self.moment_on(branch, at, progress).await?;
        let timeline = self.branches.of(&branch.edits);
        Ok(timeline.map_or(Trial::UnknownName, |timeline| timeline.try_command(name, json)))
    }

    /// Takes main and a branch through a page; steps on the branch are quick from then on.
    pub fn take_along(&mut self, along: &mut Along, page: &[EventBody], each: &mut dyn FnMut(Mark)) {
        let edits = std::mem::take(&mut along.edits);
        along.take(page, self.branches.of(&edits), each);
        along.edits = edits;
    }

    /// How many events may have to be folded before a branch is known at a version.
    pub fn left_to(&self, branch: &Branch, at: Version) -> u64 {
        let known = self.branches.0.iter().find(|(edits, _)| *edits == branch.edits);
        let nearest = match known {
            Some((_, timeline)) => timeline.nearest(at),
            None => self.begin_of(branch, Some(at)),
        };
        let before = nearest.or_else(|| self.summary.first_version.map(|first| Version(first.0.saturating_sub(1))));
        before.map_or(0, |before| at.0.saturating_sub(before.0).max(0).unsigned_abs())
    }

    /// Makes a branch's timeline, where there is none yet.
    pub async fn know(&mut self, branch: &Branch, progress: &Reporter) -> Result<(), StoreError> {
        let Ok((reducer, _)) = &self.fold else { return Ok(()) };
        if self.branches.of(&branch.edits).is_some() {
            return Ok(());
        }
        let reducer = reducer.clone();
        let plan = self.plan(branch, reducer.needs_more()).await?;
        let begin = self.begin_of(branch, self.summary.version);
        let base = match begin {
            Some(_) => {
                self.moment(begin, progress).await?;
                self.fold.as_ref().ok().and_then(|(_, timeline)| timeline.here())
            }
            None => None,
        };
        self.branches.keep(&branch.edits, BranchTimeline::new(plan, reducer, base, BUDGET));
        Ok(())
    }

    async fn moment_on(
        &mut self,
        branch: &Branch,
        at: Option<Version>,
        progress: &Reporter,
    ) -> Result<Moment, StoreError> {
        self.know(branch, progress).await?;
        let more = self.fold.as_ref().is_ok_and(|(reducer, _)| reducer.needs_more());
        let Some(timeline) = self.branches.of(&branch.edits) else {
            return Ok(Moment::unavailable(at, "nobody can fold this stream".to_owned()));
        };
        loop {
            let (after, to) = match timeline.seek(at) {
                Seek::State(moment) => return Ok(moment),
                Seek::Need { after, to } => (after, to),
            };
            let from = after.map_or(Version(i64::MIN), Version::next);
            let mut bodies = Bodies::between(&self.explorer, &self.summary.stream_id, from, to, more);
            let begin = from.max(self.summary.first_version.unwrap_or(from));
            let total = Some(to.0.saturating_sub(begin.0).saturating_add(1).max(0).unsigned_abs());
            let mut done = 0;
            while let Some(page) = bodies.next().await? {
                timeline.supply(&page, bodies.is_done());
                if timeline.stop().is_some() {
                    break;
                }
                done += page.len() as u64;
                progress.report(done, total);
            }
            timeline.supply(&[], true);
        }
    }
}

/// Whether a version is one up to which a branch is the same as main. What stands before the first event on the branch is
/// there in the initial state too.
fn is_main(at: Option<Version>, untouched: Option<Version>) -> bool {
    at < untouched || (at.is_some() && at == untouched)
}
