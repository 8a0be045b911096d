//! Main and a branch folded side by side, from where they may part.

use super::super::cursor::Cursor;
use super::super::{Change, Moment, Outcome, Timeline, diff};
use super::plan::{Fate, Plan};
use foldback_domain::event::{EventBody, Version};
use foldback_domain::{Reducer, Trial, Verdict};
use std::sync::Arc;

/// Main and a branch at the same place of the stream.
pub struct Lockstep {
    plan: Plan,
    reducer: Arc<dyn Reducer>,
    main: Cursor,
    branch: Cursor,
    parting: Option<Parting>,
    counts: Counts,
}

/// How an event stands on the branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// As it was recorded.
    Recorded,
    /// It did not happen.
    Skipped,
    /// With another payload.
    Changed,
    /// It is new: the version is the one that it stands behind.
    Inserted,
    /// It was recorded in another place.
    Moved,
}

/// An event of the branch that somebody should look at: an edit, or one that the rules would not let happen like this.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The version that it was recorded under; of a new one the version that it stands behind, and `None` before the
    /// first event.
    pub version: Option<Version>,
    /// Its type.
    pub event_type: Arc<str>,
    /// How it stands there.
    pub place: Place,
    /// What the rules say of it on the branch.
    pub verdict: Verdict,
    /// What they say of it on main, where it was recorded; `None` for what is new or moved.
    pub on_main: Option<Verdict>,
}

impl Mark {
    /// Whether the rules object to it on the branch.
    pub fn objected(&self) -> bool {
        matches!(self.verdict, Verdict::Refuses(_) | Verdict::Differs(_))
    }

    /// Whether they object on main just so: it was written past the rules.
    pub fn also_on_main(&self) -> bool {
        matches!(
            (&self.verdict, &self.on_main),
            (Verdict::Refuses(_), Some(Verdict::Refuses(_))) | (Verdict::Differs(_), Some(Verdict::Differs(_)))
        )
    }
}

/// Where a branch parts from main first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parting {
    /// Behind which event of the stream the states differ; `None` before the first.
    pub version: Option<Version>,
    /// The type of that event.
    pub event_type: Option<Arc<str>>,
}

/// How many events were looked at, and what the rules said of those on the branch.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Recorded events that both were taken through.
    pub compared: u64,
    /// Events of the branch that nobody can judge.
    pub unknown: u64,
    /// Events that the rules would refuse on the branch, and not on main.
    pub refused: u64,
    /// Events in whose place the rules would decide others on the branch, and not on main.
    pub differing: u64,
    /// Events that the rules object to on main too.
    pub also_on_main: u64,
}

/// Main and a branch at a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The state as it is.
    pub main: Moment,
    /// The state as it would be.
    pub branch: Moment,
    /// Where they part; `None` where they never do.
    pub parting: Option<Parting>,
    /// What would be different in the state.
    pub changes: Vec<Change>,
    /// What was counted on the way.
    pub counts: Counts,
}

impl Lockstep {
    /// Both where a timeline stands, which is where they are the same still; `None` where its state cannot be copied.
    pub fn new(plan: Plan, reducer: Arc<dyn Reducer>, timeline: &Timeline) -> Option<Lockstep> {
        let (main, branch) = (timeline.copy()?, timeline.copy()?);
        Some(Lockstep { plan, reducer, main, branch, parting: None, counts: Counts::default() })
    }

    /// Both before the first event.
    pub fn start(plan: Plan, reducer: Arc<dyn Reducer>) -> Lockstep {
        let (main, branch) = (Cursor::start(reducer.as_ref()), Cursor::start(reducer.as_ref()));
        Lockstep { plan, reducer, main, branch, parting: None, counts: Counts::default() }
    }

    /// Adds what stands before the first event, where both begin there.
    pub fn begin(&mut self, each: &mut dyn FnMut(Mark)) {
        if self.branch.last.is_none() {
            self.place_behind(None, each);
            (self.branch.last, self.branch.through) = (None, None);
            self.look(None, None);
        }
    }

    /// Takes both through the next recorded event and what stands behind it on the branch.
    pub fn take(&mut self, event: &EventBody, each: &mut dyn FnMut(Mark)) {
        let fate = self.plan.fate(event);
        let (place, stands) = match &fate {
            Fate::Stays => (Place::Recorded, Some(event)),
            Fate::Changed(changed) => (Place::Changed, Some(changed)),
            Fate::Skipped => (Place::Skipped, None),
            Fate::Away => (Place::Moved, None),
        };
        let verdict = match stands {
            Some(stands) => self.judge(stands),
            None => Verdict::Unknown,
        };
        let objects = matches!(verdict, Verdict::Refuses(_) | Verdict::Differs(_));
        if place != Place::Recorded || objects {
            let on_main = if self.main.stop.is_none() { self.main.fold.judge(event) } else { Verdict::Unknown };
            let mark = Mark {
                version: Some(event.version),
                event_type: event.event_type.clone(),
                place,
                verdict,
                on_main: Some(on_main),
            };
            // What was moved is told where it stands.
            if place != Place::Moved {
                self.count(&mark);
                each(mark);
            }
        }
        if self.main.stop.is_none() {
            self.main.apply(event);
        }
        if let Some(stands) = stands {
            apply(&mut self.branch, stands);
        }
        self.counts.compared += 1;
        self.place_behind(Some(event.version), each);
        // An event that was moved here has a version of elsewhere.
        (self.branch.last, self.branch.through) = (Some(event.version), Some(event.version));
        self.look(Some(event.version), Some(&event.event_type));
    }

    fn place_behind(&mut self, version: Option<Version>, each: &mut dyn FnMut(Mark)) {
        for (body, moved) in self.plan.behind(version, self.reducer.as_ref()) {
            let mark = Mark {
                version: if moved { Some(body.version) } else { version },
                event_type: body.event_type.clone(),
                place: if moved { Place::Moved } else { Place::Inserted },
                verdict: self.judge(&body),
                on_main: None,
            };
            self.count(&mark);
            each(mark);
            apply(&mut self.branch, &body);
        }
    }

    fn judge(&mut self, event: &EventBody) -> Verdict {
        if self.branch.stop.is_some() {
            return Verdict::Unknown;
        }
        let verdict = self.branch.fold.judge(event);
        if verdict == Verdict::Unknown {
            self.counts.unknown += 1;
        }
        verdict
    }

    fn count(&mut self, mark: &Mark) {
        match mark.verdict {
            _ if mark.also_on_main() => self.counts.also_on_main += 1,
            Verdict::Refuses(_) => self.counts.refused += 1,
            Verdict::Differs(_) => self.counts.differing += 1,
            Verdict::Unknown | Verdict::Agrees => {}
        }
    }

    /// Notes where they part. Once they have, nobody compares the states on the way: they may be large.
    fn look(&mut self, version: Option<Version>, event_type: Option<&Arc<str>>) {
        if self.parting.is_some() {
            return;
        }
        let parted = match (&self.main.stop, &self.branch.stop) {
            (Some(_), Some(_)) => false,
            (None, None) => match (self.main.fold.state(), self.branch.fold.state()) {
                (Ok(main), Ok(branch)) => main != branch,
                _ => false,
            },
            _ => true,
        };
        if parted {
            self.parting = Some(Parting { version, event_type: event_type.cloned() });
        }
    }

    /// What the rules make of a command here: on main, and on the branch.
    pub fn try_command(&self, name: &str, json: &str) -> (Trial, Trial) {
        (self.main.fold.decide(name, json), self.branch.fold.decide(name, json))
    }

    /// Main and the branch as they are here, for the version that was asked for.
    pub fn compared(&mut self, at: Option<Version>) -> Compared {
        let (main, branch) = (self.main.moment(at), self.branch.moment(at));
        let changes = match (&main.state, &branch.state) {
            (Some(main), Some(branch)) => diff(main, branch),
            _ => Vec::new(),
        };
        Compared { main, branch, parting: self.parting.clone(), changes, counts: self.counts }
    }

    /// The branch as it stands.
    pub(super) fn branch(&self) -> &Cursor {
        &self.branch
    }

    /// Whether nothing behind here can change either side: both folds have stopped.
    pub fn is_over(&self) -> bool {
        self.main.stop.is_some() && self.branch.stop.is_some()
    }
}

fn apply(cursor: &mut Cursor, event: &EventBody) {
    if cursor.stop.is_none() {
        cursor.apply(event);
    }
}

impl Compared {
    /// Nobody can fold the stream: the same reason on both sides.
    pub fn unavailable(at: Option<Version>, why: String) -> Compared {
        Compared {
            main: Moment::unavailable(at, why.clone()),
            branch: Moment::unavailable(at, why),
            parting: None,
            changes: Vec::new(),
            counts: Counts::default(),
        }
    }

    /// Whether both states are whole.
    pub fn is_whole(&self) -> bool {
        self.main.outcome == Outcome::Complete && self.branch.outcome == Outcome::Complete
    }
}
