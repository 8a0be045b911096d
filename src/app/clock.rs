//! The one clock: which position everything is as of, and how it is moved. Whoever moves it moves every screen.

use super::action::Action;
use super::effect::{self, Slot};
use super::facts::Facts;
use super::format;
use super::geometry;
use super::modals::Modal;
use super::modals::prompt::{Prompt, Purpose};
use super::model::Model;
use super::navigate;
use super::place::Screen;
use super::screens::overview::{self, Item};
use super::update::on_screen;
pub use crate::analysis::clock::AsOf;
use crate::analysis::log::Histogram;
use foldback_domain::event::Position;
use jiff::Timestamp;
use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

/// What is asked of the world. The answers are about the whole log, wherever the clock stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// So many events on, or back, from a place; without one from the end.
    Step {
        /// From here.
        from: Option<Position>,
        /// So many; back where it is negative.
        by: i64,
    },
    /// At an event, or the last one before.
    At(Position),
    /// Where words mean.
    Words {
        /// A position, a time or an event's id.
        text: String,
        /// Now, for times that are told from it.
        now: Timestamp,
    },
    /// How far the log reaches now.
    Head,
    /// Where something failed.
    Failures {
        /// Now.
        now: Timestamp,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// The clock goes there.
    To(AsOf),
    /// Nothing comes after.
    Newest,
    /// The log has no events.
    Empty,
    /// The words mean no place; a sentence.
    Wrong(String),
    /// How far the log reaches.
    Head(Option<Position>),
    /// Where something failed, in order.
    Failures(Vec<Position>),
}

/// The clock.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// Where it stands; `None` is now.
    pub as_of: Option<AsOf>,
    /// How far the log reaches, as it was last seen from the past.
    pub head: Option<Position>,
    /// Where something failed, in order.
    pub failures: Vec<Position>,
    /// Where the user wants to come back to.
    pub bookmarks: BTreeSet<Position>,
    /// What was known of the whole store when the past was entered.
    now: Option<Box<Facts>>,
    /// Steps that are being looked up: from where, and how many.
    steps: Option<(Option<Position>, i64)>,
}

impl Clock {
    /// The clock of now, with bookmarks.
    pub fn with(bookmarks: &[Position]) -> Clock {
        Clock { bookmarks: bookmarks.iter().copied().collect(), ..Clock::default() }
    }
}

/// Where one wants the clock to stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// With everything that has happened.
    Now,
    /// Before everything.
    Start,
    /// At a position.
    Position(Position),
    /// Where words mean, as the command line reads them: a position, a time, an event's id.
    Words(String),
}

impl When {
    /// Reads what was typed.
    pub fn read(text: &str) -> When {
        match text.trim().trim_start_matches(':').trim() {
            "now" | "live" => When::Now,
            "start" => When::Start,
            words => When::Words(words.to_owned()),
        }
    }
}

/// Does what an action of the clock says.
pub(super) fn act(model: &mut Model, action: Action) {
    if action == Action::Live {
        return live(model);
    }
    if let Some(reason) = model.setup.source.capabilities.global_order.reason() {
        model.notice = Some(format!("no clock: {reason}"));
        return;
    }
    match action {
        Action::Earlier => step(model, -1),
        Action::Later => step(model, 1),
        Action::EarlierPart | Action::LaterPart => step_part(model, action == Action::LaterPart),
        Action::ClockTo => model.modal = Some(Modal::Prompt(Prompt::new(Purpose::AsOf))),
        Action::JustAfter | Action::JustBefore => match selected(model) {
            Some(position) if action == Action::JustAfter => ask(model, Ask::At(position)),
            Some(position) => ask(model, Ask::At(Position(position.0.saturating_sub(1)))),
            None => model.notice = Some("no event is selected here".to_owned()),
        },
        _ => {}
    }
}

/// Takes the clock where it was typed to go.
pub(super) fn go_to(model: &mut Model, when: When) {
    match when {
        When::Now => live(model),
        When::Start => ask(model, Ask::At(Position(i64::MIN))),
        When::Position(position) => ask(model, Ask::At(position)),
        When::Words(text) => {
            let now = model.now;
            ask(model, Ask::Words { text, now });
        }
    }
}

/// Begins in the past: what the position's event was is looked up beside everything else.
pub(super) fn begin(model: &mut Model, position: Position) {
    put(model, Some(AsOf::after(position, None)));
    ask(model, Ask::At(position));
}

/// Takes an answer.
pub(super) fn replied(model: &mut Model, reply: Reply) {
    match reply {
        Reply::Head(head) => return model.clock.head = head,
        Reply::Failures(failures) => return model.clock.failures = failures,
        Reply::To(as_of) => {
            close_prompt(model);
            put(model, Some(as_of));
        }
        Reply::Newest => {
            let live = model.key(Action::Live, false);
            model.notice = Some(format!("this is the newest event; {live} goes back to live"));
        }
        Reply::Empty => model.notice = Some("this log has no events to go back to".to_owned()),
        Reply::Wrong(why) => match &mut model.modal {
            Some(Modal::Prompt(prompt)) if prompt.purpose == Purpose::AsOf => prompt.error = Some(why),
            _ => model.notice = Some(why),
        },
    }
    model.clock.steps = None;
}

/// The question where the clock is to stand was answered.
fn close_prompt(model: &mut Model) {
    if matches!(&model.modal, Some(Modal::Prompt(prompt)) if prompt.purpose == Purpose::AsOf) {
        model.modal = None;
    }
}

/// Moves by one event; what is pressed while that is looked up adds to it.
fn step(model: &mut Model, by: i64) {
    let under_way = model.clock.steps.filter(|_| model.desk.pending(Slot::Clock).is_some());
    let (from, before) = under_way.unwrap_or((model.clock.as_of.map(|as_of| as_of.position), 0));
    if from.is_none() && before + by >= 0 {
        model.desk.cancel(Slot::Clock);
        model.notice = (before == 0).then(|| "this is now: nothing has happened since".to_owned());
        return;
    }
    if before + by == 0 {
        model.desk.cancel(Slot::Clock);
        return;
    }
    ask(model, Ask::Step { from, by: before + by });
    model.clock.steps = Some((from, before + by));
}

/// Moves to where the column of the histogram before this one ends, or this one, or the one behind it.
fn step_part(model: &mut Model, on: bool) {
    let Some(frame) = geometry::frame(model.size) else { return };
    let Some(histogram) = &model.facts.histogram else { return };
    let columns = geometry::bars(frame.clock).columns();
    let here = model.clock.as_of.map(|as_of| as_of.position);
    let ends = (0..columns).filter(|column| events(histogram, *column, columns) > 0);
    let mut ends = ends.map(|column| end_of(histogram, column, columns));
    let to = match (on, here) {
        (true, None) => return step(model, 1),
        (true, Some(here)) => ends.find(|end| *end > here),
        (false, here) => {
            let newest = histogram.buckets.last().map(|bucket| bucket.from);
            let behind = |end: &Position| here.or(newest).is_none_or(|here| *end < here);
            Some(ends.rfind(behind).unwrap_or(Position(i64::MIN)))
        }
    };
    match to {
        Some(to) => ask(model, Ask::At(to)),
        None => replied(model, Reply::Newest),
    }
}

/// Puts the clock where a column of the histogram ends.
pub(super) fn point(model: &mut Model, column: usize, columns: usize) {
    if let Some(histogram) = model.facts.histogram.as_ref().filter(|histogram| !histogram.buckets.is_empty()) {
        ask(model, Ask::At(end_of(histogram, column, columns)));
    }
}

/// Back to what is happening now.
fn live(model: &mut Model) {
    close_prompt(model);
    if model.clock.as_of.is_none() {
        model.desk.cancel(Slot::Clock);
        model.notice = Some("this is now; the past begins with < or a click below".to_owned());
        return;
    }
    put(model, None);
}

fn ask(model: &mut Model, ask: Ask) {
    model.clock.steps = None;
    model.desk.run(model.now, Slot::Clock, Duration::ZERO, effect::Ask::Clock(ask));
}

/// Turns the clock. What the screen shows is read as of then, and stays until that has come.
fn put(model: &mut Model, as_of: Option<AsOf>) {
    let before = std::mem::replace(&mut model.clock.as_of, as_of);
    model.desk.turn(as_of);
    if before.map(|before| before.position) == as_of.map(|as_of| as_of.position) {
        return;
    }
    if before.is_none() {
        model.clock.now = Some(Box::new(model.facts.clone()));
        model.clock.head = model.facts.head();
    }
    match as_of {
        Some(_) => {
            // What was found of another time must not be taken for what would be found of this one.
            model.facts.attention = None;
            model.facts.totals_are_old = true;
        }
        None => remember(model),
    }
    navigate::enter(model);
}

/// What was known of the store before the past was entered, and what has happened since.
fn remember(model: &mut Model) {
    let histogram = model.facts.histogram.take();
    if let Some(now) = model.clock.now.take() {
        model.facts = Facts { histogram: now.histogram.clone().or(histogram), ..*now };
    }
    let facts = &model.facts;
    let lacks = facts.glance.is_some()
        && (facts.totals.is_none() || facts.attention.is_none() || facts.histogram.is_none() || facts.totals_are_old);
    on_screen(model, |_, _, cx| {
        cx.run(Slot::Glance, effect::Ask::Overview(overview::Ask::Glance));
        if lacks {
            overview::read_slow(cx, Duration::ZERO);
        }
    });
}

/// The time of a view: now, or when the clock's event was recorded; where nobody knows that, it is counted from now.
pub fn then(as_of: Option<AsOf>, now: Timestamp) -> Timestamp {
    as_of.and_then(|as_of| as_of.at).unwrap_or(now)
}

/// The event that the screen is at.
pub fn selected(model: &Model) -> Option<Position> {
    let screens = &model.screens;
    match model.screen {
        Screen::Log => screens.log.window.selected_key(),
        Screen::Travel => screens.travel.step.as_ref()?.event.as_ref()?.head.global_position,
        Screen::Projections => screens.projections.selected()?.checkpoint.position,
        Screen::Sagas => screens.sagas.line()?.0.head,
        Screen::Trace => screens.trace.selected()?.node.global_position,
        Screen::DeadLetters => screens.dead_letters.selected()?.position,
        Screen::Overview => match screens.overview.selected {
            Some(Item::Event(position)) => Some(position),
            _ => None,
        },
        Screen::Streams => screens.streams.preview.as_ref()?.versions.first()?.global_position,
    }
}

/// The parts of the histogram that a column stands for: one at least.
pub fn parts_of(column: usize, columns: usize, parts: usize) -> Range<usize> {
    let first = (column * parts / columns.max(1)).min(parts.saturating_sub(1));
    let last = ((column + 1) * parts / columns.max(1)).min(parts);
    first..last.max(first + 1).min(parts)
}

fn events(histogram: &Histogram, column: usize, columns: usize) -> u64 {
    let parts = parts_of(column, columns, histogram.buckets.len());
    histogram.buckets[parts].iter().map(|bucket| bucket.events).sum()
}

/// The last position in a column; behind the last one, whatever has come since.
fn end_of(histogram: &Histogram, column: usize, columns: usize) -> Position {
    let behind = parts_of(column, columns, histogram.buckets.len()).end;
    histogram.buckets.get(behind).map_or(Position(i64::MAX), |next| Position(next.from.0.saturating_sub(1)))
}

/// Where the clock stands, in words: `1,204 of 2,014`.
pub fn place(clock: &Clock) -> String {
    let Some(as_of) = &clock.as_of else { return "now".to_owned() };
    if !as_of.happened {
        return "the start".to_owned();
    }
    match (as_of.position.number(), clock.head.and_then(Position::number)) {
        (Some(position), Some(head)) => format!("{} of {}", format::number(position), format::number(head)),
        (Some(position), None) => format::number(position),
        (None, _) => "that moment".to_owned(),
    }
}
