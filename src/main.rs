//! The foldback program: the words on the command line are answered as text, or open the terminal UI.

use foldback::adapters::layout::Found;
use foldback::app::chooser::Offer;
use foldback::cli::{self, Asked, NotOpened, Screen};
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

async fn open(mut screen: Screen) -> ExitCode {
    let demo = screen.source == "demo";
    let options = TuiOptions { demo, ..TuiOptions::default() }.configured();
    let (explorer, mut live) = loop {
        match cli::open_screen(&screen).await {
            Ok(opened) => break opened,
            Err(NotOpened::Failed(code)) => return code,
            Err(NotOpened::Several { source, stores }) => match choose(source, stores, &options).await {
                Ok(Some(store)) => screen = screen.of_store(&store),
                Ok(None) => return ExitCode::SUCCESS,
                Err(error) => return failed(&error),
            },
        }
    };
    let ended = match options {
        Ok(options) => runtime::run(explorer, options, live.as_mut()).await,
        Err(error) => Err(error),
    };
    if let Some(live) = live {
        live.end().await;
    }
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// Asks which of several stores is meant.
async fn choose(
    source: String,
    stores: Vec<Found>,
    options: &anyhow::Result<TuiOptions>,
) -> anyhow::Result<Option<String>> {
    let offer = |found: Found| Offer { name: found.name, layout: found.layout, table: found.events_table };
    match options {
        Ok(options) => runtime::choose(source, stores.into_iter().map(offer).collect(), options).await,
        Err(error) => Err(anyhow::anyhow!("{error:#}")),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("foldback: {error:#}");
    ExitCode::from(3)
}
