//! The screens: each owns its state and its update.

pub mod dead_letters;
pub mod log;
pub mod overview;
pub mod projections;
pub mod sagas;
pub mod streams;
pub mod trace;
pub mod travel;
