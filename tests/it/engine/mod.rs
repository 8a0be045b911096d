//! The domain at work on a real store.

mod commands;
pub mod shop;
