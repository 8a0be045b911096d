//! A domain of one's own on somebody else's names: an event's type is matched as a whole, or by its last word.

use crate::replay::reducers::last_segment;
use foldback_domain::event::EventBody;
use foldback_domain::{Fold, FoldError, Reducer, ReducerInfo, Violation};
use serde_json::Value;
use std::borrow::Cow;
use std::sync::Arc;

/// A reducer that takes `OrderPlaced` for `com.acme.OrderPlaced`, where it knows only the one.
pub fn by_last_word(inner: Arc<dyn Reducer>) -> Arc<dyn Reducer> {
    let types = inner.event_types().into();
    Arc::new(ByLastWord { inner, types })
}

struct ByLastWord {
    inner: Arc<dyn Reducer>,
    types: Arc<[String]>,
}

struct Folding {
    inner: Box<dyn Fold>,
    types: Arc<[String]>,
}

fn named<'e>(event: &'e EventBody, types: &[String]) -> Cow<'e, EventBody> {
    let known = |name: &str| types.iter().any(|known| known == name);
    let short = last_segment(&event.event_type);
    if known(&event.event_type) || !known(short) {
        return Cow::Borrowed(event);
    }
    Cow::Owned(EventBody { event_type: short.into(), ..event.clone() })
}

impl Reducer for ByLastWord {
    fn info(&self) -> ReducerInfo {
        self.inner.info()
    }

    fn identity(&self) -> Option<String> {
        Some(format!("by last word, {}", self.inner.identity()?))
    }

    fn start(&self) -> Box<dyn Fold> {
        Box::new(Folding { inner: self.inner.start(), types: self.types.clone() })
    }

    fn restore(&self, saved: &[u8]) -> Result<Box<dyn Fold>, FoldError> {
        Ok(Box::new(Folding { inner: self.inner.restore(saved)?, types: self.types.clone() }))
    }

    fn event_types(&self) -> Vec<String> {
        self.types.to_vec()
    }

    fn upcast(&self, event: &EventBody) -> Option<Result<Value, FoldError>> {
        self.inner.upcast(&named(event, &self.types))
    }
}

impl Fold for Folding {
    fn apply(&mut self, event: &EventBody) -> Result<(), FoldError> {
        self.inner.apply(&named(event, &self.types))
    }

    fn state(&self) -> Result<Value, FoldError> {
        self.inner.state()
    }

    fn save(&self) -> Result<Vec<u8>, FoldError> {
        self.inner.save()
    }

    fn violations(&self) -> Vec<Violation> {
        self.inner.violations()
    }
}
