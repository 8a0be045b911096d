//! The state as a tree of rows. Rows are made when something changes, never when something is drawn, and only for what
//! is unfolded: an array of a hundred thousand elements is one row until somebody opens it. Then a row is little more
//! than its place under its parent: what it says is put together for those on screen only.

use super::super::super::scroller::Scroller;
use crate::replay::{Change, ChangeOp};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

/// No more rows than this are made; a last row says so.
const MOST: usize = 200_000;
/// A part with more children than this is folded until somebody opens it.
const SMALL: usize = 12;
/// The same for a part in which something changed.
const SMALL_CHANGED: usize = 60;
/// Among more siblings than this a part is folded until somebody opens it, so that the last one is not out of reach;
/// a changed one is not, unless more than this changed.
const CROWD: usize = 1_000;

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

/// What is kept of a row.
#[derive(Debug, Clone)]
struct Slim {
    /// The row of the part that it belongs to; `None` at the top.
    parent: Option<u32>,
    key: Key,
    depth: u16,
    node: Node,
    mark: Option<Box<Mark>>,
}

/// Where a row stands in its part.
#[derive(Debug, Clone)]
enum Key {
    Index(usize),
    Name(Box<str>),
    /// It speaks of the part itself.
    Itself,
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
    rows: Vec<Slim>,
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
    within: HashSet<&'a str>,
    /// Whether so much changed that a change is nothing special.
    is_flood: bool,
    /// The path of what is made a row.
    path: String,
    rows: Vec<Slim>,
}

impl Tree {
    /// How many rows there are.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The rows on screen.
    pub fn visible(&self, height: usize) -> Vec<TreeRow> {
        self.scroller.visible(self.rows.len(), height).filter_map(|index| self.row(index)).collect()
    }

    /// The selected row.
    pub fn selected(&self) -> Option<TreeRow> {
        self.row(self.scroller.cursor)
    }

    fn row(&self, index: usize) -> Option<TreeRow> {
        let slim = self.rows.get(index)?;
        let label = match (&slim.key, slim.node) {
            (Key::Index(index), _) => index.to_string(),
            (Key::Name(name), _) => name.to_string(),
            (Key::Itself, Node::Cut) => "… more: fold some of it".to_owned(),
            (Key::Itself, _) => "(state)".to_owned(),
        };
        let mark = slim.mark.as_deref().cloned();
        Some(TreeRow { path: self.path(slim), depth: slim.depth, label, node: slim.node, mark })
    }

    fn path(&self, row: &Slim) -> String {
        let parent = |row: &&Slim| row.parent.map(|parent| &self.rows[parent as usize]);
        let mut way: Vec<&Key> = std::iter::successors(Some(row), parent).map(|row| &row.key).collect();
        way.reverse();
        let mut path = String::new();
        way.into_iter().for_each(|key| key.push_to(&mut path));
        path
    }

    /// Makes the rows anew; the cursor stays at its path, or at the nearest one above it.
    pub fn rebuild(&mut self, state: Option<&Value>, changes: &[Change]) {
        let mut making = Making::new(&self.choices, changes);
        if let Some(state) = state {
            match children(state) {
                Some(_) => making.part(None, state, 0, false, false),
                None => {
                    let mark = making.mark(false);
                    making.leaf(None, Key::Itself, 0, mark);
                }
            }
        }
        self.rows = making.rows;
        self.find_selected();
    }

    fn find_selected(&mut self) {
        let row = self.find(&self.selected);
        if let Some(row) = row {
            self.scroller.cursor = row;
        }
        self.scroller.fit(self.rows.len(), self.height);
    }

    /// The row of a path, or of the nearest one above it that has one.
    fn find(&self, path: &str) -> Option<usize> {
        let mut tokens = path.split('/').skip(1);
        let (mut wanted, mut depth, mut found) = (Key::of(tokens.next()?), 0, None);
        for (index, row) in self.rows.iter().enumerate() {
            if row.depth < depth {
                break;
            }
            if row.depth == depth && wanted.iter().any(|key| key.is(&row.key)) {
                found = Some(index);
                let Some(token) = tokens.next() else { break };
                (wanted, depth) = (Key::of(token), depth + 1);
            }
        }
        found
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
            self.selected = row.path;
        }
    }

    /// Folds or unfolds the selected part; answers whether it is one.
    pub fn toggle(&mut self) -> bool {
        let Some(TreeRow { path, node: Node::Part { open, .. }, .. }) = self.selected() else { return false };
        let choice = if open { Choice::Closed } else { Choice::Open };
        self.choices.insert(path, choice);
        true
    }

    /// Unfolds everything below the selected path.
    pub fn unfold_below(&mut self) {
        let path = self.selected().map(|row| row.path).unwrap_or_default();
        self.choices.retain(|other, _| !other.starts_with(&path));
        self.choices.insert(path, Choice::OpenBelow);
    }

    /// Folds everything.
    pub fn fold_all(&mut self) {
        self.choices.clear();
        for row in self.rows.iter().filter(|row| row.depth == 0 && matches!(row.node, Node::Part { .. })) {
            self.choices.insert(self.path(row), Choice::Closed);
        }
    }
}

impl Key {
    /// What a token may stand for: in an object it is a name, though it be a number.
    fn of(token: &str) -> Vec<Key> {
        let name = Key::Name(unescaped(token).into());
        token.parse().ok().map(Key::Index).into_iter().chain([name]).collect()
    }

    fn is(&self, other: &Key) -> bool {
        match (self, other) {
            (Key::Index(one), Key::Index(two)) => one == two,
            (Key::Name(one), Key::Name(two)) => one == two,
            _ => false,
        }
    }

    fn push_to(&self, path: &mut String) {
        match self {
            Key::Index(index) => write!(path, "/{index}").expect("a text takes any number"),
            Key::Name(name) => {
                path.push('/');
                path.push_str(&escaped(name));
            }
            Key::Itself => {}
        }
    }
}

impl<'a> Making<'a> {
    fn new(choices: &'a BTreeMap<String, Choice>, changes: &'a [Change]) -> Self {
        let mut making = Making {
            choices,
            marks: HashMap::new(),
            gone: HashMap::new(),
            within: HashSet::new(),
            is_flood: changes.len() > CROWD,
            path: String::new(),
            rows: Vec::new(),
        };
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
                if !making.within.insert(parent) {
                    break;
                }
                path = parent;
            }
        }
        making
    }

    /// What happened at the path.
    fn mark(&self, is_new: bool) -> Option<Mark> {
        match self.marks.get(self.path.as_str()) {
            Some(change) => Some(match &change.op {
                ChangeOp::Add => Mark::Added,
                ChangeOp::Move { from } => Mark::Moved(from.clone()),
                ChangeOp::Replace | ChangeOp::Remove => Mark::Changed(change.before.clone()),
            }),
            None if is_new => Some(Mark::Added),
            None => self.within.contains(self.path.as_str()).then_some(Mark::Within),
        }
    }

    fn push(&mut self, parent: Option<u32>, key: Key, depth: u16, node: Node, mark: Option<Mark>) {
        self.rows.push(Slim { parent, key, depth, node, mark: mark.map(Box::new) });
    }

    fn leaf(&mut self, parent: Option<u32>, key: Key, depth: u16, mark: Option<Mark>) {
        self.push(parent, key, depth, Node::Leaf, mark.filter(|mark| *mark != Mark::Within));
    }

    /// The children of the part at the path as rows, then what is gone from it.
    fn part(&mut self, parent: Option<u32>, value: &'a Value, depth: u16, is_new: bool, open_below: bool) {
        let open_below = open_below || self.choices.get(&self.path) == Some(&Choice::OpenBelow);
        let is_crowd = size(value) > CROWD;
        // Where nothing changed, nobody looks for a change child by child.
        let is_touched = self.within.contains(self.path.as_str());
        let end = self.path.len();
        for (key, child) in children(value).into_iter().flatten() {
            if self.rows.len() >= MOST {
                return self.push(parent, Key::Itself, depth, Node::Cut, None);
            }
            key.push_to(&mut self.path);
            let mark = if is_touched { self.mark(is_new) } else { is_new.then_some(Mark::Added) };
            let length = size(child);
            if length == 0 {
                self.leaf(parent, key, depth, mark);
            } else {
                let new_below = is_new || mark == Some(Mark::Added);
                let open = match self.choices.get(&self.path) {
                    Some(choice) => *choice != Choice::Closed,
                    None if open_below => true,
                    None if is_crowd && (mark.is_none() || new_below || self.is_flood) => false,
                    None if mark.is_some() && !new_below => length <= SMALL_CHANGED,
                    None => depth < 2 && length <= SMALL,
                };
                let row = self.rows.len() as u32;
                self.push(parent, key, depth, Node::Part { length, is_array: child.is_array(), open }, mark);
                if open {
                    self.part(Some(row), child, depth + 1, new_below, open_below);
                }
            }
            self.path.truncate(end);
        }
        for (key, change) in self.gone.remove(self.path.as_str()).into_iter().flatten() {
            let mark = Some(Mark::Removed(change.before.clone()));
            let key = if value.is_array() { key.parse().ok().map(Key::Index) } else { None }
                .unwrap_or_else(|| Key::Name(unescaped(key).into()));
            self.push(parent, key, depth, Node::Gone, mark);
        }
    }
}

type Children<'a> = Box<dyn Iterator<Item = (Key, &'a Value)> + 'a>;

fn children(value: &Value) -> Option<Children<'_>> {
    match value {
        Value::Object(fields) => {
            Some(Box::new(fields.iter().map(|(key, value)| (Key::Name(key.as_str().into()), value))))
        }
        Value::Array(items) => Some(Box::new(items.iter().enumerate().map(|(index, v)| (Key::Index(index), v)))),
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
mod tests;
