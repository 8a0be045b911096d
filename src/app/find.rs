//! Finding from where one is: the first event after which an expression holds, every event that changed a field, and what
//! happened without, before or behind something else. What is found is a list over the screen, and Enter goes there.

use super::effect::{self, Slot};
use super::format;
use super::modals::Modal;
use super::modals::hits::Hits;
use super::modals::prompt::{About, Prompt, Purpose};
use super::model::Model;
use super::place::Screen;
use crate::analysis::pattern::Pattern;
use crate::replay::reducers::Expr;
use foldback_domain::event::{Category, EventHead, StreamName, Version};
use foldback_domain::reading::LogFilter;
use std::time::Duration;

/// Where is searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Where {
    /// In one stream.
    Stream(StreamName),
    /// In every stream of a category.
    Category(Category),
    /// In every stream.
    Everywhere,
}

impl Where {
    /// As a sentence says it.
    pub fn name(&self) -> String {
        match self {
            Where::Stream(stream) => stream.to_string(),
            Where::Category(category) => format!("every {category} stream"),
            Where::Everywhere => "every stream".to_owned(),
        }
    }
}

/// What is asked of the world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// The first event after which an expression holds, per stream.
    Bisect {
        /// Where.
        within: Where,
        /// The expression.
        text: String,
    },
    /// What a pattern describes.
    Pattern {
        /// The pattern.
        text: String,
        /// Which events are looked at.
        filter: Box<LogFilter>,
    },
    /// Every stored snapshot that is not what the events make.
    Snapshots,
    /// Every event that changed the value at a path.
    History {
        /// Which stream.
        stream: StreamName,
        /// The path.
        path: String,
        /// Up to which version.
        at: Option<Version>,
    },
}

/// What the world answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What was looked for.
    pub title: String,
    /// What was searched, and what nobody knows.
    pub about: String,
    /// What was found, the first in the log first.
    pub hits: Vec<Hit>,
    /// How many more there are than those.
    pub more: u64,
    /// The verb that prints all of them.
    pub verb: &'static str,
}

/// An event that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// The event.
    pub head: EventHead,
    /// What it did, in short.
    pub what: String,
}

/// Asks for an expression.
pub(super) fn ask_for(model: &mut Model) {
    let Some(within) = here(model) else { return };
    let about = About {
        id: String::new(),
        question: format!("first event in {} after which", within.name()),
        example: "state.refunded > state.captured · event.eventType === 'PaymentRefunded' · state.items.length > 3"
            .to_owned(),
    };
    model.modal = Some(Modal::Prompt(Prompt::new(Purpose::Bisect).about(about)));
}

/// Where a search from here looks.
fn here(model: &Model) -> Option<Where> {
    match model.screen {
        Screen::Travel => model.screens.travel.stream.clone().map(Where::Stream),
        Screen::Streams => Some(model.screens.streams.category.clone().map_or(Where::Everywhere, Where::Category)),
        _ => Some(Where::Everywhere),
    }
}

/// Takes what was typed.
pub(super) fn typed(model: &mut Model, purpose: Purpose, text: &str) -> Result<(), String> {
    if purpose == Purpose::Pattern {
        return pattern_typed(model, text);
    }
    let text = text.trim().to_owned();
    Expr::parse(&text).map_err(|trouble| trouble.why)?;
    let Some(within) = here(model) else { return Ok(()) };
    model.modal = None;
    let ask = effect::Ask::Find(Ask::Bisect { within, text });
    model.desk.run(model.now, Slot::Find, Duration::ZERO, ask);
    Ok(())
}

/// Takes a pattern that was typed. It names the types itself, so that a filter of types does not count.
fn pattern_typed(model: &mut Model, text: &str) -> Result<(), String> {
    let text = text.trim().to_owned();
    text.parse::<Pattern>().map_err(|why| why.to_string())?;
    model.modal = None;
    let filter = LogFilter { event_type: None, ..model.screens.log.filters.filter().clone() };
    let ask = effect::Ask::Find(Ask::Pattern { text, filter: Box::new(filter) });
    model.desk.run(model.now, Slot::Find, Duration::ZERO, ask);
    Ok(())
}

/// Asks for every event that changed the selected field.
pub(super) fn history(model: &mut Model) {
    let travel = &model.screens.travel;
    let (Some(stream), Some(path)) = (travel.stream.clone(), travel.selected_path()) else {
        model.notice = Some("no field is selected; Tab goes to the state".to_owned());
        return;
    };
    if travel.branches.current().is_some() {
        model.notice = Some("the history is that of main; F goes back to it".to_owned());
        return;
    }
    let ask = effect::Ask::Find(Ask::History { stream, path, at: travel.at });
    model.desk.run(model.now, Slot::Find, Duration::ZERO, ask);
}

/// Asks for every snapshot that is not what the events make.
pub(super) fn snapshots(model: &mut Model) {
    if model.desk.as_of().is_some() {
        model.notice = Some("an audit is about the snapshots as they are now; L goes back there".to_owned());
        return;
    }
    model.desk.run(model.now, Slot::Find, Duration::ZERO, effect::Ask::Find(Ask::Snapshots));
}

/// What was found lies over the screen.
pub(super) fn replied(model: &mut Model, reply: Reply) {
    // Who has begun to type something else is not interrupted.
    if model.modal.is_some() {
        model.notice = Some(format!("{}: {}", reply.title, format::count(reply.hits.len() as u64, "hit", "hits")));
        return;
    }
    model.modal = Some(Modal::Hits(Hits::new(reply)));
}
