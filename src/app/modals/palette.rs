//! The palette: go anywhere by name. Positions, times and `stream@version` are read as they are typed; streams are
//! looked for in the store; actions and screens are found by their words.

use super::super::action::{Action, Scope, TABLE};
use super::super::clock::When;
use super::super::format;
use super::super::input::Key;
use super::super::marks::{self, Mark};
use super::super::place::Place;
use super::super::scroller::Scroller;
use super::typed::Typed;
use super::{Outcome, fuzzy};
use crate::analysis::when::{parse_number, parse_when};
use foldback_domain::event::{StreamName, Version};
use foldback_domain::reading::{LogFilter, StreamSummary};
use foldback_domain::source::Numbering;
use jiff::Timestamp;

/// Something that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What kind of thing it is, in a word.
    pub kind: &'static str,
    /// What it is called.
    pub title: String,
    /// More about it.
    pub note: String,
    /// What choosing it does.
    pub does: Does,
}

/// What choosing something does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Does {
    /// Goes somewhere.
    Go(Place),
    /// Does something.
    Act(Action),
    /// Puts the clock there.
    AsOf(When),
    /// Asks for the fields of a command.
    Run(String),
}

/// The palette.
#[derive(Debug, Clone, Default)]
pub struct Palette {
    /// What was typed.
    pub typed: Typed,
    /// What fits.
    pub choices: Vec<Choice>,
    /// The cursor.
    pub at: Scroller,
    streams: Vec<StreamSummary>,
    /// Projections and sagas that are known, by name.
    known: Vec<Choice>,
    scopes: Vec<Scope>,
    commands: Vec<String>,
    /// Which place a number means.
    numbering: Numbering,
}

impl Palette {
    /// An empty palette, for the scopes at work.
    pub fn new(scopes: &[Scope], commands: &[String], now: Timestamp) -> Palette {
        let mut palette = Palette { scopes: scopes.to_vec(), commands: commands.to_vec(), ..Palette::default() };
        palette.choose(now);
        palette
    }

    /// The same, of a source that numbers its log like this.
    pub fn numbered(self, numbering: Numbering) -> Palette {
        Palette { numbering, ..self }
    }

    /// The same, which finds projections and sagas by name too.
    pub fn knowing(mut self, projections: Vec<String>, sagas: Vec<String>) -> Palette {
        let choice = |kind: &'static str, name: String, place: fn(String) -> Place| Choice {
            kind,
            title: name.clone(),
            note: String::new(),
            does: Does::Go(place(name)),
        };
        self.known = projections.into_iter().map(|name| choice("projection", name, Place::Projection)).collect();
        self.known.extend(sagas.into_iter().map(|id| choice("saga", id, Place::Saga)));
        self
    }

    /// The same, which finds branches by their names and streams too.
    pub fn and_branches<'a>(mut self, branches: impl Iterator<Item = (&'a StreamName, &'a str)>) -> Palette {
        self.known.extend(branches.map(|(stream, name)| Choice {
            kind: "branch",
            title: format!("{name} of {stream}"),
            note: "in memory".to_owned(),
            does: Does::Go(Place::Branch(stream.clone(), name.to_owned())),
        }));
        self
    }

    /// The same, which finds the marks on the clock too.
    pub fn marked(mut self, marks: &[Mark]) -> Palette {
        let choice = |mark: &Mark| as_of(marks::name(mark), When::Position(mark.position));
        self.known.extend(marks.iter().map(choice));
        self
    }

    /// Takes a key.
    pub fn key(&mut self, key: Key, action: Option<Action>, now: Timestamp, height: usize) -> Outcome {
        let mut move_by = |by: isize| self.at.move_by(by, self.choices.len(), height);
        match action {
            Some(Action::Accept) => {
                return match self.choices.get(self.at.cursor).map(|choice| choice.does.clone()) {
                    Some(Does::Go(place)) => Outcome::Go(place),
                    Some(Does::Act(action)) => Outcome::Act(action),
                    Some(Does::AsOf(when)) => Outcome::AsOf(when),
                    Some(Does::Run(name)) => Outcome::Run(name),
                    None => Outcome::Stay,
                };
            }
            Some(Action::Cancel) => return Outcome::Close,
            Some(Action::TypingUp) => move_by(-1),
            Some(Action::TypingDown) => move_by(1),
            Some(Action::TypingPageUp) => move_by(-(height as isize)),
            Some(Action::TypingPageDown) => move_by(height as isize),
            _ => {
                let before = self.typed.text().to_owned();
                self.typed.key(key);
                if self.typed.text() != before {
                    return self.edited(now);
                }
            }
        }
        Outcome::Stay
    }

    /// Takes a pasted text.
    pub fn paste(&mut self, text: &str, now: Timestamp) -> Outcome {
        self.typed.paste(text);
        self.edited(now)
    }

    /// Takes the streams that were found.
    pub fn found(&mut self, streams: Vec<StreamSummary>, now: Timestamp) {
        self.streams = streams;
        self.choose(now);
    }

    fn edited(&mut self, now: Timestamp) -> Outcome {
        self.at = Scroller::default();
        let words = apart(split(self.text()).0);
        if words.is_empty() {
            self.streams.clear();
        }
        self.choose(now);
        if words.is_empty() { Outcome::Stay } else { Outcome::Search(words) }
    }

    fn text(&self) -> &str {
        self.typed.text().trim().trim_start_matches(':').trim()
    }

    fn choose(&mut self, now: Timestamp) {
        let text = self.text().to_owned();
        let mut choices = direct(&text, self.numbering, now);
        let (words, version) = split(&text);
        let words = apart(words);
        let is_meant = |name: &str| {
            let name = name.to_lowercase();
            words.split_whitespace().all(|word| name.contains(&word.to_lowercase()))
        };
        let fits = |stream: &&StreamSummary| is_meant(stream.stream_id.as_str());
        if !words.is_empty() {
            choices.extend(self.known.iter().filter(|choice| is_meant(&choice.title)).cloned());
            choices.extend(self.streams.iter().filter(fits).map(|stream| stream_choice(stream, version)));
        }
        if !text.is_empty() {
            choices.extend(commands(&self.commands, &text));
        }
        choices.extend(actions(&self.scopes, &text));
        self.choices = choices;
    }
}

/// `order-1017@3` is a stream and a version.
fn split(text: &str) -> (&str, Option<Version>) {
    match text.rsplit_once('@') {
        Some((stream, version)) if !stream.is_empty() => match version.parse() {
            Ok(version) => (stream, Some(Version(version))),
            Err(_) => (text, None),
        },
        _ => (text, None),
    }
}

/// Letters and digits as words of their own: `pay527` finds `payment-527`.
fn apart(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 4);
    let mut before = ' ';
    for c in text.chars() {
        if before.is_alphabetic() && c.is_ascii_digit() {
            words.push(' ');
        }
        words.push(c);
        before = c;
    }
    words
}

/// What is meant without a search: a position, a time, a stream and its version.
fn direct(text: &str, numbering: Numbering, now: Timestamp) -> Vec<Choice> {
    let mut choices = Vec::new();
    let then = ["as-of ", "as of ", "@"].iter().find_map(|word| text.strip_prefix(word)).map(str::trim);
    if let Some(then) = then.filter(|then| !then.is_empty()) {
        return vec![as_of(text.to_owned(), When::Words(then.to_owned()))];
    }
    if let Some(number) = parse_number(text).filter(|_| numbering != Numbering::None) {
        choices.push(Choice {
            kind: "position",
            title: format::number(number),
            note: "in the log".to_owned(),
            does: Does::Go(Place::Position(numbering.first(number))),
        });
        choices.push(as_of(format::number(number), When::Words(text.to_owned())));
    } else if let Some(at) = parse_when(text, now) {
        choices.push(Choice {
            kind: "time",
            title: format::full(at),
            note: "the log since then".to_owned(),
            does: Does::Go(Place::Log(LogFilter { since: Some(at), ..LogFilter::default() })),
        });
        choices.push(as_of(format::full(at), When::Words(text.to_owned())));
    } else if let (stream, Some(version)) = split(text) {
        choices.push(Choice {
            kind: "stream",
            title: format!("{stream}@{version}"),
            note: "exactly this name".to_owned(),
            does: Does::Go(Place::Stream(StreamName::from(stream), Some(version))),
        });
    }
    choices
}

fn as_of(title: String, when: When) -> Choice {
    Choice { kind: "as of", title, note: "put the clock there".to_owned(), does: Does::AsOf(when) }
}

fn stream_choice(stream: &StreamSummary, version: Option<Version>) -> Choice {
    let at = version.map_or(String::new(), |version| format!("@{version}"));
    Choice {
        kind: "stream",
        title: format!("{}{at}", stream.stream_id),
        note: format::count(stream.events, "event", "events"),
        does: Does::Go(Place::Stream(stream.stream_id.clone(), version)),
    }
}

fn commands(names: &[String], text: &str) -> Vec<Choice> {
    let choice = |index: usize| Choice {
        kind: "command",
        title: names[index].clone(),
        note: "run it on this store".to_owned(),
        does: Does::Run(names[index].clone()),
    };
    fuzzy::ranked(text, names).into_iter().map(choice).collect()
}

fn actions(scopes: &[Scope], text: &str) -> Vec<Choice> {
    // Moving one row up is nothing that one looks for by name.
    let named = |scope: &Scope| !matches!(scope, Scope::Move | Scope::List | Scope::Typing);
    let entries: Vec<_> = TABLE
        .iter()
        .filter(|entry| scopes.contains(&entry.scope) && named(&entry.scope) && entry.action != Action::Palette)
        .collect();
    let texts: Vec<String> = entries.iter().map(|entry| format!("{} {}", entry.hint, entry.sentence)).collect();
    let choice = |index: usize| Choice {
        kind: "action",
        title: entries[index].hint.to_owned(),
        note: entries[index].sentence.to_owned(),
        does: Does::Act(entries[index].action),
    };
    fuzzy::ranked(text, &texts).into_iter().map(choice).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldback_domain::event::Position;

    #[test]
    fn what_is_typed_is_read_as_what_it_looks_like() {
        let now = "2026-01-08T19:00:00Z".parse().unwrap();
        let mut palette = Palette::new(Scope::STACKS[0], &[], now);
        for (text, kind, title) in [
            (":1,204", "position", "1,204"),
            ("2h ago", "time", "2026-01-08T17:00:00.000Z"),
            ("order-1017@3", "stream", "order-1017@3"),
            ("as-of yesterday 14:34", "as of", "as-of yesterday 14:34"),
            ("@1204", "as of", "@1204"),
            ("kim@example.com", "", ""),
            ("overview", "action", "overview"),
        ] {
            palette.typed = Typed::default();
            palette.paste(text, now);
            let first = palette.choices.first().map_or(("", ""), |choice| (choice.kind, choice.title.as_str()));
            if !kind.is_empty() {
                assert_eq!(first, (kind, title), "{text}");
            }
        }
    }

    #[test]
    fn a_number_is_a_place_where_the_source_has_numbers() {
        let now = "2026-01-08T19:00:00Z".parse().unwrap();
        for (numbering, place) in [
            (Numbering::Own, Some(Position(70))),
            (Numbering::Shared, Some(Position::shared(70))),
            (Numbering::None, None),
        ] {
            let mut palette = Palette::new(Scope::STACKS[0], &[], now).numbered(numbering);
            palette.paste("70", now);
            let found = palette.choices.iter().find_map(|choice| match choice.does {
                Does::Go(Place::Position(place)) => Some(place),
                _ => None,
            });
            assert_eq!(found, place, "{numbering:?}");
        }
    }
}
