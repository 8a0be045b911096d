//! A trace: everything under one correlation id as a tree of causes, and when each of it was.

use super::super::action::Action;
use super::super::context::Context;
use super::super::effect::{self, Slot};
use super::super::geometry::Area;
use super::super::modals::Modal;
use super::super::modals::prompt::{Prompt, Purpose};
use super::super::picked::Picked;
use super::super::place::Place;
use crate::analysis::trace::{NodeKind, Placed, Trace as Found};
use foldback_domain::event::EventHead;
use foldback_domain::reading::LogFilter;

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The trace of a correlation id, an event's id or a position.
    Of(String),
}

/// What the world answers: the trace; `None` where nothing has that id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(pub Option<Box<Found>>);

/// The screen's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trace {
    /// Whose trace.
    pub id: Option<String>,
    /// The trace.
    pub found: Option<Box<Found>>,
    /// Whether nothing has that id.
    pub is_missing: bool,
    /// Which node is selected.
    pub picked: Picked,
}

/// Where an event's trace is: under its correlation id, or it is a trace of its own.
pub fn of_event(head: &EventHead) -> Option<Place> {
    let id = head.correlation_id.clone().or_else(|| head.event_id.clone());
    id.or_else(|| head.global_position.map(|position| position.to_string())).map(Place::Trace)
}

/// The rows of the tree: below a title and an empty line where there is room.
pub fn rows(body: Area) -> Area {
    let (_, rest) = body.top(if body.height >= 14 { 2 } else { 1 });
    rest
}

impl Trace {
    /// The trace of an id that is not read yet.
    pub fn of(id: String) -> Trace {
        Trace { id: Some(id), ..Trace::default() }
    }

    /// What the way says of it.
    pub fn title(&self) -> String {
        let id = self.id.as_deref().map(|id| super::super::format::short_id(id, 13));
        id.map_or("Trace".to_owned(), |id| format!("trace {id}"))
    }

    fn names(&self) -> Vec<String> {
        self.found.iter().flat_map(|found| &found.nodes).map(|placed| placed.node.id.clone()).collect()
    }

    /// The selected node.
    pub fn selected(&self) -> Option<&Placed> {
        self.found.as_ref()?.nodes.get(self.picked.at.cursor).filter(|_| !self.picked.is_lost())
    }

    /// Reads what the screen shows.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.picked.keep(cx.as_of().is_some());
        if self.found.is_some() {
            self.picked.fit(&self.names(), rows(cx.area).rows());
        }
        self.reload(cx);
    }

    /// The store has changed.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if let (Some(id), None) = (&self.id, cx.desk.pending(Slot::Trace)) {
            cx.run(Slot::Trace, effect::Ask::Trace(Ask::Of(id.clone())));
        }
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.picked.act(action, &self.names(), rows(cx.area).rows()) {
            return;
        }
        match action {
            Action::Refresh => self.reload(cx),
            Action::Open => self.open(cx),
            Action::TraceGoTo => cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::TraceOf))),
            Action::InLog => {
                let id = self.found.as_ref().map(|found| found.correlation_id.clone()).filter(|id| !id.is_empty());
                cx.go = id.map(|id| Place::Log(LogFilter { correlation_id: Some(id), ..LogFilter::default() }));
            }
            _ => {}
        }
    }

    fn open(&self, cx: &mut Context<'_>) {
        let Some(node) = self.selected().map(|placed| &placed.node) else { return };
        cx.go = match node.kind {
            NodeKind::Event => node.stream_id.clone().map(|stream| Place::Stream(stream, node.stream_version)),
            NodeKind::SagaStep => node.saga_id.clone().map(Place::Saga),
            NodeKind::DeadLetter => node.id.strip_prefix("dead_letter:").map(|id| Place::DeadLetter(id.to_owned())),
            NodeKind::ReadModel => Some(Place::Projection(node.name.clone())),
            NodeKind::Outbox | NodeKind::Message | NodeKind::Command => node.global_position.map(Place::Position),
        };
        if cx.go.is_none() {
            cx.notice = Some(format!("a {} is nowhere but here", node.kind.name().replace('_', " ")));
        }
    }

    /// Takes what was typed into the prompt.
    pub fn prompted(&mut self, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let text = text.trim();
        if text.is_empty() {
            return Err("type a correlation id, an event id or a position".to_owned());
        }
        cx.go = Some(Place::Trace(text.to_owned()));
        Ok(())
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let area = rows(cx.area);
        let Some(row) = area.row_at(x, y) else { return };
        if self.picked.click(row, &self.names(), area.rows()) {
            self.open(cx);
        }
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        self.is_missing = reply.0.is_none();
        // What is not there by the clock is there again when the clock moves on: the tree as it was stays unseen.
        if let Some(found) = reply.0 {
            self.found = Some(Box::new(found.brief()));
        }
        self.picked.fit(&self.names(), rows(cx.area).rows());
    }
}
