//! A list as a window over paged reads: however long the list, a few pages of it are held.
//!
//! ```text
//!    the list   ░░░░░░░░░░░░▒▒▒▒▒▒▒▒▓▓▓▓▓▓▓▓▒▒▒▒▒▒▒▒░░░░░░░░░░░░░░░
//!               not held    held    on screen held   not held
//! ```
//!
//! When the cursor comes near an edge that is not the list's own, [`Window::need`] says which page is wanted; what it
//! answers is data for an effect. Rows are told apart by their keys, so a selection survives any reload.

use std::fmt::Debug;

/// Something that can stand in a window.
pub trait Row {
    /// What tells rows apart.
    type Key: Clone + PartialEq + Debug;

    /// This row's key.
    fn key(&self) -> Self::Key;
}

/// A page that a window wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Want<K> {
    /// The first page.
    Start,
    /// The last page.
    End,
    /// The page before this row.
    Before(K),
    /// The page behind this row.
    After(K),
    /// The rows about this key, which need not be there itself.
    Around(K),
}

/// The window.
#[derive(Debug, Clone, PartialEq)]
pub struct Window<R: Row> {
    rows: Vec<R>,
    /// The selected row among those held.
    cursor: usize,
    /// The first row on screen, among those held.
    top: usize,
    height: usize,
    at_start: bool,
    at_end: bool,
    filled: bool,
    /// The cursor stands at the end that grows, and goes on with it.
    follows: bool,
    /// What is to be selected whatever the list becomes, until the cursor is moved.
    kept: Option<Kept<R::Key>>,
    /// Whether that is not in the list as it is now.
    lost: bool,
}

/// What a list that is read as of another time is to find again.
#[derive(Debug, Clone, PartialEq)]
enum Kept<K> {
    /// The end that grows.
    Edge,
    /// A row, so far below the top of the screen.
    Row(K, usize),
}

impl<R: Row> Default for Window<R> {
    fn default() -> Self {
        Window {
            rows: Vec::new(),
            cursor: 0,
            top: 0,
            height: 1,
            at_start: false,
            at_end: false,
            filled: false,
            follows: false,
            kept: None,
            lost: false,
        }
    }
}

impl<R: Row> Window<R> {
    /// How many rows a page should have.
    pub fn page_size(&self) -> usize {
        (self.height * 2).max(200)
    }

    /// How many rows are held at most.
    fn capacity(&self) -> usize {
        self.page_size() * 4
    }

    /// Every row that is held, in order.
    pub fn rows(&self) -> &[R] {
        &self.rows
    }

    /// The rows on screen.
    pub fn visible(&self) -> &[R] {
        let end = (self.top + self.height).min(self.rows.len());
        &self.rows[self.top.min(end)..end]
    }

    /// The selected row.
    pub fn selected(&self) -> Option<&R> {
        self.rows.get(self.cursor).filter(|_| !self.lost)
    }

    /// What was selected, where it is not in the list as it is now.
    pub fn lost(&self) -> Option<&R::Key> {
        match &self.kept {
            Some(Kept::Row(key, _)) if self.lost => Some(key),
            _ => None,
        }
    }

    /// The selected row's key.
    pub fn selected_key(&self) -> Option<R::Key> {
        self.selected().map(Row::key)
    }

    /// Which of the rows on screen is selected.
    pub fn cursor_on_screen(&self) -> Option<usize> {
        self.selected()?;
        self.cursor.checked_sub(self.top)
    }

    /// How many rows are held before the first one on screen.
    pub fn rows_above(&self) -> usize {
        self.top
    }

    /// Whether the first row held is the list's first.
    pub fn at_start(&self) -> bool {
        self.at_start
    }

    /// Whether the last row held is the list's last.
    pub fn at_end(&self) -> bool {
        self.at_end
    }

    /// Whether a first answer has come.
    pub fn is_filled(&self) -> bool {
        self.filled
    }

    /// Whether the list is known to have no rows.
    pub fn is_empty_list(&self) -> bool {
        self.filled && self.rows.is_empty() && self.at_start && self.at_end
    }

    /// Forgets everything but the height.
    pub fn clear(&mut self) {
        *self = Window { height: self.height, ..Window::default() };
    }

    /// Tells how many rows the screen has.
    pub fn resize(&mut self, height: usize) {
        self.height = height.max(1);
        self.scroll();
    }

    /// Moves the cursor by some rows; it stops at the rows that are held.
    pub fn move_by(&mut self, by: isize) {
        self.let_go();
        let last = self.rows.len().saturating_sub(1);
        self.cursor = self.cursor.saturating_add_signed(by).min(last);
        self.scroll();
    }

    /// Moves the cursor by pages.
    pub fn page(&mut self, by: isize) {
        self.move_by(by * self.height.saturating_sub(1).max(1) as isize);
    }

    /// Selects a row on screen.
    pub fn select_on_screen(&mut self, row: usize) -> bool {
        let index = self.top + row;
        if row < self.height && index < self.rows.len() {
            self.let_go();
            self.cursor = index;
            return true;
        }
        false
    }

    /// Selects a row by its key, if it is held.
    pub fn select(&mut self, key: &R::Key) -> bool {
        match self.rows.iter().position(|row| row.key() == *key) {
            Some(index) => {
                self.let_go();
                self.cursor = index;
                self.scroll();
                true
            }
            None => false,
        }
    }

    /// Goes to the first row; answers the page to read where it is not held.
    pub fn to_start(&mut self) -> Option<Want<R::Key>> {
        self.let_go();
        if self.at_start {
            self.cursor = 0;
            self.scroll();
            return None;
        }
        Some(Want::Start)
    }

    /// Goes to the last row; answers the page to read where it is not held.
    pub fn to_end(&mut self) -> Option<Want<R::Key>> {
        self.let_go();
        if self.at_end {
            self.cursor = self.rows.len().saturating_sub(1);
            self.scroll();
            return None;
        }
        Some(Want::End)
    }

    /// The page that should be read, so that moving on finds rows.
    pub fn need(&self) -> Option<Want<R::Key>> {
        if !self.filled {
            return Some(Want::Start);
        }
        let near = self.height * 2;
        if !self.at_end && self.cursor + near >= self.rows.len() {
            return self.rows.last().map(|row| Want::After(row.key()));
        }
        if !self.at_start && self.cursor < near {
            return self.rows.first().map(|row| Want::Before(row.key()));
        }
        None
    }

    /// Says that the list is about to be read as of another time: what is selected is found again in it, now and later,
    /// until the cursor is moved. Answers the page to read: about the selected row, or at `edge` where the cursor stands
    /// at that end. Nothing where nothing was read yet.
    pub fn keep(&mut self, edge: Option<Want<R::Key>>) -> Option<Want<R::Key>> {
        if !self.filled {
            return None;
        }
        if self.kept.is_none() {
            let at_edge = match edge {
                Some(Want::End) => self.at_end && self.cursor + 1 >= self.rows.len(),
                Some(_) => self.at_start && self.cursor == 0,
                None => false,
            };
            let row = self.selected_key().map(|key| Kept::Row(key, self.cursor.saturating_sub(self.top)));
            self.kept = if at_edge { Some(Kept::Edge) } else { row };
        }
        match &self.kept {
            Some(Kept::Row(key, _)) => Some(Want::Around(key.clone())),
            Some(Kept::Edge) | None => edge,
        }
    }

    /// The cursor is moved: what stands there is what is selected.
    pub fn let_go(&mut self) {
        (self.kept, self.lost) = (None, false);
    }

    /// Says that the list may have grown at its end (or start), so that it is read on from there. A cursor that stands
    /// there goes on with it.
    pub fn grown(&mut self, at_end: bool) {
        self.follows = match at_end {
            true => self.at_end && self.cursor + 1 == self.rows.len(),
            false => self.at_start && self.cursor == 0,
        };
        if at_end {
            self.at_end = false;
        } else {
            self.at_start = false;
        }
    }

    /// Takes rows that were read. `pivot` is the first of them that does not stand before the wanted key; ends are
    /// told where they are known.
    pub fn fill(
        &mut self,
        want: &Want<R::Key>,
        rows: Vec<R>,
        pivot: usize,
        at_start: Option<bool>,
        at_end: Option<bool>,
    ) {
        self.filled = true;
        let follows = std::mem::take(&mut self.follows);
        match want {
            Want::After(key) if self.rows.last().is_some_and(|row| row.key() == *key) => {
                self.at_end = at_end.unwrap_or(self.at_end);
                self.rows.extend(rows);
                if follows {
                    self.cursor = self.rows.len() - 1;
                    self.scroll();
                }
                self.drop_front();
            }
            Want::Before(key) if self.rows.first().is_some_and(|row| row.key() == *key) => {
                self.at_start = at_start.unwrap_or(self.at_start);
                self.cursor += rows.len();
                self.top += rows.len();
                self.rows.splice(0..0, rows);
                if follows {
                    (self.cursor, self.top) = (0, 0);
                }
                self.drop_back();
            }
            // The window has moved on since: its need is asked for anew.
            Want::After(_) | Want::Before(_) => return,
            Want::Start | Want::End | Want::Around(_) => {
                let selected = self.selected_key();
                let (cursor, top) = (self.cursor, self.top);
                let offset = self.cursor.saturating_sub(self.top);
                self.rows = rows;
                self.at_start = at_start.unwrap_or(*want == Want::Start);
                self.at_end = at_end.unwrap_or(*want == Want::End);
                self.cursor = match want {
                    Want::End => self.rows.len().saturating_sub(1),
                    Want::Around(_) => pivot.min(self.rows.len().saturating_sub(1)),
                    _ => 0,
                };
                // A reload keeps the row that was selected, in the place on screen where it was.
                let follows_edge = self.kept == Some(Kept::Edge);
                if *want == Want::Start
                    && !follows_edge
                    && let Some(key) = &selected
                    && let Some(index) = self.rows.iter().position(|row| row.key() == *key)
                {
                    self.cursor = index;
                    self.top = index.saturating_sub(offset);
                } else if matches!(want, Want::Around(key) if selected.as_ref() == Some(key)) {
                    self.top = self.cursor.saturating_sub(offset);
                } else {
                    self.top = self.cursor.saturating_sub(self.height / 2);
                }
                let there =
                    if matches!(want, Want::Around(_)) { (pivot, pivot.saturating_sub(offset)) } else { (cursor, top) };
                self.find_kept(there);
            }
        }
        self.scroll();
    }

    /// Selects what is to be found again, where it stood on the screen; where it is not there, nothing is selected and
    /// nothing jumps.
    fn find_kept(&mut self, there: (usize, usize)) {
        let Some(Kept::Row(key, offset)) = &self.kept else { return };
        let found = self.rows.iter().position(|row| row.key() == *key);
        self.lost = found.is_none();
        match found {
            Some(index) => (self.cursor, self.top) = (index, index.saturating_sub(*offset)),
            None => (self.cursor, self.top) = there,
        }
    }

    /// Drops rows far before the cursor.
    fn drop_front(&mut self) {
        let surplus = self.rows.len().saturating_sub(self.capacity()).min(self.top);
        if surplus > 0 {
            self.rows.drain(..surplus);
            self.cursor -= surplus.min(self.cursor);
            self.top -= surplus;
            self.at_start = false;
        }
    }

    /// Drops rows far behind the cursor.
    fn drop_back(&mut self) {
        let keep = self.capacity().max(self.top + self.height);
        if self.rows.len() > keep {
            self.rows.truncate(keep);
            self.at_end = false;
        }
    }

    /// Brings the cursor on screen and leaves no empty rows below where there are rows above.
    fn scroll(&mut self) {
        self.cursor = self.cursor.min(self.rows.len().saturating_sub(1));
        if self.cursor < self.top {
            self.top = self.cursor;
        }
        if self.cursor >= self.top + self.height {
            self.top = self.cursor + 1 - self.height;
        }
        self.top = self.top.min(self.rows.len().saturating_sub(self.height));
    }
}

#[cfg(test)]
mod tests;
