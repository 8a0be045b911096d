//! Which event last changed each path of a state.

mod mark;

use super::diff::{Difference, Places, differences, differences_at};
use super::pointer::{push_index, push_key};
use super::{BlameLine, Turn, WalkStep};
use mark::{Mark, Spot};
use serde_json::Value;

/// Blame on its way: who last changed each path after the events seen so far.
///
/// A move blames nobody: the values are what they were. An object or array that became empty is blamed on the event
/// that took its last child. It keeps one mark for each place that changed by itself, so that its size is bounded
/// by the state's and not by the number of events.
#[derive(Debug, Clone, Default)]
pub struct Blame {
    root: Mark,
}

impl Blame {
    /// The blame of the initial state, whatever it is: nobody changed it yet.
    pub fn new() -> Self {
        Blame::default()
    }

    /// Takes in what an event did. The events must come in the order of the fold, and each `before` be the `after` of
    /// the one in front of it.
    pub fn step(&mut self, turn: impl Into<Turn>, before: &Value, after: &Value) {
        self.note(turn.into(), before, after, &differences(before, after));
    }

    /// The same for a step of a walk, which may know what the event changed.
    pub fn take(&mut self, step: &WalkStep) {
        let WalkStep { turn, before, after, edits, .. } = step;
        if !step.is_change() {
            return;
        }
        let found = match edits {
            Some(edits) => differences_at(before, after, edits.iter().map(|edit| edit.path.as_slice())),
            None => differences(before, after),
        };
        self.note(*turn, before, after, &found);
    }

    fn note(&mut self, turn: Turn, before: &Value, after: &Value, found: &[Difference<'_>]) {
        if found.is_empty() {
            return;
        }
        let places = Places::of(found.iter().map(Into::into));
        let root = Spot { was: before, is: after, gone: Some(&places.gone), here: Some(&places.here) };
        self.root.change(turn, root);
    }

    /// The lines of a state, where this blame began somewhere on the way and `whole` at the initial state: a place that it
    /// has seen change was changed last there, whatever happened before.
    pub fn lines_behind(&self, whole: &Blame, state: &Value) -> Vec<BlameLine> {
        let mut lines = self.lines(state);
        for (line, earlier) in lines.iter_mut().zip(whole.lines(state)) {
            if line.turn.is_none() {
                *line = earlier;
            }
        }
        lines
    }

    /// A line for each leaf of the state after the last event, in its order. Empty objects and arrays are leaves too.
    pub fn lines(&self, state: &Value) -> Vec<BlameLine> {
        let mut lines = Vec::new();
        collect(&mut lines, &mut String::new(), state, None, Some(&self.root));
        lines
    }
}

fn collect(lines: &mut Vec<BlameLine>, path: &mut String, value: &Value, inherited: Option<Turn>, mark: Option<&Mark>) {
    let turn = mark.map_or(inherited, |mark| mark.turn);
    let end = path.len();
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (key, value) in members {
                push_key(path, key);
                collect(lines, path, value, turn, mark.and_then(|mark| mark.member(key)));
                path.truncate(end);
            }
        }
        Value::Array(elements) if !elements.is_empty() => {
            for (index, value) in elements.iter().enumerate() {
                push_index(path, index);
                collect(lines, path, value, turn, mark.and_then(|mark| mark.element(index)));
                path.truncate(end);
            }
        }
        leaf => {
            let version = turn.map(|turn| turn.version);
            lines.push(BlameLine { path: path.clone(), value: leaf.clone(), version, turn });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use foldback_domain::event::Version;
    use serde_json::json;

    /// Blames state number n on version n; number 0 is the initial one.
    fn blamed(states: &[Value]) -> Vec<(String, Option<i64>)> {
        let mut blame = Blame::new();
        for (version, pair) in (1..).zip(states.windows(2)) {
            blame.step(Version(version), &pair[0], &pair[1]);
        }
        let lines = blame.lines(states.last().unwrap());
        lines.into_iter().map(|line| (line.path, line.version.map(|version| version.0))).collect()
    }

    #[test]
    fn each_leaf_has_its_own_event() {
        let lines = blamed(&[
            json!({"a": 1, "b": {"c": 1, "d": []}}),
            json!({"a": 2, "b": {"c": 1, "d": []}}),
            json!({"a": 2, "b": {"c": 2, "d": []}, "e": {"f": 1, "g": 1}}),
            json!({"a": 2, "b": {"c": 2, "d": []}, "e": {"f": 2, "g": 1}}),
        ]);
        let expected = [("/a", Some(1)), ("/b/c", Some(2)), ("/b/d", None), ("/e/f", Some(3)), ("/e/g", Some(2))];
        assert_eq!(lines, expected.map(|(path, version)| (path.to_owned(), version)));
    }

    #[test]
    fn elements_keep_their_blame_when_they_change_places() {
        let lines = blamed(&[
            json!([{"id": 1, "n": 1}, {"id": 2, "n": 1}, {"id": 3, "n": 1}]),
            json!([{"id": 1, "n": 2}, {"id": 2, "n": 1}, {"id": 3, "n": 1}]),
            json!([{"id": 2, "n": 1}, {"id": 3, "n": 1}, {"id": 1, "n": 2}]),
            json!([{"id": 3, "n": 1}, {"id": 4, "n": 1}, {"id": 1, "n": 2}]),
        ]);
        let versions: Vec<_> = lines.iter().map(|(_, version)| *version).collect();
        assert_eq!(versions, [None, None, Some(3), Some(3), None, Some(1)]);
    }

    #[test]
    fn what_became_empty_is_blamed_on_the_last_removal() {
        let states = [json!({"a": {"b": 1}}), json!({"a": {"b": 2}}), json!({"a": {}}), json!({"a": {}, "c": 1})];
        assert_eq!(blamed(&states), [("/a".to_owned(), Some(2)), ("/c".to_owned(), Some(3))]);
    }

    #[test]
    fn a_new_kind_of_value_forgets_the_old_one() {
        let states = [json!(null), json!({"a": [1, 2]}), json!({"a": [1, 3]}), json!({"a": {"0": 1, "1": 2}})];
        assert_eq!(blamed(&states), [("/a/0".to_owned(), Some(3)), ("/a/1".to_owned(), Some(3))]);
    }
}
