//! `retry`: a dead letter is taken up again, its effect shown first.

use super::failure::Failure;
use super::open::check_word;
use super::output::{Output, safe};
use super::works;
use crate::analysis::command::quoted;
use crate::engine::Works;
use crate::engine::dead_letters::{self, RetryFailure};
use clap::Args;
use serde_json::json;

/// What `retry` takes.
#[derive(Debug, Args)]
pub struct RetryArgs {
    /// The store: FILE.db, or postgres://user@host/database?schema=NAME; foldback must have made it.
    #[arg(value_name = "DB")]
    pub source: String,
    /// The dead letter, as kind:number: projection:3, saga:1, outbox:7.
    pub id: String,
    /// Pass over it for good instead of trying it again.
    #[arg(long)]
    pub skip: bool,
    /// Only say what it would do.
    #[arg(long)]
    pub dry_run: bool,
}

impl From<RetryFailure> for Failure {
    fn from(failure: RetryFailure) -> Self {
        match failure {
            RetryFailure::NotFound(why) => Failure::NotFound(why),
            RetryFailure::Refused(why) => Failure::Refused(why),
            RetryFailure::Store(error) => error.into(),
        }
    }
}

/// Says what taking it up will do, and does it.
pub async fn run(args: &RetryArgs, out: &mut Output) -> Result<u8, Failure> {
    check_word(&args.source)?;
    let (store, works) = works::open(&args.source, false).await?;
    let answered = answer(args, &works, out).await;
    store.close().await;
    answered.map(|()| 0)
}

async fn answer(args: &RetryArgs, on: &Works, out: &mut Output) -> Result<(), Failure> {
    let letter = dead_letters::find(on, &args.id, args.skip).await?;
    if !out.is_json() {
        out.line(&format!("{}: {}", safe(&letter.id), safe(&letter.effect)))?;
        out.flush()?;
    }
    if !args.dry_run {
        let by = std::env::var("USER").ok().filter(|user| !user.is_empty()).unwrap_or_else(|| "somebody".to_owned());
        dead_letters::take_up(on, &letter, &by).await?;
    }
    let run = letter.needs_engine.then(|| format!("foldback run {}", works::words(&args.source)));
    let again = format!("foldback retry {} {}", works::words(&args.source), quoted(&args.id));
    if out.is_json() {
        return out.document(&json!({
            "schema": "foldback.retry/1", "id": letter.id, "consumer": letter.consumer, "subject": letter.subject,
            "action": if args.skip { "skip" } else { "retry" }, "effect": letter.effect,
            "done": !args.dry_run, "next": if args.dry_run { Some(again) } else { run },
        }));
    }
    match (args.dry_run, run) {
        (true, _) => out.line(&format!("nothing was changed; without --dry-run it is done: {again}")),
        (false, Some(run)) => out.line(&format!("done; a running engine goes on with it, or: {run}")),
        (false, None) => out.line("done"),
    }
}
