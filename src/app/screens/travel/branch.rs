//! Branches in travel: what would have been, beside what is. They live in memory, and nothing of them is ever written.

use super::super::super::context::Context;
use super::super::super::document::{Line, Tone};
use super::super::super::effect::{self, Effect, Slot};
use super::super::super::modals::prompt::{About, Prompt, Purpose};
use super::super::super::modals::{Detail, Modal};
use super::{Ask, Travel};
use crate::analysis::command::quoted;
use crate::replay::{Branch, Change, Compared, Edit, Language, Mark, Moment, Place};
use foldback_domain::event::{StreamName, Version};
use foldback_domain::{ReducerKind, Trial, Verdict};
use std::sync::Arc;

/// What can be typed behind `what if`.
pub const WORDS: &str =
    "Enter skips it · edit · insert · move V · try COMMAND JSON · models · export rust · name NAME · undo · drop";

/// How many differences are listed beside the event; the state marks all of them.
const CHANGES: usize = 12;
/// How many branches are remembered.
const REMEMBERED: usize = 50;

/// The branches of this session, and the one that is looked at.
#[derive(Debug, Clone, Default)]
pub struct Branches {
    list: Vec<(StreamName, Branch)>,
    /// The name of the one that is looked at; `None`: main.
    current: Option<String>,
    /// It at the version that was last answered.
    here: Option<Arc<Here>>,
    /// It at the stream's end, with everything on the way that somebody should look at.
    end: Option<Arc<Branched>>,
    /// How many were made: names are not given twice.
    made: usize,
}

/// A branch at a version, beside main.
#[derive(Debug, Clone, PartialEq)]
pub struct Here {
    /// Which branch it is.
    pub branch: Branch,
    /// The state as it is.
    pub main: Moment,
    /// The state as it would be.
    pub moment: Moment,
    /// What would be different.
    pub changes: Vec<Change>,
}

/// A branch up to a version.
#[derive(Debug, Clone, PartialEq)]
pub struct Branched {
    /// Which branch it was.
    pub branch: Branch,
    /// Main and the branch there.
    pub compared: Compared,
    /// What somebody should look at, in the order of the branch.
    pub marks: Vec<Mark>,
    /// How much of that was left out, since it is too much.
    pub left_out: u64,
}

/// What a command would lead to, and where that was tried.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The command's name.
    pub name: String,
    /// What it leads to.
    pub trial: Trial,
}

impl Branches {
    /// The same, seen from another stream.
    pub fn elsewhere(&self) -> Branches {
        Branches { list: self.list.clone(), made: self.made, ..Branches::default() }
    }

    /// With the branches that others know of.
    pub fn knowing(&mut self, others: &Branches) {
        (self.list, self.made) = (others.list.clone(), others.made);
        if self.current.is_some() && self.list.iter().all(|(_, branch)| Some(&branch.name) != self.current.as_ref()) {
            (self.current, self.here, self.end) = (None, None, None);
        }
    }

    /// Every branch with its stream.
    pub fn all(&self) -> impl Iterator<Item = (&StreamName, &str)> {
        self.list.iter().map(|(stream, branch)| (stream, branch.name.as_str()))
    }

    /// From now on this one is looked at.
    pub fn choose(&mut self, name: String) {
        (self.current, self.here, self.end) = (Some(name), None, None);
    }

    /// The branch that is looked at.
    pub fn current(&self) -> Option<&Branch> {
        let name = self.current.as_ref()?;
        self.list.iter().map(|(_, branch)| branch).find(|branch| branch.name == *name)
    }

    /// The branch that is looked at, where it was answered; it may still be that of a version before.
    pub fn here(&self) -> Option<&Here> {
        self.here.as_deref().filter(|here| self.current().is_some_and(|current| *current == here.branch))
    }

    /// The branch at the end of the stream, where it was answered.
    pub fn end(&self) -> Option<&Branched> {
        self.end.as_deref().filter(|end| self.current().is_some_and(|current| *current == end.branch))
    }

    /// What is marked at a version: the event itself, and whether something stands behind it that was not recorded there.
    pub fn marks(&self, version: Version) -> (Option<&Mark>, Option<&Mark>) {
        let marks = || self.end().into_iter().flat_map(|end| &end.marks).filter(move |m| m.version == Some(version));
        (marks().find(|mark| mark.place != Place::Inserted), marks().find(|mark| mark.place == Place::Inserted))
    }

    fn edit(&mut self, stream: &StreamName, edit: Edit) {
        if self.current().is_none() {
            self.made += 1;
            let name = format!("branch {}", self.made);
            self.list.push((stream.clone(), Branch { name: name.clone(), edits: Vec::new() }));
            let surplus = self.list.len().saturating_sub(REMEMBERED);
            self.list.drain(..surplus);
            self.current = Some(name);
        }
        let Some(name) = &self.current else { return };
        let Some((_, branch)) = self.list.iter_mut().find(|(_, branch)| branch.name == *name) else { return };
        // What is about one event takes the place of what was said of it before, so that a command line can say it too.
        branch.edits.retain(|known| match (&edit, known) {
            (Edit::Skip(version), Edit::Change { version: known, .. } | Edit::Move { version: known, .. }) => {
                known != version
            }
            (Edit::Skip(version) | Edit::Change { version, .. } | Edit::Move { version, .. }, Edit::Skip(known)) => {
                known != version
            }
            (Edit::Change { version, .. }, Edit::Change { version: known, .. })
            | (Edit::Move { version, .. }, Edit::Move { version: known, .. }) => known != version,
            _ => true,
        });
        branch.edits.push(edit);
    }
}

impl Travel {
    /// Asks what would have been, at the version that is looked at.
    pub(super) fn ask_branch(&self, cx: &mut Context<'_>) {
        let event = self.step.as_ref().and_then(|step| step.event.as_ref());
        let question = match (self.at, event) {
            (Some(at), Some(event)) => format!("what if v{at} {}", event.head.event_type),
            (Some(at), None) => format!("what if v{at}"),
            (None, _) => "what if, before the first event".to_owned(),
        };
        cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::Branch).about(About {
            id: String::new(),
            question,
            example: WORDS.to_owned(),
        })));
    }

    /// Looks at the next branch of this stream, and after the last at main.
    pub(super) fn switch_branch(&mut self, cx: &mut Context<'_>) {
        let of_stream = |(stream, _): &&(StreamName, Branch)| Some(stream) == self.stream.as_ref();
        let names: Vec<String> =
            self.branches.list.iter().filter(of_stream).map(|(_, branch)| branch.name.clone()).collect();
        if names.is_empty() {
            cx.notice = Some("this stream has no branch yet: f makes one at the selected event".to_owned());
            return;
        }
        let next = match &self.branches.current {
            None => names.first().cloned(),
            Some(current) => {
                names.iter().position(|name| name == current).and_then(|place| names.get(place + 1).cloned())
            }
        };
        self.look_at(next, cx);
    }

    /// Goes to the first event behind which the branch is not as main is.
    pub(super) fn go_to_parting(&mut self, cx: &mut Context<'_>) {
        let parting = match (self.branches.current(), self.branches.end()) {
            (None, _) => Err("this is main; f makes a branch, F looks at the next one"),
            (Some(_), None) => Err("the branch is still being folded to its end"),
            (Some(_), Some(end)) => end.compared.parting.clone().ok_or("this branch never parts from main"),
        };
        match parting {
            Ok(parting) => self.go_to(parting.version, cx),
            Err(why) => cx.notice = Some(why.to_owned()),
        }
    }

    /// Looks at a branch of this stream.
    pub fn show_branch(&mut self, name: String, cx: &mut Context<'_>) {
        self.look_at(Some(name), cx);
    }

    /// Goes back to main.
    pub fn leave_branch(&mut self, cx: &mut Context<'_>) {
        self.look_at(None, cx);
    }

    fn look_at(&mut self, name: Option<String>, cx: &mut Context<'_>) {
        (self.branches.here, self.branches.end) = (None, None);
        self.branches.current = name;
        for slot in [Slot::Branch, Slot::BranchEnd] {
            cx.desk.cancel(slot);
        }
        self.read_branch(cx);
        self.rebuild(cx);
    }

    /// Reads the branch that is looked at, at the version that is looked at, and at the end where that is not known.
    pub(super) fn read_branch(&self, cx: &mut Context<'_>) {
        let (Some(stream), Some(branch)) = (self.stream.clone(), self.branches.current().cloned()) else { return };
        let last = self.opened.as_ref().and_then(|opened| opened.summary.version);
        if self.branches.end().is_none() && cx.desk.pending(Slot::BranchEnd).is_none() {
            let ask = Ask::Branch { stream: stream.clone(), branch: branch.clone(), at: last };
            cx.run(Slot::BranchEnd, effect::Ask::Travel(ask));
        }
        cx.run(Slot::Branch, effect::Ask::Travel(Ask::Beside { stream, branch, at: self.at }));
    }

    /// What was folded of the branch is of no use any more.
    pub(super) fn refold_branch(&mut self) {
        (self.branches.here, self.branches.end) = (None, None);
    }

    pub(super) fn beside(&mut self, here: Arc<Here>, cx: &Context<'_>) {
        self.branches.here = Some(here);
        self.rebuild(cx);
    }

    pub(super) fn branched(&mut self, branched: Arc<Branched>, cx: &Context<'_>) {
        self.branches.end = Some(branched);
        self.rebuild(cx);
    }

    /// Takes what was typed behind `what if`.
    pub fn branch_prompted(&mut self, text: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let Some(stream) = self.stream.clone() else { return Ok(()) };
        let (word, rest) = text.trim().split_once(char::is_whitespace).unwrap_or((text.trim(), ""));
        let rest = rest.trim();
        let here = self.at.map(|at| at.to_string()).ok_or("there is no event before the first; insert puts one there");
        let edit = match (word, rest) {
            ("" | "skip", "") => Edit::read_skip(&here?)?,
            ("edit" | "insert", "") => return self.ask_payload(word, cx),
            ("edit", json) => Edit::read_change(&format!("{}={json}", here?))?,
            ("insert", event) => {
                let (kind, json) = event.split_once(char::is_whitespace).ok_or("insert TYPE JSON is expected")?;
                Edit::read_insert(&format!("{}={kind}:{}", here.unwrap_or_else(|_| "start".to_owned()), json.trim()))?
            }
            ("move", place) if !place.is_empty() => Edit::read_move(&format!("{}={place}", here?))?,
            ("try", command) => return self.try_command(&stream, command, cx),
            ("models", "") => return self.ask_around(&stream, cx),
            ("export", language) => return self.export(&stream, language, cx),
            ("name", name) if !name.is_empty() => return self.rename(name, cx),
            ("undo", "") => return self.undo(cx),
            ("drop", "") => return self.drop_branch(cx),
            _ => {
                return Err(
                    "edit JSON, insert TYPE JSON, move V, try COMMAND JSON, models, export, name NAME, undo, drop"
                        .to_owned(),
                );
            }
        };
        if let Some(missing) = edit.versions().find(|version| !self.may_have(*version)) {
            return Err(format!("v{missing} is not in this stream"));
        }
        self.branches.edit(&stream, edit);
        self.look_at(self.branches.current.clone(), cx);
        Ok(())
    }

    fn may_have(&self, version: Version) -> bool {
        let summary = self.opened.as_ref().map(|opened| &opened.summary);
        summary.is_some_and(|summary| summary.first_version <= Some(version) && Some(version) <= summary.version)
    }

    /// Asks again, with the event's own payload to be changed.
    fn ask_payload(&self, word: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let event = self.step.as_ref().and_then(|step| step.event.as_ref()).ok_or("there is no event here")?;
        let kind = if word == "insert" { format!("{} ", event.head.event_type) } else { String::new() };
        let example = if word == "insert" { "one more event right behind this one" } else { "its payload as recorded" };
        let text = format!("{word} {kind}{}", event.data.to_raw().get());
        let about = About { id: String::new(), question: "what if".to_owned(), example: example.to_owned() };
        cx.modal = Some(Modal::Prompt(Prompt::new(Purpose::Branch).about(about).with(text)));
        Ok(())
    }

    fn try_command(&self, stream: &StreamName, command: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let (name, json) = command.split_once(char::is_whitespace).ok_or("try COMMAND JSON is expected")?;
        let ask = Ask::Try {
            stream: stream.clone(),
            branch: self.branches.current().cloned().unwrap_or_default(),
            at: self.at,
            name: name.to_owned(),
            json: json.trim().to_owned(),
        };
        cx.run(Slot::Branch, effect::Ask::Travel(ask));
        Ok(())
    }

    fn ask_around(&self, stream: &StreamName, cx: &mut Context<'_>) -> Result<(), String> {
        let branch = self.branches.current().cloned().ok_or("there is no branch yet: Enter makes one")?;
        let at = self.opened.as_ref().and_then(|opened| opened.summary.version);
        cx.run(Slot::Branch, effect::Ask::Travel(Ask::Around { stream: stream.clone(), branch, at }));
        Ok(())
    }

    fn export(&self, stream: &StreamName, language: &str, cx: &mut Context<'_>) -> Result<(), String> {
        let language = if language.is_empty() { "rust" } else { language };
        let language = Language::named(language).ok_or("export rust, export typescript or export json")?;
        let branch = self.branches.current().cloned().unwrap_or_default();
        let ask = Ask::Export { stream: stream.clone(), branch, at: self.at, language };
        cx.run(Slot::Branch, effect::Ask::Travel(ask));
        Ok(())
    }

    fn rename(&mut self, name: &str, cx: &Context<'_>) -> Result<(), String> {
        if self.branches.list.iter().any(|(_, branch)| branch.name == name) {
            return Err(format!("there is a branch {name} already"));
        }
        let current = self.branches.current.clone().ok_or("main has its name")?;
        for (_, branch) in self.branches.list.iter_mut().filter(|(_, branch)| branch.name == current) {
            branch.name = name.to_owned();
        }
        if let Some(here) = &mut self.branches.here {
            Arc::make_mut(here).branch.name = name.to_owned();
        }
        if let Some(end) = &mut self.branches.end {
            Arc::make_mut(end).branch.name = name.to_owned();
        }
        self.branches.current = Some(name.to_owned());
        self.rebuild(cx);
        Ok(())
    }

    fn undo(&mut self, cx: &mut Context<'_>) -> Result<(), String> {
        let current = self.branches.current.clone().ok_or("there is nothing to undo on main")?;
        let branch = self.branches.list.iter_mut().find(|(_, branch)| branch.name == current);
        if let Some((_, branch)) = branch
            && branch.edits.len() > 1
        {
            branch.edits.pop();
            self.look_at(Some(current), cx);
            return Ok(());
        }
        self.drop_branch(cx)
    }

    fn drop_branch(&mut self, cx: &mut Context<'_>) -> Result<(), String> {
        let current = self.branches.current.clone().ok_or("main cannot be dropped")?;
        self.branches.list.retain(|(_, branch)| branch.name != current);
        cx.notice = Some(format!("{current} is gone; this is main"));
        self.look_at(None, cx);
        Ok(())
    }

    /// Shows what a command would lead to.
    pub(super) fn tried(&self, tried: &Tried, cx: &mut Context<'_>) {
        let mut lines = match &tried.trial {
            Trial::UnknownName => vec![Line::of(Tone::Bad, "whoever folds this stream knows no command of that name")],
            Trial::Malformed(why) => vec![Line::of(Tone::Bad, why.clone())],
            Trial::Refused(why) => vec![Line::of(Tone::Bad, format!("✗ a rule would refuse it: {why}"))],
            Trial::Decided(events) => events
                .iter()
                .flat_map(|event| {
                    let mut lines = vec![Line::of(Tone::Good, format!("+ {}", event.event_type))];
                    lines.extend(super::super::super::highlight::value(&event.data));
                    lines
                })
                .collect(),
        };
        lines.push(Line::of(Tone::Dim, "it was only tried: nothing comes of it"));
        let on = self.branches.current.as_deref().unwrap_or("main");
        cx.modal = Some(Modal::Detail(Detail::new(format!("{} on {on} at {}", tried.name, self.title()), lines)));
    }

    /// Shows a test, and puts it on the clipboard; or says why there is none.
    pub(super) fn exported(&self, exported: Result<String, String>, cx: &mut Context<'_>) {
        let text = match exported {
            Ok(text) => text,
            Err(why) => {
                cx.notice = Some(why);
                return;
            }
        };
        let lines = text.lines().map(|line| Line::of(Tone::Plain, line)).collect();
        cx.modal = Some(Modal::Detail(Detail::new("copied to the clipboard", lines)));
        cx.desk.effect(Effect::Copy(text));
    }

    /// The state that is shown: the branch's where one is looked at and was answered, else main's.
    pub fn moment(&self) -> Option<&Moment> {
        match self.branches.here() {
            Some(here) => Some(&here.moment),
            None => self.step.as_ref().map(|step| &step.moment),
        }
    }

    /// What is said of the branch above the event.
    pub(super) fn branch_lines(&self) -> Vec<Line> {
        let Some(branch) = self.branches.current() else { return Vec::new() };
        let mut lines = vec![Line::of(Tone::Branch, branch.name.to_uppercase())];
        let others = self
            .branches
            .list
            .iter()
            .filter(|(stream, other)| Some(stream) == self.stream.as_ref() && other.name != branch.name);
        let others: Vec<&str> = std::iter::once("main").chain(others.map(|(_, other)| other.name.as_str())).collect();
        lines.push(Line::of(Tone::Dim, format!("  beside {}", others.join(" · "))));
        lines.extend(branch.edits.iter().map(|edit| Line::of(Tone::Branch, format!("  {edit}"))));
        if let Some(mark) = self.at.and_then(|at| self.branches.marks(at).0) {
            lines.push(verdict(mark));
        }
        let Some(end) = self.branches.end() else {
            lines.push(Line::of(Tone::Dim, "folding it to the end …"));
            lines.push(Line::default());
            return lines;
        };
        let compared = &end.compared;
        lines.push(match &compared.parting {
            None => Line::of(Tone::Dim, "it never parts from main"),
            Some(parting) => {
                let at =
                    parting.version.map_or("before the first event".to_owned(), |version| format!("at v{version}"));
                let kind = parting.event_type.as_deref().unwrap_or_default();
                Line::of(Tone::Plain, format!("parts from main {at} {kind}"))
            }
        });
        let reducer = self.opened.as_ref().and_then(|opened| opened.reducer.as_ref().ok());
        let knows_rules = reducer.is_some_and(|reducer| reducer.kind == ReducerKind::Domain);
        for (side, moment) in [("main", &compared.main), ("branch", &compared.branch)] {
            lines.push(match moment.violations.first() {
                Some(violation) => Line::field(side, Tone::Bad, format!("✗ {}", violation.message)),
                None if knows_rules => Line::field(side, Tone::Good, "✓ no rule of the state is broken in the end"),
                None => Line::field(side, Tone::Dim, "no violations known: a script has no rules of the state"),
            });
        }
        let counts = &compared.counts;
        for (count, what) in [
            (counts.refused, "would be refused"),
            (counts.differing, "would be decided otherwise"),
            (counts.also_on_main, "past the rules on main too"),
            (counts.unknown, "nobody can judge"),
            (end.left_out, "more are not marked"),
        ] {
            if count > 0 {
                lines.push(Line::of(Tone::Warn, format!("{} {what}", super::super::super::format::number(count))));
            }
        }
        if let Some(here) = self.branches.here().filter(|here| !here.changes.is_empty()) {
            lines.push(Line::of(Tone::Title, "MAIN → BRANCH"));
            lines.extend(here.changes.iter().take(CHANGES).flat_map(super::event::changed));
        }
        lines.push(Line::default());
        lines
    }

    /// The options by which `what-if` says the same: empty on main.
    pub fn branch_words(&self) -> String {
        let edits = self.branches.current().into_iter().flat_map(|branch| &branch.edits);
        let behind = |place: &Option<Version>| place.map_or("start".to_owned(), |version| version.to_string());
        let words = edits.map(|edit| match edit {
            Edit::Skip(version) => format!(" --skip {version}"),
            Edit::Change { version, data } => format!(" --edit {}", quoted(&format!("{version}={data}"))),
            Edit::Insert { behind: place, event_type, data } => {
                format!(" --insert {}", quoted(&format!("{}={event_type}:{data}", behind(place))))
            }
            Edit::Move { version, behind: place } => format!(" --move {version}={}", behind(place)),
        });
        words.collect()
    }
}

fn verdict(mark: &Mark) -> Line {
    let also = if mark.also_on_main() { ", on main too" } else { "" };
    match &mark.verdict {
        Verdict::Refuses(why) => Line::of(Tone::Bad, format!("✗ the rules would refuse this event{also}: {why}")),
        Verdict::Differs(events) => {
            let names: Vec<&str> = events.iter().map(|event| event.event_type).collect();
            Line::of(Tone::Warn, format!("~ the rules would decide {} here{also}", names.join(", ")))
        }
        Verdict::Agrees => Line::of(Tone::Good, "✓ the rules agree with this event"),
        Verdict::Unknown if mark.place == Place::Skipped => Line::of(Tone::Branch, "- skipped: it did not happen"),
        Verdict::Unknown => Line::of(Tone::Dim, "? nobody can say what the rules would make of it"),
    }
}
