//! Integration tests.

mod sample_data;
