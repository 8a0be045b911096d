//! The domain at work on a real store.

mod commands;
mod projections;
pub mod shop;
