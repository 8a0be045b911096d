//! `projections`: how far each projection has come, and how it is doing.

use super::args::ProcessArgs;
use super::failure::Failure;
use super::output::{Align, Output, Table, place, safe, span, thousands};
use crate::analysis::projections::{Condition, Health, Projections};
use crate::explore::Explorer;
use crate::explore::projections::all;
use clap::Args;
use foldback_domain::event::{Position, format_time};
use foldback_domain::processes::ConsumerKind;
use jiff::Timestamp;
use serde_json::{Value, json};

/// What `projections` takes.
#[derive(Debug, Clone, Args)]
pub struct ProjectionsArgs {
    #[command(flatten)]
    pub at: ProcessArgs,
    /// The rows of this read model instead; with --as-of those that should have been there then.
    #[arg(long, value_name = "PROJECTION")]
    pub rows: Option<String>,
    /// With --rows and --as-of: the rows that users saw, at the checkpoint that was reached then.
    #[arg(long, requires = "rows")]
    pub seen: bool,
    /// With --rows: go on behind this key.
    #[arg(long, requires = "rows", value_name = "KEY")]
    pub after: Option<String>,
}

/// Prints the projections.
pub async fn run(explorer: &Explorer, args: &ProcessArgs, out: &mut Output) -> Result<u8, Failure> {
    let mut found = all(explorer, Timestamp::now()).await?;
    found.list.truncate(args.limit.unwrap_or(usize::MAX));
    if out.is_json() {
        out.document(&document(&found))?;
    } else {
        text(explorer, &found, out)?;
    }
    Ok(0)
}

fn document(found: &Projections) -> Value {
    json!({
        "schema": "foldback.projections/1",
        "head": found.head,
        "looked_at": found.at.map(format_time),
        "projections": found.list.iter().map(|health| {
            let checkpoint = &health.checkpoint;
            json!({
                "name": checkpoint.name,
                "kind": kind(checkpoint.kind),
                "checkpoint": checkpoint.position,
                "lag_events": health.lag_events,
                "in_gaps": checkpoint.in_gaps,
                "lag_seconds": health.lag.map(|lag| lag.as_secs()),
                "condition": health.condition.name(),
                "paused": health.paused,
                "reason": health.reason,
                "error": checkpoint.error.as_deref().or(stalled_why(health)),
                "failed_position": checkpoint.failed_position,
                "attempts": checkpoint.attempts,
                "failing": health.failing.as_ref().map(|failing| json!({
                    "global_position": failing.position, "event_type": failing.event_type,
                    "stream_id": failing.stream_id, "dead_letter": failing.dead_letter,
                })),
                "skipped": checkpoint.skipped,
                "rate": health.rate,
                "trend": health.trend,
                "seconds_left": health.left.map(|left| left.as_secs()),
                "rebuild": checkpoint.rebuild.map(|rebuild| json!({
                    "position": rebuild.position, "target": rebuild.target,
                    "started_at": format_time(rebuild.started_at),
                })),
                "updated_at": checkpoint.updated_at.map(format_time),
            })
        }).collect::<Vec<_>>(),
        "unavailable": found.unavailable,
    })
}

/// A paused projection has no error of its own; the document says all the same why it stands still.
fn stalled_why(health: &Health) -> Option<&'static str> {
    (health.paused && health.condition == Condition::Stalled).then_some("paused by somebody")
}

fn kind(kind: ConsumerKind) -> &'static str {
    match kind {
        ConsumerKind::Projection => "projection",
        ConsumerKind::Saga => "saga",
        ConsumerKind::Outbox => "outbox",
    }
}

fn text(explorer: &Explorer, found: &Projections, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    if let Some(reason) = &found.unavailable {
        return out.line(&format!("no projections: {}", safe(reason)));
    }
    if found.list.is_empty() {
        let words = explorer.words_now();
        return out.line(&match explorer.source().own {
            true => format!("no projections have run on this store; foldback run {words} runs them"),
            false => "this store has no checkpoints: its tables for them are empty".to_owned(),
        });
    }
    let mut table = Table::new(&[
        ("PROJECTION", Align::Left),
        ("CONDITION", Align::Left),
        ("CHECKPOINT", Align::Right),
        ("LAG", Align::Right),
        ("BEHIND", Align::Right),
        ("RATE", Align::Right),
        ("LEFT", Align::Right),
    ]);
    let dash = || "-".to_owned();
    for health in &found.list {
        table.row(vec![
            safe(&health.checkpoint.name).into_owned(),
            health.word().to_owned(),
            health.checkpoint.position.map_or_else(dash, |position| place(position.number())),
            health.lag_events.map_or_else(dash, thousands),
            health.lag.map_or_else(dash, span),
            health.rate.map_or_else(dash, |rate| format!("{rate:.1}/s")),
            health.left.map_or_else(dash, span),
        ]);
    }
    out.table(&table)?;
    let mut said = false;
    for health in found.list.iter().filter(|health| health.condition != Condition::Current) {
        let Some(reason) = &health.reason else { continue };
        if !said {
            out.line("")?;
            said = true;
        }
        out.line(&complaint(explorer, health, reason, out))?;
    }
    let head = found.head.map_or(dash(), |head| place(head.number()));
    out.line(&style.dim(format!("the log's head is {head}")))
}

/// Why it is not current, with the command that looks into it.
fn complaint(explorer: &Explorer, health: &Health, reason: &str, out: &Output) -> String {
    let (style, checkpoint) = (out.style(), &health.checkpoint);
    let name = safe(&checkpoint.name);
    let (words, now) = (explorer.words(), explorer.words_now());
    let tries = if checkpoint.attempts > 0 { format!(" ({} attempts)", checkpoint.attempts) } else { String::new() };
    match (health.condition, checkpoint.failed_position) {
        (Condition::Failed, Some(at)) => {
            let failing = health.failing.as_ref();
            let event = failing.and_then(|failing| failing.event_type.as_deref());
            let event = event.map_or(String::new(), |event| format!(" on {}", safe(event)));
            let look = format!("foldback log {words} --from {at} --to {at} --json");
            let mend = failing.and_then(|failing| failing.dead_letter.as_deref());
            let mend = mend.map_or(String::new(), |letter| {
                format!("\n    {}", style.dim(format!("foldback retry {now} {letter}")))
            });
            let what = format!("stopped at {at}{event}: {}{tries}", safe(reason));
            format!("{} {name} {what}\n    {}{mend}", style.bad("✗"), style.dim(look))
        }
        (Condition::Failed, None) => format!("{} {name}: {}{tries}", style.bad("✗"), safe(reason)),
        (Condition::Stalled, _) if health.paused => {
            let next = match explorer.source().own {
                true => format!("foldback rebuild {now} {name} --resume"),
                false => "foldback only reads this store: whoever paused it can let it go on".to_owned(),
            };
            format!("{} {name}: {}\n    {}", style.warn("■"), safe(reason), style.dim(next))
        }
        (Condition::Stalled, _) => {
            let from = checkpoint.position.and_then(Position::number);
            let from = from.map_or(String::new(), |number| format!(" --from {}", number.saturating_add(1)));
            let next = format!("foldback log {words}{from}");
            format!("{} {name}: {}\n    {}", style.warn("■"), safe(reason), style.dim(next))
        }
        _ => format!("{} {name}: {}", style.dim("·"), safe(reason)),
    }
}
