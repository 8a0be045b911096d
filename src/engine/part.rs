//! A part of the engine: something that works in small steps, each of them whole, so that it can stop between any two
//! and a crash is only ever between two.

use super::{Progress, ProjectionRunner};
use crate::store::StoreError;
use async_trait::async_trait;
use foldback_domain::projections;
use jiff::Timestamp;

/// What a step came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Something was done; there may be more.
    Worked,
    /// There is nothing to do, until a time where one is known.
    Idle(Option<Timestamp>),
}

/// A part of the engine.
#[async_trait]
pub trait Part: Send {
    /// What it is called: `order-fulfilment`, `outbox`.
    fn name(&self) -> &str;

    /// Does one thing. After an error it takes up its work again from what is stored.
    async fn step(&mut self) -> Result<Step, StoreError>;
}

/// A projection as a part.
pub struct ProjectionPart {
    runner: ProjectionRunner,
    name: &'static str,
}

impl ProjectionPart {
    /// Every projection of the shop.
    pub fn all(runner: &ProjectionRunner) -> Vec<Box<dyn Part>> {
        let part = |name| Box::new(ProjectionPart { runner: runner.clone(), name }) as Box<dyn Part>;
        projections::ALL.iter().map(|projection| part(projection.name())).collect()
    }
}

#[async_trait]
impl Part for ProjectionPart {
    fn name(&self) -> &str {
        self.name
    }

    async fn step(&mut self) -> Result<Step, StoreError> {
        Ok(match self.runner.step(self.name).await? {
            Progress::Moved { .. } | Progress::Overtaken => Step::Worked,
            Progress::Current | Progress::Paused | Progress::Failed { .. } => Step::Idle(None),
        })
    }
}

/// The earlier of two times that may be missing.
pub fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
