//! Text in lines, each piece with what it means. How a meaning looks is the theme's business.

use foldback_domain::event::safe_text;

/// What a piece of text means.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// Nothing in particular.
    #[default]
    Plain,
    /// A heading.
    Title,
    /// Secondary, past, or not applicable.
    Dim,
    /// Where I am.
    Accent,
    /// A key of a JSON object.
    Key,
    /// A JSON text.
    Text,
    /// A JSON number.
    Number,
    /// `true`, `false`, `null`.
    Word,
    /// Healthy, or added.
    Good,
    /// Failed, or removed.
    Bad,
    /// Changed, behind, or a warning.
    Warn,
    /// Not now, not real.
    Branch,
}

/// A piece of text and what it means.
pub type Piece = (Tone, String);

/// A line of pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line(pub Vec<Piece>);

impl Line {
    /// A line of one piece.
    pub fn of(tone: Tone, text: impl Into<String>) -> Line {
        Line(vec![(tone, text.into())])
    }

    /// A label and a value beside it.
    pub fn field(label: &str, tone: Tone, value: impl Into<String>) -> Line {
        Line(vec![(Tone::Dim, format!("{label:<13}")), (tone, value.into())])
    }

    /// The same line with one more piece.
    pub fn and(mut self, tone: Tone, text: impl Into<String>) -> Line {
        self.0.push((tone, text.into()));
        self
    }

    /// The text without its meaning.
    pub fn text(&self) -> String {
        self.0.iter().map(|(_, text)| text.as_str()).collect()
    }
}

/// Lines that can be scrolled.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// The lines.
    pub lines: Vec<Line>,
    /// The first line on screen.
    pub top: usize,
}

impl Document {
    /// A document at its beginning.
    pub fn new(lines: Vec<Line>) -> Document {
        Document { lines, top: 0 }
    }

    /// Scrolls by some lines; the last line never leaves the screen.
    pub fn scroll(&mut self, by: isize, height: usize) {
        let last = self.lines.len().saturating_sub(height.max(1));
        self.top = self.top.saturating_add_signed(by).min(last);
    }

    /// The lines on screen.
    pub fn visible(&self, height: usize) -> &[Line] {
        let top = self.top.min(self.lines.len());
        &self.lines[top..(top + height).min(self.lines.len())]
    }
}

/// The lines broken so that none has more than `width` characters. Wide characters count twice, so that none is cut.
pub fn wrapped(lines: &[Line], width: usize) -> Vec<Line> {
    let width = width.max(2);
    let mut out = Vec::new();
    for line in lines {
        let mut current = Line::default();
        let mut used = 0;
        for (tone, text) in &line.0 {
            let mut piece = String::new();
            for c in safe_text(text).chars() {
                let cells = if c.is_ascii() { 1 } else { 2 };
                if used + cells > width {
                    current.0.push((*tone, std::mem::take(&mut piece)));
                    out.push(std::mem::take(&mut current));
                    used = 0;
                }
                piece.push(c);
                used += cells;
            }
            current.0.push((*tone, piece));
        }
        out.push(current);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_broken_and_nothing_is_lost() {
        let line = Line::of(Tone::Key, "abcdef").and(Tone::Text, "ghij");
        let broken = wrapped(&[line], 4);
        assert_eq!(broken.iter().map(Line::text).collect::<Vec<_>>(), ["abcd", "efgh", "ij"]);
        assert_eq!(broken[1].0, [(Tone::Key, "ef".to_owned()), (Tone::Text, "gh".to_owned())]);
    }

    #[test]
    fn scrolling_stops_at_both_ends() {
        let mut document = Document::new((0..10).map(|n| Line::of(Tone::Plain, n.to_string())).collect());
        document.scroll(100, 4);
        assert_eq!(document.visible(4).len(), 4);
        document.scroll(-100, 4);
        assert_eq!(document.top, 0);
    }
}
