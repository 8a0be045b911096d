//! Travel: one stream through time. Versions on the left, the state in the middle, the event on the right.

pub mod around;
mod ask;
pub mod branch;
pub mod event;
pub mod play;
pub mod tree;
mod versions;

use super::super::action::Action;
use super::super::context::Context;
use super::super::document::Document;
use super::super::effect::{self, Slot};
use super::super::geometry::{self, TravelLayout};
use super::super::modals::prompt::{Prompt, Purpose};
use super::super::modals::{Detail, Modal};
use super::super::place::Place;
use super::super::scroller::Scroller;
use super::super::window::{Row, Want, Window};
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
use tree::{Node, Tree};

/// How many stops of a stream are remembered.
const MOST_STOPS: usize = 200;

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

    /// Selects what is under the mouse.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let layout = self.layout(cx);
        let row = |area: geometry::Area| area.row_at(x, y).and_then(|row| row.checked_sub(1));
        if let Some(row) = row(layout.versions) {
            self.pane = Pane::Versions;
            if self.window.select_on_screen(row) {
                self.arrive(self.window.selected_key(), cx);
            }
        } else if let Some(row) = row(layout.state) {
            let again = self.pane == Pane::State && self.tree.scroller.cursor == self.tree.scroller.top + row;
            self.pane = Pane::State;
            if self.blaming {
                let lines = self.blame.as_ref().map_or(0, |blame| blame.lines.len());
                let height = layout.state.rows().saturating_sub(2);
                self.blame_at.select(self.blame_at.top + row, lines, height);
            } else if self.tree.select_on_screen(row) && again {
                self.open(cx);
            }
        } else if layout.event.row_at(x, y).is_some() {
            self.pane = Pane::Event;
        }
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::Opened(None) => {
                self.is_missing = true;
                self.window.clear();
            }
            Reply::Opened(Some(opened)) => self.opened(*opened, cx),
            Reply::Folded => self.check(cx),
            Reply::Versions { want, rows, pivot, at_start, at_end } => {
                let rows = rows.into_iter().filter_map(|head| Some(VersionRow { version: head.stream_version?, head }));
                self.window.fill(&want, rows.collect(), pivot, at_start, at_end);
                // A jump to an end is a step to the version there.
                let jumped = match want {
                    Want::End => true,
                    Want::Start => !self.at.is_some_and(|at| self.window.select(&at)),
                    Want::Before(_) | Want::After(_) | Want::Around(_) => false,
                };
                if jumped && self.at.is_some() {
                    self.arrive(self.window.selected_key(), cx);
                }
                self.settle(cx);
            }
            Reply::Step(step) => self.stepped(step, cx),
            Reply::Tallies(tallies) => {
                self.tallies.extend(tallies);
                self.forget_far_tallies();
            }
            Reply::Change(_, Some(version)) => self.go_to(Some(version), cx),
            Reply::Change(direction, None) => {
                let path = self.selected_path().unwrap_or_default();
                let side = if direction == Direction::Forward { "later" } else { "earlier" };
                cx.notice = Some(format!("no {side} change of {path}"));
            }
            Reply::Ran { film: true, stop, position } => {
                self.stop_found(position);
                self.until = stop;
            }
            Reply::Ran { film: false, stop: Some((version, why)), position } => {
                self.stop_found(position);
                cx.notice = Some(format!("v{version}: {why}"));
                self.go_to(Some(version), cx);
            }
            Reply::Ran { film: false, stop: None, .. } => {
                cx.notice = Some("no stop up to the end of this stream".to_owned());
            }
            Reply::Blame(blame) => {
                let path = self.selected_path();
                let row = path.and_then(|path| blame.lines.iter().position(|line| line.path == path));
                let height = self.layout(cx).state.rows().saturating_sub(2);
                self.blame_at.select(row.unwrap_or(0), blame.lines.len(), height);
                self.blame = Some(blame);
            }
            Reply::Branch(branched, is_end) => self.branched(branched, is_end, cx),
            Reply::Tried(tried) => self.tried(&tried, cx),
            Reply::Around(around) => self.around(&around, cx),
            Reply::Exported(exported) => self.exported(exported, cx),
            Reply::VersionAt(Some(version)) => self.go_to(Some(version), cx),
            Reply::VersionAt(None) => cx.notice = Some("this stream begins later than that".to_owned()),
        }
    }

    /// Time has passed while the film runs.
    pub fn tick(&mut self, cx: &mut Context<'_>) {
        let Some(play) = &self.play else { return };
        // Where it stops next is looked for first: it must not pass it.
        if !play.is_due(cx.now) || cx.desk.pending(Slot::Step).is_some() || cx.desk.pending(Slot::Run).is_some() {
            return;
        }
        if let Some((version, why)) = &self.until
            && self.at >= Some(*version)
        {
            cx.notice = Some(format!("v{version}: {why}: play has stopped"));
            (self.play, self.until) = (None, None);
            return;
        }
        let last = self.opened.as_ref().and_then(|opened| opened.summary.version);
        if self.at == last {
            self.play = None;
            cx.notice = Some("the last version: play has ended".to_owned());
            return;
        }
        self.step_by(1, cx);
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

    fn stepped(&mut self, step: Arc<Step>, cx: &mut Context<'_>) {
        if self.step.as_ref().is_some_and(|before| before.moment.is_refuted_by(&step.moment)) {
            cx.notice = Some("the unverified state was wrong: this is what every event folds to".to_owned());
        }
        self.step = Some(step);
        self.check(cx);
        self.rebuild(cx);
        self.event.top = 0;
        if let Some(play) = &mut self.play {
            play.shown(cx.now);
        }
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
                Some(here) => self.tree.rebuild(here.compared.branch.state.as_deref(), &here.compared.changes),
                None => self.tree.rebuild(step.moment.state.as_deref(), &step.changes),
            }
        }
        self.resize(cx);
    }

    fn next_pane(&mut self, forward: bool, cx: &Context<'_>) {
        self.pane = match (self.pane, forward) {
            (Pane::Versions, true) | (Pane::Event, false) => Pane::State,
            (Pane::State, true) | (Pane::Versions, false) => Pane::Event,
            (Pane::Event, true) | (Pane::State, false) => Pane::Versions,
        };
        self.resize(cx);
    }

    fn move_by(&mut self, by: isize, cx: &mut Context<'_>) {
        match self.pane {
            Pane::Versions => self.step_by(by, cx),
            Pane::State if self.blaming => {
                let lines = self.blame.as_ref().map_or(0, |blame| blame.lines.len());
                self.blame_at.move_by(by, lines, self.layout(cx).state.rows().saturating_sub(2));
                if let Some(path) = self.selected_path() {
                    self.tree.select(&path);
                }
            }
            Pane::State => self.tree.move_by(by),
            Pane::Event => self.event.scroll(by, self.layout(cx).event.rows().saturating_sub(1)),
        }
    }

    fn page(&mut self, by: isize, cx: &mut Context<'_>) {
        let layout = self.layout(cx);
        let height = match self.pane {
            Pane::Versions => layout.versions.rows(),
            Pane::State => layout.state.rows().saturating_sub(1),
            Pane::Event => layout.event.rows(),
        };
        self.move_by(by * height.saturating_sub(2).max(1) as isize, cx);
    }

    /// What Enter means where the cursor is: fold a part, show a value in full, go to the blamed version.
    fn open(&mut self, cx: &mut Context<'_>) {
        let Some(step) = self.step.clone() else { return };
        match self.pane {
            Pane::Versions => self.next_pane(true, cx),
            Pane::Event => {
                let lines = event::whole_payload(&step, self.raw, cx.source);
                cx.modal = Some(Modal::Detail(Detail::new(format!("payload of {}", self.title()), lines)));
            }
            Pane::State if self.blaming => {
                let line = self.blame.as_ref().and_then(|blame| blame.lines.get(self.blame_at.cursor));
                match line.map(|line| line.version) {
                    Some(Some(version)) => self.go_to(Some(version), cx),
                    Some(None) => cx.notice = Some("the initial state has it: no event did".to_owned()),
                    None => {}
                }
            }
            Pane::State if self.tree.toggle() => self.rebuild(cx),
            Pane::State => {
                let Some(row) = self.tree.selected() else { return };
                let value = match (&row.mark, row.node) {
                    (Some(tree::Mark::Removed(before)), Node::Gone) => before.clone(),
                    _ => {
                        let state = self.moment().and_then(|moment| moment.state.as_ref());
                        state.and_then(|state| state.pointer(&row.path).cloned())
                    }
                };
                if let Some(value) = value {
                    cx.modal = Some(Modal::Detail(Detail::new(row.path.clone(), event::whole_value(&value))));
                }
            }
        }
    }

    fn find_change(&mut self, direction: Direction, cx: &mut Context<'_>) {
        let Some((stream, path)) = self.stream.clone().zip(self.selected_path()) else { return };
        if self.has_no_state() {
            return;
        }
        let ask = Ask::Change { stream, path, from: self.at, direction };
        cx.run(Slot::Change, effect::Ask::Travel(ask));
    }

    /// Takes a condition that was typed.
    pub fn stop_at(&mut self, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        if text.trim().is_empty() {
            self.stops.clear();
            cx.notice = Some("play stops at nothing but watched paths".to_owned());
        } else {
            let stop = Break::parse(text)?;
            if !self.stops.contains(&stop) {
                self.stops.push(stop);
            }
            let all: Vec<String> = self.stops.iter().map(Break::to_string).collect();
            cx.notice = Some(format!("play and n stop at: {}", all.join(" · ")));
        }
        self.stops_changed(cx);
        Ok(())
    }

    /// What is watched or stopped at is another: the film learns where it ends now.
    fn stops_changed(&mut self, cx: &mut Context<'_>) {
        self.until = None;
        self.found_stops.clear();
        if self.play.is_some() && !(self.watched.is_empty() && self.stops.is_empty()) {
            self.run(Direction::Forward, true, cx);
        }
        self.rebuild(cx);
    }

    /// Play stops at this event: it is marked on the clock.
    fn stop_found(&mut self, position: Option<Position>) {
        if self.found_stops.len() < MOST_STOPS {
            self.found_stops.extend(position);
        }
    }

    /// Looks for the next stop.
    fn run(&mut self, direction: Direction, film: bool, cx: &mut Context<'_>) {
        let Some(stream) = self.stream.clone() else { return };
        if self.watched.is_empty() && self.stops.is_empty() {
            cx.notice = Some("nothing to stop at: w watches a path, x asks for a condition".to_owned());
            return;
        }
        if self.branches.current().is_some() {
            cx.notice = Some("stops are those of main; F goes back to it".to_owned());
            return;
        }
        if self.has_no_state() {
            cx.notice = Some("nobody can fold this stream, so nothing is watched".to_owned());
            return;
        }
        let (watched, stops) = (self.watched.clone(), self.stops.clone());
        let ask = Ask::Run { stream, from: self.at, direction, watched, stops, film };
        cx.run(Slot::Run, effect::Ask::Travel(ask));
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
