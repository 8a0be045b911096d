//! The foldback program.
fn main() {}
