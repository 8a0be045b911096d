//! `keys`: the keys of the terminal UI.

use super::failure::Failure;
use super::output::Output;

/// Prints the keys.
pub fn run(_out: &mut Output) -> Result<u8, Failure> {
    Ok(0)
}
