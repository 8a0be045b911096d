//! `run`: the embedded domain at work on a store that foldback made, until it is interrupted or nothing is left to do.

use super::failure::Failure;
use super::open::{check_word, no_url};
use super::output::{count, safe};
use super::{shown_path, told_to_stop, works};
use crate::engine::faults::Faults;
use crate::engine::publisher::{FaultyPublisher, FilePublisher, Publisher};
use crate::engine::{Engine, Notice, Settings, Stop};
use clap::Args;
use foldback_domain::projections;
use std::path::Path;
use std::path::PathBuf;
use std::sync::Arc;

/// What `run` takes.
#[derive(Debug, Args)]
pub struct RunArgs {
    /// The store: FILE.db, or postgres://user@host/database?schema=NAME; foldback must have made it.
    #[arg(value_name = "DB")]
    pub source: String,
    /// End when nothing is left to do.
    #[arg(long)]
    pub until_idle: bool,
    /// Publish the outbox' messages to this file, one JSON object a line. Without it they wait.
    #[arg(long, value_name = "FILE.jsonl")]
    pub publish: Option<PathBuf>,
    /// Let a call of a service go wrong.
    #[arg(long = "fault", value_name = "CALL[@ORDER][#N][%N]=FAULT")]
    pub faults: Vec<crate::engine::faults::FaultRule>,
}

/// Runs the engine.
pub async fn run(args: &RunArgs) -> Result<u8, Failure> {
    check_word(&args.source)?;
    if let Some(path) = &args.publish {
        no_url("--publish", &path.to_string_lossy())?;
    }
    // The store first: a file for messages of a store that cannot be run would only be in the way.
    let (store, works) = works::open(&args.source, false).await?;
    let publisher = match args.publish.as_deref().map(|path| publisher(path, args)).transpose() {
        Ok(publisher) => publisher,
        Err(failure) => {
            store.close().await;
            return Err(failure);
        }
    };
    let publishes = publisher.is_some();
    let settings = Settings { publisher, ..Settings::default() };
    let engine = Engine::new(works, settings, Faults::new(args.faults.clone()));
    let stop = Stop::new();
    let listener = tokio::spawn({
        let stop = stop.clone();
        async move {
            told_to_stop().await;
            stop.ask();
        }
    });
    let label = store.books.database().label().to_owned();
    let mut said = String::new();
    let notice = |notice: Notice| {
        let text = sentence(&label, &notice, publishes, args.until_idle);
        // The same trouble again is no news.
        if text != said {
            eprintln!("foldback: {text}");
            said = text;
        }
    };
    let worked = match args.until_idle {
        true => engine.until_idle(&stop, notice).await,
        false => engine.run(&stop, notice).await,
    };
    listener.abort();
    store.close().await;
    worked?;
    let steps = count(engine.steps(), "step", "steps");
    let ended = if stop.is_asked() { "stopped" } else { "nothing is left to do" };
    let published = if publishes {
        format!(", {} published", count(engine.published(), "message", "messages"))
    } else {
        String::new()
    };
    eprintln!("foldback: {ended}; {steps} done{published}");
    Ok(0)
}

fn publisher(path: &Path, args: &RunArgs) -> Result<Arc<dyn Publisher>, Failure> {
    let file = FilePublisher::open(path).map_err(|error| {
        Failure::Source(format!("{}: {error}; expected a file that can be written", shown_path(path)))
    })?;
    Ok(Arc::new(FaultyPublisher { inner: Arc::new(file), faults: Faults::new(args.faults.clone()) }))
}

fn sentence(label: &str, notice: &Notice, publishes: bool, until_idle: bool) -> String {
    let label = safe(label);
    match notice {
        Notice::Working { parts } => {
            let outbox = if publishes { "" } else { "; messages wait (--publish FILE.jsonl lets them out)" };
            let end = if until_idle { "until nothing is left to do" } else { "Ctrl-C stops" };
            let is_projection = |part: &&String| projections::named(part).is_some();
            let known = parts.iter().filter(is_projection).count();
            let others = parts.iter().filter(|part| !is_projection(part)).map(String::as_str);
            let projections = count(known as u64, "projection", "projections");
            let named: Vec<&str> = std::iter::once(projections.as_str()).chain(others).collect();
            format!("running {label}: {}{outbox}; {end}", named.join(", "))
        }
        Notice::StandingBy { holder } => {
            format!("standing by: {} runs {label}; this one goes on when that ends", safe(holder))
        }
        Notice::Polling { reason } => safe(reason).into_owned(),
        Notice::Trouble { part, error } => format!("{}: {}; it is tried again", safe(part), safe(error)),
    }
}
