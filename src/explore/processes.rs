//! What the processes around the log have that needs attention: findings beside those of the streams.

use super::{Explorer, dead_letters, projections, sagas};
use crate::analysis::command::operand;
use crate::analysis::overview::{Attention, Finding, FindingPlace, Severity};
use crate::analysis::projections::{Condition, Health};
use crate::store::StoreError;
use foldback_domain::event::safe_text;
use foldback_domain::processes::{ConsumerKind, OutboxRead, OutboxStatus, SagaStatus};

/// How many sagas and dead letters are looked at: what is worst comes first.
const LOOKED_AT: usize = 200;
/// How many sagas are named one by one.
const NAMED: usize = 20;

/// Adds what the processes have to say.
pub(super) async fn look(explorer: &Explorer, attention: &mut Attention) -> Result<(), StoreError> {
    attention.findings.extend(guessed(explorer));
    let Some(processes) = explorer.reader.processes() else { return Ok(()) };
    let now = explorer.now();
    let found = projections::all(explorer, now).await?;
    // Of one that no sample of then tells of nobody knows whether it was at work.
    let known = |health: &Health| explorer.as_of().is_none() || health.condition != Condition::Unknown;
    let runs = |health: &&Health| health.checkpoint.kind == ConsumerKind::Projection && known(health);
    attention.projections = Some(found.list.iter().filter(runs).count());
    for health in &found.list {
        attention.findings.extend(projection(explorer, health));
    }
    let found = sagas::list(explorer, LOOKED_AT, now).await?;
    let mut named = 0;
    for listed in &found.list {
        let saga = &listed.summary;
        let (code, severity, what) = match saga.status {
            SagaStatus::CompensationFailed => (
                "compensation-failed",
                Severity::Error,
                format!("{} failed", saga.step.as_deref().unwrap_or("undoing")),
            ),
            _ if listed.overdue => ("saga-stuck", Severity::Warning, "is overdue".to_owned()),
            _ => continue,
        };
        named += 1;
        if named > NAMED {
            break;
        }
        let why = saga.error.as_deref().map_or(String::new(), |error| format!(": {error}"));
        let message = format!("saga {}: {what}{why}", saga.saga_id);
        let next = format!("foldback sagas {} {}", explorer.words(), operand(&saga.saga_id));
        attention.findings.push(finding(code, severity, message, &saga.saga_id, next));
    }
    let letters = letters(explorer).await?;
    if !letters.is_empty() {
        let all: usize = letters.iter().map(|(_, count)| count).sum();
        let kinds: Vec<String> = letters.iter().map(|(kind, count)| format!("{count} of {kind}")).collect();
        let what = if all == 1 { "dead letter" } else { "dead letters" };
        let next = format!("foldback dead-letters {}", explorer.words());
        let message = format!("{all} {what}: {}", kinds.join(", "));
        attention.findings.push(finding("dead-letter", Severity::Error, message, "all", next));
    }
    let read = OutboxRead { status: Some(OutboxStatus::Dead), limit: LOOKED_AT, ..OutboxRead::default() };
    for message in processes.read_outbox(&read).await?.into_iter().take(NAMED) {
        let about = message.aggregate.as_str();
        let text = format!("outbox: message {} was given up and holds back those of {about}", message.number);
        let next = format!("foldback dead-letters {}", explorer.words());
        attention.findings.push(finding("outbox-stuck", Severity::Error, text, about, next));
    }
    Ok(())
}

fn projection(explorer: &Explorer, health: &Health) -> Option<Finding> {
    let checkpoint = &health.checkpoint;
    let name = &checkpoint.name;
    let next = format!("foldback projections {}", explorer.words());
    let what = match checkpoint.kind {
        ConsumerKind::Projection => "projection",
        ConsumerKind::Saga | ConsumerKind::Outbox => "consumer",
    };
    let error = checkpoint.error.as_deref().map_or(String::new(), |error| format!(": {error}"));
    let (code, severity, message) = match health.condition {
        Condition::Failed => {
            let at = checkpoint.failed_position.map_or(String::new(), |position| format!(" at {position}"));
            ("projection-stalled", Severity::Error, format!("{what} {name} stopped{at}{error}"))
        }
        Condition::Stalled if health.paused => {
            ("projection-stalled", Severity::Info, format!("{what} {name} is paused"))
        }
        Condition::Stalled => {
            let lag = health.lag_events.unwrap_or(0);
            ("projection-stalled", Severity::Warning, format!("{what} {name} has stalled {lag} events behind{error}"))
        }
        _ => match checkpoint.skipped {
            Some(skipped) if skipped > 0 => {
                let events = if skipped == 1 { "event" } else { "events" };
                ("projection-skipped", Severity::Warning, format!("{what} {name} has skipped {skipped} {events}"))
            }
            _ => return None,
        },
    };
    Some(finding(code, severity, message, name, next))
}

async fn letters(explorer: &Explorer) -> Result<Vec<(String, usize)>, StoreError> {
    let found = dead_letters::all(explorer, LOOKED_AT).await?;
    let mut kinds: Vec<(String, usize)> = Vec::new();
    for letter in found.groups.iter().flat_map(|group| &group.letters) {
        let kind = letter.id.split(':').next().unwrap_or_default();
        match kinds.iter_mut().find(|(known, _)| known == kind) {
            Some((_, count)) => *count += 1,
            None => kinds.push((kind.to_owned(), 1)),
        }
    }
    kinds.sort();
    Ok(kinds)
}

/// Says that the source is read by a guess, and how to see it.
fn guessed(explorer: &Explorer) -> Option<Finding> {
    let guess = explorer.source().guess?;
    let taken = guess.split(';').next().unwrap_or_default();
    let message = format!("no layout fits: the table is read by a guess: {taken}");
    let next = format!("foldback layouts {}", explorer.words_now());
    Some(finding("layout-guessed", Severity::Info, message, "layout", next))
}

fn finding(code: &str, severity: Severity, message: String, about: &str, next: String) -> Finding {
    Finding {
        code: code.to_owned(),
        severity,
        place: match code {
            "layout-guessed" => FindingPlace::Source,
            "projection-stalled" | "projection-skipped" => FindingPlace::Projections,
            "compensation-failed" | "saga-stuck" => FindingPlace::Sagas,
            _ => FindingPlace::DeadLetters,
        },
        message: safe_text(&message).into_owned(),
        stream_id: None,
        about: Some(about.to_owned()),
        version: None,
        next,
    }
}
