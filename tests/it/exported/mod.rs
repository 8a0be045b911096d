//! Tests that `what-if --export rust` has printed, byte for byte: that they compile and pass is seen here, and that they
//! are what is printed is seen by the command line's own tests.

#[rustfmt::skip]
mod decided;
#[rustfmt::skip]
mod refused;
#[rustfmt::skip]
mod state;
