//! `completions`: a script for a shell, made from the command line's own definition.

use super::args::Cli;
use super::failure::Failure;
use super::output::Output;
use clap::CommandFactory;
use clap_complete::Shell;

/// Prints the script.
pub fn run(shell: Shell, out: &mut Output) -> Result<u8, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "foldback", &mut script);
    out.line(String::from_utf8_lossy(&script).trim_end())?;
    Ok(0)
}
