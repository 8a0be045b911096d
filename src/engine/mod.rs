//! The embedded domain at work: commands, projections, sagas and the outbox, on a store that foldback made.
//!
//! Time and chance come from outside ([`Clock`], [`Chance`]), so that a demo and a test run the same way every time.

mod answers;
pub mod bus;
mod chance;
mod clock;
pub mod command;
mod consult;
pub mod dead_letters;
pub mod faults;
pub mod outbox;
pub mod part;
pub mod projections;
pub mod publisher;
pub mod query;
pub mod rebuild;
pub mod repository;
mod retry;
pub mod run;
mod saga_commit;
pub mod sagas;
pub mod services;
pub mod shop;
pub mod snapshots;
mod stop;
mod tail;
pub mod transfer;
mod worker;

pub use bus::{Answer, Bus, CommandFailure, Request};
pub use chance::Chance;
pub use clock::{Clock, ManualClock, ShiftedClock, SystemClock};
pub use projections::{Progress, ProjectionRunner};
pub use repository::{LoadError, Loaded, Repository};
pub use retry::RetryPolicy;
pub use run::{Engine, Notice, Settings, enrol};
pub use snapshots::SnapshotPolicy;
pub use stop::Stop;

use crate::store::{Books, EventReader};
use std::sync::Arc;

/// What every part of the engine works with.
#[derive(Clone)]
pub struct Works {
    /// Reads the log.
    pub reader: Arc<dyn EventReader>,
    /// Writes the log, and what is kept beside it.
    pub books: Books,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Where ids and jitter come from.
    pub chance: Arc<Chance>,
}
