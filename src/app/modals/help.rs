//! Help: everything that can be done here, as a list that typing filters and Enter runs.

use super::super::action::{Action, Scope, TABLE};
use super::super::input::Key;
use super::super::keymap::Keymap;
use super::super::scroller::Scroller;
use super::typed::Typed;
use super::{Outcome, fuzzy};

/// The list and what was typed.
#[derive(Debug, Clone, Default)]
pub struct Help {
    /// What was typed.
    pub typed: Typed,
    /// The actions that fit, in the order shown.
    pub shown: Vec<Action>,
    /// The cursor.
    pub at: Scroller,
    scopes: Vec<Scope>,
}

impl Help {
    /// The help for the scopes at work, what is nearest first.
    pub fn new(scopes: &[Scope], keymap: &Keymap) -> Help {
        let mut help = Help { scopes: scopes.to_vec(), ..Help::default() };
        help.filter(keymap);
        help
    }

    fn filter(&mut self, keymap: &Keymap) {
        let entries: Vec<_> =
            self.scopes.iter().flat_map(|scope| TABLE.iter().filter(move |entry| entry.scope == *scope)).collect();
        let texts: Vec<String> = entries
            .iter()
            .map(|entry| {
                let keys: Vec<String> = keymap.keys(entry.action).iter().map(ToString::to_string).collect();
                format!("{} {} {} {}", entry.hint, entry.sentence, entry.name, keys.join(" "))
            })
            .collect();
        self.shown = fuzzy::ranked(self.typed.text(), &texts).into_iter().map(|index| entries[index].action).collect();
        self.at = Scroller::default();
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key, action: Option<Action>, keymap: &Keymap, height: usize) -> Outcome {
        let mut move_by = |by: isize| self.at.move_by(by, self.shown.len(), height);
        match action {
            Some(Action::Accept) => return self.shown.get(self.at.cursor).map_or(Outcome::Close, |a| Outcome::Act(*a)),
            Some(Action::Cancel) => return Outcome::Close,
            Some(Action::TypingUp) => move_by(-1),
            Some(Action::TypingDown) => move_by(1),
            Some(Action::TypingPageUp) => move_by(-(height as isize)),
            Some(Action::TypingPageDown) => move_by(height as isize),
            _ => {
                let before = self.typed.text().to_owned();
                self.typed.key(key);
                if self.typed.text() != before {
                    self.filter(keymap);
                }
            }
        }
        Outcome::Stay
    }

    /// Takes a pasted text.
    pub fn paste(&mut self, text: &str, keymap: &Keymap) {
        self.typed.paste(text);
        self.filter(keymap);
    }
}
