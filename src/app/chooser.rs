//! Which of several stores is meant: a short list before anything is opened.

use super::geometry::{Area, Size};
use super::input::{Code, Deed, Key, Mouse, Named};
use super::message::Message;
use super::scroller::Scroller;

/// A store that can be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// Its name.
    pub name: String,
    /// Its layout.
    pub layout: String,
    /// The table that its events are in.
    pub table: String,
}

/// The list, and where its cursor is.
#[derive(Debug, Clone)]
pub struct Chooser {
    /// What holds the stores, safe to show.
    pub source: String,
    /// The stores.
    pub offers: Vec<Offer>,
    /// The cursor.
    pub at: Scroller,
    /// The terminal.
    pub size: Size,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Chosen {
    /// This store, by its name.
    Store(String),
    /// None of them.
    Leave,
}

impl Chooser {
    /// A list of stores with the cursor on the first.
    pub fn new(source: String, offers: Vec<Offer>) -> Self {
        Chooser { source, offers, at: Scroller::default(), size: Size::default() }
    }

    /// Where the rows are: under a title and a line of words, above a line of keys.
    pub fn list(&self) -> Area {
        let Size { width, height } = self.size;
        Area { x: 1, y: 4, width: width.saturating_sub(2), height: height.saturating_sub(6) }
    }

    /// Takes in what happened; what was decided, if anything was.
    pub fn hear(&mut self, message: &Message) -> Option<Chosen> {
        let height = self.list().rows();
        match message {
            Message::Size(size) => {
                self.size = *size;
                self.at.fit(self.offers.len(), self.list().rows());
                None
            }
            Message::Key(key) => self.key(*key, height),
            Message::Mouse(Mouse { deed, x, y }) => match deed {
                Deed::Click => {
                    let row = self.at.top + self.list().row_at(*x, *y)?;
                    let again = self.at.cursor == row;
                    if row < self.offers.len() {
                        self.at.select(row, self.offers.len(), height);
                        return again.then(|| self.current()).flatten();
                    }
                    None
                }
                Deed::WheelUp => self.by(-1, height),
                Deed::WheelDown => self.by(1, height),
                Deed::Drag => None,
            },
            _ => None,
        }
    }

    fn key(&mut self, key: Key, height: usize) -> Option<Chosen> {
        let page = isize::try_from(height).unwrap_or(isize::MAX).max(1);
        match key.code {
            Code::Char('c') if key.ctrl => Some(Chosen::Leave),
            Code::Char('q') | Code::Named(Named::Esc) => Some(Chosen::Leave),
            Code::Named(Named::Enter) => self.current(),
            Code::Char('k') | Code::Named(Named::Up) => self.by(-1, height),
            Code::Char('j') | Code::Named(Named::Down) => self.by(1, height),
            Code::Named(Named::PageUp) => self.by(-page, height),
            Code::Named(Named::PageDown) => self.by(page, height),
            Code::Char('g') | Code::Named(Named::Home) => self.by(isize::MIN, height),
            Code::Char('G') | Code::Named(Named::End) => self.by(isize::MAX, height),
            _ => None,
        }
    }

    fn by(&mut self, rows: isize, height: usize) -> Option<Chosen> {
        self.at.move_by(rows, self.offers.len(), height);
        None
    }

    fn current(&self) -> Option<Chosen> {
        self.offers.get(self.at.cursor).map(|offer| Chosen::Store(offer.name.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chooser() -> Chooser {
        let offer = |name: &str| Offer { name: name.into(), layout: "marten".into(), table: name.into() };
        let mut chooser = Chooser::new("shop.db".into(), vec![offer("a"), offer("b"), offer("c")]);
        chooser.hear(&Message::Size(Size { width: 80, height: 24 }));
        chooser
    }

    fn press(chooser: &mut Chooser, keys: &str) -> Option<Chosen> {
        keys.split(' ').fold(None, |_, key| chooser.hear(&Message::Key(key.parse().unwrap())))
    }

    #[test]
    fn a_store_is_chosen_by_keys_and_by_the_mouse() {
        assert_eq!(press(&mut chooser(), "enter"), Some(Chosen::Store("a".into())));
        assert_eq!(press(&mut chooser(), "down down down enter"), Some(Chosen::Store("c".into())));
        assert_eq!(press(&mut chooser(), "G k enter"), Some(Chosen::Store("b".into())));
        assert_eq!(press(&mut chooser(), "down esc"), Some(Chosen::Leave));
        assert_eq!(press(&mut chooser(), "ctrl-c"), Some(Chosen::Leave));
        let mut chooser = chooser();
        let click = Message::Mouse(Mouse { deed: Deed::Click, x: 5, y: 5 });
        assert_eq!(chooser.hear(&click), None);
        assert_eq!(chooser.hear(&click), Some(Chosen::Store("b".into())));
        assert_eq!(chooser.hear(&Message::Mouse(Mouse { deed: Deed::Click, x: 5, y: 12 })), None);
    }
}
