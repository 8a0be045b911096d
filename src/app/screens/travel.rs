//! Travel: one stream through time. Versions on the left, the state in the middle, the event on the right.

pub mod around;
mod ask;
pub mod branch;
pub mod event;
mod panes;
pub mod play;
mod replies;
mod stops;
pub mod tree;
mod versions;

use super::super::action::Action;
use super::super::context::Context;
use super::super::document::Document;
use super::super::effect::{self, Slot};
use super::super::geometry::{self, TravelLayout};
use super::super::modals::Modal;
use super::super::modals::prompt::{Prompt, Purpose};
use super::super::place::Place;
use super::super::scroller::Scroller;
use super::super::window::{Row, Window};
use super::trace;
use crate::analysis::when::parse_when;
use crate::replay::{Blamed, Break, Outcome, Step, Tally};
pub use ask::{Ask, Opened, Reply};
use branch::Branches;
use foldback_domain::event::{EventHead, Position, StreamName, Version};
use foldback_domain::reading::Direction;
use play::Play;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tree::Tree;

/// A row of versions: an event that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// Which version.
    pub version: Version,
    /// Its event.
    pub head: EventHead,
}

impl Row for VersionRow {
    type Key = Version;

    fn key(&self) -> Version {
        self.version
    }
}

/// The panes, in the order in which Tab visits them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Pane {
    /// The versions.
    #[default]
    Versions,
    /// The state, or blame for it.
    State,
    /// The event.
    Event,
}

/// Travel's own state.
#[derive(Debug, Clone, Default)]
pub struct Travel {
    /// Which stream; `None` until one is opened.
    pub stream: Option<StreamName>,
    /// What is known of it.
    pub opened: Option<Opened>,
    /// Whether the source has no such stream.
    pub is_missing: bool,
    /// Its versions.
    pub window: Window<VersionRow>,
    /// What versions changed, for those that were on screen.
    pub tallies: BTreeMap<Version, Tally>,
    /// The version that is looked at; `None` is the initial state.
    pub at: Option<Version>,
    /// All about the version that was last answered.
    pub step: Option<Arc<Step>>,
    /// The state as rows.
    pub tree: Tree,
    /// The event as lines.
    pub event: Document,
    /// Whether blame stands in the place of the state.
    pub blaming: bool,
    /// Blame, where it was answered.
    pub blame: Option<Arc<Blamed>>,
    /// The cursor in it.
    pub blame_at: Scroller,
    /// The version that is compared with.
    pub pin: Option<Version>,
    /// The paths that are watched.
    pub watched: Vec<String>,
    /// The conditions that stop play.
    pub stops: Vec<Break>,
    /// Where play stops next, and why.
    pub until: Option<(Version, String)>,
    /// Where stops were found in this stream, for as long as they stand.
    pub found_stops: BTreeSet<Position>,
    /// The film.
    pub play: Option<Play>,
    /// Whether payloads are shown as stored.
    pub raw: bool,
    /// What would have been.
    pub branches: Branches,
    /// Where keys go.
    pub pane: Pane,
    /// Where the clock stood when it was read.
    as_of: Option<Position>,
    /// What was looked at before the clock was moved; forgotten when one goes to a version.
    kept: Option<Kept>,
}

/// What is looked at again as soon as the clock allows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// The last version, whichever that is.
    Last,
    /// This version; `None` is the initial state.
    Version(Option<Version>),
}

impl Travel {
    /// A stream to travel in, at a version; `None`: at its last.
    pub fn to(stream: StreamName, at: Option<Version>) -> Travel {
        Travel { stream: Some(stream), at, ..Travel::default() }
    }

    /// What the way back says of it: `order-1017@3`.
    pub fn title(&self) -> String {
        let branch = self.branches.current().map_or(String::new(), |branch| format!(" · {}", branch.name));
        match (&self.stream, self.at) {
            (Some(stream), Some(at)) => format!("{stream}@{at}{branch}"),
            (Some(stream), None) => format!("{stream}{branch}"),
            (None, _) => "Travel".to_owned(),
        }
    }

    /// Where its panes stand.
    pub fn layout(&self, cx: &Context<'_>) -> TravelLayout {
        geometry::travel(cx.area, self.pane == Pane::Event, self.blaming)
    }

    /// Reads what the screen shows, where it has not been read.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.resize(cx);
        if let Some(stream) = &self.stream
            && self.opened.is_none()
            && !self.is_missing
        {
            cx.run(Slot::Open, effect::Ask::Travel(Ask::Open(stream.clone())));
        }
        if std::mem::replace(&mut self.as_of, cx.as_of()) != cx.as_of() {
            self.rewind(cx);
        }
        self.fold_ahead(cx);
    }

    /// The terminal has another size, or another pane is looked at.
    pub fn resize(&mut self, cx: &Context<'_>) {
        let layout = self.layout(cx);
        self.window.resize(layout.versions.rows().saturating_sub(1));
        // A title above, and a line below for what is wrong with the state.
        let height = layout.state.rows().saturating_sub(2);
        self.tree.resize(height);
        let lines = self.blame.as_ref().map_or(0, |blame| blame.lines.len());
        self.blame_at.fit(lines, height);
        self.event.scroll(0, layout.event.rows().saturating_sub(1));
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.stream.is_none() {
            return;
        }
        match action {
            Action::Previous => self.step_by(-1, cx),
            Action::Next => self.step_by(1, cx),
            Action::First => self.go_to_edge(false, cx),
            Action::Last => self.go_to_edge(true, cx),
            Action::GoToVersion => cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::TravelGoTo))),
            Action::NextPane | Action::PreviousPane => self.next_pane(action == Action::NextPane, cx),
            Action::Up => self.move_by(-1, cx),
            Action::Down => self.move_by(1, cx),
            Action::PageUp => self.page(-1, cx),
            Action::PageDown => self.page(1, cx),
            Action::Open => self.open(cx),
            Action::PreviousChange => self.find_change(Direction::Backward, cx),
            Action::NextChange => self.find_change(Direction::Forward, cx),
            Action::Blame => {
                self.blaming = !self.blaming;
                if self.blaming {
                    self.pane = Pane::State;
                    self.read_blame(cx);
                } else {
                    cx.desk.cancel(Slot::Blame);
                }
                self.resize(cx);
            }
            Action::Pin => self.toggle_pin(cx),
            Action::Watch => {
                let Some(path) = self.selected_path() else { return };
                match self.watched.iter().position(|known| *known == path) {
                    Some(known) => drop(self.watched.remove(known)),
                    None => self.watched.push(path),
                }
                cx.notice = Some(match self.watched.as_slice() {
                    [] => "watching nothing".to_owned(),
                    paths => format!("watching {}: play stops when it changes", paths.join(", ")),
                });
                self.stops_changed(cx);
            }
            Action::Break => cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::Break))),
            Action::RunOn => self.run(Direction::Forward, false, cx),
            Action::RunBack => self.run(Direction::Backward, false, cx),
            Action::Play => {
                self.play = if self.play.is_some() { None } else { Some(Play::begin(cx.now)) };
                self.stops_changed(cx);
            }
            Action::Faster | Action::Slower => {
                if let Some(play) = &mut self.play {
                    play.change_speed(if action == Action::Faster { 1 } else { -1 });
                    play.shown(cx.now);
                }
            }
            Action::Raw => {
                self.raw = !self.raw;
                self.rebuild(cx);
            }
            Action::UnfoldAll => {
                self.tree.unfold_below();
                self.rebuild(cx);
            }
            Action::FoldAll => {
                self.tree.fold_all();
                self.rebuild(cx);
            }
            Action::TraceStep => {
                let head = self.step.as_ref().and_then(|step| step.event.as_ref()).map(|event| &event.head);
                cx.go = head.and_then(trace::of_event);
            }
            Action::ShowInLog => {
                let event = self.step.as_ref().and_then(|step| step.event.as_ref());
                cx.go = event.and_then(|event| event.head.global_position).map(Place::Position);
            }
            Action::Branch => self.ask_branch(cx),
            Action::SwitchBranch => self.switch_branch(cx),
            Action::Parting => self.go_to_parting(cx),
            Action::Refresh => self.reload(cx),
            _ => {}
        }
    }

    /// Takes what was typed into the prompt.
    pub fn prompted(&mut self, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let text = text.trim();
        let Some(stream) = self.stream.clone() else { return Ok(()) };
        if text == "start" {
            self.go_to(None, cx);
            return Ok(());
        }
        if let Ok(version) = text.trim_start_matches('v').replace([',', '_'], "").parse() {
            let version = Version(version);
            let summary = self.opened.as_ref().map(|opened| &opened.summary);
            if let Some((first, last)) = summary.and_then(|summary| Some((summary.first_version?, summary.version?)))
                && (version < first || version > last)
            {
                return Err(format!("v{version} is not in this stream: it has v{first} to v{last}"));
            }
            self.go_to(Some(version), cx);
            return Ok(());
        }
        let at = parse_when(text, cx.now)
            .ok_or_else(|| format!("{text:?} is neither a version nor a time; try 3, start or 2h ago"))?;
        cx.run(Slot::VersionAt, effect::Ask::Travel(Ask::VersionAt { stream, at }));
        Ok(())
    }

    /// The store has changed: the stream may have grown.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if let Some(stream) = &self.stream {
            cx.run(Slot::Open, effect::Ask::Travel(Ask::Open(stream.clone())));
        }
    }

    /// The reducers have changed: what was folded is asked for anew, at the same version.
    pub fn refold(&mut self, cx: &mut Context<'_>) {
        if self.opened.is_none() {
            return;
        }
        self.tallies.clear();
        self.reload(cx);
        self.refold_branch();
        self.read_step(cx);
        if self.blaming {
            self.read_blame(cx);
        } else {
            self.blame = None;
        }
    }

    /// Whether nobody can fold this stream.
    pub fn has_no_state(&self) -> bool {
        matches!(self.step.as_ref().map(|step| &step.moment.outcome), Some(Outcome::Unavailable(_)))
    }

    /// The path that the cursor is on, in the state or in blame.
    pub fn selected_path(&self) -> Option<String> {
        if self.blaming
            && let Some(blame) = &self.blame
        {
            return blame.lines.get(self.blame_at.cursor).map(|line| line.path.clone());
        }
        self.tree.selected().map(|row| row.path)
    }

    /// Whether what is shown is not yet what was asked for.
    pub fn is_catching_up(&self) -> bool {
        self.moment().is_some_and(|moment| moment.version != self.at)
    }

    /// Makes rows and lines of what was answered; drawing only paints them.
    fn rebuild(&mut self, cx: &Context<'_>) {
        if let Some(step) = &self.step {
            let top = self.event.top;
            let mut lines = self.branch_lines();
            lines.extend(event::watched(step, &self.watched));
            lines.extend(event::lines(step, self.raw, cx.source, cx.then()));
            self.event = Document::new(lines);
            self.event.top = top;
            match self.branches.here() {
                Some(here) => self.tree.rebuild(here.moment.state.as_deref(), &here.changes),
                None => self.tree.rebuild(step.moment.state.as_deref(), &step.changes),
            }
        }
        self.resize(cx);
    }

    fn find_change(&mut self, direction: Direction, cx: &mut Context<'_>) {
        let Some((stream, path)) = self.stream.clone().zip(self.selected_path()) else { return };
        if self.has_no_state() {
            return;
        }
        let ask = Ask::Change { stream, path, from: self.at, direction };
        cx.run(Slot::Change, effect::Ask::Travel(ask));
    }

    fn toggle_pin(&mut self, cx: &mut Context<'_>) {
        self.pin = match (self.pin, self.at) {
            (None, Some(at)) => Some(at),
            (None, None) => {
                cx.notice = Some("the initial state cannot be pinned; go to a version".to_owned());
                return;
            }
            (Some(_), _) => None,
        };
        self.read_step(cx);
    }
}
