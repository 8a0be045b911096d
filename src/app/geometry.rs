//! Where things stand on the screen. `update` needs it for pages and clicks, drawing needs it for cells: one answer.
//!
//! ```text
//!   header      source, counts, live
//!   tabs        1 Overview  2 Streams …
//!   crumbs      the way back
//!   ┄┄┄┄┄┄┄┄┄
//!   body        the screen
//!   ┄┄┄┄┄┄┄┄┄
//!   clock       events over time
//!   hints       keys that work here and now, and what this view cost
//! ```

use super::place::Screen;

/// How large the terminal is, in cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Size {
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

/// The smallest terminal that a screen is drawn on.
pub const SMALLEST: Size = Size { width: 60, height: 15 };

/// A rectangle of cells.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Area {
    /// The first column.
    pub x: u16,
    /// The first row.
    pub y: u16,
    /// Columns.
    pub width: u16,
    /// Rows.
    pub height: u16,
}

impl Area {
    /// The first rows, and the rest.
    pub fn top(self, rows: u16) -> (Area, Area) {
        let rows = rows.min(self.height);
        (Area { height: rows, ..self }, Area { y: self.y.saturating_add(rows), height: self.height - rows, ..self })
    }

    /// The last rows, and the rest.
    pub fn bottom(self, rows: u16) -> (Area, Area) {
        let (rest, bottom) = self.top(self.height.saturating_sub(rows));
        (bottom, rest)
    }

    /// The first columns, and the rest behind a gap.
    pub fn left(self, columns: u16, gap: u16) -> (Area, Area) {
        let columns = columns.min(self.width);
        let skip = columns.saturating_add(gap).min(self.width);
        (Area { width: columns, ..self }, Area { x: self.x.saturating_add(skip), width: self.width - skip, ..self })
    }

    /// A rectangle in the middle of this one.
    pub fn middle(self, width: u16, height: u16) -> Area {
        let (width, height) = (width.min(self.width), height.min(self.height));
        Area { x: self.x + (self.width - width) / 2, y: self.y + (self.height - height) / 2, width, height }
    }

    /// Without a border of so many cells.
    pub fn inside(self, columns: u16, rows: u16) -> Area {
        Area {
            x: self.x.saturating_add(columns.min(self.width)),
            y: self.y.saturating_add(rows.min(self.height)),
            width: self.width.saturating_sub(columns.saturating_mul(2)),
            height: self.height.saturating_sub(rows.saturating_mul(2)),
        }
    }

    /// The row of this area that a cell of the screen is in.
    pub fn row_at(self, x: u16, y: u16) -> Option<usize> {
        let hit = x >= self.x && y >= self.y && x - self.x < self.width && y - self.y < self.height;
        hit.then(|| usize::from(y - self.y))
    }

    /// Its rows as a number to count with.
    pub fn rows(self) -> usize {
        usize::from(self.height)
    }

    /// Its columns as a number to count with.
    pub fn columns(self) -> usize {
        usize::from(self.width)
    }
}

/// The frame about every screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What am I in, how much is there, is it live.
    pub header: Area,
    /// The screens by number.
    pub tabs: Area,
    /// The way back.
    pub crumbs: Area,
    /// A thin rule above the screen; without rows where room is short.
    pub rule: Area,
    /// The screen.
    pub body: Area,
    /// A thin rule below the screen; without rows where room is short.
    pub foot_rule: Area,
    /// Events over time.
    pub clock: Area,
    /// Keys and cost.
    pub hints: Area,
}

/// The frame for a size; `None` where the terminal is too small to say anything well.
pub fn frame(size: Size) -> Option<Frame> {
    if size.width < SMALLEST.width || size.height < SMALLEST.height {
        return None;
    }
    let rules = u16::from(size.height >= 20);
    // One empty column on both sides lets the text breathe.
    let whole = Area { x: 1, y: 0, width: size.width - 2, height: size.height };
    let (header, rest) = whole.top(1);
    let (tabs, rest) = rest.top(1);
    let (crumbs, rest) = rest.top(1);
    let (rule, rest) = rest.top(rules);
    let (hints, rest) = rest.bottom(1);
    let (clock, rest) = rest.bottom(1);
    let (foot_rule, body) = rest.bottom(rules);
    Some(Frame { header, tabs, crumbs, rule, body, foot_rule, clock, hints })
}

/// Where the bars of the clock stand, between two times.
pub fn bars(clock: Area) -> Area {
    clock.inside(8, 0)
}

/// The tab of each screen: its first column from the left, and its text. Where room is short the names are, and on the
/// narrowest only the screen that is shown has one; behind each tab there is room for a count.
pub fn tabs(width: u16, current: Screen) -> Vec<(Screen, u16, String)> {
    let names: [fn(Screen, bool) -> &'static str; 3] = [
        |screen, _| screen.title(),
        |screen, _| screen.short_title(),
        |screen, current| if current { screen.short_title() } else { "" },
    ];
    let mut tabs = Vec::new();
    for name in names {
        tabs.clear();
        let mut x = 0;
        for (index, screen) in Screen::ALL.into_iter().enumerate() {
            let text = format!("{} {}", index + 1, name(screen, screen == current)).trim_end().to_owned();
            let at = x;
            x += text.len() as u16 + 3;
            tabs.push((screen, at, text));
        }
        if x <= width + 1 {
            break;
        }
    }
    tabs
}

/// The screen whose tab is in a column.
pub fn tab_at(area: Area, x: u16, current: Screen) -> Option<Screen> {
    let column = x.checked_sub(area.x)?;
    let mut tabs = tabs(area.width, current).into_iter();
    tabs.find(|(_, at, text)| (*at..*at + text.len() as u16).contains(&column)).map(|(screen, ..)| screen)
}

/// A list with something beside it: on the right where there is room, else below, else not at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListLayout {
    /// The line above the list.
    pub title: Area,
    /// The names of the columns.
    pub columns: Area,
    /// The rows.
    pub rows: Area,
    /// What stands beside the list.
    pub side: Option<Area>,
    /// Whether it stands on the right.
    pub side_is_right: bool,
}

/// The layout of the streams and of the log.
pub fn list(body: Area) -> ListLayout {
    let (list, side, side_is_right) = if body.width >= 98 {
        let (list, side) = body.left(body.width * 58 / 100, 3);
        (list, Some(side), true)
    } else if body.height >= 15 {
        let (side, list) = body.bottom(body.height * 2 / 5);
        (list, Some(side), false)
    } else {
        (body, None, false)
    };
    let (title, rest) = list.top(1);
    let (columns, rows) = rest.top(1);
    ListLayout { title, columns, rows, side, side_is_right }
}

/// The panes of travel; one that has no room has no rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TravelLayout {
    /// The versions of the stream.
    pub versions: Area,
    /// The state.
    pub state: Area,
    /// The event.
    pub event: Area,
    /// Whether the event stands on the right of the state.
    pub event_is_right: bool,
}

/// The layout of travel. Where there is no room for both, the state or the event is shown, whichever is looked at;
/// blame needs the room of both on all but the widest terminals.
pub fn travel(body: Area, at_event: bool, blaming: bool) -> TravelLayout {
    if body.width >= 110 {
        let (versions, rest) = body.left(30.max(body.width * 23 / 100).min(48), 3);
        if blaming && !at_event && body.width < 170 {
            let event = Area { x: rest.x + rest.width, width: 0, height: 0, ..rest };
            return TravelLayout { versions, state: rest, event, event_is_right: true };
        }
        let (state, event) = rest.left(rest.width * 54 / 100, 3);
        return TravelLayout { versions, state, event, event_is_right: true };
    }
    let (versions, rest) = body.left(if body.width >= 78 { 27 } else { 21 }, 3);
    let none = Area { height: 0, ..rest };
    if body.height >= 15 {
        let (event, state) = rest.bottom(rest.height * 2 / 5);
        return TravelLayout { versions, state, event, event_is_right: false };
    }
    let (state, event) = if at_event { (none, rest) } else { (rest, none) };
    TravelLayout { versions, state, event, event_is_right: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_fills_the_screen_and_never_overlaps() {
        for size in [(60, 15), (80, 24), (120, 40), (200, 60), (500, 200)] {
            let frame = frame(Size { width: size.0, height: size.1 }).unwrap();
            let parts = [
                frame.header,
                frame.tabs,
                frame.crumbs,
                frame.rule,
                frame.body,
                frame.foot_rule,
                frame.clock,
                frame.hints,
            ];
            let mut y = 0;
            for part in parts {
                assert_eq!(part.y, y);
                y += part.height;
            }
            assert_eq!(y, size.1);
            assert!(frame.body.height >= 10);
        }
        assert_eq!(frame(Size { width: 59, height: 40 }), None);
    }

    #[test]
    fn splitting_nothing_gives_nothing() {
        let none = Area::default();
        assert_eq!(none.left(5, 3).1, none);
        assert_eq!(none.middle(9, 9), none);
        assert_eq!(none.row_at(0, 0), None);
        list(none);
        travel(none, true, false);
    }
}
