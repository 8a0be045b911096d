//! The foldback program.

use std::process::ExitCode;

fn main() -> ExitCode {
    foldback::Explorer::new().run()
}
