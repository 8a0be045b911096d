//! Which tables are worth a look in a database that has very many.

use std::collections::BTreeSet;

/// What tells that a table may be one of a layout's. Names are in small letters and without underscores.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// A column of one of these names.
    pub columns: BTreeSet<String>,
    /// A name.
    pub tables: BTreeSet<String>,
    /// A name like these, in SQL's LIKE.
    pub patterns: BTreeSet<String>,
}

impl Wanted {
    /// Adds what another wants.
    pub fn and(mut self, other: &Wanted) -> Self {
        self.columns.extend(other.columns.iter().cloned());
        self.tables.extend(other.tables.iter().cloned());
        self.patterns.extend(other.patterns.iter().cloned());
        self
    }
}
