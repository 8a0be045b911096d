//! The audit of one read model: the rows that are not what its events make, each with the event where it parted.

use super::super::super::action::Action;
use super::super::super::context::Context;
use super::super::super::effect::{self, Slot};
use super::super::super::place::Place;
use super::super::super::scroller::Scroller;
use super::{Ask, table};
use crate::analysis::audit::Parting;
use foldback_domain::event::{EventHead, Position};

/// What an audit found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audited {
    /// Where the live rows are.
    pub checkpoint: Option<Position>,
    /// How many rows were held against each other.
    pub compared: u64,
    /// How many are not there.
    pub missing: u64,
    /// How many should not be there.
    pub surplus: u64,
    /// How many are others.
    pub different: u64,
    /// How many events the projection has passed over.
    pub skipped: u64,
    /// Whether events wait behind the checkpoint, which are not missing in the rows.
    pub is_behind: bool,
    /// The rows that differ, by key.
    pub rows: Vec<Row>,
    /// How many more there are than those.
    pub more: u64,
    /// Why there was nothing to audit, where that is so.
    pub unavailable: Option<String>,
}

/// A row that differs.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its key.
    pub key: String,
    /// Where it parted from its events.
    pub parting: Parting,
    /// The event there.
    pub event: Option<EventHead>,
    /// Whether its last event is in it all the same.
    pub untouched: bool,
}

/// The audit that is looked at.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audit {
    /// Whose.
    pub name: String,
    /// What was found, once that is so.
    pub found: Option<Audited>,
    /// The cursor.
    pub at: Scroller,
}

impl Audit {
    /// Asks for the audit of a read model.
    pub fn begin(name: String, cx: &mut Context<'_>) -> Audit {
        cx.run(Slot::Audit, effect::Ask::Projections(Ask::Audit { name: name.clone() }));
        Audit { name, ..Audit::default() }
    }

    /// How many rows there are to move in.
    pub fn length(&self) -> usize {
        self.found.as_ref().map_or(0, |found| found.rows.len())
    }

    /// The row under the cursor.
    pub fn selected(&self) -> Option<&Row> {
        self.found.as_ref()?.rows.get(self.at.cursor)
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        let length = self.length();
        let height = table(cx.area, length).rows();
        let step = height.saturating_sub(1).max(1) as isize;
        match action {
            Action::Refresh | Action::AuditModel => *self = Audit::begin(std::mem::take(&mut self.name), cx),
            Action::Open => match self.selected() {
                Some(Row { event: Some(head), .. }) => {
                    cx.go = Some(Place::Stream(head.stream_id.clone(), head.stream_version));
                }
                Some(_) => cx.notice = Some("no event ever made such a row".to_owned()),
                None => {}
            },
            Action::Up => self.at.move_by(-1, length, height),
            Action::Down => self.at.move_by(1, length, height),
            Action::PageUp => self.at.move_by(-step, length, height),
            Action::PageDown => self.at.move_by(step, length, height),
            Action::Top => self.at.select(0, length, height),
            Action::Bottom => self.at.select(length.saturating_sub(1), length, height),
            _ => {}
        }
    }

    /// Selects the row under the mouse; a second click goes to its event.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let length = self.length();
        let area = table(cx.area, length);
        let Some(row) = area.row_at(x, y) else { return };
        let index = self.at.top + row;
        if index >= length {
            return;
        }
        let again = index == self.at.cursor;
        self.at.select(index, length, area.rows());
        if again {
            self.act(Action::Open, cx);
        }
    }
}
