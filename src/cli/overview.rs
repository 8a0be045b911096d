//! `overview`: what is here, and what needs attention.

use super::failure::Failure;
use super::output::{Align, Output, Table, count, safe, thousands};
use crate::analysis::overview::{FindingPlace, Overview, Severity};
use crate::explore::{Explorer, overview};
use foldback_domain::event::{EventHead, format_time};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use std::time::Duration;

/// How long streams are folded in search of what needs attention, before the rest is left out and said to be.
const BUDGET: Duration = Duration::from_secs(10);

/// Prints the overview; with an estimate of how much there is, where that will do and the source has one.
pub async fn run(explorer: &Explorer, estimate: bool, out: &mut Output) -> Result<u8, Failure> {
    let overview = overview::overview(explorer, estimate, BUDGET, &out.reporter("folding streams")).await?;
    if out.is_json() {
        out.document(&document(&overview))?;
    } else {
        text(&overview, out)?;
    }
    Ok(0)
}

fn document(overview: &Overview) -> Value {
    let Overview { source, glance, totals, snapshots, attention } = overview;
    let capabilities: Map<String, Value> = source
        .capabilities
        .named()
        .into_iter()
        .map(|(name, is)| (name.to_owned(), json!({"available": is.is_available(), "reason": is.reason()})))
        .collect();
    let counted = totals.as_ref();
    let (first_at, last_at) = ends(overview);
    json!({
        "schema": "foldback.overview/1",
        "source": {
            "kind": source.kind, "layout": source.layout, "guess": source.guess, "store": source.store, "read_only": source.read_only,
        },
        "estimated": counted.is_none(),
        "events": counted.map(|totals| totals.events).or(glance.estimate),
        "streams": counted.map(|totals| totals.streams),
        "head": glance.head,
        "first_at": first_at.map(format_time),
        "last_at": last_at.map(format_time),
        "snapshots": snapshots,
        "event_types": counted.map(|totals| totals.event_types.len()),
        "categories": counted.map(|totals| totals.categories.iter().map(|total| json!({
            "category": total.category, "streams": total.streams, "events": total.events,
        })).collect::<Vec<_>>()),
        "capabilities": capabilities,
        "attention": attention.findings.iter().map(|finding| json!({
            "code": finding.code, "severity": finding.severity.name(),
            "place": place(finding.place), "stream_id": finding.stream_id, "about": finding.about, "version": finding.version,
            "message": finding.message, "next": finding.next,
        })).collect::<Vec<_>>(),
        "attention_searched": {
            "streams_folded": attention.streams_folded, "streams": attention.streams,
            "without_reducer": attention.without_reducer,
            "reason": attention.unavailable,
        },
    })
}

/// When the first and the last event were recorded.
fn ends(overview: &Overview) -> (Option<Timestamp>, Option<Timestamp>) {
    let glance = &overview.glance;
    let at = |head: Option<&EventHead>| head.and_then(|head| head.created_at);
    match &overview.totals {
        Some(totals) => (totals.first_at, totals.last_at),
        None => (at(glance.first.as_ref()), at(glance.newest.first())),
    }
}

fn place(place: FindingPlace) -> &'static str {
    match place {
        FindingPlace::Source => "overview",
        FindingPlace::Stream => "streams",
        FindingPlace::Projections => "projections",
        FindingPlace::Sagas => "sagas",
        FindingPlace::DeadLetters => "dead-letters",
    }
}

fn text(overview: &Overview, out: &mut Output) -> Result<(), Failure> {
    let Overview { source, totals, attention, .. } = overview;
    let style = out.style();
    out.line(&format!(
        "{}  {} · {}{}",
        style.bold(safe(&source.label)),
        safe(&source.kind),
        safe(&source.layout),
        if source.read_only { " · read-only" } else { "" }
    ))?;
    out.line(&match totals {
        Some(totals) => format!(
            "{}   {}   {}   {}",
            count(totals.events, "event", "events"),
            count(totals.streams, "stream", "streams"),
            count(totals.event_types.len() as u64, "type", "types"),
            count(totals.categories.len() as u64, "category", "categories"),
        ),
        None => format!(
            "~{}   an estimate of the database's; without --estimate they are counted",
            count(overview.glance.estimate.unwrap_or(0), "event", "events")
        ),
    })?;
    if let (Some(first), Some(last)) = ends(overview) {
        out.line(&style.dim(format!("{} – {}", format_time(first), format_time(last))))?;
    }
    out.line("")?;
    out.line(&style.bold("ATTENTION"))?;
    for finding in &attention.findings {
        let sign = match finding.severity {
            Severity::Error => style.bad("✗"),
            Severity::Warning => style.warn("⚠"),
            Severity::Info => style.dim("·"),
        };
        out.line(&format!("{sign} {}", safe(&finding.message)))?;
        out.line(&format!("    {}", style.dim(safe(&finding.next))))?;
    }
    if let Some(projections) = attention.projections.filter(|projections| *projections > 0) {
        let stopped = attention.findings.iter().filter(|finding| finding.code == "projection-stalled").count();
        let line = format!("{} of {}", projections - stopped.min(projections), projections);
        out.line(&style.dim(format!("  {line} projections at work")))?;
    }
    match &attention.unavailable {
        Some(reason) => out.line(&style.dim(format!("  nothing was folded: {}", safe(reason))))?,
        None => {
            let folded = thousands(attention.streams_folded);
            let all = if attention.streams_folded < attention.streams {
                style.warn(format!(
                    "⚠ {folded} of {} streams folded; the rest was left out for time",
                    thousands(attention.streams)
                ))
            } else if attention.findings.is_empty() {
                style.good(format!("✓ all {folded} streams fold, and nothing in their states is wrong"))
            } else {
                style.dim(format!("  {folded} streams folded"))
            };
            out.line(&all)?;
            if attention.without_reducer > 0 {
                let left = count(attention.without_reducer, "stream has", "streams have");
                out.line(&style.dim(format!("  {left} no reducer and no state")))?;
            }
        }
    }
    if let Some(totals) = totals.as_ref().filter(|totals| !totals.categories.is_empty()) {
        out.line("")?;
        let mut table = Table::new(&[("CATEGORY", Align::Left), ("STREAMS", Align::Right), ("EVENTS", Align::Right)]);
        for total in &totals.categories {
            table.row(vec![
                safe(total.category.as_str()).into_owned(),
                thousands(total.streams),
                thousands(total.events),
            ]);
        }
        out.table(&table)?;
    }
    Ok(())
}
