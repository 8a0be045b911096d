//! The one place where text becomes cells. Whatever comes from a store is made safe here, measured in cells, and cut
//! with `…` where it does not fit; where the terminal knows no Unicode, signs become their ASCII twins.

use super::theme::Theme;
use crate::app::document::Line;
use crate::app::geometry::Area;
use crate::replay::reducers::last_segment;
use foldback_domain::event::safe_text;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::borrow::Cow;
use unicode_width::UnicodeWidthStr;

/// One character with a pile of accents on it may be as long as a book.
const LONGEST_SYMBOL: usize = 32;

/// Cells to draw on, and how meanings look.
pub(super) struct Canvas<'a> {
    buffer: &'a mut Buffer,
    /// How meanings look.
    pub(super) theme: &'a Theme,
}

impl<'a> Canvas<'a> {
    /// A canvas on all cells.
    pub(super) fn new(buffer: &'a mut Buffer, theme: &'a Theme) -> Self {
        Canvas { buffer, theme }
    }

    /// All cells.
    pub(super) fn whole(&self) -> Area {
        let Rect { x, y, width, height } = *self.buffer.area();
        Area { x, y, width, height }
    }

    fn rect(&self, area: Area) -> Rect {
        Rect::new(area.x, area.y, area.width, area.height).intersection(*self.buffer.area())
    }

    /// Lays a style over cells.
    pub(super) fn style(&mut self, area: Area, style: Style) {
        self.buffer.set_style(self.rect(area), style);
    }

    /// Empties cells.
    pub(super) fn fill(&mut self, area: Area, style: Style) {
        let rect = self.rect(area);
        for position in rect.positions() {
            self.buffer[position].reset();
        }
        self.buffer.set_style(rect, style);
    }

    /// Writes a text from the left, cut at a width; answers how many cells it took.
    pub(super) fn text(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) -> u16 {
        let room = self.room(x, y, width);
        let (front, cut) = front(text, usize::from(room));
        let safe = self.safe(front);
        if !cut && width_of(&safe) <= usize::from(room) {
            return self.write(x, y, room, &safe, style);
        }
        let used = self.write(x, y, room.saturating_sub(1), &safe, style);
        used + self.write(x + used, y, room - used.min(room), self.more(), style)
    }

    /// Writes an event's type. Where it is too long its last word is what tells it from others.
    pub(super) fn event_type(&mut self, x: u16, y: u16, width: u16, name: &str, style: Style) -> u16 {
        let last = last_segment(name);
        if self.width(name) <= width || last.len() == name.len() {
            return self.text(x, y, width, name, style);
        }
        let used = self.text(x, y, width.min(1), self.more(), style);
        used + self.text(x + used, y, width.saturating_sub(used), last, style)
    }

    /// How many cells there are to write in.
    fn room(&self, x: u16, y: u16, width: u16) -> u16 {
        let bounds = *self.buffer.area();
        if y < bounds.y || y >= bounds.bottom() { 0 } else { width.min(bounds.right().saturating_sub(x)) }
    }

    fn more(&self) -> &'static str {
        if self.theme.ascii { "~" } else { "…" }
    }

    /// Writes a safe text into no more than so many cells of the screen.
    fn write(&mut self, x: u16, y: u16, limit: u16, safe: &str, style: Style) -> u16 {
        let mut used = 0;
        for grapheme in Span::raw(safe).styled_graphemes(Style::default()) {
            let symbol = if grapheme.symbol.len() > LONGEST_SYMBOL { "?" } else { grapheme.symbol };
            let cells = symbol.width() as u16;
            if cells == 0 {
                continue;
            }
            if used + cells > limit {
                break;
            }
            self.buffer[(x + used, y)].set_symbol(symbol).set_style(style);
            for hidden in 1..cells {
                self.buffer[(x + used + hidden, y)].reset();
            }
            used += cells;
        }
        used
    }

    /// Writes a text that ends at the right of some cells.
    pub(super) fn right(&mut self, x: u16, y: u16, width: u16, text: &str, style: Style) {
        let cells = self.width(text).min(width);
        self.text(x + width - cells, y, cells, text, style);
    }

    /// Writes a line of pieces, each in its meaning's style; answers how many cells it took.
    pub(super) fn line(&mut self, x: u16, y: u16, width: u16, line: &Line) -> u16 {
        let room = self.room(x, y, width);
        let whole: usize = line.0.iter().map(|(_, text)| usize::from(self.width(text))).sum();
        let fits = whole <= usize::from(room);
        let limit = if fits { room } else { room.saturating_sub(1) };
        let mut used = 0;
        for (tone, text) in &line.0 {
            if used >= limit {
                break;
            }
            let (front, _) = front(text, usize::from(limit - used));
            let safe = self.safe(front);
            let cells = self.write(x + used, y, limit - used, &safe, self.theme.tone(*tone));
            used += cells;
            // A wide character that does not fit ends the line: what follows must not stand in its place.
            if !fits && cells < self.width(text) {
                break;
            }
        }
        if !fits && room > 0 {
            used += self.write(x + used, y, 1, self.more(), self.theme.dim);
        }
        used
    }

    /// Writes a text over several rows, broken between words.
    pub(super) fn paragraph(&mut self, area: Area, text: &str, style: Style) {
        for (row, line) in broken(&self.safe(text), usize::from(area.width)).iter().take(area.rows()).enumerate() {
            self.text(area.x, area.y + row as u16, area.width, line, style);
        }
    }

    /// How many rows a paragraph takes.
    pub(super) fn paragraph_rows(&self, text: &str, width: u16) -> u16 {
        broken(&self.safe(text), usize::from(width)).len() as u16
    }

    /// How many cells a text takes.
    pub(super) fn width(&self, text: &str) -> u16 {
        let (front, _) = front(text, 512);
        u16::try_from(width_of(&self.safe(front))).unwrap_or(u16::MAX)
    }

    /// A rule across some cells.
    pub(super) fn rule(&mut self, area: Area) {
        let sign = if self.theme.ascii { "-" } else { "┄" };
        for x in 0..area.width.min(self.whole().width) {
            self.text(area.x + x, area.y, 1, sign, self.theme.rule);
        }
    }

    /// A rule down the gap left of an area.
    pub(super) fn rule_left_of(&mut self, area: Area) {
        let sign = if self.theme.ascii { "|" } else { "│" };
        for y in 0..area.height {
            self.text(area.x.saturating_sub(2), area.y + y, 1, sign, self.theme.rule);
        }
    }

    fn safe<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let safe = safe_text(text);
        if self.theme.ascii && !safe.is_ascii() {
            return Cow::Owned(safe.chars().map(ascii_twin).collect());
        }
        safe
    }
}

/// No more of a text than could be seen: it may be a megabyte.
fn front(text: &str, cells: usize) -> (&str, bool) {
    let most = cells * 8 + LONGEST_SYMBOL;
    if text.len() <= most {
        return (text, false);
    }
    let mut end = most;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (&text[..end], true)
}

fn width_of(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// What a sign looks like where there is no Unicode.
fn ascii_twin(c: char) -> char {
    match c {
        '\0'..='\x7f' => c,
        '…' => '~',
        '·' | '–' | '┄' | '─' | '━' => '-',
        '→' | '▸' | '▶' | '›' => '>',
        '←' | '◀' => '<',
        '▾' => 'v',
        '↑' => '^',
        '↓' => 'v',
        '│' | '┃' | '▏' | '▐' => '|',
        '●' => '*',
        '◌' => 'o',
        '▲' => '^',
        '■' => '#',
        '↺' => '@',
        '├' | '└' => '+',
        '╌' => '-',
        '✗' => 'x',
        '★' => '*',
        '◆' => '$',
        '‖' => '"',
        '✓' => '+',
        '⚠' => '!',
        '┣' => '+',
        '▫' => '=',
        '⊘' => '/',
        '▁' | '▂' => '.',
        '▃' | '▄' => ':',
        '▅' | '▆' => '+',
        '▇' | '█' | '▉' | '▊' | '▋' | '▌' | '▍' | '▎' => '#',
        _ => '?',
    }
}

fn broken(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && width_of(&line) + 1 + width_of(word) > width {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str, width: u16, ascii: bool) -> String {
        let theme = Theme { ascii, ..Theme::default() };
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        Canvas::new(&mut buffer, &theme).text(0, 0, width, text, Style::default());
        let cells: String = buffer.content().iter().map(|cell| cell.symbol()).collect();
        cells.trim_end().to_owned()
    }

    #[test]
    fn text_is_safe_measured_in_cells_and_cut_with_a_sign() {
        for (text, width, expected) in [
            ("order-1017", 10, "order-1017"),
            ("order-1017", 6, "order…"),
            ("주문-1017", 5, "주 문 …"),
            ("주문", 3, "주 …"),
            ("a\u{1b}[31m", 12, "a␛[31m"),
            ("", 5, ""),
            ("abc", 0, ""),
        ] {
            // A wide character hides the cell behind it; the buffer has a space there.
            assert_eq!(written(text, width, false), expected, "{text:?} in {width}");
        }
        assert_eq!(written("→ a · 주", 12, true), "> a - ?");
        // A pile of accents is no character: it is one sign, and what follows is cut.
        assert_eq!(written(&format!("a{}b", "\u{301}".repeat(500)), 12, false), "?…");
    }

    #[test]
    fn nothing_is_written_outside() {
        let theme = Theme::default();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 3, 1));
        let mut canvas = Canvas::new(&mut buffer, &theme);
        for (x, y) in [(0, 0), (2, 0), (3, 0), (0, 1), (u16::MAX, u16::MAX)] {
            canvas.text(x, y, 50, "주문 much too long", Style::default());
            canvas.right(x.min(100), y, 2, "long", Style::default());
            canvas.line(x, y, 5, &Line::of(crate::app::document::Tone::Key, "ab").and(Default::default(), "cdefgh"));
        }
    }
}
