//! The words of a pattern: how people describe what went wrong.

use super::{Group, Pattern, Relation};
use std::fmt;
use std::time::Duration;

/// What is wrong with the words of a pattern, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PatternError {
    /// At which character it goes wrong, counted from 1.
    pub at: usize,
    /// What is expected there, and what stands there.
    pub why: String,
}

/// Patterns to copy from.
pub const EXAMPLES: [&str; 5] = [
    "PaymentCaptured without PaymentAuthorized before",
    "OrderConfirmed then PaymentRequested within 5s",
    "OrderConfirmed then not ShippingStarted within 2d",
    "PaymentRequested never followed by Payment*ed",
    "StockReserved never followed by StockShipped by stream",
];

impl fmt::Display for PatternError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "at character {}: {}; such as '{}'", self.at, self.why, EXAMPLES.join("', '"))
    }
}

impl std::error::Error for PatternError {}

/// A word, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Word {
    text: String,
    quoted: bool,
    at: usize,
}

fn words(text: &str) -> Result<Vec<Word>, PatternError> {
    let mut words = Vec::new();
    let mut letters = text.chars().enumerate().peekable();
    while let Some((at, first)) = letters.next() {
        if first.is_whitespace() {
            continue;
        }
        let quoted = matches!(first, '"' | '\'');
        let mut word = if quoted { String::new() } else { String::from(first) };
        let mut closed = !quoted;
        while let Some((_, next)) = letters.next_if(|(_, next)| quoted || !next.is_whitespace()) {
            if quoted && next == first {
                closed = true;
                break;
            }
            word.push(next);
        }
        if !closed {
            return Err(PatternError { at: at + 1, why: format!("expected a {first} that ends this name") });
        }
        words.push(Word { text: word, quoted, at: at + 1 });
    }
    Ok(words)
}

struct Reader {
    words: Vec<Word>,
    next: usize,
    end: usize,
}

impl Reader {
    fn is(&self, word: &str) -> bool {
        self.words.get(self.next).is_some_and(|next| !next.quoted && next.text == word)
    }

    fn take(&mut self, word: &str) -> bool {
        let is = self.is(word);
        self.next += usize::from(is);
        is
    }

    fn expect(&mut self, word: &str) -> Result<(), PatternError> {
        if self.take(word) { Ok(()) } else { Err(self.wrong(&format!("'{word}'"))) }
    }

    /// What stands here is not what is expected.
    fn wrong(&self, expected: &str) -> PatternError {
        match self.words.get(self.next) {
            Some(word) => PatternError { at: word.at, why: format!("expected {expected}, found '{}'", word.text) },
            None => PatternError { at: self.end, why: format!("expected {expected}, found the end") },
        }
    }

    fn event_type(&mut self) -> Result<String, PatternError> {
        const WORDS: [&str; 9] = ["without", "before", "then", "not", "never", "followed", "by", "within", "stream"];
        let found = self.words.get(self.next).filter(|word| word.quoted || !WORDS.contains(&word.text.as_str()));
        let Some(word) = found.filter(|word| !word.text.is_empty()) else {
            return Err(self.wrong("an event type, in quotes where it is one of the pattern's own words"));
        };
        self.next += 1;
        Ok(word.text.clone())
    }

    fn within(&mut self) -> Result<Option<Duration>, PatternError> {
        if !self.take("within") {
            return Ok(None);
        }
        let span = self.words.get(self.next).and_then(|word| span(&word.text));
        let Some(span) = span else { return Err(self.wrong("a span of time such as 500ms, 5s, 10m, 2h or 3d")) };
        self.next += 1;
        Ok(Some(span))
    }
}

/// A span of time as people write it: a number and a unit.
pub fn span(text: &str) -> Option<Duration> {
    let unit = text.find(|c: char| c.is_ascii_alphabetic())?;
    let number: u64 = text[..unit].parse().ok()?;
    let milliseconds: u64 = match &text[unit..] {
        "ms" => 1,
        "s" => 1_000,
        "m" | "min" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        _ => return None,
    };
    number.checked_mul(milliseconds).map(Duration::from_millis)
}

/// Reads a pattern.
pub(super) fn parse(text: &str) -> Result<Pattern, PatternError> {
    let end = text.chars().count() + 1;
    let mut reader = Reader { words: words(text)?, next: 0, end };
    let first = reader.event_type()?;
    let (relation, second, within) = if reader.take("without") {
        let second = reader.event_type()?;
        reader.expect("before")?;
        (Relation::Without, second, None)
    } else if reader.take("then") {
        let relation = if reader.take("not") { Relation::Never } else { Relation::Then };
        (relation, reader.event_type()?, reader.within()?)
    } else if reader.take("never") {
        reader.expect("followed")?;
        reader.expect("by")?;
        (Relation::Never, reader.event_type()?, reader.within()?)
    } else {
        return Err(reader.wrong("'without', 'then', 'then not' or 'never followed by'"));
    };
    let mut group = Group::Correlation;
    if reader.take("by") {
        if reader.take("stream") {
            group = Group::Stream;
        } else {
            reader.expect("correlation").map_err(|_| reader.wrong("'stream' or 'correlation'"))?;
        }
    }
    if reader.next < reader.words.len() {
        return Err(reader.wrong(match (relation, within) {
            (Relation::Without, _) | (_, Some(_)) => "'by stream', or the end",
            _ => "'within' and a span of time, 'by stream', or the end",
        }));
    }
    Ok(Pattern { first, relation, second, within, group })
}
