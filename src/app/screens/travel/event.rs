//! The event of a version as lines: who did it, what it says, and what it changed.

use super::super::super::document::{Line, Tone};
use super::super::super::{command, format, highlight};
use crate::replay::{Change, ChangeOp, Step, TextTag, text_change};
use foldback_domain::event::{EventHead, Payload, RecordedEvent};
use foldback_domain::source::SourceInfo;
use jiff::Timestamp;
use serde_json::Value;

/// How many changes are listed; the tree marks all of them.
const CHANGES: usize = 2_000;

/// The lines of the pane. `raw` shows the payload as it is stored, though it was upcast.
pub fn lines(step: &Step, raw: bool, source: &SourceInfo, now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    match &step.event {
        Some(event) => {
            lines.extend(alike(&step.others));
            lines.extend(head(&event.head, now));
            lines.extend(schema(step, event, raw));
            lines.push(Line::default());
            lines.extend(data(step, event, raw, source));
            if let Some(metadata) = event.metadata.as_ref().filter(|metadata| !metadata.is_empty()) {
                lines.push(Line::default());
                lines.push(Line::of(Tone::Title, "METADATA"));
                lines.extend(highlight::payload(metadata, ""));
            }
        }
        None => lines.push(Line::of(Tone::Dim, "the initial state: nothing has happened yet")),
    }
    if step.moment.state.is_some() {
        // What changed is why one is here: it stands before the payload.
        let at = lines.iter().position(|line| line.0.is_empty()).unwrap_or(lines.len());
        lines.splice(at..at, diff(step));
    }
    lines
}

/// The watched paths with their values at the version.
pub fn watched(step: &Step, paths: &[String]) -> Vec<Line> {
    if paths.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![Line::of(Tone::Title, "WATCHED")];
    for path in paths {
        let mut line = Line::of(Tone::Key, format!("{path}  "));
        match step.moment.state.as_ref().and_then(|state| state.pointer(path)) {
            Some(value) => line.0.extend(highlight::inline(value, 60)),
            None => line = line.and(Tone::Dim, "nothing"),
        }
        lines.push(line);
    }
    lines.push(Line::default());
    lines
}

/// What is known about an event beside its payload.
pub fn head(head: &EventHead, now: Timestamp) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut field = |label: &str, value: Option<String>| {
        if let Some(value) = value {
            lines.push(Line::field(label, Tone::Plain, value));
        }
    };
    field("position", head.global_position.map(|position| format::place(position.number())));
    field("at", head.created_at.map(|at| format!("{} · {}", format::full(at), format::ago(now, at))));
    field("by", head.actor.clone());
    field("caused by", head.causation_id.clone());
    field("correlation", head.correlation_id.clone());
    field("event id", head.event_id.clone());
    field("put away", head.mark.map(|mark| mark.name().to_owned()));
    lines
}

/// Which other events have the same version.
fn alike(others: &[EventHead]) -> Vec<Line> {
    let Some(first) = others.first() else { return Vec::new() };
    let version = first.stream_version.map_or(String::new(), |version| format!(" v{version}"));
    let mut lines = vec![Line::of(
        Tone::Warn,
        format!("⚠ {} events have{version}; this is the last, and the state is after all of them:", others.len() + 1),
    )];
    for other in others.iter().take(8) {
        let position =
            other.global_position.map_or(String::new(), |position| format!("{} ", format::place(position.number())));
        lines.push(Line::of(Tone::Dim, format!("  {position}{}", other.event_type)));
    }
    lines
}

fn schema(step: &Step, event: &RecordedEvent, raw: bool) -> Option<Line> {
    let stored = event.head.schema_version?;
    let line = Line::field("schema", Tone::Plain, stored.to_string());
    Some(match (&step.upcast, raw) {
        (None, _) => line,
        (Some(Err(_)), _) => line.and(Tone::Bad, "  cannot be upcast"),
        (Some(Ok(_)), true) => line.and(Tone::Dim, ", as stored"),
        (Some(Ok(_)), false) => line.and(Tone::Warn, " → upcast to today's"),
    })
}

fn data(step: &Step, event: &RecordedEvent, raw: bool, source: &SourceInfo) -> Vec<Line> {
    let title = format!("DATA  {}", format::bytes(event.data.len()));
    let mut lines = vec![Line::of(Tone::Title, title)];
    match &step.upcast {
        Some(Ok(upcast)) if !raw => lines.extend(highlight::value(upcast)),
        Some(Err(why)) => {
            lines.push(Line::of(Tone::Bad, why.clone()));
            lines.extend(highlight::payload(&event.data, &whole(event, source)));
        }
        _ => lines.extend(highlight::payload(&event.data, &whole(event, source))),
    }
    lines
}

fn whole(event: &RecordedEvent, source: &SourceInfo) -> String {
    event.head.global_position.map(|position| command::event(source, position)).unwrap_or_default()
}

fn diff(step: &Step) -> Vec<Line> {
    let from = step.base.map_or("start".to_owned(), |version| format!("v{version}"));
    let to = step.moment.version.map_or("start".to_owned(), |version| format!("v{version}"));
    let mut lines = vec![Line::default(), Line::of(Tone::Title, "DIFF").and(Tone::Dim, format!("  {from} → {to}"))];
    if step.changes.is_empty() {
        lines.push(Line::of(Tone::Dim, "nothing changed"));
    }
    lines.extend(step.changes.iter().take(CHANGES).flat_map(changed));
    if step.changes.len() > CHANGES {
        let more = format::number(step.changes.len() as u64 - CHANGES as u64);
        lines.push(Line::of(Tone::Dim, format!("… {more} more are marked in the state")));
    }
    lines
}

/// A change on one line, or a long text piece by piece.
pub(super) fn changed(change: &Change) -> Vec<Line> {
    let Some(parts) = text_change(change) else { return vec![one_line(change)] };
    let mut lines = vec![Line::of(Tone::Warn, format!("~ {}", change.path))];
    for part in parts {
        let (tone, sign) = match part.tag {
            TextTag::Equal => (Tone::Dim, ' '),
            TextTag::Removed => (Tone::Bad, '-'),
            TextTag::Added => (Tone::Good, '+'),
        };
        lines.extend(part.text.lines().map(|line| Line::of(tone, format!("  {sign} {line}"))));
    }
    lines
}

fn one_line(change: &Change) -> Line {
    let (tone, sign) = match change.op {
        ChangeOp::Add => (Tone::Good, "+"),
        ChangeOp::Remove => (Tone::Bad, "-"),
        ChangeOp::Replace | ChangeOp::Move { .. } => (Tone::Warn, "~"),
    };
    let path = if change.path.is_empty() { "(the whole state)" } else { &change.path };
    let mut line = Line::of(tone, format!("{sign} {path}  "));
    if let ChangeOp::Move { from } = &change.op {
        line = line.and(Tone::Dim, format!("from {from}  "));
    }
    let short = |value: &Value, tone: Option<Tone>| {
        let pieces = highlight::inline(value, 60);
        pieces.into_iter().map(move |(own, text)| (tone.unwrap_or(own), text))
    };
    if let Some(before) = &change.before {
        line.0.extend(short(before, Some(Tone::Dim)));
    }
    if let Some(after) = &change.after {
        if change.before.is_some() {
            line.0.push((Tone::Dim, " → ".to_owned()));
        }
        line.0.extend(short(after, None));
    }
    line
}

/// A value in full, for the popup: a text as its reader would see it, anything else as JSON.
pub fn whole_value(value: &Value) -> Vec<Line> {
    match value {
        Value::String(text) => {
            let mut lines: Vec<Line> = text.lines().map(|line| Line::of(Tone::Text, line)).collect();
            lines.insert(0, Line::of(Tone::Dim, format!("text · {}", format::bytes(text.len()))));
            lines
        }
        other => highlight::value(other),
    }
}

/// The payload in full, for the popup.
pub fn whole_payload(step: &Step, raw: bool, source: &SourceInfo) -> Vec<Line> {
    match (&step.event, &step.upcast) {
        (Some(_), Some(Ok(upcast))) if !raw => highlight::value(upcast),
        (Some(RecordedEvent { data, .. }), _) => highlight::payload(data, &whole_or_none(step, source)),
        (None, _) => highlight::payload(&Payload::Json("null".into()), ""),
    }
}

fn whole_or_none(step: &Step, source: &SourceInfo) -> String {
    step.event.as_ref().map(|event| whole(event, source)).unwrap_or_default()
}
