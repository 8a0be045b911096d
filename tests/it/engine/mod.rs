//! The domain at work on a real store.

mod commands;
mod faults;
mod outbox;
mod projections;
mod run;
pub mod sagas;
pub mod shop;
