//! `rebuild`: make read models anew beside the live rows; or pause, resume and skip a projection.

use super::failure::Failure;
use super::output::{Output, count, safe, thousands};
use super::works;
use crate::engine::Works;
use crate::engine::projections::named;
use crate::engine::rebuild::{Rebuilt, abandon, rebuild};
use clap::Args;
use foldback_domain::projection::OnPoison;
use foldback_domain::projections;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What `rebuild` takes.
#[derive(Debug, Args)]
pub struct RebuildArgs {
    /// The store: FILE.db, or postgres://user@host/database?schema=NAME.
    pub db: String,
    /// Which projection.
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    pub projection: Option<String>,
    /// Every projection.
    #[arg(long)]
    pub all: bool,
    /// Skip and record events that the projection cannot handle, whatever its own setting is.
    #[arg(long)]
    pub skip_poison: bool,
    /// Do not rebuild: pause the projection until it is resumed.
    #[arg(long, group = "instead", conflicts_with = "skip_poison")]
    pub pause: bool,
    /// Do not rebuild: let the projection go on, and try again the event that it stopped at.
    #[arg(long, group = "instead", conflicts_with = "skip_poison")]
    pub resume: bool,
    /// Do not rebuild: let the projection go on behind the event that it stopped at.
    #[arg(long, group = "instead", conflicts_with = "skip_poison")]
    pub skip: bool,
    /// Do not rebuild: throw away what an interrupted rebuild has made.
    #[arg(long, group = "instead", conflicts_with = "skip_poison")]
    pub abandon: bool,
}

/// What `--help` says at its end.
pub fn help() -> String {
    let line = |projection: &dyn foldback_domain::projection::Projection| {
        format!("  {:<19} {}", projection.name(), projection.about())
    };
    let lines: Vec<String> = foldback_domain::projections::ALL.into_iter().map(line).collect();
    format!(
        "Projections:\n{}\n\nExample:\n  foldback rebuild shop.db stock-levels\n  foldback rebuild shop.db stock-levels --skip\n\n\
         Until the swap the old rows are read, and the projection may go on. Ctrl-C throws the fresh rows\n\
         away; a rebuild that was killed is begun again from the start.\n\n\
         Exit code 1: the projection stops at an event that it cannot handle.",
        lines.join("\n")
    )
}

/// Rebuilds, or does what is asked for instead.
pub async fn run(args: &RebuildArgs, out: &mut Output) -> Result<u8, Failure> {
    let names: Vec<&'static str> = match &args.projection {
        Some(name) => vec![named(name).map_err(|error| Failure::Usage(error.to_string()))?.name()],
        None => projections::ALL.iter().map(|projection| projection.name()).collect(),
    };
    let (store, works) = works::open(&args.db, false).await?;
    let ended = if args.pause || args.resume || args.skip || args.abandon {
        steer(&works, args, &names, out).await
    } else {
        rebuild_all(&works, args, &names, out).await
    };
    store.close().await;
    ended
}

async fn rebuild_all(
    works: &Works,
    args: &RebuildArgs,
    names: &[&'static str],
    out: &mut Output,
) -> Result<u8, Failure> {
    let on_poison = args.skip_poison.then_some(OnPoison::Skip);
    let (mut documents, mut code) = (Vec::new(), 0);
    for name in names {
        let reporter = out.reporter(name);
        let (began, report) = (Instant::now(), |done, total| reporter.report(done, total));
        let done = tokio::select! {
            biased;
            done = rebuild(works, name, on_poison, &report) => done?,
            // Whoever stops half-way keeps what they had.
            _ = tokio::signal::ctrl_c() => {
                abandon(works, name).await?;
                return Err(Failure::Interrupted);
            }
        };
        if done.stops.is_some() {
            code = 1;
        }
        if out.is_json() {
            documents.push(document(name, &done));
        } else {
            out.line(&line(name, &done, began.elapsed()))?;
            out.flush()?;
        }
    }
    if out.is_json() {
        out.document(&json!({"schema": "foldback.rebuild/1", "rebuilt": documents}))?;
    }
    Ok(code)
}

fn line(name: &str, done: &Rebuilt, took: Duration) -> String {
    let rate = (done.events as f64 / took.as_secs_f64().max(0.001)) as u64;
    let events = count(done.events, "event", "events");
    let mut line = format!("{name}: rebuilt from {events} in {:.1} s ({}/s)", took.as_secs_f64(), thousands(rate));
    if done.skipped > 0 {
        line += &format!(", {} skipped", thousands(done.skipped as u64));
    }
    if let Some((at, why)) = &done.stops {
        line += &format!("; it stops at event {at}: {}", safe(why));
    }
    line
}

fn document(name: &str, done: &Rebuilt) -> Value {
    json!({
        "projection": name, "events": done.events, "global_position": done.position, "skipped": done.skipped,
        "stopped_at": done.stops.as_ref().map(|(at, _)| at.0), "error": done.stops.as_ref().map(|(_, why)| why),
    })
}

async fn steer(works: &Works, args: &RebuildArgs, names: &[&'static str], out: &mut Output) -> Result<u8, Failure> {
    let mut documents = Vec::new();
    for name in names {
        let checkpoint = works.books.read_checkpoint(name).await?;
        let Some(checkpoint) = checkpoint else {
            let why = format!("projection {name} has never run on this store; foldback run runs it");
            return Err(Failure::NotFound(why));
        };
        let now = works.clock.now();
        let said = if args.pause {
            works.books.pause_projection(name, now).await?;
            "paused"
        } else if args.abandon {
            works.books.abandon_rebuild(name, now).await?;
            "the fresh rows are thrown away"
        } else if args.resume {
            works.books.resume_projection(name, now).await?;
            "goes on"
        } else if checkpoint.status == "failed" {
            works.books.skip_failed_event(name, now).await?;
            "goes on behind the event that it stopped at"
        } else {
            "did not stop at an event: there is nothing to skip"
        };
        if out.is_json() {
            documents.push(json!({"projection": name, "done": said}));
        } else {
            out.line(&format!("{name}: {said}"))?;
        }
    }
    if out.is_json() {
        out.document(&json!({"schema": "foldback.rebuild/1", "projections": documents}))?;
    }
    Ok(0)
}
