//! The screens: each owns its state and its update.

pub mod log;
pub mod overview;
pub mod streams;
pub mod travel;
