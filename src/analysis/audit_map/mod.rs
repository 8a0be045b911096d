//! A mapping: which table of somebody's is held against which streams, column by column.
//!
//! A row belongs to one stream, whose name comes of the row's key. What a column must hold is a place in the stream's
//! state, told in the table's own way by a [`Rule`].

mod naming;
mod number;
mod rule;
mod watch;

pub use naming::Naming;
pub use rule::{Form, Rule, text};
pub use watch::{Cells, Differs, Found, Watch, agrees, told};

use foldback_domain::event::Category;

/// What of a stream a column must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// A place in its state, as a pointer.
    State(String),
    /// The version of its last event.
    Version,
    /// Its name.
    Stream,
}

/// A column that is held against the events.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapped {
    /// What it is called in what is found: the column, and the place in it where it holds JSON.
    pub name: String,
    /// What it must hold.
    pub part: Part,
    /// In which way.
    pub rule: Rule,
}

/// How far a row says that it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Claim {
    /// It says nothing: it must be as its stream is now.
    #[default]
    Nothing,
    /// This column holds the version of the last event of the stream that is in it.
    Version(String),
    /// This column holds the global position of the last event that is in it.
    Position(String),
    /// All rows are as of the checkpoint of this projection.
    Checkpoint(String),
}

/// A mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Mapping {
    /// Where the table is; `None`: in the source itself.
    pub database: Option<String>,
    /// The schema that it is in, where that is said.
    pub schema: Option<String>,
    /// The table.
    pub table: String,
    /// Its key.
    pub key: Vec<String>,
    /// How a stream's name comes of a key.
    pub naming: Naming,
    /// The category of the streams that have rows; `None`: whatever has such a name.
    pub category: Option<Category>,
    /// An expression over the state that holds of the streams that have a row; `None`: all have one.
    pub when: Option<String>,
    /// How far its rows are.
    pub claim: Claim,
    /// Its columns.
    pub columns: Vec<Mapped>,
}
