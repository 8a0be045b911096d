//! Integration tests: the house from outside.

mod properties;
mod sample_data;
