//! What was given up on, by cause: the payload, the error, what it blocks, and what a retry would do.

use super::super::action::Action;
use super::super::context::Context;
use super::super::document::Document;
use super::super::effect::{self, Slot};
use super::super::geometry::{self, Area};
use super::super::highlight;
use super::super::modals::prompt::{About, Prompt, Purpose};
use super::super::modals::{Detail, Modal};
use super::super::picked::Picked;
use super::super::place::Place;
use crate::analysis::command::quoted;
use crate::analysis::dead_letters::{DeadLetters as Found, Group};
use foldback_domain::processes::DeadLetter;

/// How many letters are held; the screen says where there are more.
pub const HELD: usize = 1_000;

/// What is asked of the world.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    /// So many dead letters.
    All {
        /// How many.
        limit: usize,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(pub Box<Found>);

/// The screen's own state.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeadLetters {
    /// What is known.
    pub found: Option<Box<Found>>,
    /// Which letter is selected.
    pub picked: Picked,
    /// The selected letter's payload, laid out.
    pub payload: Document,
}

/// A row of the list: the head of a group, or a letter of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    /// A cause.
    Cause(&'a Group),
    /// A letter.
    Letter(&'a DeadLetter),
}

/// The rows of the list on the screen.
pub fn rows(body: Area) -> Area {
    let layout = geometry::list(body);
    // The list has no names of columns.
    Area { y: layout.columns.y, height: layout.rows.height + layout.columns.height, ..layout.rows }
}

/// The command that takes a letter up again.
pub fn retry_command(letter: &DeadLetter, source: &str) -> String {
    format!("foldback retry {source} {}", quoted(&letter.id))
}

impl DeadLetters {
    /// Selects a letter, by id.
    pub fn show(&mut self, id: String) {
        self.picked = Picked::of(id);
    }

    /// The rows: each cause, and its letters below it.
    pub fn list(&self) -> Vec<Row<'_>> {
        let groups = self.found.iter().flat_map(|found| &found.groups);
        groups
            .flat_map(|group| std::iter::once(Row::Cause(group)).chain(group.letters.iter().map(Row::Letter)))
            .collect()
    }

    fn names(&self) -> Vec<String> {
        let name = |row: &Row<'_>| match row {
            Row::Cause(group) => format!("{}\n{}", group.consumer, group.key),
            Row::Letter(letter) => letter.id.clone(),
        };
        self.list().iter().map(name).collect()
    }

    /// The selected letter; of a cause the newest.
    pub fn selected(&self) -> Option<&DeadLetter> {
        if self.picked.is_lost() {
            return None;
        }
        match self.list().get(self.picked.at.cursor)? {
            Row::Cause(group) => group.letters.first(),
            Row::Letter(letter) => Some(letter),
        }
    }

    /// Reads what the screen shows.
    pub fn enter(&mut self, cx: &mut Context<'_>) {
        self.picked.keep(cx.as_of().is_some());
        self.fit(cx);
        self.reload(cx);
    }

    fn fit(&mut self, cx: &Context<'_>) {
        if self.found.is_some() {
            self.picked.fit(&self.names(), rows(cx.area).rows());
        }
        self.lay_out();
    }

    fn lay_out(&mut self) {
        let payload = self.selected().and_then(|letter| letter.payload.as_ref());
        self.payload = Document::new(payload.map_or(Vec::new(), |payload| highlight::payload(payload, "")));
    }

    /// The store has changed.
    pub fn reload(&mut self, cx: &mut Context<'_>) {
        if cx.desk.pending(Slot::DeadLetters).is_none() {
            cx.run(Slot::DeadLetters, effect::Ask::DeadLetters(Ask::All { limit: HELD }));
        }
    }

    /// Does what an action says.
    pub fn act(&mut self, action: Action, cx: &mut Context<'_>) {
        if self.picked.act(action, &self.names(), rows(cx.area).rows()) {
            return self.lay_out();
        }
        if action == Action::Refresh {
            return self.reload(cx);
        }
        let Some(letter) = self.selected() else { return };
        match action {
            Action::Open => match (letter.position, &letter.stream_id) {
                (Some(position), _) => cx.go = Some(Place::Position(position)),
                (None, Some(stream)) => cx.go = Some(Place::Stream(stream.clone(), None)),
                (None, None) => cx.notice = Some("it is about no event".to_owned()),
            },
            Action::TraceLetter => match (&letter.correlation_id, &letter.event_id) {
                (Some(id), _) | (None, Some(id)) => cx.go = Some(Place::Trace(id.clone())),
                (None, None) => cx.notice = Some("it has no correlation id".to_owned()),
            },
            Action::LetterPayload => {
                let title = format!("payload of {}", letter.id);
                cx.modal = Some(Modal::Detail(Detail::new(title, self.payload.lines.clone())));
            }
            Action::Retry if letter.retry.is_none() && !cx.source.own => {
                cx.notice = Some("foldback only reads this store: whoever wrote it has to retry it".to_owned());
            }
            Action::Retry if letter.retry.is_none() => {
                cx.notice = Some("it was passed over: only a rebuild handles it again".to_owned());
            }
            Action::Retry => {
                let does = letter.retry.clone().unwrap_or_default();
                let about = About {
                    id: letter.id.clone(),
                    question: format!("retry {}", letter.id),
                    example: format!("Enter: {does} · skip: passes over it for good · Esc leaves it"),
                };
                cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::Retry).about(about)));
            }
            _ => {}
        }
    }

    /// Selects the row under the mouse; a second click opens it.
    pub fn click(&mut self, x: u16, y: u16, cx: &mut Context<'_>) {
        let area = rows(cx.area);
        let Some(row) = area.row_at(x, y) else { return };
        if self.picked.click(row, &self.names(), area.rows()) {
            return self.act(Action::Open, cx);
        }
        self.lay_out();
    }

    /// Takes an answer.
    pub fn replied(&mut self, reply: Reply, cx: &mut Context<'_>) {
        self.found = Some(reply.0);
        self.fit(cx);
    }
}
