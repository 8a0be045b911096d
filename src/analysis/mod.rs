//! Questions over many streams, answered from what was read.

pub mod command;
pub mod log;
pub mod overview;
pub mod streams;
pub mod when;
