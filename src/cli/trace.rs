//! `trace`: everything under one correlation id as a tree of causes.

use super::args::ProcessArgs;
use super::failure::Failure;
use super::output::{Output, count, place, safe, span, thousands};
use crate::analysis::command::quoted;
use crate::analysis::trace::{DEEPEST, NodeKind, Placed, Trace};
use crate::explore::{Explorer, trace};
use foldback_domain::event::format_time;
use serde_json::{Value, json};
use std::time::Duration;

/// Prints the tree.
pub async fn run(explorer: &Explorer, args: &ProcessArgs, id: &str, out: &mut Output) -> Result<u8, Failure> {
    let Some(mut found) = trace::find(explorer, id, &out.reporter("reading the trace")).await? else {
        return Err(Failure::NotFound(format!(
            "nothing in this source has the correlation id, event id or position {}; foldback log {} lists the events",
            safe(id),
            explorer.words()
        )));
    };
    if let Some(limit) = args.limit.filter(|limit| *limit < found.nodes.len()) {
        found.nodes.truncate(limit);
        found.cut = true;
    }
    if out.is_json() {
        out.document(&document(&found))?;
    } else {
        text(explorer, &found.brief(), out)?;
    }
    Ok(0)
}

fn document(found: &Trace) -> Value {
    json!({
        "schema": "foldback.trace/1",
        "correlation_id": found.correlation_id,
        "nodes": found.nodes.iter().map(|placed| {
            let node = &placed.node;
            json!({
                "id": node.id, "kind": node.kind.name(), "caused_by": node.caused_by,
                "stream_id": node.stream_id, "stream_version": node.stream_version,
                "global_position": node.global_position, "type": node.name,
                "at": node.at.map(format_time), "note": node.note, "saga_id": node.saga_id,
                "lost": placed.lost,
            })
        }).collect::<Vec<_>>(),
        "cut": found.cut,
    })
}

/// The lines of the tree before a node.
fn branches(placed: &Placed) -> String {
    let depth = placed.depth.min(DEEPEST);
    let mut out = String::new();
    for level in 1..=depth {
        let more = placed.more.get(level).copied().unwrap_or(false);
        out += match (level == depth, more) {
            (true, true) => "├─ ",
            (true, false) => "└─ ",
            (false, true) => "│  ",
            (false, false) => "   ",
        };
    }
    out
}

fn text(explorer: &Explorer, found: &Trace, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    let mut about = vec![
        count(found.events as u64, "event", "events"),
        count(found.streams as u64, "stream", "streams"),
        count(found.sagas as u64, "saga", "sagas"),
    ];
    if let (Some(first), Some(last)) = (found.first_at, found.last_at) {
        let took = Duration::try_from(last.duration_since(first)).unwrap_or_default();
        about.push(format!("{} + {}", format_time(first), span(took)));
    }
    let name = if found.correlation_id.is_empty() { "(no correlation id)" } else { &found.correlation_id };
    out.line(&format!("{}  {}", style.bold(safe(name)), about.join(" · ")))?;
    for placed in &found.nodes {
        let node = &placed.node;
        let mut line = style.dim(branches(placed));
        let named = safe(&node.name);
        line += &if node.failed { style.bad(format!("✗ {named}")) } else { named.into_owned() };
        if let (NodeKind::Event, Some(stream)) = (node.kind, &node.stream_id) {
            let version = node.stream_version.map_or(String::new(), |version| format!(" v{version}"));
            line += &format!("  {}{version}", safe(stream.as_str()));
        }
        if let (NodeKind::Event, Some(position)) = (node.kind, node.global_position) {
            line += &style.dim(format!("  {}", place(position.number())));
        }
        if let Some(note) = &node.note {
            line += &style.dim(format!("  ({})", safe(note)));
        }
        if let (Some(first), Some(at)) = (found.first_at, node.at)
            && let Ok(later) = Duration::try_from(at.duration_since(first))
            && !later.is_zero()
        {
            line += &style.dim(format!("  + {}", span(later)));
        }
        if placed.lost {
            line += &style.warn("  ? its cause is not in this trace");
        }
        out.line(&line)?;
    }
    if found.cut {
        let id = quoted(&found.correlation_id);
        let all = format!("foldback log {} --correlation {id}", explorer.words());
        out.line(
            &style
                .warn(format!("⚠ only the first {} are shown; all events: {all}", thousands(found.nodes.len() as u64))),
        )?;
    }
    Ok(())
}
