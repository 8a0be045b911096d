//! Patterns over what belongs together: an event without another before it, one and then another, one that was never
//! followed by another. What belongs together is what one correlation id or one stream holds.
//!
//! ```text
//! pattern   A without B before
//!           A then B [within SPAN]
//!           A then not B [within SPAN]           the same as: A never followed by B
//!           A never followed by B [within SPAN]
//!           … by stream | by correlation         what belongs together; correlation where nothing is said
//! A, B      event types: `*` stands for any text, `?` for one character; in quotes where they hold spaces
//! SPAN      500ms, 5s, 10m, 2h, 3d
//! ```

mod matcher;
mod parse;

pub use matcher::{Matcher, Place, Verdict};
pub use parse::{EXAMPLES, PatternError, span};

use foldback_domain::reading::matches_pattern;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

/// A pattern over the events that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The type of the events that are looked for.
    pub first: String,
    /// What the other event has to do with them.
    pub relation: Relation,
    /// The type of the other event.
    pub second: String,
    /// How long behind the first the other counts.
    pub within: Option<Duration>,
    /// What belongs together.
    pub group: Group,
}

/// What one event has to do with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The other did not happen before.
    Without,
    /// The other happened behind it.
    Then,
    /// The other did not happen behind it.
    Never,
}

/// What belongs together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// The events of one correlation id.
    Correlation,
    /// The events of one stream.
    Stream,
}

impl Pattern {
    /// Which of the two an event of this type is: it may be both.
    pub fn roles(&self, event_type: &str) -> (bool, bool) {
        (matches_pattern(&self.first, event_type), matches_pattern(&self.second, event_type))
    }
}

impl FromStr for Pattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Pattern, PatternError> {
        parse::parse(text)
    }
}

impl fmt::Display for Relation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Relation::Without => "without",
            Relation::Then => "then",
            Relation::Never => "never",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_are_patterns() {
        for text in EXAMPLES {
            assert!(text.parse::<Pattern>().is_ok(), "{text}");
        }
        let pattern: Pattern = "'Order Placed' then not Payment* within 90s by stream".parse().unwrap();
        assert_eq!(
            pattern,
            Pattern {
                first: "Order Placed".to_owned(),
                relation: Relation::Never,
                second: "Payment*".to_owned(),
                within: Some(Duration::from_secs(90)),
                group: Group::Stream,
            }
        );
        assert_eq!("A then not B".parse::<Pattern>(), "A never followed by B by correlation".parse());
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        for (text, at, why) in [
            ("", 1, "an event type"),
            ("A", 2, "'without'"),
            ("A without B", 12, "'before', found the end"),
            ("A after B", 3, "found 'after'"),
            ("A then B within soon", 17, "a span of time"),
            ("A then B within 5s or so", 20, "found 'or'"),
            ("A then B by chance", 13, "'stream' or 'correlation'"),
            ("A then 'B", 8, "ends this name"),
            ("A never before B", 9, "'followed'"),
            ("without B before", 1, "an event type"),
        ] {
            let error = text.parse::<Pattern>().unwrap_err();
            assert_eq!(error.at, at, "{text}: {error}");
            assert!(error.why.contains(why), "{text}: {error}");
        }
    }
}
