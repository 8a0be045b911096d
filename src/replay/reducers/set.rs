//! The scripts that were given, and which of them covers a stream.

use super::script::Script;
use foldback_domain::event::{Category, StreamName, safe_text};
use std::cmp::Ordering;
use std::sync::Arc;

/// Scripts, in the order that they were given.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Scripts {
    scripts: Vec<Arc<Script>>,
}

impl Scripts {
    /// These scripts.
    pub fn new(scripts: Vec<Arc<Script>>) -> Self {
        Scripts { scripts }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.scripts.is_empty()
    }

    /// The scripts.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Script>> {
        self.scripts.iter()
    }

    /// The script for a stream: `fromStream` goes before `fromCategory`, and that before `fromAll`. Fails where two
    /// scripts have the same right to it.
    pub fn covering(&self, stream: &StreamName, category: &Category) -> Result<Option<&Arc<Script>>, String> {
        let (mut best, mut rival) = (None, None);
        for script in &self.scripts {
            let Some(selector) = script.about().covering(stream, category) else { continue };
            let order = best.map_or(Ordering::Greater, |(_, rank)| selector.rank().cmp(&rank));
            match order {
                Ordering::Greater => (best, rival) = (Some((script, selector.rank())), None),
                Ordering::Equal => rival = Some(script),
                Ordering::Less => {}
            }
        }
        match (best, rival) {
            (Some((script, _)), Some(rival)) => Err(format!(
                "both {} and {} cover the category {}; leave one of them out, or let one name its streams",
                safe_text(script.name()),
                safe_text(rival.name()),
                safe_text(category.as_str()),
            )),
            (best, _) => Ok(best.map(|(script, _)| script)),
        }
    }
}
