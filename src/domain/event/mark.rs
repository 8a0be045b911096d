//! What a source did to an event that it still has.

/// An event that is still there, though its source put it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It, or its stream, was archived.
    Archived,
    /// It, or its stream, was deleted, and not yet taken away.
    Deleted,
}

impl Mark {
    /// The word that documents use.
    pub fn name(self) -> &'static str {
        match self {
            Mark::Archived => "archived",
            Mark::Deleted => "deleted",
        }
    }

    /// The mark of a word.
    pub fn of(word: &str) -> Option<Mark> {
        [Mark::Archived, Mark::Deleted].into_iter().find(|mark| mark.name() == word)
    }
}
