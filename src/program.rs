//! The whole program around any domain: what `main.rs` runs with nothing added, and a program of one's own with its
//! aggregates.

use crate::adapters::Loaded;
use crate::adapters::layout::Found;
use crate::app::chooser::Offer;
use crate::cli::{self, Asked, NotOpened, Opened, Screen};
use crate::explore::mine::by_last_word;
use crate::hide::hide_passwords;
use crate::runtime::{self, TuiOptions};
use foldback_domain::event::Category;
use foldback_domain::{Aggregate, Domain, Registry};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

/// How long half-done work may take to clean up behind itself at the end.
const GRACE: Duration = Duration::from_millis(200);

/// foldback with aggregates of one's own: they fold any source, and go before what foldback brings.
///
/// ```no_run
/// # use foldback::domain::aggregates::Order as MyOrder;
/// fn main() -> std::process::ExitCode {
///     foldback::Explorer::new().aggregate::<MyOrder>("order").run()
/// }
/// ```
#[derive(Debug, Clone, Default)]
pub struct Explorer {
    mine: Registry,
}

impl Explorer {
    /// foldback as it is.
    pub fn new() -> Self {
        Explorer::default()
    }

    /// With an aggregate that folds the streams of a category, by the name that the source has for it. An event's type is
    /// matched as a whole, or by its last word: `OrderPlaced` of `com.acme.OrderPlaced`.
    pub fn aggregate<A: Aggregate>(mut self, category: &str) -> Self {
        let reducer = by_last_word(Arc::new(Domain::<A>::new()));
        self.mine = self.mine.with_reducer(Category::from(category), reducer);
        self
    }

    /// Answers the words on the command line as text, or opens the terminal UI; the code to exit with.
    pub fn run(self) -> ExitCode {
        hide_passwords();
        let threads = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
            Ok(threads) => threads,
            Err(error) => {
                eprintln!("foldback: no threads to work with: {error}");
                return ExitCode::from(3);
            }
        };
        let code = threads.block_on(async {
            match cli::answer(std::env::args_os(), self.mine).await {
                Asked::Answered(code) => code,
                Asked::Screen(screen) => open(*screen).await,
            }
        });
        threads.shutdown_timeout(GRACE);
        code
    }
}

async fn open(mut screen: Screen) -> ExitCode {
    let demo = screen.source == "demo";
    let options = TuiOptions { demo, ..TuiOptions::default() }.configured();
    let Opened { explorer, mut live, as_of } = loop {
        let opened = match opened(&screen, &options).await {
            Ok(Some(opened)) => opened,
            Ok(None) => return ExitCode::SUCCESS,
            Err(error) => return failed(&error),
        };
        match opened {
            Ok(opened) => break opened,
            Err(NotOpened::Failed(failure)) => return cli::fail(&failure),
            Err(NotOpened::Several { source, stores }) => match choose(source, stores, &options).await {
                Ok(Some(store)) => screen = screen.of_store(&store),
                Ok(None) => return ExitCode::SUCCESS,
                Err(error) => return failed(&error),
            },
        }
    };
    let ended = match options {
        Ok(options) => runtime::run(explorer, TuiOptions { as_of, ..options }, live.as_mut()).await,
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

/// Opens the source, with a screen of its own where that takes a while; `None` where somebody left before.
async fn opened(
    screen: &Screen,
    options: &anyhow::Result<TuiOptions>,
) -> anyhow::Result<Option<Result<Opened, NotOpened>>> {
    let options = options.as_ref().map_err(|error| anyhow::anyhow!("{error:#}"))?;
    let (told, mut screen) = (Arc::<Loaded>::default(), screen.clone());
    screen.open.told = Some(told.clone());
    let source = screen.shown();
    runtime::wait(source, move || told.progress(), options, async move { cli::open_screen(&screen).await }).await
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
