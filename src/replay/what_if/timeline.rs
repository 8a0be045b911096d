//! A branch at any of its versions. It begins where it may part from main and keeps keyframes of its own, so that a step
//! on it costs no more than one on main.

use super::super::cursor::Cursor;
use super::super::keyframes::{Keyframe, Keyframes};
use super::super::timeline::{keep_keyframe, nearest_keyframe};
use super::super::{Seek, Stop};
use super::Lockstep;
use super::plan::{Fate, Plan};
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Reducer, Trial};
use std::sync::Arc;

/// A branch of one stream under one reducer, at every version. It is asked and supplied as a
/// [`Timeline`](super::super::Timeline) is, with the events that were recorded: what becomes of them here is the plan's.
pub struct BranchTimeline {
    plan: Plan,
    reducer: Arc<dyn Reducer>,
    /// Where main and the branch are the same still; `None`: before the first event.
    base: Option<Keyframe>,
    keyframes: Keyframes,
    /// Its `last` is the place of the last recorded event, wherever the event itself stands on the branch.
    cursor: Cursor,
    /// Behind which recorded event the fold stops, once that was met.
    stopped: Option<Option<Version>>,
    reading: Option<(Option<Version>, Version)>,
}

impl BranchTimeline {
    /// A branch that is the same as main up to a keyframe of main; keyframes take at most so many bytes.
    pub fn new(plan: Plan, reducer: Arc<dyn Reducer>, base: Option<Keyframe>, keyframe_budget_bytes: usize) -> Self {
        let cursor = Cursor::start(reducer.as_ref());
        let keyframes = Keyframes::new(keyframe_budget_bytes);
        let mut new = BranchTimeline { plan, reducer, base, keyframes, cursor, stopped: None, reading: None };
        new.restart();
        new
    }

    /// Up to which version main answers: the branch has not begun.
    pub fn begins_behind(&self) -> Option<Version> {
        self.base.as_ref().map(|base| base.version)
    }

    /// The branch at a version, none before it begins; or the recorded events that are needed first.
    pub fn seek(&mut self, target: Option<Version>) -> Seek {
        self.reading = None;
        // Behind the event that stops the fold there is nothing to know.
        let goal = target.max(self.begins_behind());
        let goal = self.stopped.map_or(goal, |stopped| goal.min(stopped));
        self.approach(goal);
        match goal {
            Some(to) if self.cursor.through != goal => {
                self.reading = Some((self.cursor.through, to));
                Seek::Need { after: self.cursor.through, to }
            }
            _ => Seek::State(self.cursor.moment(target)),
        }
    }

    /// Takes the next recorded events of the range that the last seek needed; `complete` when no more of them follow.
    pub fn supply(&mut self, events: &[EventBody], complete: bool) {
        let Some((after, to)) = self.reading else { return };
        for event in events {
            if event.version > to || after.is_some_and(|after| event.version <= after) {
                continue;
            }
            if self.cursor.last.is_none_or(|last| event.version > last) {
                keep_keyframe(&self.cursor, &mut self.keyframes);
            }
            self.take(event);
            if self.cursor.stop.is_some() {
                self.stopped = Some(Some(event.version));
                return self.finish(event.version);
            }
        }
        if complete {
            self.finish(to);
        }
    }

    /// The event that stops the fold, where it was met.
    pub fn stop(&self) -> Option<&Stop> {
        self.cursor.stop.as_ref()
    }

    /// What the rules make of a command where the last seek led.
    pub fn try_command(&self, name: &str, json: &str) -> Trial {
        self.cursor.fold.decide(name, json)
    }

    /// Keeps where a fold of the same branch stands as a keyframe, if one is wanted there. It is about to be given the event
    /// of this version.
    pub fn learn(&mut self, both: &Lockstep, next: Version) {
        if both.branch().last.is_some_and(|last| next > last) {
            keep_keyframe(both.branch(), &mut self.keyframes);
        }
    }

    /// Notes that the stream has grown.
    pub fn grown(&mut self) {
        self.cursor.through = self.cursor.last;
    }

    /// From where a seek to a version would go on: the version behind which events have to be folded.
    pub fn nearest(&self, version: Version) -> Option<Version> {
        let live = self.cursor.through.filter(|through| *through <= version);
        let frame = self.keyframes.before(version).map(|frame| frame.version);
        live.max(frame).max(self.begins_behind())
    }

    fn take(&mut self, event: &EventBody) {
        match self.plan.fate(event) {
            Fate::Stays => self.cursor.apply(event),
            Fate::Changed(changed) => self.cursor.apply(&changed),
            Fate::Skipped | Fate::Away => {}
        }
        self.place_behind(Some(event.version));
    }

    /// Adds what stands behind a recorded event on the branch, and notes that this is where the fold is.
    fn place_behind(&mut self, place: Option<Version>) {
        for (body, _) in self.plan.behind(place, self.reducer.as_ref()) {
            if self.cursor.stop.is_none() {
                self.cursor.apply(&body);
            }
        }
        (self.cursor.last, self.cursor.through) = (place, place);
    }

    fn finish(&mut self, through: Version) {
        self.cursor.through = self.cursor.through.max(Some(through));
        self.reading = None;
        keep_keyframe(&self.cursor, &mut self.keyframes);
    }

    fn restart(&mut self) {
        let restored = self.base.as_ref().and_then(|base| {
            let fold = self.reducer.restore(&base.saved).ok()?;
            Some(Cursor::at(fold, Some(base.version), base.events, base.started_from))
        });
        if let Some(cursor) = restored {
            self.cursor = cursor;
            return;
        }
        // What main cannot give back is folded from the start, which is the same.
        self.base = None;
        self.cursor = Cursor::start(self.reducer.as_ref());
        self.place_behind(None);
        if self.cursor.stop.is_some() {
            self.stopped = Some(None);
        }
    }

    /// Brings the fold to the best place from which to go forward to a version.
    fn approach(&mut self, goal: Option<Version>) {
        let usable = self.cursor.through <= goal;
        let live = usable.then_some(self.cursor.events);
        let nearest = goal.and_then(|goal| nearest_keyframe(self.reducer.as_ref(), &mut self.keyframes, goal, live));
        match nearest {
            Some(cursor) => self.cursor = cursor,
            None if usable => {}
            None => self.restart(),
        }
    }
}
