//! What a search has found, as a list over the screen: Enter goes to the event.

use super::super::action::Action;
use super::super::find::{Hit, Reply};
use super::super::geometry::Size;
use super::super::place::Place;
use super::super::scroller::Scroller;
use super::{Outcome, over};

/// How many characters of a name are worth a column.
const MOST: usize = 40;

/// The list.
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// What was found.
    pub found: Reply,
    /// The cursor.
    pub at: Scroller,
    /// How wide the longest name of a stream is, in characters.
    pub streams: u16,
    /// The same of the types of events.
    pub types: u16,
}

impl Hits {
    /// A list with the cursor on its first row.
    pub fn new(found: Reply) -> Hits {
        let widest = |name: fn(&Hit) -> &str| {
            let widths = found.hits.iter().map(|hit| name(hit).chars().take(MOST).count());
            widths.max().unwrap_or(0) as u16
        };
        let (streams, types) = (widest(|hit| hit.head.stream_id.as_str()), widest(|hit| &hit.head.event_type));
        Hits { found, at: Scroller::default(), streams, types }
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
