//! Aligned text: columns as wide as their widest cell, two spaces apart, no tabs, no rules.

use super::style::Style;
use unicode_width::UnicodeWidthStr;

/// The widest cell that the other rows are aligned with.
const WIDEST: usize = 64;

/// Which side of its column a cell keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Align {
    /// Texts.
    Left,
    /// Numbers.
    Right,
}

/// Rows under a header. Cells are safe already.
#[derive(Debug, Default)]
pub struct Table {
    header: Vec<(String, Align)>,
    rows: Vec<Vec<String>>,
    widths: Vec<usize>,
    header_shown: bool,
}

impl Table {
    /// A table with these columns.
    pub fn new(header: &[(&'static str, Align)]) -> Self {
        Table::of(header.iter().map(|(name, align)| ((*name).to_owned(), *align)))
    }

    /// A table whose columns are known only when it is asked for. Their names are safe already.
    pub fn of(header: impl Iterator<Item = (String, Align)>) -> Self {
        let header: Vec<_> = header.collect();
        let widths = header.iter().map(|(name, _)| name.width()).collect();
        Table { header, rows: Vec::new(), widths, header_shown: false }
    }

    /// Adds a row of as many cells as there are columns.
    pub fn row(&mut self, cells: Vec<String>) {
        for (width, cell) in self.widths.iter_mut().zip(&cells) {
            // One name of 4 kB must not push every other row off the screen: it overflows its own row only.
            if cell.width() <= WIDEST {
                *width = (*width).max(cell.width());
            }
        }
        self.rows.push(cells);
    }

    /// How many rows it has.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether it has no rows.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Forgets the rows that were printed, but not the widths and that there was a header: a long list goes on.
    pub fn go_on(&mut self) {
        self.rows.clear();
        self.header_shown = true;
    }

    /// The lines, header first.
    pub fn lines(&self, style: Style) -> Vec<String> {
        let mut lines = Vec::with_capacity(self.rows.len() + 1);
        if !self.header_shown {
            let names: Vec<String> = self.header.iter().map(|(name, _)| name.clone()).collect();
            lines.push(style.dim(self.line(&names)));
        }
        lines.extend(self.rows.iter().map(|row| self.line(row)));
        lines
    }

    fn line(&self, cells: &[String]) -> String {
        let mut line = String::new();
        for (index, cell) in cells.iter().enumerate() {
            let pad = " ".repeat(self.widths[index].saturating_sub(cell.width()));
            match self.header[index].1 {
                Align::Left => line.extend([cell.as_str(), &pad]),
                Align::Right => line.extend([pad.as_str(), cell]),
            }
            line.push_str("  ");
        }
        line.truncate(line.trim_end().len());
        line
    }
}

/// A number of things: `1 event`, `2,014 events`.
pub fn count(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", thousands(number), if number == 1 { one } else { many })
}

/// A span of time in its largest parts, as screens write it: `2 h 5 min`.
pub fn span(span: std::time::Duration) -> String {
    let seconds = span.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    match (days, hours, minutes) {
        (0, 0, 0) if seconds == 0 => format!("{} ms", span.as_millis()),
        (0, 0, 0) => format!("{seconds} s"),
        (0, 0, _) => format!("{minutes} min"),
        (0, _, _) => format!("{hours} h {minutes} min"),
        _ => format!("{} d {hours} h", thousands(days)),
    }
}

/// A position or version as the source has it, or `~` where the source has none.
pub fn place(number: Option<i64>) -> String {
    number.map_or("~".to_owned(), thousands)
}

/// A number with thousands separators: `2,014`.
pub fn thousands(number: impl Into<i128>) -> String {
    let number = number.into();
    let digits = number.unsigned_abs().to_string();
    let mut out = String::with_capacity(digits.len() * 4 / 3 + 1);
    if number < 0 {
        out.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_the_cells_that_characters_take() {
        let mut table = Table::new(&[("name", Align::Left), ("n", Align::Right)]);
        table.row(vec!["김하나".into(), "7".into()]);
        table.row(vec!["kim".into(), "1,204".into()]);
        assert_eq!(table.lines(Style::new(false)), ["name        n", "김하나      7", "kim     1,204"]);
    }

    #[test]
    fn thousands_are_separated() {
        let written: Vec<String> = [0, 999, 1_000, -1_234_567].into_iter().map(|n: i64| thousands(n)).collect();
        assert_eq!(written, ["0", "999", "1,000", "-1,234,567"]);
    }
}
