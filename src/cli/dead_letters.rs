//! `dead-letters`: what a consumer gave up on, grouped by cause.

use super::args::ProcessArgs;
use super::failure::Failure;
use super::output::{Output, count, safe};
use crate::analysis::dead_letters::DeadLetters;
use crate::explore::Explorer;
use crate::explore::dead_letters::{MOST, all};
use foldback_domain::event::format_time;
use serde_json::{Value, json};

/// Prints the dead letters.
pub async fn run(explorer: &Explorer, args: &ProcessArgs, out: &mut Output) -> Result<u8, Failure> {
    let found = all(explorer, args.limit.unwrap_or(MOST)).await?;
    if out.is_json() {
        out.document(&document(&found))?;
    } else {
        text(explorer, &found, out)?;
    }
    Ok(0)
}

fn document(found: &DeadLetters) -> Value {
    json!({
        "schema": "foldback.dead-letters/1",
        "groups": found.groups.iter().map(|group| json!({
            "cause": group.cause,
            "key": group.key,
            "consumer": group.consumer,
            "count": group.letters.len(),
            "items": group.letters.iter().map(|letter| json!({
                "id": letter.id, "consumer": letter.consumer, "event_id": letter.event_id,
                "global_position": letter.position, "stream_id": letter.stream_id,
                "correlation_id": letter.correlation_id, "error": letter.error, "attempts": letter.attempts,
                "at": letter.at.map(format_time), "retryable": letter.retry.is_some(), "retry": letter.retry,
                "blocks": letter.blocks, "payload": letter.payload.as_ref().map(|payload| payload.to_raw()),
            })).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "more": found.more,
        "unavailable": found.unavailable,
    })
}

fn text(explorer: &Explorer, found: &DeadLetters, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    if let Some(reason) = &found.unavailable {
        return out.line(&format!("no dead letters: {}", safe(reason)));
    }
    if found.groups.is_empty() {
        return out.line(&style.good("✓ nothing was given up on"));
    }
    for group in &found.groups {
        let letters = count(group.letters.len() as u64, "dead letter", "dead letters");
        out.line(&format!("{} {}  {letters} of {}", style.bad("✗"), safe(&group.cause), safe(&group.consumer)))?;
        for letter in &group.letters {
            let mut about = vec![safe(&letter.id).into_owned()];
            about.extend(letter.at.map(format_time));
            about.extend(letter.position.map(|position| format!("event {position}")));
            about.extend(letter.stream_id.as_ref().map(|stream| safe(stream.as_str()).into_owned()));
            about.push(count(u64::from(letter.attempts), "attempt", "attempts"));
            about.extend(letter.blocks.as_deref().map(|blocks| format!("blocks {}", safe(blocks))));
            out.line(&format!("    {}", about.join(" · ")))?;
            let next = match &letter.retry {
                Some(does) => format!("foldback retry {} {}    {}", explorer.words_now(), letter.id, safe(does)),
                None if explorer.source().own => {
                    "cannot be retried: it was passed over; a rebuild handles it again".to_owned()
                }
                None => "foldback only reads this store: whoever wrote it has to retry it".to_owned(),
            };
            out.line(&format!("      {}", style.dim(next)))?;
        }
    }
    if found.more {
        out.line(&style.warn("⚠ there are more; --limit takes up to 5,000"))?;
    }
    Ok(())
}
