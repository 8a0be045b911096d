//! What `show`, `diff` and `blame` share: a stream at a version, found, folded and described.

use super::PARTIAL;
use super::failure::Failure;
use super::output::{Output, safe};
use super::target::{At, Target};
use crate::explore::travel::Travel;
use crate::explore::{Explorer, Reporter, log};
use crate::replay::{Moment, Outcome, StartedFrom};
use foldback_domain::event::{EventHead, StreamName, Version, format_time};
use foldback_domain::reading::{Direction, LogFilter, LogRead, StreamRead};
use foldback_domain::{ReducerInfo, ReducerKind};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// A stream that is there, and the version that was meant.
pub struct Found {
    /// The stream, opened.
    pub travel: Travel,
    /// The version; `None` is the initial state.
    pub version: Option<Version>,
    /// The event of the version, the last where several have it.
    pub head: Option<EventHead>,
    /// How many events have the version.
    pub alike: usize,
}

/// Finds a stream and a version in it; a failure says what there is instead.
pub async fn find(explorer: &Explorer, target: &Target) -> Result<Found, Failure> {
    let stream = &target.stream;
    let Some(mut travel) = Travel::open(explorer, stream).await? else {
        return Err(Failure::no_stream(explorer, stream));
    };
    let wanted = match target.at {
        At::Last => travel.summary().version,
        At::Start => None,
        At::Version(version) => Some(version),
        At::Time(until) => {
            let filter = LogFilter { stream: Some(stream.clone()), until: Some(until), ..LogFilter::default() };
            let read = LogRead { filter, start: None, direction: Direction::Backward, limit: 1 };
            let page = log::page(explorer, &read, &Reporter::silent()).await?;
            page.items.first().and_then(|head| head.stream_version)
        }
    };
    let (head, alike) = match wanted {
        None => (None, 0),
        Some(version) => {
            let (head, alike) = head_at(&mut travel, stream, version).await?;
            (Some(head), alike)
        }
    };
    Ok(Found { travel, version: wanted, head, alike })
}

/// The last event of a version, and how many have it.
async fn head_at(travel: &mut Travel, stream: &StreamName, version: Version) -> Result<(EventHead, usize), Failure> {
    let read =
        StreamRead { stream: stream.clone(), from: version, to: version, direction: Direction::Forward, limit: 1 };
    let heads = travel.versions(&read).await?.items;
    let alike = heads.len();
    heads.into_iter().last().map(|head| (head, alike)).ok_or_else(|| {
        let number = |version: Option<Version>| version.map_or("none".to_owned(), |version| version.to_string());
        Failure::NotFound(format!(
            "stream {} has no version {version}; it has {} to {}",
            safe(stream.as_str()),
            number(travel.summary().first_version),
            number(travel.summary().version),
        ))
    })
}

/// The document's source.
pub fn source(explorer: &Explorer) -> Value {
    let source = explorer.source();
    json!({"kind": source.kind, "layout": source.layout})
}

/// The document's reducer: `{kind, name}` or null.
pub fn reducer(reducer: Option<&ReducerInfo>) -> Value {
    reducer.map_or(Value::Null, |info| {
        let kind = match info.kind {
            ReducerKind::Domain => "domain",
            ReducerKind::Script => "script",
        };
        json!({"kind": kind, "name": info.name})
    })
}

/// The fields of a document that say which stream and version it is about.
pub fn place(found: &Found) -> Map<String, Value> {
    let summary = found.travel.summary();
    let head = found.head.as_ref();
    let fields = json!({
        "stream_id": summary.stream_id,
        "category": summary.category,
        "version": found.version,
        "global_position": head.and_then(|head| head.global_position),
        "created_at": head.and_then(|head| head.created_at).map(format_time),
    });
    let Value::Object(mut fields) = fields else { return Map::new() };
    let repeated = repeated(found);
    if !repeated.is_empty() {
        let repeated = repeated.iter().map(|(version, events)| json!({"version": version, "events": events}));
        fields.insert("repeated_versions".to_owned(), repeated.collect());
    }
    fields
}

/// The versions that several events have: the one that is looked at, and those that were folded on the way to it.
fn repeated(found: &Found) -> BTreeMap<Version, u32> {
    let mut repeated = found.travel.repeated().clone();
    if let Some(version) = found.version.filter(|_| found.alike > 1) {
        repeated.insert(version, u32::try_from(found.alike).unwrap_or(u32::MAX));
    }
    repeated.retain(|version, _| found.version.is_some_and(|at| *version <= at));
    repeated
}

/// The fields of a document that say how far a state can be relied on.
pub fn outcome(moment: &Moment) -> Map<String, Value> {
    let (outcome, reason) = words(&moment.outcome);
    Map::from_iter([("outcome".to_owned(), outcome.into()), ("reason".to_owned(), reason.into())])
}

fn words(outcome: &Outcome) -> (&'static str, Option<String>) {
    match outcome {
        Outcome::Complete => ("complete", None),
        Outcome::Partial(stop) => ("partial", Some(stop.to_string())),
        Outcome::Unavailable(why) => ("unavailable", Some(why.clone())),
    }
}

/// Where the fold began, as documents say it.
pub fn started_from(moment: &Moment) -> Value {
    match moment.started_from {
        StartedFrom::Start => json!({"kind": "start", "version": null}),
        StartedFrom::Snapshot(version) => json!({"kind": "snapshot", "version": version}),
        StartedFrom::Cache(version) => json!({"kind": "cache", "version": version}),
        StartedFrom::Earlier(version) => json!({"kind": "earlier", "version": version}),
    }
}

/// The exit code that an outcome has.
pub fn code(moment: &Moment) -> u8 {
    if moment.outcome == Outcome::Complete { 0 } else { PARTIAL }
}

/// Prints the line that names stream, version and event.
pub fn title(found: &Found, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    let stream = safe(found.travel.summary().stream_id.as_str()).into_owned();
    let line = match (&found.head, found.version) {
        (Some(head), Some(version)) => format!(
            "{} v{version}  {}{}{}",
            style.bold(stream),
            safe(&head.event_type),
            head.created_at.map_or(String::new(), |at| format!(" · {}", format_time(at))),
            head.actor.as_deref().map_or(String::new(), |actor| format!(" · {}", safe(actor))),
        ),
        _ => format!("{}  before its first event", style.bold(stream)),
    };
    out.line(&line)?;
    for (version, events) in repeated(found) {
        let line = format!(
            "⚠ {events} events have v{version}; they are folded in the order of the log, and a state at v{version} is after all of them"
        );
        out.line(&style.warn(line))?;
    }
    Ok(())
}

/// Prints what a reader must know of an outcome that is not complete, and of a state that should not be.
pub fn caveats(moment: &Moment, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    if let (outcome, Some(reason)) = words(&moment.outcome) {
        out.line(&style.warn(format!("⚠ {outcome}: {}", safe(&reason))))?;
    }
    for violation in &moment.violations {
        out.line(&style.bad(format!("✗ {}: {}", violation.code, safe(&violation.message))))?;
    }
    Ok(())
}

/// A value on one line, safe and not too long.
pub fn short(value: &Value) -> String {
    const LONGEST: usize = 200;
    let text = value.to_string();
    let text = safe(&text);
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.into_owned(),
    }
}
