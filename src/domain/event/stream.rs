//! Names of streams and of the categories that they belong to.

use serde::{Deserialize, Serialize};
use std::fmt;

/// The name of a stream, as the source has it. Other people's bytes: escape before showing.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StreamName(pub String);

/// The kind of thing a stream is about: `order` for `order-1001`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Category(pub String);

impl StreamName {
    /// A stream of foldback's own store: `category-id`.
    pub fn of(category: &str, id: &str) -> Self {
        StreamName(format!("{category}-{id}"))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text before the first `-`, or the whole name where there is none.
    pub fn category(&self) -> Category {
        Category(self.0.split('-').next().unwrap_or_default().to_owned())
    }
}

impl Category {
    /// The category as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<&str> for StreamName {
    fn from(name: &str) -> Self {
        StreamName(name.to_owned())
    }
}

impl From<&str> for Category {
    fn from(name: &str) -> Self {
        Category(name.to_owned())
    }
}

impl fmt::Display for StreamName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Category {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
