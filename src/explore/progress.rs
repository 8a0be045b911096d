//! How far long work has come.

use std::sync::Arc;

/// How far long work has come: events or streams done, of how many where that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// How many are done.
    pub done: u64,
    /// How many there are.
    pub total: Option<u64>,
}

/// Where long work says how far it has come. It is called between pages.
#[derive(Clone)]
pub struct Reporter(Option<Arc<dyn Fn(Progress) + Send + Sync>>);

impl Reporter {
    /// A reporter that calls a function.
    pub fn new(report: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        Reporter(Some(Arc::new(report)))
    }

    /// A reporter that nobody listens to.
    pub fn silent() -> Self {
        Reporter(None)
    }

    /// Says how far the work has come.
    pub fn report(&self, done: u64, total: Option<u64>) {
        if let Some(report) = &self.0 {
            report(Progress { done, total });
        }
    }
}
