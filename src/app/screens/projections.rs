//! The projections: how far each has come and how it is doing; and the rows of one.

pub mod audit;
pub mod words;

use self::audit::{Audit, Audited};
use super::super::action::Action;
use super::super::context::Context;
use super::super::effect::{self, Slot};
use super::super::geometry::Area;
use super::super::picked::Picked;
use super::super::place::Place;
use super::super::scroller::Scroller;
use crate::analysis::projections::{Health, Projections as Found};
use crate::analysis::read_models::{PastRows, Which};
use foldback_domain::event::Position;
use foldback_domain::processes::{ConsumerKind, ModelRow};
use foldback_domain::reading::LogFilter;
use jiff::Timestamp;

/// How many rows of a read model are held at a time.
pub const PAGE: usize = 200;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Every projection.
    All {
        /// Now.
        now: Timestamp,
    },
    /// Which rows of a read model are not what its events make.
    Audit {
        /// Whose.
        name: String,
    },
    /// A page of rows, behind a key.
    Rows {
        /// Whose.
        name: String,
        /// The key before the first.
        after: Option<String>,
        /// Which, where the clock stands in the past.
        which: Which,
        /// How many.
        limit: usize,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Every projection.
    All(Box<Found>),
    /// What an audit found.
    Audit {
        /// Whose.
        name: String,
        /// What was found.
        found: Box<Audited>,
    },
    /// Rows.
    Rows {
        /// Whose.
        name: String,
        /// The key before the first.
        after: Option<String>,
        /// Which.
        which: Which,
        /// The rows; live ones where they say of no position.
        rows: Box<PastRows>,
    },
}

/// The rows of a read model, a page at a time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rows {
    /// Whose.
    pub name: String,
    /// The page, once it is read.
    pub page: Option<Vec<ModelRow>>,
    /// Which are shown, where the clock stands in the past.
    pub which: Which,
    /// What is to be said of the page of the past; its rows stand in the page.
    pub then: PastRows,
    /// The keys before the pages that led here: the last one stands before this page.
    pub before: Vec<String>,
    /// The cursor.
    pub at: Scroller,
    /// Whether the cursor goes to the end of the page that comes: one came from below.
    from_below: bool,
}

/// The screen's own state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Projections {
    /// What is known.
    pub found: Option<Found>,
    /// Which is selected.
    pub picked: Picked,
    /// The rows of one, where they are looked at.
    pub rows: Option<Rows>,
    /// The audit of one, where that is looked at.
    pub audit: Option<Audit>,
}

/// The rows of a table of so many on the screen: below a title and the names of its columns, above what is said of the
/// selected one, which has what the table leaves.
pub fn table(body: Area, length: usize) -> Area {
    let (_, rest) = body.top(2);
    let words = match body.height {
        24.. => 9,
        14.. => 6,
        _ => 2,
    };
    let (_, rows) = rest.bottom(words);
    rows.top(u16::try_from(length).unwrap_or(u16::MAX)).0
}

impl Projections {
    /// Selects a projection, by name.
    pub fn show(&mut self, name: String) {
        self.picked = Picked::of(name);
        (self.rows, self.audit) = (None, None);
    }

    fn names(&self) -> Vec<String> {
        let list = self.found.iter().flat_map(|found| &found.list);
        list.map(|health| health.checkpoint.name.clone()).collect()
    }

    /// The selected one.
    pub fn selected(&self) -> Option<&Health> {
        self.found.as_ref()?.list.get(self.picked.at.cursor).filter(|_| !self.picked.is_lost())
    }

    /// Reads what the screen shows.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.picked.keep(cx.as_of().is_some());
        self.fit(cx);
        self.reload(cx);
    }

    fn fit(&mut self, cx: &Context<'_>) {
        if self.found.is_some() {
            let names = self.names();
            self.picked.fit(&names, table(cx.area, names.len()).rows());
        }
        if let Some(rows) = &mut self.rows {
            rows.at.fit(rows.page.as_ref().map_or(0, Vec::len), table(cx.area, PAGE).rows());
        }
        if let Some(audit) = &mut self.audit {
            audit.at.fit(audit.length(), table(cx.area, audit.length()).rows());
        }
    }

    /// The store has changed.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::Projections).is_none() {
            cx.run(Slot::Projections, effect::Ask::Projections(Ask::All { now: cx.then() }));
        }
        if let Some(rows) = &self.rows {
            read(rows, cx);
        }
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        if let Some(audit) = &mut self.audit {
            return audit.act(action, cx);
        }
        if action == Action::AuditModel {
            return self.begin_audit(cx);
        }
        if let Some(rows) = &mut self.rows {
            let height = table(cx.area, PAGE).rows();
            return match action {
                Action::Refresh => read(rows, cx),
                Action::AsSeen => match cx.as_of() {
                    Some(_) => {
                        rows.which = if rows.which == Which::Should { Which::Seen } else { Which::Should };
                        read(rows, cx);
                    }
                    None => cx.notice = Some("now the rows are as users see them; < goes into the past".to_owned()),
                },
                Action::Open => {
                    let row = rows.page.as_ref().and_then(|page| page.get(rows.at.cursor));
                    cx.go = row.and_then(|row| row.position).map(Place::Position);
                }
                _ => rows.act(action, height, cx),
            };
        }
        let names = self.names();
        if self.picked.act(action, &names, table(cx.area, names.len()).rows()) {
            return;
        }
        match action {
            Action::Refresh => self.reload(cx),
            Action::Open => self.open(cx),
            Action::FailingEvent => {
                let failed = self.selected().and_then(|health| health.checkpoint.failed_position);
                match failed {
                    Some(position) => cx.go = Some(Place::Position(position)),
                    None => cx.notice = Some("this one has not failed at any event".to_owned()),
                }
            }
            Action::StillToCome => {
                let Some(health) = self.selected() else { return };
                if health.lag_events == Some(0) {
                    cx.notice = Some("it has handled every event".to_owned());
                    return;
                }
                let from = health.checkpoint.position.map(|position| Position(position.0.saturating_add(1)));
                cx.go = Some(Place::Log(LogFilter { from, ..LogFilter::default() }));
            }
            _ => {}
        }
    }

    fn begin_audit(&mut self, cx: &mut Context<'_>) {
        let Some(health) = self.selected() else { return };
        let name = self.rows.as_ref().map_or(&health.checkpoint.name, |rows| &rows.name).clone();
        if health.checkpoint.kind != ConsumerKind::Projection {
            cx.notice = Some(format!("{name} keeps no rows"));
        } else if cx.as_of().is_some() {
            cx.notice = Some("an audit is about the rows as they are now; L goes back there".to_owned());
        } else {
            self.audit = Some(Audit::begin(name, cx));
        }
    }

    fn open(&mut self, cx: &mut Context<'_>) {
        let Some(health) = self.selected() else { return };
        let name = health.checkpoint.name.clone();
        if health.checkpoint.kind != ConsumerKind::Projection {
            cx.notice = Some(format!("{name} keeps no rows"));
            return;
        }
        let rows = Rows { name, ..Rows::default() };
        read(&rows, cx);
        self.rows = Some(rows);
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        if let Some(audit) = &mut self.audit {
            return audit.click(x, y, cx);
        }
        let area = table(cx.area, if self.rows.is_some() { PAGE } else { self.names().len() });
        let Some(row) = area.row_at(x, y) else { return };
        let again = match &mut self.rows {
            None => self.picked.click(row, &self.names(), area.rows()),
            Some(rows) => {
                let (index, length) = (rows.at.top + row, rows.page.as_ref().map_or(0, Vec::len));
                let again = index == rows.at.cursor;
                if index < length {
                    rows.at.select(index, length, area.rows());
                }
                again && index < length
            }
        };
        if again {
            self.act(Action::Open, cx);
        }
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        match reply {
            Reply::All(found) => self.found = Some(*found),
            Reply::Audit { name, found } => {
                if let Some(audit) = self.audit.as_mut().filter(|audit| audit.name == name) {
                    audit.found = Some(*found);
                }
            }
            Reply::Rows { name, after, which, rows: then } => {
                if let Some(rows) = &mut self.rows
                    && (&rows.name, rows.which) == (&name, which)
                    && rows.before.last() == after.as_ref()
                {
                    let mut then = *then;
                    let page = std::mem::take(&mut then.rows);
                    if std::mem::take(&mut rows.from_below) {
                        rows.at.cursor = page.len().saturating_sub(1);
                    }
                    (rows.page, rows.then) = (Some(page), then);
                }
            }
        }
        self.fit(cx);
    }
}

fn read(rows: &Rows, cx: &mut Context<'_>) {
    let (name, after, which) = (rows.name.clone(), rows.before.last().cloned(), rows.which);
    cx.run(Slot::Rows, effect::Ask::Projections(Ask::Rows { name, after, which, limit: PAGE }));
}

impl Rows {
    /// Moves; at the end of a page that was full the next one is read, and at its beginning the one before.
    fn act(&mut self, action: Action, height: usize, cx: &mut Context<'_>) {
        let Some(page) = &self.page else { return };
        let step = height.saturating_sub(1).max(1) as isize;
        let length = page.len();
        match action {
            Action::Down | Action::PageDown if self.at.cursor + 1 >= length && length == PAGE => {
                let Some(last) = page.last() else { return };
                self.before.push(last.key.clone());
                (self.page, self.at) = (None, Scroller::default());
                read(self, cx);
            }
            Action::Up | Action::PageUp if self.at.cursor == 0 && !self.before.is_empty() => {
                self.before.pop();
                (self.page, self.from_below) = (None, true);
                read(self, cx);
            }
            Action::Top => {
                self.before.clear();
                (self.page, self.at) = (None, Scroller::default());
                read(self, cx);
            }
            Action::Up => self.at.move_by(-1, length, height),
            Action::Down => self.at.move_by(1, length, height),
            Action::PageUp => self.at.move_by(-step, length, height),
            Action::PageDown => self.at.move_by(step, length, height),
            Action::Bottom => self.at.select(length.saturating_sub(1), length, height),
            _ => {}
        }
    }
}
