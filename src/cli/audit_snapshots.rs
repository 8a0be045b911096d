//! `audit --snapshots`: every stored snapshot held against the fold at its version.

use super::PARTIAL;
use super::audit::FOUND;
use super::failure::Failure;
use super::moment;
use super::output::{Align, Finds, Output, Table, count, place, safe, thousands};
use crate::analysis::command::operand;
use crate::explore::Explorer;
use crate::explore::snapshots::{Verdict, snapshots};
use foldback_domain::event::format_time;
use foldback_domain::processes::StoredSnapshot;
use serde_json::{Value, json};

/// A snapshot that is not what the events make.
type Differing = (StoredSnapshot, Verdict);

#[derive(Default)]
struct Counts {
    agree: u64,
    differ: u64,
    unknown: u64,
    reason: Option<String>,
}

/// Looks at every snapshot, and prints those that differ.
pub async fn run(explorer: &Explorer, out: &mut Output) -> Result<u8, Failure> {
    let progress = out.reporter("comparing snapshots");
    let mut counts = Counts::default();
    let mut finds = Finds::begin(out, "foldback.audit/1", table());
    let each = |snapshot: StoredSnapshot, verdict: Verdict| {
        match &verdict {
            Verdict::Agrees => counts.agree += 1,
            Verdict::Unknown(why) => {
                counts.unknown += 1;
                counts.reason.get_or_insert_with(|| format!("{}: {why}", name(&snapshot)));
            }
            Verdict::Differs(_) | Verdict::Ahead(_) => {
                counts.differ += 1;
                return finds.take((snapshot, verdict), document, cells);
            }
        }
        true
    };
    let compared = snapshots(explorer, &progress, each).await?;
    if compared.is_none() {
        let why = "this source has no place for snapshots, or the layout does not name it";
        counts.reason = Some(why.to_owned());
    }
    let rest = json!({
        "source": moment::source(explorer),
        "snapshots": true,
        "compared": counts.agree + counts.differ,
        "agree": counts.agree,
        "different": counts.differ,
        "unavailable": counts.unknown,
        "reason": counts.reason,
    });
    let shown = finds.end(&rest)?;
    if !out.is_json() {
        text(explorer, &counts, &shown, out)?;
    }
    Ok(match (counts.differ, counts.unknown) {
        (1.., _) => FOUND,
        (0, 0) if compared.is_some() => 0,
        _ => PARTIAL,
    })
}

fn name(snapshot: &StoredSnapshot) -> String {
    let version = snapshot.version.map_or(String::new(), |version| format!("@{version}"));
    format!("{}{version}", safe(snapshot.stream_id.as_str()))
}

fn document((snapshot, verdict): &Differing) -> Value {
    let found = match verdict {
        Verdict::Differs(found) => Some(found.as_ref()),
        _ => None,
    };
    let event = found.and_then(|found| found.event.as_ref());
    json!({
        "key": format!("{}@{}", snapshot.stream_id, snapshot.version.map_or(String::new(), |v| v.to_string())),
        "kind": if found.is_some() { "different" } else { "ahead" },
        "stream_id": snapshot.stream_id,
        "version": snapshot.version,
        "schema_version": snapshot.schema_version,
        "taken_at": snapshot.created_at.map(format_time),
        "first_version": event.and_then(|head| head.stream_version),
        "first_global_position": event.and_then(|head| head.global_position),
        "event_type": event.map(|head| &head.event_type),
        "agreed_before": found.is_some_and(|found| found.agreed),
        "state_of": found.and_then(|found| found.state_of),
        "values_of": found.and_then(|found| found.values_of),
        "changes": found.map_or(Vec::new(), |found| found.changes.iter().map(super::diff::document).collect()),
    })
}

fn table() -> Table {
    Table::new(&[
        ("SNAPSHOT", Align::Left),
        ("PARTED AT", Align::Right),
        ("EVENT", Align::Left),
        ("FIELDS", Align::Right),
        ("TAKEN", Align::Left),
    ])
}

fn cells((snapshot, verdict): &Differing) -> Vec<String> {
    let found = match verdict {
        Verdict::Differs(found) => Some(found.as_ref()),
        _ => None,
    };
    let event = found.and_then(|found| found.event.as_ref());
    let version = event.and_then(|head| head.stream_version);
    vec![
        name(snapshot),
        version.map_or("-".to_owned(), |version| place(version.number())),
        event.map_or("-".to_owned(), |head| safe(&head.event_type).into_owned()),
        thousands(found.map_or(0, |found| found.changes.len() as u64)),
        snapshot.created_at.map_or("-".to_owned(), format_time),
    ]
}

fn text(explorer: &Explorer, counts: &Counts, shown: &[Differing], out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    for (snapshot, verdict) in shown {
        let changes = match verdict {
            Verdict::Differs(found) => found.changes.as_slice(),
            _ => &[],
        };
        out.line(&format!(
            "{}  {}",
            style.bold(name(snapshot)),
            style.dim(why(snapshot.version.map_or(0, |version| version.0), verdict))
        ))?;
        for change in changes {
            let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), moment::short);
            let (events, stored) = (value(&change.before), value(&change.after));
            let path = safe(&change.path);
            out.line(&style.warn(format!("  ~ {path}  {stored} in the snapshot, {events} by its events")))?;
        }
    }
    if let Some(reason) = &counts.reason {
        let snapshots = count(counts.unknown, "snapshot", "snapshots");
        out.line(&style.warn(format!("⚠ {snapshots} not compared: {}", safe(reason))))?;
    }
    let all = counts.agree + counts.differ;
    let snapshots = count(all, "snapshot", "snapshots");
    out.line(&match (counts.differ, counts.agree) {
        (0, 0) if counts.reason.is_none() => style.dim("no snapshots are stored here".to_owned()),
        (0, 0) => style.dim("no snapshot was compared".to_owned()),
        (0, _) => style.good(format!("✓ {snapshots}: what the events make")),
        _ => style.bad(format!("✗ {} of {snapshots} not what the events make", thousands(counts.differ))),
    })?;
    if let Some((snapshot, _)) = shown.first() {
        out.line(&style.dim(format!("next: foldback show {} {}", explorer.words(), operand(&name(snapshot)))))?;
    }
    Ok(())
}

/// What the verdict means, in a sentence.
fn why(of: i64, verdict: &Verdict) -> String {
    let found = match verdict {
        Verdict::Differs(found) => found,
        Verdict::Ahead(last) => {
            let last = last.map_or("no version".to_owned(), |last| format!("v{last}"));
            return format!("it is ahead: its stream ends at {last}");
        }
        Verdict::Agrees | Verdict::Unknown(_) => return String::new(),
    };
    let since = found.event.as_ref().and_then(|head| head.stream_version);
    match (found.state_of, since, found.agreed) {
        (Some(version), ..) if version.0 > of => format!("it is the state of v{version}, which came later"),
        (Some(version), ..) => format!("it is the state of v{version}: what came since is not in it"),
        (None, Some(since), true) => format!("what differs was last right before v{since}"),
        _ => match found.values_of {
            Some(version) => format!("what differs has the value of v{version}, which came later"),
            None => "no version ever had this state".to_owned(),
        },
    }
}
