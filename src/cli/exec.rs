//! `exec`: give a command to the embedded domain, and print what it led to.

use super::failure::Failure;
use super::output::{Output, event_document, safe};
use super::works;
use crate::engine::{Bus, CommandFailure, Request, Works, command};
use clap::Args;
use foldback_domain::event::Position;
use foldback_domain::projections;
use std::time::{Duration, Instant};

/// What `exec` takes.
#[derive(Debug, Args)]
pub struct ExecArgs {
    /// The store: FILE.db, or postgres://user@host/database?schema=NAME; it is made where there is none yet.
    pub db: String,
    /// Which command.
    pub command: String,
    /// Its fields, as a JSON object; - reads it from standard input. command_id, correlation_id and actor may stand
    /// among them: a command id has one effect, however often it is given.
    #[arg(value_name = "JSON")]
    pub fields: String,
    /// Come back when this projection has caught up with the events.
    #[arg(long, value_name = "PROJECTION")]
    pub wait: Option<String>,
    /// Who asks.
    #[arg(long, value_name = "NAME")]
    pub actor: Option<String>,
}

/// What `--help` says at its end.
pub fn help() -> String {
    let names: Vec<&str> = crate::engine::command::names().collect();
    let names: Vec<String> = names.chunks(5).map(|line| format!("  {}", line.join(", "))).collect();
    format!(
        "Commands:\n{}\n\nExample:\n  foldback exec shop.db OpenAccount '{{\"account_id\":\"7\",\"owner\":\"kim\"}}'\n  \
         foldback exec shop.db Deposit '{{\"account_id\":\"7\",\"amount\":500,\"command_id\":\"d-1\"}}' --wait account-balances\n\n\
         The events are printed as JSON lines. Exit codes: 1 a rule refuses, or others were always faster;\n\
         2 no such command, or its fields are not these; 3 the store cannot be written, or the projection\n\
         of --wait did not catch up; 4 no such aggregate.",
        names.join("\n")
    )
}

/// How often a checkpoint is looked at.
const LOOK: Duration = Duration::from_millis(50);
/// How long a checkpoint may stand still until nobody is taken to be running it.
const PATIENCE: Duration = Duration::from_secs(10);

/// Gives the command.
pub async fn run(args: &ExecArgs, limit: Option<Duration>, out: &mut Output) -> Result<u8, Failure> {
    if let Some(name) = &args.wait {
        check_projection(name)?;
    }
    let request = Request {
        name: args.command.clone(),
        json: works::json(&args.fields)?,
        actor: args.actor.clone(),
        ..Request::default()
    };
    // What cannot be a command must not make a store.
    command::check(&request).map_err(failure)?;
    let (store, works) = works::open(&args.db, true).await?;
    let ended = exec(&works, args, limit, request, out).await;
    store.close().await;
    ended
}

async fn exec(
    works: &Works,
    args: &ExecArgs,
    limit: Option<Duration>,
    request: Request,
    out: &mut Output,
) -> Result<u8, Failure> {
    let (bus, began) = (Bus::new(works.clone()), Instant::now());
    let dispatched = bus.dispatch(request);
    let answer = match limit {
        None => dispatched.await,
        Some(limit) => tokio::time::timeout(limit, dispatched).await.map_err(|_| {
            Failure::Source(format!(
                "no answer within {limit:?}, and the command may have been handled: give it again with the same \
                 command_id, which has one effect"
            ))
        })?,
    };
    bus.settle().await;
    for note in bus.take_notes() {
        eprintln!("foldback: {note}");
    }
    let answer = answer.map_err(failure)?;
    if answer.repeated {
        eprintln!("foldback: command {} was handled before; this is its first answer", safe(&answer.command_id));
    }
    for event in &answer.events {
        let line = serde_json::to_string(&event_document(event)).map_err(|error| Failure::Source(error.to_string()))?;
        out.json_text(&line)?;
        out.line("")?;
    }
    out.flush()?;
    if let (Some(name), Some(position)) = (&args.wait, answer.position) {
        let patience = limit.map(|limit| limit.saturating_sub(began.elapsed()));
        wait(works, args, name, position, patience, out).await?;
    }
    Ok(0)
}

fn check_projection(name: &str) -> Result<(), Failure> {
    if projections::named(name).is_some() {
        return Ok(());
    }
    let names: Vec<&str> = projections::ALL.iter().map(|projection| projection.name()).collect();
    Err(Failure::Usage(format!("there is no projection {}; there are {}", safe(name), names.join(", "))))
}

/// Comes back when a projection has handled the event at a position.
async fn wait(
    works: &Works,
    args: &ExecArgs,
    name: &str,
    to: Position,
    limit: Option<Duration>,
    out: &Output,
) -> Result<(), Failure> {
    let (db, began) = (works::words(&args.db), Instant::now());
    let (reporter, mut seen, mut since) = (out.reporter("waiting for the projection"), None, began);
    loop {
        let checkpoint = works.books.read_checkpoint(name).await?;
        let position = checkpoint.as_ref().and_then(|checkpoint| checkpoint.position);
        if position >= Some(to) {
            return Ok(());
        }
        match checkpoint.as_ref().map(|checkpoint| (checkpoint.status.as_str(), checkpoint.failed_position)) {
            Some(("failed", at)) => {
                let at = at.map_or(String::new(), |at| format!(" at event {at}"));
                return Err(Failure::Source(format!(
                    "the command was handled; projection {name} stopped{at} and will not get to {to}; \
                     foldback rebuild {db} {name} --skip lets it go on behind that event"
                )));
            }
            Some(("paused", _)) => {
                return Err(Failure::Source(format!(
                    "the command was handled; projection {name} is paused and will not get to {to}; \
                     foldback rebuild {db} {name} --resume lets it go on"
                )));
            }
            _ => {}
        }
        if position != seen {
            (seen, since) = (position, Instant::now());
        }
        let over = limit.is_some_and(|limit| began.elapsed() >= limit);
        if over || (limit.is_none() && since.elapsed() >= PATIENCE) {
            return Err(Failure::Source(format!(
                "the command was handled; projection {name} stands at {} and has to get to {to}; it last moved more \
                 than {:.1} s ago: foldback run {db} runs it",
                seen.map_or("the start".to_owned(), |seen| seen.to_string()),
                since.elapsed().as_secs_f64()
            )));
        }
        let done = |position: Option<Position>| position.and_then(|at| u64::try_from(at.0).ok()).unwrap_or(0);
        reporter.report(done(position), Some(done(Some(to))));
        tokio::time::sleep(LOOK).await;
    }
}

fn failure(failure: CommandFailure) -> Failure {
    let said = failure.to_string();
    match failure {
        CommandFailure::Unknown { .. } | CommandFailure::Invalid(_) | CommandFailure::Unstorable(_) => {
            Failure::Usage(said)
        }
        CommandFailure::NotFound(_) => Failure::NotFound(said),
        CommandFailure::Refused(_) | CommandFailure::Conflict(_) => Failure::Refused(said),
        CommandFailure::Unavailable(_) | CommandFailure::Undecodable(_) => Failure::Source(said),
    }
}
