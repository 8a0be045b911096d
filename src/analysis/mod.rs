//! Questions over many streams, answered from what was read.

pub mod audit;
pub mod audit_map;
pub mod clock;
pub mod command;
pub mod compare;
pub mod dead_letters;
pub mod log;
pub mod overview;
pub mod pattern;
pub mod projections;
pub mod read_models;
pub mod sagas;
pub mod streams;
pub mod trace;
pub mod values;
pub mod what_if;
pub mod when;
