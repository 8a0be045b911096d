//! What a script says of itself: which streams it is for, and which events it handles.

use foldback_domain::event::{Category, StreamName};
use serde::Deserialize;
use std::fmt;

/// Which events a script selects. More specific ones are greater.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(from = "(String, String)")]
pub enum Selector {
    /// Every event.
    All,
    /// The events of a category's streams.
    Category(String),
    /// The events of one stream.
    Stream(String),
}

impl Selector {
    /// Whether the events of a stream are among them.
    pub fn covers(&self, stream: &StreamName, category: &Category) -> bool {
        match self {
            Selector::All => true,
            Selector::Category(name) => name == category.as_str(),
            Selector::Stream(name) => name == stream.as_str(),
        }
    }

    /// How specific it is: the greater wins.
    pub fn rank(&self) -> u8 {
        match self {
            Selector::All => 0,
            Selector::Category(_) => 1,
            Selector::Stream(_) => 2,
        }
    }
}

impl From<(String, String)> for Selector {
    fn from((kind, name): (String, String)) -> Self {
        match kind.as_str() {
            "category" => Selector::Category(name),
            "stream" => Selector::Stream(name),
            _ => Selector::All,
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Selector::All => f.write_str("fromAll()"),
            Selector::Category(name) => write!(f, "fromCategory('{name}')"),
            Selector::Stream(name) => write!(f, "fromStream('{name}')"),
        }
    }
}

/// What a script says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct About {
    /// Which events it selects.
    pub from: Vec<Selector>,
    /// Whether it keeps a state for each stream.
    pub each: bool,
    /// Whether it puts events into partitions.
    pub partition: bool,
    /// The names of its handlers, in order.
    pub handlers: Vec<String>,
}

impl About {
    /// The most specific of its selectors that covers a stream.
    pub fn covering(&self, stream: &StreamName, category: &Category) -> Option<&Selector> {
        self.from.iter().filter(|selector| selector.covers(stream, category)).max_by_key(|selector| selector.rank())
    }
}
