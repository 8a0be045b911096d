//! `audit`: a read model held against its events, row by row.

use super::audit_map::MAPPING;
use super::failure::Failure;
use super::moment;
use super::output::{Align, Finds, Output, Table, count, place, safe, thousands};
use crate::analysis::audit::Field;
use crate::analysis::command::operand;
use crate::explore::Explorer;
use crate::explore::audit::{Audited, NoAudit, RowDifference, audit};
use clap::{ArgGroup, Args};
use foldback_domain::event::{Position, format_time};
use foldback_domain::projections;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What `audit` takes.
#[derive(Debug, Args)]
#[command(group(ArgGroup::new("table").args(["map", "draft"])))]
pub struct AuditArgs {
    /// The source.
    pub source: String,
    /// Which of foldback's own projections.
    #[arg(required_unless_present_any = ["snapshots", "map", "draft"])]
    pub projection: Option<String>,
    /// Compare every stored snapshot with the fold of its stream at its version instead.
    #[arg(long, conflicts_with = "projection")]
    pub snapshots: bool,
    /// Compare a table of anybody's instead, through a mapping of its key and columns.
    #[arg(long, value_name = "FILE.toml", conflicts_with_all = ["projection", "snapshots"])]
    pub map: Option<PathBuf>,
    /// Write a mapping to begin with, by looking at a table, its rows, and the state of a stream that one may belong to.
    #[arg(long, value_name = "TABLE", conflicts_with_all = ["projection", "snapshots"])]
    pub draft: Option<String>,
    /// Where the table is, whatever the mapping says: a file, a URL, @profile, or $NAME for an environment variable.
    #[arg(long, value_name = "DATABASE", requires = "table")]
    pub database: Option<String>,
    /// With --map: stop when so many differ.
    #[arg(long, requires = "map")]
    pub limit: Option<usize>,
}

/// What `--help` says at its end.
pub fn help() -> String {
    let names: Vec<&str> = foldback_domain::projections::ALL.iter().map(|projection| projection.name()).collect();
    format!(
        "Projections: {}.\n\nExample:\n  foldback audit shop.db customer-summaries\n  \
         foldback audit shop.db stock-levels --json | jq '.differing[].first_global_position'\n  \
         foldback audit shop.db --snapshots    snapshots of any store, with --reducers where it is not foldback's\n  \
         foldback audit shop.db --draft orders > orders.toml             a mapping to begin with\n  \
         foldback audit shop.db --map orders.toml --reducers order.js    a table of your own\n\n\
         {MAPPING}\n\n\
         The live rows are never touched, and nothing is written beside the source: the versions of every\n\
         row stand in a scratch file without a name. A row that is as it was before an event parted at that\n\
         event; else each field that differs parted at the event behind the last version that had its value.\n\
         In changes, before is what the events make, and after is what is live.\n\n\
         Exit codes: 0 every row is what the events make, 1 some are not, 2 no such table or column, 4 no\n\
         such projection, or no rows; 5 not every snapshot or row could be compared.",
        names.join(", ")
    )
}

/// The exit code when something differs.
pub const FOUND: u8 = 1;

impl From<NoAudit> for Failure {
    fn from(why: NoAudit) -> Self {
        match why {
            NoAudit::NotFound(why) => Failure::NotFound(why),
            NoAudit::Unavailable(why) => Failure::Source(why),
            NoAudit::Store(error) => error.into(),
        }
    }
}

/// Audits, and prints what differs.
pub async fn run(explorer: &Explorer, args: &AuditArgs, out: &mut Output) -> Result<u8, Failure> {
    let name = args.projection.as_deref().unwrap_or_default();
    let Some(projection) = projections::named(name) else {
        let names: Vec<&str> = projections::ALL.iter().map(|projection| projection.name()).collect();
        let name = safe(name);
        return Err(Failure::NotFound(format!("there is no projection {name}; there are {}", names.join(", "))));
    };
    let progress = out.reporter("folding the read model aside, event");
    let mut finds = Finds::begin(out, "foldback.audit/1", table());
    let audited = audit(explorer, projection, &progress, |row| finds.take(row, document, cells)).await?;
    let shown = finds.end(&rest(explorer, projection.name(), &audited))?;
    if !out.is_json() {
        text(explorer, projection.name(), &audited, &shown, out)?;
    }
    Ok(if differing(&audited) > 0 { FOUND } else { 0 })
}

fn differing(audited: &Audited) -> u64 {
    audited.missing + audited.surplus + audited.different
}

/// The fields of the document behind the rows.
fn rest(explorer: &Explorer, projection: &str, audited: &Audited) -> Value {
    json!({
        "source": moment::source(explorer),
        "projection": projection,
        "checkpoint": audited.checkpoint,
        "head": audited.head,
        "compared": audited.compared,
        "missing": audited.missing,
        "surplus": audited.surplus,
        "different": audited.different,
        "skipped_events": audited.skipped,
    })
}

/// In `changes`, before is what the events make, after what is live.
fn document(row: &RowDifference) -> Value {
    let event = row.event.as_ref();
    let field = |field: &Field| {
        let mut change = super::diff::document(&field.change);
        change["first_global_position"] = json!(field.parted);
        change["agreed_before"] = field.agreed.into();
        change
    };
    json!({
        "key": row.key,
        "kind": row.parting.kind.name(),
        "stream_id": event.map(|head| &head.stream_id),
        "first_version": event.and_then(|head| head.stream_version),
        "first_global_position": row.parting.parted,
        "event_type": event.map(|head| &head.event_type),
        "event_id": event.and_then(|head| head.event_id.as_ref()),
        "created_at": event.and_then(|head| head.created_at).map(format_time),
        "actor": event.and_then(|head| head.actor.as_ref()),
        "agreed_before": row.parting.agreed.name(),
        "live_position": row.live_position,
        "folded_position": row.folded_position,
        "changes": row.parting.fields.iter().map(field).collect::<Vec<_>>(),
    })
}

/// The columns of rows that differ.
pub fn table() -> Table {
    Table::new(&[
        ("KEY", Align::Left),
        ("ROW", Align::Left),
        ("PARTED AT", Align::Right),
        ("EVENT", Align::Left),
        ("STREAM", Align::Left),
        ("FIELDS", Align::Right),
    ])
}

fn position(position: Option<Position>) -> String {
    position.map_or("-".to_owned(), |position| place(position.number()))
}

fn cells(row: &RowDifference) -> Vec<String> {
    let event = row.event.as_ref();
    let stream = event.map(|head| match head.stream_version {
        Some(version) => format!("{}@{version}", safe(head.stream_id.as_str())),
        None => safe(head.stream_id.as_str()).into_owned(),
    });
    vec![
        safe(&row.key).into_owned(),
        row.parting.kind.name().to_owned(),
        position(row.parting.parted),
        event.map_or("-".to_owned(), |head| safe(&head.event_type).into_owned()),
        stream.unwrap_or_else(|| "-".to_owned()),
        thousands(row.parting.fields.len() as u64),
    ]
}

fn text(
    explorer: &Explorer,
    projection: &str,
    audited: &Audited,
    shown: &[RowDifference],
    out: &mut Output,
) -> Result<(), Failure> {
    let style = out.style();
    let differing = differing(audited);
    for row in shown {
        out.line(&format!(
            "{}  {}",
            style.bold(safe(&row.key).into_owned()),
            style.dim(row.parting.sentence(&position(row.parting.parted), row.is_untouched()))
        ))?;
        for field in &row.parting.fields {
            let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), moment::short);
            let Field { change, .. } = field;
            let (events, live) = (value(&change.before), value(&change.after));
            let path = safe(&change.path);
            out.line(&style.warn(format!("  ~ {path}  {live} in the read model, {events} by its events")))?;
        }
    }
    let hidden = (differing as usize).saturating_sub(shown.len());
    if hidden > 0 {
        let rows = count(hidden as u64, "row", "rows");
        out.line(&style.dim(format!("the fields of {rows} more: --json")))?;
    }
    let at = position(audited.checkpoint);
    let compared = count(audited.compared, "row", "rows");
    let summary = match differing {
        0 => style.good(format!("✓ {compared} of {projection} at {at} are what the events make")),
        _ => style.bad(format!(
            "✗ {} of {compared} of {projection} at {at} differ: {} missing, {} surplus, {} different",
            thousands(differing),
            thousands(audited.missing),
            thousands(audited.surplus),
            thousands(audited.different),
        )),
    };
    out.line(&summary)?;
    if audited.skipped > 0 {
        let events = count(audited.skipped, "event", "events");
        out.line(&style.dim(format!("{events} that the projection cannot handle passed over, as it did")))?;
    }
    if audited.checkpoint < audited.head {
        let head = position(audited.head);
        out.line(
            &style.dim(format!("the log's head is {head}: what waits behind the checkpoint is not missing here")),
        )?;
    }
    let words = explorer.words();
    if let Some(at) = shown.iter().find_map(|row| row.parting.parted) {
        let look = match shown.iter().find_map(|row| row.event.as_ref()) {
            Some(head) if head.stream_version.is_some_and(|version| version.0 > 0) => {
                let version = head.stream_version.map_or(0, |version| version.0);
                format!("foldback show {words} {}", operand(&format!("{}@{version}", head.stream_id)))
            }
            _ => format!("foldback log {words} --from {at} --to {at} --json"),
        };
        out.line(&style.dim(format!("next: {look}")))?;
    }
    if differing > 0 {
        out.line(&style.dim(format!("mend: foldback rebuild {words} {projection}")))?;
    }
    Ok(())
}
