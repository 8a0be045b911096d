//! The three panes: what moves in each, and what Enter and the mouse do there.

use super::super::super::context::Context;
use super::super::super::geometry;
use super::super::super::modals::{Detail, Modal};
use super::tree::{self, Node};
use super::{Pane, Travel, event};

impl Travel {
    /// Selects what is under the mouse.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let layout = self.layout(cx);
        let row = |area: geometry::Area| area.row_at(x, y).and_then(|row| row.checked_sub(1));
        if let Some(row) = row(layout.versions) {
            self.pane = Pane::Versions;
            if self.window.select_on_screen(row) {
                self.arrive(self.window.selected_key(), cx);
            }
        } else if let Some(row) = row(layout.state) {
            let again = self.pane == Pane::State && self.tree.scroller.cursor == self.tree.scroller.top + row;
            self.pane = Pane::State;
            if self.blaming {
                let lines = self.blame.as_ref().map_or(0, |blame| blame.lines.len());
                let height = layout.state.rows().saturating_sub(2);
                self.blame_at.select(self.blame_at.top + row, lines, height);
            } else if self.tree.select_on_screen(row) && again {
                self.open(cx);
            }
        } else if layout.event.row_at(x, y).is_some() {
            self.pane = Pane::Event;
        }
    }

    pub(super) fn next_pane(&mut self, forward: bool, cx: &Context<'_>) {
        self.pane = match (self.pane, forward) {
            (Pane::Versions, true) | (Pane::Event, false) => Pane::State,
            (Pane::State, true) | (Pane::Versions, false) => Pane::Event,
            (Pane::Event, true) | (Pane::State, false) => Pane::Versions,
        };
        self.resize(cx);
    }

    pub(super) fn move_by(&mut self, by: isize, cx: &mut Context<'_>) {
        match self.pane {
            Pane::Versions => self.step_by(by, cx),
            Pane::State if self.blaming => {
                let lines = self.blame.as_ref().map_or(0, |blame| blame.lines.len());
                self.blame_at.move_by(by, lines, self.layout(cx).state.rows().saturating_sub(2));
                if let Some(path) = self.selected_path() {
                    self.tree.select(&path);
                }
            }
            Pane::State => self.tree.move_by(by),
            Pane::Event => self.event.scroll(by, self.layout(cx).event.rows().saturating_sub(1)),
        }
    }

    pub(super) fn page(&mut self, by: isize, cx: &mut Context<'_>) {
        let layout = self.layout(cx);
        let height = match self.pane {
            Pane::Versions => layout.versions.rows(),
            Pane::State => layout.state.rows().saturating_sub(1),
            Pane::Event => layout.event.rows(),
        };
        self.move_by(by * height.saturating_sub(2).max(1) as isize, cx);
    }

    /// What Enter means where the cursor is: fold a part, show a value in full, go to the blamed version.
    pub(super) fn open(&mut self, cx: &mut Context<'_>) {
        let Some(step) = self.step.clone() else { return };
        match self.pane {
            Pane::Versions => self.next_pane(true, cx),
            Pane::Event => {
                let lines = event::whole_payload(&step, self.raw, cx.source);
                cx.modal = Some(Modal::Detail(Detail::new(format!("payload of {}", self.title()), lines)));
            }
            Pane::State if self.blaming => {
                let line = self.blame.as_ref().and_then(|blame| blame.lines.get(self.blame_at.cursor));
                match line.map(|line| line.version) {
                    Some(Some(version)) => self.go_to(Some(version), cx),
                    Some(None) => cx.notice = Some("the initial state has it: no event did".to_owned()),
                    None => {}
                }
            }
            Pane::State if self.tree.toggle() => self.rebuild(cx),
            Pane::State => {
                let Some(row) = self.tree.selected() else { return };
                let value = match (&row.mark, row.node) {
                    (Some(tree::Mark::Removed(before)), Node::Gone) => before.clone(),
                    _ => {
                        let state = self.moment().and_then(|moment| moment.state.as_ref());
                        state.and_then(|state| state.pointer(&row.path).cloned())
                    }
                };
                if let Some(value) = value {
                    cx.modal = Some(Modal::Detail(Detail::new(row.path.clone(), event::whole_value(&value))));
                }
            }
        }
    }
}
