//! The filters of the log, in the order in which they were set, so that they can be taken away one by one.

use super::super::super::format;
use crate::replay::reducers::Expr;
use foldback_domain::event::{Position, StreamName};
use foldback_domain::reading::LogFilter;

/// A part of a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Stream,
    Category,
    Type,
    Correlation,
    Times,
    Range,
    Expression,
}

/// A filter and the order of its parts.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Filters {
    filter: LogFilter,
    expression: Option<Expr>,
    parts: Vec<Part>,
}

impl Filters {
    /// The parts that a filter has.
    pub fn of(filter: LogFilter) -> Filters {
        let set = [
            (filter.category.is_some(), Part::Category),
            (filter.stream.is_some(), Part::Stream),
            (filter.event_type.is_some(), Part::Type),
            (filter.correlation_id.is_some(), Part::Correlation),
            (filter.since.is_some() || filter.until.is_some(), Part::Times),
            (filter.from.is_some() || filter.to.is_some(), Part::Range),
        ];
        let parts = set.into_iter().filter(|(is_set, _)| *is_set).map(|(_, part)| part).collect();
        Filters { filter, expression: None, parts }
    }

    /// The filter.
    pub fn filter(&self) -> &LogFilter {
        &self.filter
    }

    /// What must hold of an event besides.
    pub fn expression(&self) -> Option<&Expr> {
        self.expression.as_ref()
    }

    /// Whether every event is shown.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Each part as the title shows it.
    pub fn words(&self) -> Vec<String> {
        self.parts.iter().map(|part| self.part_words(*part)).collect()
    }

    fn part_words(&self, part: Part) -> String {
        let filter = &self.filter;
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
        match part {
            Part::Stream => format!("stream {}", text(filter.stream.as_ref().map(StreamName::as_str))),
            Part::Category => format!("category {}", text(filter.category.as_ref().map(|c| c.as_str()))),
            Part::Type => format!("type ~ {}", text(filter.event_type.as_deref())),
            Part::Correlation => {
                format!("correlation {}", format::short_id(&text(filter.correlation_id.as_deref()), 13))
            }
            Part::Expression => format!("where {}", text(self.expression.as_ref().map(Expr::text))),
            Part::Times => match (filter.since, filter.until) {
                (Some(since), Some(until)) => format!("{} – {}", format::moment(since), format::moment(until)),
                (Some(since), None) => format!("since {}", format::moment(since)),
                (None, until) => format!("until {}", until.map(format::moment).unwrap_or_default()),
            },
            Part::Range => {
                let at = |position: Option<Position>| position.map(|p| format::place(p.number())).unwrap_or_default();
                format!("{} – {}", at(filter.from), at(filter.to))
            }
        }
    }

    /// Sets or removes the pattern that types must match.
    pub fn set_pattern(&mut self, pattern: Option<String>) {
        self.remove(Part::Type);
        if pattern.is_some() {
            self.filter.event_type = pattern;
            self.parts.push(Part::Type);
        }
    }

    /// Sets the expression that must hold of an event.
    pub fn set_expression(&mut self, expression: Option<Expr>) {
        self.remove(Part::Expression);
        if expression.is_some() {
            self.expression = expression;
            self.parts.push(Part::Expression);
        }
    }

    /// Sets the range of positions.
    pub fn set_range(&mut self, from: Position, to: Position) {
        self.remove(Part::Range);
        (self.filter.from, self.filter.to) = (Some(from), Some(to));
        self.parts.push(Part::Range);
    }

    /// Shows only a type; all again when it was shown already. Answers whether anything changed.
    pub fn toggle_type(&mut self, event_type: String) -> bool {
        let was = self.filter.event_type.as_ref() == Some(&event_type);
        self.set_pattern((!was).then_some(event_type));
        true
    }

    /// Shows only a stream; all again when it was shown already.
    pub fn toggle_stream(&mut self, stream: StreamName) -> bool {
        let was = self.filter.stream.as_ref() == Some(&stream);
        self.remove(Part::Stream);
        if !was {
            self.filter.stream = Some(stream);
            self.parts.push(Part::Stream);
        }
        true
    }

    /// Shows only a correlation; all again when it was shown already.
    pub fn toggle_correlation(&mut self, id: String) -> bool {
        let was = self.filter.correlation_id.as_ref() == Some(&id);
        self.remove(Part::Correlation);
        if !was {
            self.filter.correlation_id = Some(id);
            self.parts.push(Part::Correlation);
        }
        true
    }

    /// Takes the last part away, or all of them. Answers whether there was one.
    pub fn clear(&mut self, all: bool) -> bool {
        let Some(last) = self.parts.last().copied() else { return false };
        if all {
            *self = Filters::default();
        } else {
            self.remove(last);
        }
        true
    }

    fn remove(&mut self, part: Part) {
        self.parts.retain(|other| *other != part);
        let filter = &mut self.filter;
        match part {
            Part::Stream => filter.stream = None,
            Part::Category => filter.category = None,
            Part::Type => filter.event_type = None,
            Part::Correlation => filter.correlation_id = None,
            Part::Expression => self.expression = None,
            Part::Times => (filter.since, filter.until) = (None, None),
            Part::Range => (filter.from, filter.to) = (None, None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_filter_goes_first_and_a_second_press_takes_one_back() {
        let mut filters = Filters::default();
        filters.toggle_type("PaymentCaptured".into());
        filters.toggle_stream("pay-88".into());
        filters.set_range(Position(1_200), Position(1_300));
        assert_eq!(filters.words(), ["type ~ PaymentCaptured", "stream pay-88", "1,200 – 1,300"]);
        assert!(filters.clear(false));
        filters.toggle_type("PaymentCaptured".into());
        assert_eq!(filters.words(), ["stream pay-88"]);
        assert!(filters.clear(true));
        assert!(!filters.clear(false));
        assert!(filters.filter().is_empty());
    }
}
