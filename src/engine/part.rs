//! A part of the engine: something that works in small steps, each of them whole, so that it can stop between any two
//! and a crash is only ever between two.

use crate::store::StoreError;
use async_trait::async_trait;
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

/// The earlier of two times that may be missing.
pub fn earlier(a: Option<Timestamp>, b: Option<Timestamp>) -> Option<Timestamp> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (one, other) => one.or(other),
    }
}
