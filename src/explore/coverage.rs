//! Which category is covered by which reducer, and which event types no handler of it names.

use super::{Explorer, Reporter};
use crate::store::StoreError;
use foldback_domain::ReducerInfo;
use foldback_domain::event::{Category, EventHead, StreamName};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use std::collections::BTreeMap;

/// How many events are looked at in one read.
const PAGE: usize = 4_096;
/// How many event types of one category are counted each on its own.
const TYPES: usize = 1_000;

/// What folds a category.
#[derive(Debug, Clone, PartialEq)]
pub struct Covered {
    /// Which category.
    pub category: Category,
    /// How many events it has.
    pub events: u64,
    /// Who folds its streams, or why nobody does.
    pub reducer: Result<ReducerInfo, String>,
    /// The types that no handler names, with their numbers of events; empty where there is no reducer.
    pub unhandled: Vec<(String, u64)>,
}

/// What folds one stream, as far as its events' types matter.
struct Handlers {
    reducer: Result<ReducerInfo, String>,
    knows: Box<dyn Fn(&str) -> bool + Send>,
}

impl Handlers {
    fn of(explorer: &Explorer, stream: &StreamName, category: &Category) -> Handlers {
        let reducer = match explorer.reducer(stream, category) {
            Ok(reducer) => reducer,
            Err(why) => return Handlers { reducer: Err(why), knows: Box::new(|_| true) },
        };
        let knows: Box<dyn Fn(&str) -> bool + Send> = match explorer.scripts().covering(stream, category) {
            Ok(Some(script)) => Box::new(move |event_type| script.handler(event_type).is_some()),
            _ => {
                let known = reducer.event_types();
                Box::new(move |event_type| known.iter().any(|known| known == event_type))
            }
        };
        Handlers { reducer: Ok(reducer.info()), knows }
    }
}

/// Goes through the log once.
pub async fn coverage(explorer: &Explorer, progress: &Reporter) -> Result<Vec<Covered>, StoreError> {
    let mut handlers: BTreeMap<(Category, Option<StreamName>), Handlers> = BTreeMap::new();
    let mut covered: BTreeMap<Category, (u64, BTreeMap<String, u64>)> = BTreeMap::new();
    let named = explorer.scripts().streams();
    let mut read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: PAGE };
    let mut looked = 0;
    loop {
        let page = explorer.reader.read_log(&read).await?;
        for EventHead { stream_id, category, event_type, .. } in &page.items {
            let stream = named.contains(stream_id).then(|| stream_id.clone());
            let handlers = handlers
                .entry((category.clone(), stream))
                .or_insert_with_key(|(category, stream)| Handlers::of(explorer, &any(stream), category));
            let (events, unhandled) = covered.entry(category.clone()).or_default();
            *events += 1;
            if !(handlers.knows)(event_type) && (unhandled.len() < TYPES || unhandled.contains_key(event_type)) {
                *unhandled.entry(event_type.clone()).or_default() += 1;
            }
        }
        looked += page.items.len() as u64;
        progress.report(looked, None);
        match page.next {
            Some(next) => read.start = Some(next),
            None => break,
        }
    }
    let of = |category: &Category| match handlers.get(&(category.clone(), None)) {
        Some(handlers) => handlers.reducer.clone(),
        None => Handlers::of(explorer, &any(&None), category).reducer,
    };
    Ok(covered
        .into_iter()
        .map(|(category, (events, unhandled))| Covered {
            reducer: of(&category),
            category,
            events,
            unhandled: unhandled.into_iter().collect(),
        })
        .collect())
}

/// A stream that a script names, or any other of its category.
fn any(stream: &Option<StreamName>) -> StreamName {
    stream.clone().unwrap_or_else(|| StreamName(String::new()))
}
