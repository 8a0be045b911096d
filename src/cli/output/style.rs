//! Colours of printed text: the same meanings as on the screens.

use std::borrow::Cow;
use std::fmt::Display;

/// Paints text, or leaves it as it is.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    on: bool,
}

impl Style {
    /// A style that paints if `on`.
    pub fn new(on: bool) -> Self {
        Style { on }
    }

    fn paint(self, code: &str, text: impl Display) -> String {
        if self.on { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_string() }
    }

    /// Titles.
    pub fn bold(self, text: impl Display) -> String {
        self.paint("1", text)
    }

    /// Secondary things.
    pub fn dim(self, text: impl Display) -> String {
        self.paint("2", text)
    }

    /// Added, healthy.
    pub fn good(self, text: impl Display) -> String {
        self.paint("32", text)
    }

    /// Removed, failed.
    pub fn bad(self, text: impl Display) -> String {
        self.paint("31", text)
    }

    /// Not now, not real.
    pub fn branch(self, text: impl Display) -> String {
        self.paint("35", text)
    }

    /// Changed, warning.
    pub fn warn(self, text: impl Display) -> String {
        self.paint("33", text)
    }
}

/// Text from a store, made safe for a terminal.
pub fn safe(text: &str) -> Cow<'_, str> {
    foldback_domain::event::safe_text(text)
}
