//! The sagas: those first that need somebody; and one of them as lanes over time.

pub mod words;

use super::super::action::Action;
use super::super::context::Context;
use super::super::document::{Line, Tone};
use super::super::effect::{self, Slot};
use super::super::geometry::Area;
use super::super::highlight;
use super::super::modals::{Detail, Modal};
use super::super::picked::Picked;
use super::super::place::Place;
use crate::analysis::sagas::{Listed, SagaStory, Sagas as Found};
use crate::replay::{Change, diff};
use foldback_domain::event::Payload;
use foldback_domain::processes::SagaEntry;
use jiff::Timestamp;

/// How many sagas the list holds; it says where there are more.
pub const LISTED: usize = 500;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// A list.
    All {
        /// Now.
        now: Timestamp,
        /// How many.
        limit: usize,
    },
    /// One saga with its log.
    One {
        /// Its id.
        id: String,
        /// Now.
        now: Timestamp,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The list.
    All(Box<Found>),
    /// One saga; `None` where there is none of this id.
    One {
        /// Its id.
        id: String,
        /// Its story.
        story: Option<Box<SagaStory>>,
    },
}

/// The screen's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sagas {
    /// What is known.
    pub found: Option<Found>,
    /// Which is selected.
    pub picked: Picked,
    /// The selected saga's story.
    pub story: Option<Box<SagaStory>>,
    /// Whether one is looked at as a whole.
    pub opened: bool,
    /// Whether there is no such saga.
    pub is_missing: bool,
    /// The selected attempt, counted over all steps.
    pub attempt: usize,
    /// The attempt that was selected before the clock was moved: its step and its number.
    kept: Option<(String, u32)>,
}

/// Where the list stands, and one saga's lanes below it.
pub fn areas(body: Area, opened: bool) -> (Area, Area) {
    if opened {
        return (Area { height: 0, ..body }, body);
    }
    if body.height < 16 {
        return (body, Area { height: 0, ..body });
    }
    let (list, lanes) = body.top(body.height * 2 / 5);
    (list, lanes.top(1).1)
}

/// The rows of the list: below a title and the names of its columns.
pub fn rows(body: Area, opened: bool) -> Area {
    areas(body, opened).0.top(2).1
}

impl Sagas {
    /// What the way says of it.
    pub fn title(&self) -> String {
        self.shown().map_or("Sagas".to_owned(), str::to_owned)
    }

    /// The saga that is looked at as a whole.
    pub fn shown(&self) -> Option<&str> {
        self.picked.name.as_deref().filter(|_| self.opened)
    }

    /// Looks at a saga, by id.
    pub fn show(&mut self, id: String) {
        *self = Sagas { found: self.found.take(), picked: Picked::of(id), opened: true, ..Sagas::default() };
    }

    fn names(&self) -> Vec<String> {
        self.found.iter().flat_map(|found| &found.list).map(|listed| listed.summary.saga_id.clone()).collect()
    }

    /// The selected line of the list.
    pub fn selected(&self) -> Option<&Listed> {
        let name = self.picked.name.as_ref()?;
        self.found.as_ref()?.list.iter().find(|listed| listed.summary.saga_id == *name)
    }

    /// Every attempt of the story: the step's place and the attempt's place in it.
    pub fn attempts(&self) -> Vec<(usize, usize)> {
        let steps = self.story.iter().flat_map(|story| story.steps.iter().enumerate());
        steps.flat_map(|(step, is)| (0..is.attempts.len()).map(move |attempt| (step, attempt))).collect()
    }

    /// The selected attempt's step and number.
    fn attempt_name(&self) -> Option<(String, u32)> {
        let (step, attempt) = *self.attempts().get(self.attempt)?;
        let step = &self.story.as_ref()?.steps[step];
        Some((step.name.clone(), step.attempts[attempt].number))
    }

    /// The selected attempt's last line of the log, and the line before it.
    pub fn line(&self) -> Option<(&SagaEntry, Option<&SagaEntry>)> {
        let story = self.story.as_ref()?;
        let (step, attempt) = *self.attempts().get(self.attempt)?;
        let line = story.steps[step].attempts[attempt].line;
        Some((story.entries.get(line)?, line.checked_sub(1).and_then(|before| story.entries.get(before))))
    }

    /// How the saga's state changed with the selected line; nothing where its log keeps no states.
    pub fn changes(&self) -> Vec<Change> {
        let Some((line, before)) = self.line() else { return Vec::new() };
        let state = |entry: &SagaEntry| entry.state.as_ref().and_then(|state| state.parse().ok());
        match (before.and_then(state), state(line)) {
            (Some(before), Some(after)) => diff(&before, &after),
            _ => Vec::new(),
        }
    }

    /// Reads what the screen shows.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.picked.keep(cx.as_of().is_some());
        self.kept = self.kept.take().filter(|_| cx.as_of().is_some()).or_else(|| self.attempt_name());
        self.reload(cx);
    }

    /// The store has changed.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Sagas).is_none() {
            cx.run(Slot::Sagas, effect::Ask::Sagas(Ask::All { now: cx.then(), limit: LISTED }));
        }
        self.read_story(cx);
    }

    fn read_story(&self, cx: &mut Context<'_>) {
        let Some(id) = self.picked.name.clone() else { return };
        let ask = effect::Ask::Sagas(Ask::One { id, now: cx.then() });
        if self.opened { cx.run(Slot::Saga, ask) } else { cx.run_rested(Slot::Saga, ask) }
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        match action {
            Action::Refresh => return self.reload(cx),
            Action::TraceSaga => return self.trace(cx),
            Action::SagaState => return self.state(cx),
            Action::Open if !self.opened => {
                self.opened = self.picked.name.is_some();
                return self.read_story(cx);
            }
            Action::Open => {
                cx.go = self.line().and_then(|(line, _)| line.position).map(Place::Position);
                if cx.go.is_none() {
                    cx.notice = Some("no event came in here".to_owned());
                }
                return;
            }
            _ => {}
        }
        if self.opened {
            self.kept = None;
            let last = self.attempts().len().saturating_sub(1);
            self.attempt = match action {
                Action::Up | Action::PageUp => self.attempt.saturating_sub(1),
                Action::Down | Action::PageDown => (self.attempt + 1).min(last),
                Action::Top => 0,
                Action::Bottom => last,
                _ => self.attempt,
            };
            return;
        }
        let before = self.picked.name.clone();
        if self.picked.act(action, &self.names(), rows(cx.area, false).rows()) && self.picked.name != before {
            self.forget_story();
            self.read_story(cx);
        }
    }

    fn forget_story(&mut self) {
        (self.story, self.attempt, self.is_missing, self.kept) = (None, 0, false, None);
    }

    fn trace(&self, cx: &mut Context<'_>) {
        let story = self.story.as_ref().map(|story| &story.summary);
        let summary = story.or(self.selected().map(|listed| &listed.summary));
        match summary.and_then(|summary| summary.correlation_id.clone()) {
            Some(id) => cx.go = Some(Place::Trace(id)),
            None => cx.notice = Some("this saga has no correlation id".to_owned()),
        }
    }

    fn state(&self, cx: &mut Context<'_>) {
        let Some((line, _)) = self.line() else { return };
        let title = format!("state after line {}", line.sequence);
        let lines = match &line.state {
            Some(state) => payload(state),
            None => vec![Line::of(Tone::Dim, "this saga's log keeps no state")],
        };
        cx.modal = Some(Modal::Detail(Detail::new(title, lines)));
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let area = rows(cx.area, self.opened);
        let Some(row) = area.row_at(x, y) else { return };
        if self.picked.click(row, &self.names(), area.rows()) {
            return self.act(Action::Open, cx);
        }
        self.forget_story();
        self.read_story(cx);
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::All(found) => {
                self.found = Some(*found);
                if self.opened {
                    return;
                }
                let before = self.picked.name.clone();
                self.picked.fit(&self.names(), rows(cx.area, false).rows());
                if before != self.picked.name || (self.story.is_none() && !self.is_missing) {
                    self.forget_story();
                    self.read_story(cx);
                }
            }
            Reply::One { id, story } => {
                if self.picked.name.as_ref() != Some(&id) {
                    return;
                }
                let first = self.story.is_none();
                self.is_missing = story.is_none();
                self.story = story;
                // What went on last is what one wants to know.
                let last = self.attempts().len().saturating_sub(1);
                self.attempt = if first { last } else { self.attempt.min(last) };
                if let Some((name, number)) = &self.kept
                    && let Some(story) = &self.story
                {
                    let is_kept = |(step, attempt): &(usize, usize)| {
                        let step = &story.steps[*step];
                        step.name == *name && step.attempts[*attempt].number == *number
                    };
                    self.attempt = self.attempts().iter().position(is_kept).unwrap_or(last);
                }
            }
        }
    }
}

/// A payload of the books as lines.
pub fn payload(payload: &Payload) -> Vec<Line> {
    highlight::payload(payload, "")
}
