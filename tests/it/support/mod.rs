//! What several suites need: stores with a past.

pub mod processes;
