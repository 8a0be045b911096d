//! Where one can be, and the way back.

use super::screens::{log, sagas, trace, travel};
use foldback_domain::event::{Category, Position, StreamName, Version};
use foldback_domain::reading::LogFilter;

/// The screens, by number. A closed set: a new one must be drawn, updated and performed before this compiles.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Screen {
    /// What is here, and does anything need me?
    #[default]
    Overview,
    /// The streams.
    Streams,
    /// The log.
    Log,
    /// One stream through time.
    Travel,
    /// The projections.
    Projections,
    /// The sagas.
    Sagas,
    /// Everything under one correlation id.
    Trace,
    /// What was given up on.
    DeadLetters,
}

impl Screen {
    /// Every screen, in the order of its tabs.
    pub const ALL: [Screen; 8] = [
        Screen::Overview,
        Screen::Streams,
        Screen::Log,
        Screen::Travel,
        Screen::Projections,
        Screen::Sagas,
        Screen::Trace,
        Screen::DeadLetters,
    ];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Overview => "Overview",
            Screen::Streams => "Streams",
            Screen::Log => "Log",
            Screen::Travel => "Travel",
            Screen::Projections => "Projections",
            Screen::Sagas => "Sagas",
            Screen::Trace => "Trace",
            Screen::DeadLetters => "Dead letters",
        }
    }

    /// What it is called where room is short.
    pub fn short_title(self) -> &'static str {
        match self {
            Screen::Overview => "Over",
            Screen::Projections => "Proj",
            Screen::DeadLetters => "Dead",
            other => other.title(),
        }
    }
}

/// Somewhere to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A screen as it was left.
    Screen(Screen),
    /// The streams of a category.
    Category(Category),
    /// The log at a position.
    Position(Position),
    /// The log with a filter.
    Log(LogFilter),
    /// A stream at a version; `None`: at its last.
    Stream(StreamName, Option<Version>),
    /// A branch of a stream, by name.
    Branch(StreamName, String),
    /// A projection, by name.
    Projection(String),
    /// A saga, by id.
    Saga(String),
    /// The trace of a correlation id, an event's id or a position.
    Trace(String),
    /// A dead letter, by id.
    DeadLetter(String),
}

/// A step of the way back: a screen, and what it held where that is lost by going on.
#[derive(Debug, Clone)]
pub enum Crumb {
    /// The overview.
    Overview,
    /// The streams.
    Streams,
    /// The log with its filter and row.
    Log(Box<log::Log>),
    /// A stream at a version.
    Travel(Box<travel::Travel>),
    /// The projections.
    Projections,
    /// The sagas.
    Sagas(Box<sagas::Sagas>),
    /// A trace.
    Trace(Box<trace::Trace>),
    /// The dead letters.
    DeadLetters,
}

impl Crumb {
    /// Which screen it leads back to.
    pub fn screen(&self) -> Screen {
        match self {
            Crumb::Overview => Screen::Overview,
            Crumb::Streams => Screen::Streams,
            Crumb::Log(_) => Screen::Log,
            Crumb::Travel(_) => Screen::Travel,
            Crumb::Projections => Screen::Projections,
            Crumb::Sagas(_) => Screen::Sagas,
            Crumb::Trace(_) => Screen::Trace,
            Crumb::DeadLetters => Screen::DeadLetters,
        }
    }

    /// What the way says of it.
    pub fn title(&self) -> String {
        match self {
            Crumb::Travel(travel) => travel.title(),
            Crumb::Sagas(sagas) => sagas.title(),
            Crumb::Trace(trace) => trace.title(),
            other => other.screen().title().to_owned(),
        }
    }
}
