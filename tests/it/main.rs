//! Integration tests: the house from outside.

mod adapters;
mod ahead;
mod architecture;
pub mod cli;
mod contract;
mod engine;
mod exported;
mod find;
mod footprint;
mod kept;
pub mod layouts;
mod pictures;
mod properties;
mod prove;
mod readme;
mod reducers;
mod sample_data;
mod screens;
mod servers;
mod support;
mod terminal;
