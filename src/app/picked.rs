//! A selection by name in a list that is wholly on hand: whatever the list becomes, the same thing stays selected.

use super::action::Action;
use super::scroller::Scroller;

/// What is selected, and the part of the list that is on screen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Picked {
    /// The name of what is selected; the first thing until something else is.
    pub name: Option<String>,
    /// The cursor.
    pub at: Scroller,
    /// Whether the name stays though the list is without it: the clock stands where it was not there yet.
    keeps: bool,
    /// Whether the list is without it.
    lost: bool,
}

impl Picked {
    /// A selection that waits for its list.
    pub fn of(name: String) -> Picked {
        Picked { name: Some(name), ..Picked::default() }
    }

    /// Says whether the selection waits for a thing that is not there, until something else is selected.
    pub fn keep(&mut self, keeps: bool) {
        self.keeps = keeps;
    }

    /// Whether what is selected is not in the list.
    pub fn is_lost(&self) -> bool {
        self.lost
    }

    /// Finds the selected thing in a list that may have changed; where it is gone, what stands in its place.
    pub fn fit(&mut self, names: &[String], height: usize) {
        let found = self.name.as_ref().and_then(|name| names.iter().position(|other| other == name));
        self.at.select(found.unwrap_or(self.at.cursor), names.len(), height);
        self.lost = self.keeps && self.name.is_some() && found.is_none();
        if !names.is_empty() && !self.lost {
            self.name = names.get(self.at.cursor).cloned();
        }
    }

    /// Moves as an action says; whether it was one that moves.
    pub fn act(&mut self, action: Action, names: &[String], height: usize) -> bool {
        let page = height.saturating_sub(1).max(1) as isize;
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::Top => -(names.len() as isize),
            Action::Bottom => names.len() as isize,
            _ => return false,
        };
        self.at.move_by(by, names.len(), height);
        self.lost = false;
        self.name = names.get(self.at.cursor).cloned();
        true
    }

    /// Selects the row on screen; whether it was selected before.
    pub fn click(&mut self, row: usize, names: &[String], height: usize) -> bool {
        let index = self.at.top + row;
        let before = self.at.cursor;
        if index >= names.len() {
            return false;
        }
        self.at.select(index, names.len(), height);
        self.lost = false;
        self.name = names.get(index).cloned();
        before == index
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_selected_stays_selected_when_the_list_changes() {
        let names = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut picked = Picked::default();
        picked.fit(&names("a b c"), 2);
        assert_eq!(picked.name.as_deref(), Some("a"));
        assert!(picked.act(Action::Down, &names("a b c"), 2));
        picked.fit(&names("c x b a"), 2);
        assert_eq!((picked.name.as_deref(), picked.at.cursor, picked.at.top), (Some("b"), 2, 1));
        picked.keep(true);
        picked.fit(&names("x y z"), 2);
        assert!(picked.is_lost() && picked.name.as_deref() == Some("b"), "it comes back");
        picked.fit(&names("b"), 2);
        assert!(!picked.is_lost());
        picked.keep(false);
        picked.fit(&names("x y"), 2);
        picked.click(1, &names("x y"), 2);
        assert_eq!(picked.name.as_deref(), Some("y"));
        assert!(picked.click(0, &names("x y"), 2) || picked.name.as_deref() == Some("x"));
    }
}
