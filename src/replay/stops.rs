//! Where a history that is played stops by itself: at an expression that begins to hold, at a type of event, at a gap in
//! time.

use super::reducers::Expr;
use jiff::SignedDuration;
use std::fmt;

/// A condition that stops what is played.
#[derive(Debug, Clone, PartialEq)]
pub enum Break {
    /// An expression begins to hold; one that looks at the event: it holds.
    Holds(Expr),
    /// An event's type matches a pattern.
    Type(String),
    /// So much time lies between an event and the one before it, or more.
    Gap(SignedDuration),
}

impl Break {
    /// Reads a condition: `type Payment*`, `gap > 5m`, or an expression; what is wrong with it is said as a sentence.
    pub fn parse(text: &str) -> Result<Break, String> {
        let text = text.trim();
        if let Some(pattern) = text.strip_prefix("type ") {
            return Ok(Break::Type(pattern.trim().to_owned()));
        }
        if let Some(span) = text.strip_prefix("gap").map(|rest| rest.trim_start_matches([' ', '>', '='])) {
            let wrong = || format!("{span:?} is no span of time; try gap > 5m");
            let span: SignedDuration = span.trim().parse().map_err(|_| wrong())?;
            return if span.is_positive() { Ok(Break::Gap(span)) } else { Err(wrong()) };
        }
        Expr::parse(text).map(Break::Holds).map_err(|trouble| trouble.why)
    }
}

impl fmt::Display for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Break::Holds(expr) => f.write_str(expr.text()),
            Break::Type(pattern) => write!(f, "type {pattern}"),
            Break::Gap(span) => write!(f, "gap > {span:#}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read_and_said_again() {
        for (text, said) in [
            ("type Payment*", "type Payment*"),
            ("gap > 5m", "gap > 5m"),
            ("gap 90s", "gap > 1m 30s"),
            ("state.balance < 0", "state.balance < 0"),
        ] {
            let read = Break::parse(text).unwrap();
            assert_eq!(read.to_string(), said);
            assert_eq!(Break::parse(said), Ok(read));
        }
        assert!(Break::parse("gap > soon").unwrap_err().contains("span of time"));
        assert!(Break::parse("state.").is_err());
    }
}
