//! The foldback program: the words on the command line are answered as text, or open the terminal UI.

use foldback::cli::{self, Asked};
use foldback::runtime::{self, TuiOptions};
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    match cli::answer(std::env::args_os()).await {
        Asked::Answered(code) => code,
        Asked::Screen(screen) => match cli::open_screen(&screen).await {
            Ok(explorer) => {
                let demo = screen.source == "demo";
                let options = TuiOptions { source_arg: screen.source, demo, ..TuiOptions::default() }.configured();
                let ended = match options {
                    Ok(options) => runtime::run(explorer, options).await,
                    Err(error) => Err(error),
                };
                match ended {
                    Ok(()) => ExitCode::SUCCESS,
                    Err(error) => {
                        eprintln!("foldback: {error:#}");
                        ExitCode::from(3)
                    }
                }
            }
            Err(code) => code,
        },
    }
}
