//! Everything that the interface knows. Each screen owns its part; this is what they share.

use super::action::{Action, Scope};
use super::clock::{self, Clock};
use super::context::{Context, Desk, PATIENCE, waited};
use super::facts::Facts;
use super::geometry::{self, Area, Size};
use super::keymap::Keymap;
use super::modals::Modal;
use super::modals::prompt::Purpose;
use super::place::{Crumb, Place, Screen};
use super::screens::{dead_letters::DeadLetters, projections::Projections, sagas::Sagas, trace::Trace};
use super::screens::{log::Log, overview::Overview, streams::Streams, travel::Travel};
use super::tour::Tour;
use foldback_domain::event::Position;
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::time::Duration;

/// What does not change while foldback runs.
#[derive(Debug, Clone)]
pub struct Setup {
    /// What the source is.
    pub source: SourceInfo,
    /// The words by which a command opens the source again: as it was typed, with its options, quoted for a shell.
    pub source_arg: String,
    /// Whether it is the sample data.
    pub demo: bool,
    /// Which key does what.
    pub keymap: Keymap,
    /// Where to begin.
    pub start: Option<Place>,
    /// Where the clock stands at the beginning; `None` is now.
    pub as_of: Option<Position>,
    /// The bookmarks that were kept of it.
    pub bookmarks: Vec<Position>,
    /// Why nothing can be done to the store from here; `None` where it can.
    pub unwritable: Option<String>,
    /// The commands that can be run on it.
    pub commands: Vec<String>,
    /// Whether a shop is at work on it, whose pace is set from here.
    pub live: bool,
}

/// The screens, each with its own state.
#[derive(Debug, Clone, Default)]
pub struct Screens {
    /// The overview.
    pub overview: Overview,
    /// The streams.
    pub streams: Streams,
    /// The log.
    pub log: Log,
    /// Travel.
    pub travel: Travel,
    /// The projections.
    pub projections: Projections,
    /// The sagas.
    pub sagas: Sagas,
    /// A trace.
    pub trace: Trace,
    /// The dead letters.
    pub dead_letters: DeadLetters,
}

/// The model: a fold of messages.
#[derive(Debug, Clone)]
pub struct Model {
    /// What does not change.
    pub setup: Setup,
    /// How large the terminal is.
    pub size: Size,
    /// What time it is.
    pub now: Timestamp,
    /// Which screen is shown.
    pub screen: Screen,
    /// The screens.
    pub screens: Screens,
    /// What is known of the whole store.
    pub facts: Facts,
    /// Where the clock stands.
    pub clock: Clock,
    /// The work under way.
    pub desk: Desk,
    /// What lies over the screen.
    pub modal: Option<Modal>,
    /// The way back, the oldest step first.
    pub crumbs: Vec<Crumb>,
    /// What is to be told until the next key.
    pub notice: Option<String>,
    /// What was typed into prompts before, the oldest first.
    pub history: BTreeMap<Purpose, Vec<String>>,
    /// The tour, while it is taken.
    pub tour: Option<Tour>,
    /// The pace of the shop that is at work.
    pub pace: Option<Pace>,
}

/// The pace of a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// Whether it stands still.
    pub paused: bool,
    /// How fast it is.
    pub speed: u32,
}

impl Pace {
    /// Every speed.
    const SPEEDS: [u32; 5] = [1, 2, 4, 8, 16];

    /// The next speed, faster or slower, where there is one.
    pub fn turned(self, faster: bool) -> Pace {
        let found = match faster {
            true => Self::SPEEDS.into_iter().find(|other| *other > self.speed),
            false => Self::SPEEDS.into_iter().rev().find(|other| *other < self.speed),
        };
        Pace { speed: found.unwrap_or(self.speed), ..self }
    }
}

impl Model {
    /// The model before the first message.
    pub fn new(setup: Setup) -> Model {
        let pace = setup.live.then_some(Pace { paused: false, speed: 1 });
        let clock = Clock::with(&setup.bookmarks);
        Model {
            setup,
            size: Size::default(),
            now: Timestamp::UNIX_EPOCH,
            screen: Screen::default(),
            screens: Screens::default(),
            facts: Facts::default(),
            clock,
            desk: Desk::default(),
            modal: None,
            crumbs: Vec::new(),
            notice: None,
            history: BTreeMap::new(),
            tour: None,
            pace,
        }
    }

    /// Where the screen is drawn; without rows where the terminal is too small.
    pub fn body(&self) -> Area {
        geometry::frame(self.size).map_or(Area::default(), |frame| frame.body)
    }

    /// The scopes at work on the screen, the innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.screen {
            Screen::Overview => Scope::STACKS[0],
            Screen::Streams => Scope::STACKS[1],
            Screen::Log => Scope::STACKS[2],
            Screen::Travel => Scope::STACKS[3],
            Screen::Projections => Scope::STACKS[4],
            Screen::Sagas => Scope::STACKS[5],
            Screen::Trace => Scope::STACKS[6],
            Screen::DeadLetters => Scope::STACKS[7],
        }
    }

    /// What time it is where the clock stands: in the past everything is as long ago as it was then.
    pub fn then(&self) -> Timestamp {
        clock::then(self.clock.as_of, self.now)
    }

    /// The first key of an action as screens name it: what the user has bound, not what we thought of.
    pub fn key(&self, action: Action, ascii: bool) -> String {
        self.setup.keymap.keys(action).first().map_or("(no key)".to_owned(), |key| key.sign(ascii))
    }

    /// After which time something on the screen changes by itself: never, when nothing is under way.
    pub fn tick(&self) -> Option<Duration> {
        let play = self.screens.travel.play.filter(|_| self.screen == Screen::Travel).map(|play| play.interval());
        let waits = self.desk.is_busy().then(|| match self.desk.long(self.now) {
            Some((_, pending)) => {
                Duration::from_millis(if waited(self.now, pending.since).as_secs() < 5 { 100 } else { 250 })
            }
            None => PATIENCE,
        });
        play.into_iter().chain(waits).min()
    }

    /// Lets a screen update, and hands back what it asks of the whole.
    pub(super) fn with_screens<T>(&mut self, update: impl FnOnce(&mut Screens, &mut Context<'_>) -> T) -> (T, Asked) {
        let area = self.body();
        let mut cx = Context {
            now: self.now,
            area,
            source: &self.setup.source,
            words: &self.setup.source_arg,
            facts: &self.facts,
            desk: &mut self.desk,
            go: None,
            notice: None,
            modal: None,
        };
        let answer = update(&mut self.screens, &mut cx);
        (answer, Asked { go: cx.go, notice: cx.notice, modal: cx.modal })
    }
}

/// What a screen asks of the whole.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) go: Option<Place>,
    pub(super) notice: Option<String>,
    pub(super) modal: Option<Modal>,
}
