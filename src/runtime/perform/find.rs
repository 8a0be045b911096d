//! What is looked for in many streams and in the log, and a field's history in one.

use super::Opened;
use crate::analysis::pattern::{Pattern, PatternError};
use crate::app::find::{Ask, Hit, Reply, Where};
use crate::app::{format, highlight};
use crate::explore::bisect::{self, Finding, Searched};
use crate::explore::pattern::{self, Found, Known};
use crate::explore::snapshots::{Verdict, snapshots};
use crate::explore::{Explorer, Reporter};
use crate::replay::Outcome;
use crate::replay::reducers::Expr;
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, StreamName, Version};
use foldback_domain::processes::StoredSnapshot;
use foldback_domain::reading::{Direction, LogFilter, StreamRead};
use serde_json::Value;

/// How many hits are listed; the command line prints all of them.
const LISTED: usize = 10_000;

pub(super) async fn answer(
    now: &Explorer,
    explorer: &Explorer,
    opened: &Opened,
    ask: Ask,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    match ask {
        Ask::Bisect { within, text } => search(explorer, &within, &text, progress).await,
        Ask::Pattern { text, filter } => happened(explorer, &text, &filter, progress).await,
        Ask::Snapshots => audited_snapshots(explorer, progress).await,
        Ask::History { stream, path, at } => {
            let mut hits = Vec::new();
            let mut more = 0;
            let mut about = String::new();
            if let Some(travel) = opened.travel(now, &stream).await? {
                let mut travel = travel.lock().await;
                let each = |head: &EventHead, change: crate::replay::Change| {
                    let side =
                        |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), |value| short(value, 24));
                    let what = format!("{} → {}", side(&change.before), side(&change.after));
                    hits.push(Hit { head: head.clone(), what });
                };
                let (moment, changes) = travel.history(&path, at, LISTED as u64, progress, each).await?;
                more = changes - hits.len() as u64;
                if matches!(moment.outcome, Outcome::Unavailable(_)) {
                    (hits, more) = (Vec::new(), 0);
                }
                about = match moment.outcome {
                    Outcome::Complete => format!(
                        "{} of {} up to here",
                        format::count(changes, "event changed it", "events changed it"),
                        format::number(moment.events_folded)
                    ),
                    Outcome::Partial(stop) => stop.to_string(),
                    Outcome::Unavailable(why) => why,
                };
            }
            Ok(Reply { title: format!("history of {path}"), about, hits, more, verb: "blame" })
        }
    }
}

/// A snapshot that differs: the event where it parted, or else where to look, and what differs.
type Parted = (Option<EventHead>, StreamName, Option<Version>, String);

async fn audited_snapshots(explorer: &Explorer, progress: &Reporter) -> Result<Reply, StoreError> {
    let (mut found, mut more, mut agree, mut unknown, mut first) = (Vec::<Parted>::new(), 0, 0, 0, None);
    let each = |snapshot: StoredSnapshot, verdict: Verdict| {
        let name =
            || snapshot.version.map_or(snapshot.stream_id.to_string(), |v| format!("{}@{v}", snapshot.stream_id));
        let (event, version, what) = match verdict {
            Verdict::Agrees => {
                agree += 1;
                return true;
            }
            Verdict::Unknown(why) => {
                unknown += 1;
                first.get_or_insert_with(|| format!("{}: {why}", name()));
                return true;
            }
            Verdict::Ahead(last) => (None, last, format!("{} is of a version that its stream has not", name())),
            Verdict::Differs(found) => {
                let side =
                    |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), |value| short(value, 24));
                let change = found.changes.first().map_or(String::new(), |change| {
                    format!(": {} is {}, not {}", change.path, side(&change.after), side(&change.before))
                });
                (found.event, snapshot.version, format!("the snapshot {}{change}", name()))
            }
        };
        match found.len() < LISTED {
            true => found.push((event, snapshot.stream_id.clone(), version, what)),
            false => more += 1,
        }
        true
    };
    let title = "snapshots that are not what the events make".to_owned();
    let Some(looked) = snapshots(explorer, progress, each).await? else {
        let about = "this source has no place for snapshots, or the layout does not name it".to_owned();
        return Ok(Reply { title, about, hits: Vec::new(), more: 0, verb: "audit --snapshots" });
    };
    let differ = found.len() as u64 + more;
    let mut about = match (looked, differ) {
        (0, _) => "there are no snapshots".to_owned(),
        (_, 0) if unknown == 0 => {
            format!("✓ no difference: {} are what the events make", format::count(agree, "snapshot", "snapshots"))
        }
        _ => format!("{} of {} differ", format::number(differ), format::count(looked, "snapshot", "snapshots")),
    };
    if let Some(first) = first {
        about += &format!(" · {} undecided, first {first}", format::number(unknown));
    }
    let mut hits = Vec::with_capacity(found.len());
    for (event, stream, version, what) in found {
        let head = match (event, version) {
            (None, Some(at)) => {
                let read = StreamRead { stream, from: at, to: at, direction: Direction::Forward, limit: 1 };
                explorer.reader.read_stream(&read).await?.items.into_iter().next()
            }
            (event, _) => event,
        };
        hits.extend(head.map(|head| Hit { head, what }));
    }
    Ok(Reply { title, about, hits, more, verb: "audit --snapshots" })
}

async fn search(explorer: &Explorer, within: &Where, text: &str, progress: &Reporter) -> Result<Reply, StoreError> {
    let expr = Expr::parse(text).map_err(|trouble| StoreError::unavailable(text, trouble.why, "B asks again"))?;
    let mut hits: Vec<Hit> = Vec::new();
    let mut more = 0;
    let mut each = |finding: Finding, _: &Searched| {
        hits.push(Hit { what: after(&finding), head: finding.head });
        // The first in the log are kept; room is made for many at a time.
        if hits.len() >= 2 * LISTED {
            hits.sort_by_key(|hit| hit.head.global_position);
            more += (hits.len() - LISTED) as u64;
            hits.truncate(LISTED);
        }
        true
    };
    let searched = match within {
        Where::Stream(stream) => in_stream(explorer, &expr, stream, progress, &mut each).await?,
        Where::Category(category) => bisect::streams(explorer, &expr, Some(category), progress, each).await?,
        Where::Everywhere => bisect::streams(explorer, &expr, None, progress, each).await?,
    };
    hits.sort_by_key(|hit| hit.head.global_position);
    more += hits.len().saturating_sub(LISTED) as u64;
    hits.truncate(LISTED);
    Ok(Reply {
        title: format!("first event after which {text}"),
        about: about(&searched, hits.len() as u64 + more),
        hits,
        more,
        verb: "bisect",
    })
}

/// What a pattern describes.
async fn happened(
    explorer: &Explorer,
    text: &str,
    filter: &LogFilter,
    progress: &Reporter,
) -> Result<Reply, StoreError> {
    let pattern: Pattern =
        text.parse().map_err(|why: PatternError| StoreError::unavailable(text, why.to_string(), "p asks again"))?;
    let mut hits = Vec::new();
    let each = |found: Found| {
        hits.push(Hit { what: other(&found), head: found.first });
        hits.len() < LISTED
    };
    let seen = pattern::find(explorer, &pattern, filter, progress, each).await?;
    let more = (seen.matches + seen.open + seen.undated).saturating_sub(hits.len() as u64);
    let mut about = format!(
        "{} in {}",
        format::count(seen.matches, "match", "matches"),
        format::count(seen.events, "event", "events")
    );
    for (events, what) in [
        (seen.open, "still open: the log ends before the span does"),
        (seen.undated, "undecided: a time is missing"),
        (seen.ungrouped, "left out: nothing says what they belong to"),
    ] {
        if events > 0 {
            about += &format!(" · {} {what}", format::number(events));
        }
    }
    Ok(Reply { title: text.to_owned(), about, hits, more, verb: "log --pattern" })
}

/// The other event of a pattern, or that there is none.
fn other(found: &Found) -> String {
    match (&found.second, found.known) {
        (Some(second), _) => {
            let span = second.created_at.zip(found.first.created_at).map(|(later, first)| later.duration_since(first));
            let after = span
                .filter(|span| !span.is_negative())
                .map_or(String::new(), |span| format!("{} later: ", format::span(span.unsigned_abs())));
            format!("{after}{} {}", second.event_type, format::place(second.global_position.and_then(Position::number)))
        }
        (None, Known::Match) => "none".to_owned(),
        (None, Known::Open) => "none yet".to_owned(),
        (None, Known::Undated) => "a time is missing".to_owned(),
    }
}

async fn in_stream(
    explorer: &Explorer,
    expr: &Expr,
    stream: &StreamName,
    progress: &Reporter,
    each: &mut (impl FnMut(Finding, &Searched) -> bool + Send),
) -> Result<Searched, StoreError> {
    let Some(summary) = explorer.reader.read_summary(stream).await? else { return Ok(Searched::default()) };
    let (found, searched) = bisect::stream(explorer, expr, &summary, progress).await?;
    if let Some(found) = found {
        each(found, &searched);
    }
    Ok(searched)
}

/// What was searched, and what nobody knows. That nothing was found is an answer too.
fn about(searched: &Searched, found: u64) -> String {
    let mut about = format!(
        "{} in {} of {}",
        if found == 0 { "nothing found".to_owned() } else { format::count(found, "finding", "findings") },
        format::count(searched.events, "event", "events"),
        format::count(searched.streams, "stream", "streams"),
    );
    if searched.undecided > 0 {
        let first = searched.first_undecided.as_deref().unwrap_or_default();
        about += &format!(" · undecided after {}, first {first}", format::count(searched.undecided, "event", "events"));
    }
    if let Some(reason) = &searched.reason {
        about += &format!(
            " · {} not searched to the end: {reason}",
            format::count(searched.unsearched, "stream", "streams")
        );
    }
    about
}

/// What the state is after a finding, in short.
fn after(finding: &Finding) -> String {
    let state = finding.after.as_ref().and_then(|text| serde_json::from_str::<Value>(text).ok());
    state.map_or(String::new(), |state| short(&state, 80))
}

fn short(value: &Value, width: usize) -> String {
    highlight::inline(value, width).into_iter().map(|(_, text)| text).collect()
}
