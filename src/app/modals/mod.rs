//! What can lie over a screen: help, the palette, a prompt, a text in full.

mod fuzzy;
pub mod help;
pub mod hits;
pub mod palette;
pub mod prompt;
pub mod typed;

use super::action::Action;
use super::clock::When;
use super::document::{Document, Line, wrapped};
use super::geometry::{Area, Size};
use super::place::Place;
use help::Help;
use hits::Hits;
use palette::Palette;
use prompt::{Prompt, Purpose};

/// What lies over the screen.
#[derive(Debug, Clone)]
pub enum Modal {
    /// What can be done here.
    Help(Help),
    /// Go anywhere by name.
    Palette(Palette),
    /// A question at the bottom.
    Prompt(Prompt),
    /// A text in full.
    Detail(Detail),
    /// What a search has found.
    Hits(Hits),
}

/// What a key in a modal leads to.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It stays.
    Stay,
    /// It goes.
    Close,
    /// It goes, and this is done.
    Act(Action),
    /// It goes, and one goes there.
    Go(Place),
    /// What was typed is to be taken; it stays where that fails.
    Typed(Purpose, String),
    /// It goes, and the clock is put there.
    AsOf(When),
    /// It goes, and the fields of this command are asked for.
    Run(String),
    /// Streams with these words are looked for.
    Search(String),
}

/// A text in full: wrapped, and to be scrolled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// What it is.
    pub title: String,
    /// The text, broken for the width it has.
    pub document: Document,
    lines: Vec<Line>,
}

impl Detail {
    /// A text that has not been laid out yet.
    pub fn new(title: impl Into<String>, lines: Vec<Line>) -> Detail {
        Detail { title: title.into(), document: Document::default(), lines }
    }

    /// Breaks the lines for a terminal.
    pub fn resize(&mut self, size: Size) {
        let inside = over(size).inside(2, 1);
        self.document = Document::new(wrapped(&self.lines, inside.columns()));
    }

    /// Scrolls; answers whether the popup stays.
    pub fn act(&mut self, action: Action, size: Size) -> bool {
        let height = over(size).inside(2, 1).rows();
        let page = height.saturating_sub(1) as isize;
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::Top => isize::MIN,
            Action::Bottom => isize::MAX,
            Action::Back | Action::Open | Action::Quit | Action::Payload => return false,
            _ => 0,
        };
        self.document.scroll(by, height);
        true
    }
}

/// Where help, the palette and texts in full lie.
pub fn over(size: Size) -> Area {
    let whole = Area { x: 0, y: 0, width: size.width, height: size.height };
    let width = (size.width * 4 / 5).clamp(size.width.min(56), 110);
    whole.middle(width, (size.height * 4 / 5).max(size.height.min(13)))
}
