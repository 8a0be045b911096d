//! What a projection's condition means, and what to do about it, in words.

use super::super::super::document::Tone;
use super::super::super::format;
use crate::analysis::command::operand;
use crate::analysis::projections::{Condition, Health};
use foldback_domain::processes::ConsumerKind;

/// The sign of a condition and what it means: one meaning each, also without colour.
pub fn sign(health: &Health) -> (&'static str, Tone) {
    match health.condition {
        Condition::Current => ("◌", Tone::Good),
        Condition::Behind => ("▲", Tone::Warn),
        Condition::Stalled if health.paused => ("■", Tone::Dim),
        Condition::Stalled => ("■", Tone::Warn),
        Condition::Failed => ("✗", Tone::Bad),
        Condition::Replaying => ("●", Tone::Accent),
        Condition::Unknown => ("?", Tone::Dim),
    }
}

/// Sentences about a projection: how it is, then what to do. `source` is how commands name the source, `own` whether foldback made it, `letter` the id
/// of its dead letter.
pub fn sentences(health: &Health, source: &str, own: bool, letter: Option<&str>) -> Vec<(Tone, String)> {
    let checkpoint = &health.checkpoint;
    let name = &checkpoint.name;
    let (_, tone) = sign(health);
    let waits = health.lag_events.map_or("events".to_owned(), |n| format::count(n, "event", "events"));
    let mut said = Vec::new();
    match health.condition {
        Condition::Current => {
            said.push((tone, "It has handled every event: nothing waits.".to_owned()));
        }
        Condition::Behind => {
            let left = health
                .left
                .map_or(String::new(), |left| format!("; at this pace it is there in {}", format::span(left)));
            said.push((tone, format!("It is at work, with {waits} still to come{left}.")));
            if health.left.is_none() && own {
                said.push((
                    Tone::Plain,
                    format!("Events come as fast as it handles them, or nobody runs it: foldback run {source}"),
                ));
            }
        }
        Condition::Stalled if health.paused => {
            said.push((Tone::Plain, format!("Somebody paused it; {waits} wait until it is resumed.")));
        }
        Condition::Stalled => {
            let reason = health.reason.as_deref().map_or(String::new(), |reason| format!(" ({reason})"));
            said.push((tone, format!("It stands still{reason}, though {waits} wait.")));
            if own {
                said.push((Tone::Plain, format!("Most likely nobody runs it: foldback run {source}")));
            }
        }
        Condition::Failed => {
            let at =
                checkpoint.failed_position.map_or(String::new(), |at| format!(" at {}", format::place(at.number())));
            let tries = format::count(u64::from(checkpoint.attempts), "attempt", "attempts");
            said.push((tone, format!("It stopped{at} after {tries}; {waits} wait behind it.")));
            said.extend(checkpoint.error.clone().map(|error| (Tone::Plain, error)));
            let retry = match letter {
                Some(id) => format!("foldback retry {source} {}", operand(id)),
                None => format!("foldback dead-letters {source}"),
            };
            if own {
                said.push((Tone::Plain, format!("Look at the event, mend its cause, then try it once more: {retry}")));
                said.push((
                    Tone::Dim,
                    format!("Where its rows are wrong already: foldback rebuild {source} {}", operand(name)),
                ));
            }
        }
        Condition::Replaying => {
            said.push((tone, "It is built anew beside its live rows, which are read until it is done.".to_owned()));
            said.extend(health.reason.clone().map(|reason| (Tone::Plain, reason)));
        }
        Condition::Unknown => {
            let reason = health.reason.as_deref().unwrap_or("the source does not say");
            said.push((tone, format!("How it is doing is not known: {reason}.")));
        }
    }
    if let Some(skipped) = checkpoint.skipped.filter(|skipped| *skipped > 0) {
        let events = format::count(skipped, "event", "events");
        said.push((Tone::Warn, format!("It has passed over {events} that it could not handle: its rows lack them.")));
    }
    if own && health.condition == Condition::Current && checkpoint.kind == ConsumerKind::Projection {
        said.push((
            Tone::Dim,
            format!("Rows that look wrong are made anew with: foldback rebuild {source} {}", operand(name)),
        ));
    }
    said
}
