//! The state as a tree of rows. Rows are made when something changes, never when something is drawn, and only for what
//! is unfolded: an array of a hundred thousand elements is one row until somebody opens it.

use super::super::super::scroller::Scroller;
use crate::replay::{Change, ChangeOp};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// No more rows than this are made; a last row says so.
const MOST: usize = 200_000;
/// A part with more children than this is folded until somebody opens it.
const SMALL: usize = 12;
/// The same for a part in which something changed.
const SMALL_CHANGED: usize = 60;

/// A row of the tree.
#[derive(Debug, Clone, PartialEq)]
pub struct TreeRow {
    /// Where, as an RFC 6901 pointer: in the state, or in the state before where it was removed.
    pub path: String,
    /// How deep.
    pub depth: u16,
    /// Its key or index.
    pub label: String,
    /// What stands there.
    pub node: Node,
    /// What happened to it.
    pub mark: Option<Mark>,
}

/// What stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Node {
    /// A plain value, or an empty part.
    Leaf,
    /// An object or array, and whether it is unfolded.
    Part {
        /// How many children.
        length: usize,
        /// Whether it is an array.
        is_array: bool,
        /// Whether its children are rows.
        open: bool,
    },
    /// A value that is no longer there.
    Gone,
    /// So many rows that no more are made.
    Cut,
}

/// What happened to a path.
#[derive(Debug, Clone, PartialEq)]
pub enum Mark {
    /// It was not there before.
    Added,
    /// It was this before.
    Changed(Option<Value>),
    /// It stood elsewhere.
    Moved(String),
    /// It was this and is no longer there.
    Removed(Option<Value>),
    /// Something below it changed.
    Within,
}

/// What the user said about a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Open,
    Closed,
    OpenBelow,
}

/// The tree: its rows, what was chosen to be open, and the cursor.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    rows: Vec<TreeRow>,
    choices: BTreeMap<String, Choice>,
    selected: String,
    /// The cursor among the rows.
    pub scroller: Scroller,
    height: usize,
}

/// What is needed to make rows.
struct Making<'a> {
    choices: &'a BTreeMap<String, Choice>,
    marks: HashMap<&'a str, &'a Change>,
    gone: HashMap<&'a str, Vec<(&'a str, &'a Change)>>,
    within: BTreeSet<&'a str>,
    rows: Vec<TreeRow>,
}

impl Tree {
    /// Every row.
    pub fn rows(&self) -> &[TreeRow] {
        &self.rows
    }

    /// The rows on screen.
    pub fn visible(&self, height: usize) -> &[TreeRow] {
        &self.rows[self.scroller.visible(self.rows.len(), height)]
    }

    /// The selected path.
    pub fn selected(&self) -> Option<&TreeRow> {
        self.rows.get(self.scroller.cursor)
    }

    /// Makes the rows anew; the cursor stays at its path, or at the nearest one above it.
    pub fn rebuild(&mut self, state: Option<&Value>, changes: &[Change]) {
        let mut making = Making::new(&self.choices, changes);
        if let Some(state) = state {
            match children(state) {
                Some(_) => making.part("", state, 0, false, false),
                None => making.leaf(String::new(), 0, "(state)".to_owned(), false),
            }
        }
        self.rows = making.rows;
        self.find_selected();
    }

    fn find_selected(&mut self) {
        let mut wanted = self.selected.as_str();
        let row = loop {
            if let Some(row) = self.rows.iter().position(|row| row.path == wanted) {
                break Some(row);
            }
            match wanted.rsplit_once('/') {
                Some((parent, _)) => wanted = parent,
                None => break None,
            }
        };
        if let Some(row) = row {
            self.scroller.cursor = row;
        }
        self.scroller.fit(self.rows.len(), self.height);
    }

    /// Tells how many rows the screen has.
    pub fn resize(&mut self, height: usize) {
        self.height = height;
        self.scroller.fit(self.rows.len(), height);
    }

    /// Moves the cursor.
    pub fn move_by(&mut self, by: isize) {
        self.scroller.move_by(by, self.rows.len(), self.height);
        self.remember();
    }

    /// Moves the cursor by pages.
    pub fn page(&mut self, by: isize) {
        self.move_by(by * self.height.saturating_sub(1).max(1) as isize);
    }

    /// Selects a row on screen.
    pub fn select_on_screen(&mut self, row: usize) -> bool {
        let index = self.scroller.top + row;
        if index >= self.rows.len() {
            return false;
        }
        self.scroller.select(index, self.rows.len(), self.height);
        self.remember();
        true
    }

    /// Goes to a path, or to the nearest one above it that has a row.
    pub fn select(&mut self, path: &str) {
        self.selected = path.to_owned();
        self.find_selected();
    }

    fn remember(&mut self) {
        if let Some(row) = self.selected() {
            self.selected = row.path.clone();
        }
    }

    /// Folds or unfolds the selected part; answers whether it is one.
    pub fn toggle(&mut self) -> bool {
        let Some(TreeRow { path, node: Node::Part { open, .. }, .. }) = self.selected() else { return false };
        let choice = if *open { Choice::Closed } else { Choice::Open };
        self.choices.insert(path.clone(), choice);
        true
    }

    /// Unfolds everything below the selected path.
    pub fn unfold_below(&mut self) {
        let path = self.selected().map(|row| row.path.clone()).unwrap_or_default();
        self.choices.retain(|other, _| !other.starts_with(&path));
        self.choices.insert(path, Choice::OpenBelow);
    }

    /// Folds everything.
    pub fn fold_all(&mut self) {
        self.choices.clear();
        for row in &self.rows {
            if row.depth == 0 && matches!(row.node, Node::Part { .. }) {
                self.choices.insert(row.path.clone(), Choice::Closed);
            }
        }
    }
}

impl<'a> Making<'a> {
    fn new(choices: &'a BTreeMap<String, Choice>, changes: &'a [Change]) -> Self {
        let mut making =
            Making { choices, marks: HashMap::new(), gone: HashMap::new(), within: BTreeSet::new(), rows: Vec::new() };
        for change in changes {
            let mut path = change.path.as_str();
            if change.op == ChangeOp::Remove {
                if let Some((parent, key)) = path.rsplit_once('/') {
                    making.gone.entry(parent).or_default().push((key, change));
                }
            } else {
                making.marks.insert(path, change);
            }
            while let Some((parent, _)) = path.rsplit_once('/') {
                making.within.insert(parent);
                path = parent;
            }
        }
        making
    }

    fn mark(&self, path: &str, is_new: bool) -> Option<Mark> {
        match self.marks.get(path) {
            Some(change) => Some(match &change.op {
                ChangeOp::Add => Mark::Added,
                ChangeOp::Move { from } => Mark::Moved(from.clone()),
                ChangeOp::Replace | ChangeOp::Remove => Mark::Changed(change.before.clone()),
            }),
            None if is_new => Some(Mark::Added),
            None => self.within.contains(path).then_some(Mark::Within),
        }
    }

    fn leaf(&mut self, path: String, depth: u16, label: String, is_new: bool) {
        let mark = self.mark(&path, is_new).filter(|mark| *mark != Mark::Within);
        self.rows.push(TreeRow { path, depth, label, node: Node::Leaf, mark });
    }

    /// The children of a part as rows, then what is gone from it.
    fn part(&mut self, path: &str, value: &'a Value, depth: u16, is_new: bool, open_below: bool) {
        let open_below = open_below || self.choices.get(path) == Some(&Choice::OpenBelow);
        for (key, child) in children(value).into_iter().flatten() {
            if self.rows.len() >= MOST {
                let label = "… more: fold some of it".to_owned();
                self.rows.push(TreeRow { path: path.to_owned(), depth, label, node: Node::Cut, mark: None });
                return;
            }
            let child_path = format!("{path}/{}", escaped(&key));
            let length = children(child).map_or(0, |_| size(child));
            if length == 0 {
                self.leaf(child_path, depth, key, is_new);
                continue;
            }
            let mark = self.mark(&child_path, is_new);
            let new_below = is_new || mark == Some(Mark::Added);
            let open = match self.choices.get(&child_path) {
                Some(choice) => *choice != Choice::Closed,
                None if open_below => true,
                None if mark.is_some() && !new_below => length <= SMALL_CHANGED,
                None => depth < 2 && length <= SMALL,
            };
            let node = Node::Part { length, is_array: child.is_array(), open };
            self.rows.push(TreeRow { path: child_path.clone(), depth, label: key, node, mark });
            if open {
                self.part(&child_path, child, depth + 1, new_below, open_below);
            }
        }
        for (key, change) in self.gone.remove(path).into_iter().flatten() {
            let mark = Some(Mark::Removed(change.before.clone()));
            let path = change.path.clone();
            self.rows.push(TreeRow { path, depth, label: unescaped(key), node: Node::Gone, mark });
        }
    }
}

type Children<'a> = Box<dyn Iterator<Item = (String, &'a Value)> + 'a>;

fn children(value: &Value) -> Option<Children<'_>> {
    match value {
        Value::Object(fields) => Some(Box::new(fields.iter().map(|(key, value)| (key.clone(), value)))),
        Value::Array(items) => Some(Box::new(items.iter().enumerate().map(|(index, v)| (index.to_string(), v)))),
        _ => None,
    }
}

fn size(value: &Value) -> usize {
    match value {
        Value::Object(fields) => fields.len(),
        Value::Array(items) => items.len(),
        _ => 0,
    }
}

fn escaped(key: &str) -> String {
    if key.contains(['~', '/']) { key.replace('~', "~0").replace('/', "~1") } else { key.to_owned() }
}

fn unescaped(key: &str) -> String {
    key.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn change(path: &str, op: ChangeOp, before: Option<Value>, after: Option<Value>) -> Change {
        Change { path: path.into(), op, before, after }
    }

    fn labels(tree: &Tree) -> Vec<String> {
        tree.rows().iter().map(|row| format!("{}{}", "  ".repeat(usize::from(row.depth)), row.label)).collect()
    }

    #[test]
    fn changes_are_marked_and_what_is_gone_is_still_shown() {
        let state = json!({"status": "PAID", "items": [{"sku": "a/b", "n": 1}], "new": {"x": 1}});
        let changes = [
            change("/status", ChangeOp::Replace, Some(json!("OPEN")), Some(json!("PAID"))),
            change("/new", ChangeOp::Add, None, Some(json!({"x": 1}))),
            change("/items/0/n", ChangeOp::Replace, Some(json!(2)), Some(json!(1))),
            change("/coupon", ChangeOp::Remove, Some(json!("TEN")), None),
        ];
        let mut tree = Tree::default();
        tree.resize(20);
        tree.rebuild(Some(&state), &changes);
        assert_eq!(labels(&tree), ["status", "items", "  0", "    sku", "    n", "new", "  x", "coupon"]);
        let marks: Vec<_> = tree.rows().iter().map(|row| row.mark.clone()).collect();
        assert_eq!(marks[0], Some(Mark::Changed(Some(json!("OPEN")))));
        assert_eq!(marks[1], Some(Mark::Within));
        assert_eq!(marks[3], None);
        assert_eq!((&marks[5], &marks[6]), (&Some(Mark::Added), &Some(Mark::Added)));
        assert_eq!(marks[7], Some(Mark::Removed(Some(json!("TEN")))));
    }

    #[test]
    fn a_large_array_is_one_row_until_it_is_opened_and_keeps_the_cursor() {
        let state = json!({"head": 1, "all": (0..100_000).collect::<Vec<_>>()});
        let mut tree = Tree::default();
        tree.resize(20);
        tree.rebuild(Some(&state), &[]);
        assert_eq!(tree.rows().len(), 2);
        tree.move_by(1);
        assert!(tree.toggle());
        tree.rebuild(Some(&state), &[]);
        assert_eq!(tree.rows().len(), 100_002);
        tree.select("/all/99999");
        assert_eq!(tree.selected().unwrap().label, "99999");
        assert!(tree.visible(20).iter().any(|row| row.label == "99999"));
        // The next version has fewer: the cursor goes to the nearest path above.
        tree.rebuild(Some(&json!({"head": 1, "all": [1]})), &[]);
        assert_eq!(tree.selected().unwrap().path, "/all");
    }

    #[test]
    fn keys_are_escaped_and_odd_states_do_no_harm() {
        let mut tree = Tree::default();
        for state in [json!(null), json!([]), json!({}), json!("text"), json!({"a/b": {"~": 1}})] {
            tree.rebuild(Some(&state), &[]);
            for row in tree.rows() {
                assert!(state.pointer(&row.path).is_some(), "{}", row.path);
            }
            tree.move_by(3);
            tree.fold_all();
            tree.unfold_below();
        }
        tree.rebuild(None, &[]);
        assert!(tree.selected().is_none());
    }
}
