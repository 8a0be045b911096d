//! A question at the bottom of the screen, where the eye is. What was wrong with the answer stands under it.

use super::super::action::Action;
use super::super::input::Key;
use super::super::screens::travel::branch;
use super::Outcome;
use super::typed::Typed;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Purpose {
    /// A position or time to go to in the log.
    LogGoTo,
    /// A pattern of event types.
    LogPattern,
    /// An expression that is to hold of events.
    LogWhere,
    /// Where the clock is to stand.
    AsOf,
    /// A version or time to go to in a stream.
    TravelGoTo,
    /// What would have been.
    Branch,
    /// Whose trace is shown.
    TraceOf,
    /// A command and its fields.
    Command,
    /// Whether a dead letter is taken up again.
    Retry,
    /// An expression that is to hold.
    Bisect,
    /// What happened without, before or behind something else.
    Pattern,
    /// Where play is to stop.
    Break,
}

impl Purpose {
    /// The question.
    pub fn question(self) -> &'static str {
        match self {
            Purpose::LogGoTo => "go to position or time",
            Purpose::LogPattern => "only types like",
            Purpose::LogWhere => "only events where",
            Purpose::TravelGoTo => "go to version or time",
            Purpose::AsOf => "as of",
            Purpose::Branch => "what if",
            Purpose::TraceOf => "trace of",
            Purpose::Command => "run",
            Purpose::Retry => "retry",
            Purpose::Bisect => "first event after which",
            Purpose::Pattern => "find what happened",
            Purpose::Break => "stop at",
        }
    }

    /// What can be typed.
    pub fn example(self) -> &'static str {
        match self {
            Purpose::LogGoTo => "1204 · 2h ago · today 14:34 · 2026-01-05 14:34:12",
            Purpose::LogPattern => "Payment* · *Cancelled · nothing shows all",
            Purpose::LogWhere => "event.data.amount > 1000 · event.actor === 'kim' · nothing shows all",
            Purpose::AsOf => "1204 · 2h ago · yesterday 14:34:12 · an event id · 1204^ just before · start · now",
            Purpose::Branch => branch::WORDS,
            Purpose::TraceOf => "a correlation id · an event id · a position",
            Purpose::Command => "ConfirmOrder {\"order_id\": \"1017\"}",
            Purpose::Retry => "Enter tries it again · skip passes over it",
            Purpose::Bisect => "state.refunded > state.captured",
            Purpose::Pattern => "A without B before · A then B within 5s · A never followed by B · … by stream",
            Purpose::Break => "state.balance < 0 · type Payment* · gap > 5m · nothing clears all",
            Purpose::TravelGoTo => "3 · start · 2h ago · today 14:34 · 2026-01-05",
        }
    }
}

/// What a question is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What it is called.
    pub id: String,
    /// The question.
    pub question: String,
    /// What the answer does.
    pub example: String,
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
    /// What it is about, where the purpose alone does not say.
    pub about: Option<About>,
    /// How far back in what was typed before; 0 is what is being typed.
    back: usize,
}

impl Prompt {
    /// An open question.
    pub fn new(purpose: Purpose) -> Prompt {
        Prompt { purpose, typed: Typed::default(), error: None, about: None, back: 0 }
    }

    /// The same with a text in it.
    pub fn with(self, text: String) -> Prompt {
        Prompt { typed: Typed::of(text), ..self }
    }

    /// The same about something.
    pub fn about(self, about: About) -> Prompt {
        Prompt { about: Some(about), ..self }
    }

    /// The question.
    pub fn question(&self) -> &str {
        self.about.as_ref().map_or(self.purpose.question(), |about| &about.question)
    }

    /// What can be typed, or what it does.
    pub fn example(&self) -> &str {
        self.about.as_ref().map_or(self.purpose.example(), |about| &about.example)
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
