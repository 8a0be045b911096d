//! Where one can be, and the way back.

use super::screens::{log, travel};
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
}

impl Screen {
    /// Every screen, in the order of its tabs.
    pub const ALL: [Screen; 4] = [Screen::Overview, Screen::Streams, Screen::Log, Screen::Travel];

    /// What it is called.
    pub fn title(self) -> &'static str {
        match self {
            Screen::Overview => "Overview",
            Screen::Streams => "Streams",
            Screen::Log => "Log",
            Screen::Travel => "Travel",
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
}

impl Crumb {
    /// Which screen it leads back to.
    pub fn screen(&self) -> Screen {
        match self {
            Crumb::Overview => Screen::Overview,
            Crumb::Streams => Screen::Streams,
            Crumb::Log(_) => Screen::Log,
            Crumb::Travel(_) => Screen::Travel,
        }
    }

    /// What the way says of it.
    pub fn title(&self) -> String {
        match self {
            Crumb::Travel(travel) => travel.title(),
            other => other.screen().title().to_owned(),
        }
    }
}
