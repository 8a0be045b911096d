//! A cursor in a list that is wholly on hand, and the part of it that is on screen.

/// A cursor and a first row.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Scroller {
    /// The selected row.
    pub cursor: usize,
    /// The first row on screen.
    pub top: usize,
}

impl Scroller {
    /// Moves the cursor by some rows; it stays on screen and in the list.
    pub fn move_by(&mut self, by: isize, length: usize, height: usize) {
        self.cursor = self.cursor.saturating_add_signed(by);
        self.fit(length, height);
    }

    /// Puts the cursor on a row.
    pub fn select(&mut self, row: usize, length: usize, height: usize) {
        self.cursor = row;
        self.fit(length, height);
    }

    /// Brings cursor and screen back into a list that has become another.
    pub fn fit(&mut self, length: usize, height: usize) {
        let height = height.max(1);
        self.cursor = self.cursor.min(length.saturating_sub(1));
        self.top = self.top.min(self.cursor).min(length.saturating_sub(height));
        if self.cursor >= self.top + height {
            self.top = self.cursor + 1 - height;
        }
    }

    /// The rows on screen.
    pub fn visible(&self, length: usize, height: usize) -> std::ops::Range<usize> {
        let top = self.top.min(length);
        top..(top + height).min(length)
    }
}
