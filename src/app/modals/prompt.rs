//! A question at the bottom of the screen, where the eye is. What was wrong with the answer stands under it.

use super::super::action::Action;
use super::super::input::Key;
use super::Outcome;
use super::typed::Typed;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A position or time to go to in the log.
    LogGoTo,
    /// A pattern of event types.
    LogPattern,
    /// A version or time to go to in a stream.
    TravelGoTo,
    /// Whose trace is shown.
    TraceOf,
}

impl Purpose {
    /// The question.
    pub fn question(self) -> &'static str {
        match self {
            Purpose::LogGoTo => "go to position or time",
            Purpose::LogPattern => "only types like",
            Purpose::TravelGoTo => "go to version or time",
            Purpose::TraceOf => "trace of",
        }
    }

    /// What can be typed.
    pub fn example(self) -> &'static str {
        match self {
            Purpose::LogGoTo => "1204 · 2h ago · today 14:34 · 2026-01-05 14:34:12",
            Purpose::LogPattern => "Payment* · *Cancelled · nothing shows all",
            Purpose::TraceOf => "a correlation id · an event id · a position",
            Purpose::TravelGoTo => "3 · start · 2h ago · today 14:34 · 2026-01-05",
        }
    }
}

/// A question that is open.
#[derive(Debug, Clone)]
pub struct Prompt {
    /// What is asked for.
    pub purpose: Purpose,
    /// What was typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub error: Option<String>,
    /// How far back in what was typed before; 0 is what is being typed.
    back: usize,
}

impl Prompt {
    /// An open question.
    pub fn new(purpose: Purpose) -> Prompt {
        Prompt { purpose, typed: Typed::default(), error: None, back: 0 }
    }

    /// The same with a text in it.
    pub fn with(self, text: String) -> Prompt {
        Prompt { typed: Typed::of(text), ..self }
    }

    /// Takes a key. `history` is what was typed before, the oldest first.
    pub fn key(&mut self, key: Key, action: Option<Action>, history: &[String]) -> Outcome {
        match action {
            Some(Action::Accept) => return Outcome::Typed(self.purpose, self.typed.text().to_owned()),
            Some(Action::Cancel) => return Outcome::Close,
            Some(Action::TypingUp) if self.back < history.len() => self.recall(self.back + 1, history),
            Some(Action::TypingDown) if self.back > 0 => self.recall(self.back - 1, history),
            Some(_) => {}
            None => {
                self.error = None;
                self.typed.key(key);
            }
        }
        Outcome::Stay
    }

    fn recall(&mut self, back: usize, history: &[String]) {
        self.back = back;
        self.typed = history.len().checked_sub(back).and_then(|at| history.get(at)).map(Typed::of).unwrap_or_default();
    }
}
