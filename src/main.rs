//! The foldback program: the words on the command line are answered as text, or open the terminal UI.

use foldback::cli::{self, Asked, Screen};
use foldback::runtime::{self, TuiOptions};
use std::process::ExitCode;
use std::time::Duration;

/// How long half-done work may take to clean up behind itself at the end.
const GRACE: Duration = Duration::from_millis(200);

fn main() -> ExitCode {
    let threads = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(threads) => threads,
        Err(error) => {
            eprintln!("foldback: no threads to work with: {error}");
            return ExitCode::from(3);
        }
    };
    let code = threads.block_on(async {
        match cli::answer(std::env::args_os()).await {
            Asked::Answered(code) => code,
            Asked::Screen(screen) => open(screen).await,
        }
    });
    threads.shutdown_timeout(GRACE);
    code
}

async fn open(screen: Screen) -> ExitCode {
    let (explorer, mut live) = match cli::open_screen(&screen).await {
        Ok(opened) => opened,
        Err(code) => return code,
    };
    let demo = screen.source == "demo";
    let options = TuiOptions { demo, ..TuiOptions::default() }.configured();
    let ended = match options {
        Ok(options) => runtime::run(explorer, options, live.as_mut()).await,
        Err(error) => Err(error),
    };
    if let Some(live) = live {
        live.end().await;
    }
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("foldback: {error:#}");
            ExitCode::from(3)
        }
    }
}
