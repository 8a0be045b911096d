//! How projections are run.

use crate::engine::RetryPolicy;
use foldback_domain::projection::{OnPoison, Projection};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often an event that cannot be handled is tried.
pub const DEFAULT_RETRY: RetryPolicy = RetryPolicy::STANDARD;

/// How projections are run.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many events a batch has at most; its bytes are bounded by the reader's page.
    pub batch: usize,
    /// How often an event that cannot be handled is tried.
    pub retry: RetryPolicy,
    /// How often, at most, a moving checkpoint is sampled.
    pub sample_every: jiff::SignedDuration,
    /// What can be changed while they run.
    pub dials: Dials,
}

/// What can be changed while projections run.
#[derive(Debug, Clone, Default)]
pub struct Dials {
    poison: Arc<Mutex<HashMap<String, OnPoison>>>,
    delays: Arc<Mutex<HashMap<String, Duration>>>,
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            batch: 500,
            retry: DEFAULT_RETRY,
            sample_every: jiff::SignedDuration::from_secs(10),
            dials: Dials::default(),
        }
    }
}

impl Settings {
    /// What becomes of an event that a projection cannot handle: by its own setting, or by what was set here.
    pub fn on_poison(&self, projection: &dyn Projection) -> OnPoison {
        let set = self.dials.poison.lock().unwrap_or_else(PoisonError::into_inner);
        set.get(projection.name()).copied().unwrap_or_else(|| projection.on_poison())
    }

    /// Sets what becomes of an event that a projection cannot handle.
    pub fn set_poison(&self, name: &str, on_poison: OnPoison) {
        self.dials.poison.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), on_poison);
    }

    /// How long a projection waits before each event.
    pub fn delay(&self, name: &str) -> Option<Duration> {
        self.dials.delays.lock().unwrap_or_else(PoisonError::into_inner).get(name).copied()
    }

    /// Makes a projection wait before each event, which it then handles one by one; `None`: no longer.
    pub fn set_delay(&self, name: &str, delay: Option<Duration>) {
        let mut delays = self.dials.delays.lock().unwrap_or_else(PoisonError::into_inner);
        match delay {
            Some(delay) => delays.insert(name.to_owned(), delay),
            None => delays.remove(name),
        };
    }
}
