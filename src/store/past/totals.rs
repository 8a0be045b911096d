//! Everything that there was, counted: one pass over the log up to its end then.

use super::Past;
use crate::store::StoreError;
use foldback_domain::event::{Category, StreamName};
use foldback_domain::reading::{CategoryTotal, Direction, LogFilter, LogRead, Totals};
use std::cmp::Reverse;
use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher, RandomState};

/// How many events are read at a time.
const PAGE: usize = 8_192;

impl Past {
    /// Counts it. Of each stream a number is remembered, not its name.
    pub(super) async fn totals(&self) -> Result<Totals, StoreError> {
        let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: PAGE };
        let mut read = self.ends_log(&read);
        let (mut events, mut first_at, mut last_at) = (0u64, None, None);
        let mut types: BTreeMap<String, u64> = BTreeMap::new();
        let mut categories: BTreeMap<Category, (u64, u64)> = BTreeMap::new();
        let (hash, mut seen) = (RandomState::new(), HashSet::new());
        loop {
            let page = self.inner.read_log(&read).await?;
            for head in page.items {
                if events == 0 {
                    first_at = head.created_at;
                }
                last_at = head.created_at;
                events += 1;
                match types.get_mut(&head.event_type) {
                    Some(count) => *count += 1,
                    None => _ = types.insert(head.event_type, 1),
                }
                let total = categories.entry(head.category).or_default();
                let named = !head.stream_id.as_str().is_empty() || head.stream_version.is_some();
                let is_new = named && seen.insert(hash.hash_one::<&StreamName>(&head.stream_id));
                *total = (total.0 + u64::from(is_new), total.1 + 1);
            }
            match page.next {
                Some(next) => read.start = Some(next),
                None => break,
            }
        }
        let mut categories: Vec<CategoryTotal> = categories
            .into_iter()
            .map(|(category, (streams, events))| CategoryTotal { category, streams, events })
            .collect();
        categories.sort_by_key(|total| Reverse(total.events));
        Ok(Totals {
            events,
            streams: seen.len() as u64,
            event_types: types.into_iter().collect(),
            categories,
            first_at,
            last_at,
        })
    }
}
