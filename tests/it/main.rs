//! Integration tests.

mod adapters;
mod contract;
