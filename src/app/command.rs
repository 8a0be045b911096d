//! The command that says the same as a screen: whatever a screen shows, a subcommand prints.

use super::model::Model;
use super::place::Screen;
use super::screens::log::filters::Filters;
use crate::analysis::command::{operand, quoted};
use foldback_domain::event::Position;
use foldback_domain::reading::StreamSort;
use foldback_domain::source::{Numbering, SourceInfo};

/// The command that prints one event, whole.
pub fn event(source: &SourceInfo, position: Position) -> String {
    format!("foldback log {} --from {position} --to {position} --json", quoted(&source.label))
}

/// The command that prints the overview.
pub fn same_overview(model: &Model) -> String {
    format!("foldback overview {}", source_then(model))
}

/// The words by which a command opens the source as it is shown: in the past with where the clock stands.
fn source_then(model: &Model) -> String {
    let source = &model.setup.source_arg;
    let Some(as_of) = &model.clock.as_of else { return source.clone() };
    let own = model.setup.source.numbering == Numbering::Own;
    let place = match (as_of.happened, as_of.position.number().filter(|_| own), as_of.at) {
        // A day before everything.
        (false, ..) => "1970-01-01".to_owned(),
        (true, Some(position), _) => position.to_string(),
        (true, None, Some(at)) => super::format::full(at),
        (true, None, None) => return source.clone(),
    };
    format!("{source} --as-of {place}")
}

/// The command that says the same as the screen.
pub fn same(model: &Model) -> String {
    let source = source_then(model);
    match model.screen {
        Screen::Overview => same_overview(model),
        Screen::Streams => streams(model, &source),
        Screen::Log => {
            let reverse = if model.screens.log.newest_first { " --reverse" } else { "" };
            format!("foldback log {source}{}{reverse}", filter_words(&model.screens.log.filters))
        }
        Screen::Travel => travel(model, &source),
        Screen::Projections => match &model.screens.projections.audit {
            Some(audit) => format!("foldback audit {source} {}", operand(&audit.name)),
            None => format!("foldback projections {source}"),
        },
        Screen::Sagas => match model.screens.sagas.shown() {
            Some(id) => format!("foldback sagas {source} {}", operand(id)),
            None => format!("foldback sagas {source}"),
        },
        Screen::Trace => match &model.screens.trace.id {
            Some(id) => format!("foldback trace {source} {}", operand(id)),
            None => format!("foldback log {source}"),
        },
        Screen::DeadLetters => format!("foldback dead-letters {source}"),
    }
}

fn streams(model: &Model, source: &str) -> String {
    let streams = &model.screens.streams;
    let mut words = format!("foldback streams {source}");
    // The list takes words in any order; a pattern holds one of them.
    if let Some(word) = streams.words.text().split_whitespace().next() {
        words += &format!(" --match {}", quoted(&format!("*{word}*")));
    }
    if let Some(category) = &streams.category {
        words += &format!(" --category {}", quoted(category.as_str()));
    }
    match streams.sort {
        StreamSort::Name => {}
        StreamSort::Length => words += " --sort length",
        StreamSort::Recent => words += " --sort recent",
    }
    words
}

fn filter_words(filters: &Filters) -> String {
    let filter = filters.filter();
    let mut words = String::new();
    let mut add = |flag: &str, value: Option<String>| {
        if let Some(value) = value {
            words += &format!(" --{flag} {}", quoted(&value));
        }
    };
    add("stream", filter.stream.as_ref().map(ToString::to_string));
    add("category", filter.category.as_ref().map(ToString::to_string));
    add("type", filter.event_type.clone());
    add("correlation", filter.correlation_id.clone());
    add("since", filter.since.map(super::format::full));
    add("until", filter.until.map(super::format::full));
    add("from", filter.from.map(|position| position.to_string()));
    add("to", filter.to.map(|position| position.to_string()));
    add("where", filters.expression().map(|expr| expr.text().to_owned()));
    words
}

fn travel(model: &Model, source: &str) -> String {
    let travel = &model.screens.travel;
    let Some(stream) = &travel.stream else { return format!("foldback streams {source}") };
    let at = travel.at.map_or("start".to_owned(), |version| version.to_string());
    let target = |at: String| operand(&format!("{stream}@{at}"));
    let edits = travel.branch_words();
    if !edits.is_empty() {
        return format!("foldback what-if {source} {}{edits}", target(at));
    }
    match (travel.blaming, travel.pin) {
        (true, _) => format!("foldback blame {source} {}", target(at)),
        (false, Some(pin)) => format!("foldback diff {source} {}", target(format!("{pin}..{at}"))),
        (false, None) => format!("foldback show {source} {}", target(at)),
    }
}
