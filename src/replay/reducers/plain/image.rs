//! The members of a state that an expression looks at, as JSON that is brought up to date where it stands: what has not
//! changed since the event before is not written out again.

use foldback_domain::Fold;
use serde_json::{Map, Value as Json};

/// What is known of the states that an expression was asked of.
#[derive(Debug, Default)]
pub struct Image {
    /// Nothing, where nobody needs it yet.
    known: Json,
    /// What the expression said of it last.
    pub(super) held: Option<bool>,
}

impl Image {
    pub(super) fn is_used(&self) -> bool {
        self.known.is_object()
    }

    /// Begins with these members of a state; false where the fold cannot tell what changes in them.
    pub(super) fn begin(&mut self, fold: &dyn Fold, names: &[String]) -> bool {
        self.known = Json::Object(Map::new());
        self.follow(fold, names).is_some()
    }

    /// Follows the fold to where it stands; whether anything has changed. `None` where it cannot be told: then it is not used
    /// any more, until it begins anew.
    pub(super) fn follow(&mut self, fold: &dyn Fold, names: &[String]) -> Option<bool> {
        let Some(edits) = fold.edits(&self.known, Some(names)) else {
            *self = Image::default();
            return None;
        };
        edits.iter().for_each(|edit| edit.apply(&mut self.known));
        if !edits.is_empty() {
            self.held = None;
        }
        Some(!edits.is_empty())
    }

    pub(super) fn members(&self) -> Option<&Map<String, Json>> {
        self.known.as_object()
    }
}
