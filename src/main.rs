//! The foldback program: the words on the command line are answered as text, or open the terminal UI.

use foldback::cli::{self, Asked};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::answer(std::env::args_os()).await {
        Asked::Answered(code) => code,
        Asked::Screen(screen) => {
            let _ = screen;
            ExitCode::FAILURE
        }
    }
}
