//! Rows of read models as of a position: as they should have been, or as users saw them.

use foldback_domain::event::Position;
use foldback_domain::processes::ModelRow;

/// Which rows of the past are meant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Which {
    /// Those that the events up to the position make.
    #[default]
    Should,
    /// Those at the checkpoint that the projection had then.
    Seen,
}

/// A page of rows as of a position.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PastRows {
    /// The rows, by key.
    pub rows: Vec<ModelRow>,
    /// The last event that is in them; `None` where none is.
    pub shown: Option<Position>,
    /// Where the projection was then, as it was sampled.
    pub checkpoint: Option<Position>,
    /// The event at which the projection stops, and why, where that is before the position.
    pub stopped: Option<(Position, String)>,
    /// Why there are no rows to show; a sentence.
    pub unavailable: Option<String>,
}

impl PastRows {
    /// There are none to show; a sentence says why.
    pub fn unavailable(why: impl Into<String>) -> PastRows {
        PastRows { unavailable: Some(why.into()), ..PastRows::default() }
    }
}
