//! A line of text that is being typed.

use super::super::input::{Code, Key, Named};
use tui_input::{Input, InputRequest};

/// No longer text than this is taken: a paste can be anything.
const LONGEST: usize = 1_000;

/// The text and its cursor.
#[derive(Debug, Clone, Default)]
pub struct Typed(Input);

impl Typed {
    /// A text with the cursor at its end.
    pub fn of(text: impl Into<String>) -> Typed {
        Typed(Input::new(text.into()))
    }

    /// The text.
    pub fn text(&self) -> &str {
        self.0.value()
    }

    /// The text before the cursor, and the rest.
    pub fn parts(&self) -> (&str, &str) {
        let text = self.0.value();
        let at = text.char_indices().nth(self.0.cursor()).map_or(text.len(), |(at, _)| at);
        text.split_at(at)
    }

    /// Takes a key; one that edits nothing does nothing.
    pub fn key(&mut self, key: Key) {
        let request = match (key.code, key.ctrl, key.alt) {
            (Code::Char(c), false, false) if self.0.value().len() < LONGEST => InputRequest::InsertChar(c),
            (Code::Named(Named::Backspace), false, false) => InputRequest::DeletePrevChar,
            (Code::Char('h'), true, _) => InputRequest::DeletePrevChar,
            (Code::Char('w'), true, _) | (Code::Named(Named::Backspace), ..) => InputRequest::DeletePrevWord,
            (Code::Char('u'), true, _) => InputRequest::DeleteFromStart,
            (Code::Char('a'), true, _) | (Code::Named(Named::Home), ..) => InputRequest::GoToStart,
            (Code::Char('e'), true, _) | (Code::Named(Named::End), ..) => InputRequest::GoToEnd,
            (Code::Named(Named::Delete), ..) => InputRequest::DeleteNextChar,
            (Code::Named(Named::Left), false, _) => InputRequest::GoToPrevChar,
            (Code::Named(Named::Right), false, _) => InputRequest::GoToNextChar,
            (Code::Named(Named::Left), true, _) => InputRequest::GoToPrevWord,
            (Code::Named(Named::Right), true, _) => InputRequest::GoToNextWord,
            _ => return,
        };
        self.0.handle(request);
    }

    /// Takes a pasted text, on one line.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }) {
            if self.0.value().len() < LONGEST {
                self.0.handle(InputRequest::InsertChar(c));
            }
        }
    }
}
