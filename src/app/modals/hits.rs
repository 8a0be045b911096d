//! What a search has found, as a list over the screen: Enter goes to the event.

use super::super::action::Action;
use super::super::find::{Hit, Reply};
use super::super::geometry::Size;
use super::super::place::Place;
use super::super::scroller::Scroller;
use super::{Outcome, over};

/// The list.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// What was found.
    pub found: Reply,
    /// The cursor.
    pub at: Scroller,
}

impl Hits {
    /// A list with the cursor on its first row.
    pub fn new(found: Reply) -> Hits {
        Hits { found, at: Scroller::default() }
    }

    /// How many rows fit, below what was searched.
    pub fn height(size: Size) -> usize {
        over(size).inside(2, 1).rows().saturating_sub(2)
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, size: Size) -> Outcome {
        let height = Self::height(size);
        let page = height.max(1) as isize;
        let by = match action {
            Action::Up => -1,
            Action::Down => 1,
            Action::PageUp => -page,
            Action::PageDown => page,
            Action::Top => -(self.found.hits.len() as isize),
            Action::Bottom => self.found.hits.len() as isize,
            Action::Open => {
                return self.found.hits.get(self.at.cursor).map_or(Outcome::Close, |Hit { head, .. }| {
                    Outcome::Go(Place::Stream(head.stream_id.clone(), head.stream_version))
                });
            }
            Action::Back | Action::Quit => return Outcome::Close,
            _ => 0,
        };
        self.at.move_by(by, self.found.hits.len(), height);
        Outcome::Stay
    }
}
