//! `audit --map`: a table of anybody's held against the events, row by row.

use super::PARTIAL;
use super::audit::{AuditArgs, FOUND};
use super::failure::Failure;
use super::moment;
use super::open::{OpenArgs, named};
use super::output::{Finds, Output, count, place, safe, thousands};
use crate::adapters::SourceSpec;
use crate::analysis::audit::{Agreed, Kind};
use crate::analysis::command::operand;
use crate::explore::audit_map::{self, MapAudited, MapDifference, MappedTable, NoRows, audit, read, table_at};
use crate::explore::{Explorer, demo};
use foldback_domain::event::format_time;
use serde_json::{Value, json};
use std::path::Path;

/// What a mapping can say, for `--help`.
pub const MAPPING: &str = r#"A mapping says which stream a row belongs to, and what each column must hold:
  table = "orders"
  database = "$READ_DB"            where it is not in SOURCE; a URL, a file or @profile too
  stream = "order-{order_id}"      the key's columns in { }
  category = "order"
  when = "state.status !== 'DELETED'"        which streams have a row
  version = "stream_version"       how far a row says it is; or position, or checkpoint = "NAME"
  [columns]
  status = "/status"
  total = { path = "/total", minor_units = 2 }        1999 stands there as 19.99
  state = { path = "/status", enum = { PAID = 3 } }
  "row/name" = "/name"             within a column that holds JSON
and also as = "text|number|bool|time|date|json", case = "any", absent = 0 where the state has
nothing, within = 0.01 or "1s"; @version and @stream are paths too. A row that is as an earlier
version of its stream was is behind; one that changed during the audit is not held against it."#;

impl From<NoRows> for Failure {
    fn from(why: NoRows) -> Self {
        match why {
            NoRows::Wrong(why) => Failure::Usage(why),
            NoRows::Store(error) => error.into(),
        }
    }
}

/// Audits, and prints what differs.
pub async fn run(explorer: &Explorer, args: &AuditArgs, open: &OpenArgs, out: &mut Output) -> Result<u8, Failure> {
    let path = args.map.as_deref().unwrap_or(Path::new(""));
    let mapping = read(path).map_err(Failure::Usage)?;
    let database = database(args, mapping.database.as_deref(), open).await?;
    let mut table = MappedTable::find(mapping, &database).await?;
    let (reading, folding) = (out.reporter("copying rows aside"), out.reporter("folding, event"));
    let mut finds = Finds::begin(out, "foldback.audit/1", super::audit::table());
    let each = |row| finds.take(row, document, cells);
    let audited = audit(explorer, &mut table, args.limit, &reading, &folding, each).await?;
    let name = table.mapping.table.as_str();
    let shown = finds.end(&rest(explorer, name, &audited))?;
    if !out.is_json() {
        text(explorer, name, &audited, &shown, out)?;
    }
    Ok(match (differing(&audited), audited.undecided) {
        (1.., _) => FOUND,
        (0, 0) => 0,
        _ => PARTIAL,
    })
}

/// Prints a mapping to begin with.
pub async fn draft(
    explorer: &Explorer,
    name: &str,
    args: &AuditArgs,
    open: &OpenArgs,
    out: &mut Output,
) -> Result<u8, Failure> {
    let database = database(args, None, open).await?;
    let found = table_at(&database, None, name).await;
    // What is no table's name as a whole may name its schema too.
    let at = match (found, name.split_once('.')) {
        (Err(NoRows::Wrong(_)), Some((schema, table))) => table_at(&database, Some(schema), table).await?,
        (found, _) => found?,
    };
    // A password stays where it is; who looks the draft through says how it is to be had.
    let said = args.database.as_deref().map(|word| match word.starts_with(['$', '@']) {
        true => word.to_owned(),
        false => database.words(word),
    });
    let text = audit_map::draft(explorer, &at, said.as_deref()).await?;
    for line in text.lines() {
        out.line(line)?;
    }
    Ok(0)
}

/// Where the table is: what the command line says, then what the mapping says, then the source itself.
async fn database(args: &AuditArgs, mapped: Option<&str>, open: &OpenArgs) -> Result<SourceSpec, Failure> {
    let folder = args.map.as_deref().and_then(Path::parent).unwrap_or(Path::new(""));
    let (word, folder) = match (&args.database, mapped) {
        (Some(word), _) => (word.clone(), None),
        (None, Some(word)) => (word.to_owned(), Some(folder)),
        (None, None) => {
            let spec = named(&args.source, open)?.0;
            return match spec {
                SourceSpec::Demo => Ok(SourceSpec::Sqlite { path: demo::file().await?, store: None }),
                spec if spec.is_database() => Ok(spec),
                spec => Err(Failure::Usage(format!(
                    "{} is no database and has no tables; say where the table is with --database, or with database in the mapping",
                    safe(&spec.words(&args.source)),
                ))),
            };
        }
    };
    // What the mapping itself calls a file is beside it; a profile or the environment means one as the shell does.
    let folder = folder.filter(|_| !word.starts_with(['$', '@']));
    let word = match word.strip_prefix('$') {
        None => word,
        Some(name) => std::env::var(name).map_err(|_| {
            let name = safe(name);
            Failure::Usage(format!(
                "database = \"${name}\": there is no environment variable {name}; set it to a URL or a file"
            ))
        })?,
    };
    let without = OpenArgs::default();
    match named(&word, &without)?.0 {
        SourceSpec::Demo => Ok(SourceSpec::Sqlite { path: demo::file().await?, store: None }),
        SourceSpec::Sqlite { path, store } => {
            Ok(SourceSpec::Sqlite { path: folder.map_or(path.clone(), |folder| folder.join(&path)), store })
        }
        spec if spec.is_database() => Ok(spec),
        spec => Err(Failure::Usage(format!("{} is no database and has no tables", safe(&spec.words(&word))))),
    }
}

fn differing(audited: &MapAudited) -> u64 {
    audited.missing + audited.surplus + audited.different + audited.behind
}

/// The fields of the document behind the rows.
fn rest(explorer: &Explorer, table: &str, audited: &MapAudited) -> Value {
    json!({
        "source": moment::source(explorer),
        "table": table,
        "checkpoint": audited.checkpoint,
        "compared": audited.compared,
        "missing": audited.missing,
        "surplus": audited.surplus,
        "different": audited.different,
        "behind": audited.behind,
        "lagging": audited.lagging,
        "undecided": audited.undecided,
        "reason": audited.reason,
        "limited": audited.limited,
    })
}

/// In `changes`, before is what the events make, after what is live.
fn document(row: &MapDifference) -> Value {
    let event = row.event.as_ref();
    let found = &row.found;
    let mut changes = Vec::new();
    for (column, position) in found.columns.iter().zip(&row.positions) {
        for change in &column.changes {
            let mut change = super::diff::document(change);
            change["first_global_position"] = json!(position);
            change["first_version"] = json!(column.parted.map(|turn| turn.version));
            change["agreed_before"] = column.agreed.into();
            changes.push(change);
        }
    }
    json!({
        "key": row.key,
        "kind": row.kind(),
        "stream_id": row.stream,
        "version": row.last,
        "as_of_version": found.as_of.map(|turn| turn.version),
        "claimed_version": row.claimed.and_then(|version| version.number()),
        "first_version": event.and_then(|head| head.stream_version),
        "first_global_position": event.and_then(|head| head.global_position),
        "event_type": event.map(|head| &head.event_type),
        "event_id": event.and_then(|head| head.event_id.as_ref()),
        "created_at": event.and_then(|head| head.created_at).map(format_time),
        "actor": event.and_then(|head| head.actor.as_ref()),
        "agreed_before": found.agreed.name(),
        "why": row.why,
        "changes": changes,
    })
}

fn cells(row: &MapDifference) -> Vec<String> {
    let event = row.event.as_ref();
    let position = event.and_then(|head| head.global_position);
    let version = event.and_then(|head| head.stream_version).map_or(String::new(), |version| format!("@{version}"));
    let kind = match row.found.as_of.filter(|_| row.is_behind()) {
        Some(turn) => format!("as of v{}, behind", turn.version),
        None => row.kind().to_owned(),
    };
    vec![
        safe(&row.key).into_owned(),
        kind,
        position.map_or("-".to_owned(), |position| place(position.number())),
        event.map_or("-".to_owned(), |head| safe(&head.event_type).into_owned()),
        format!("{}{version}", safe(row.stream.as_str())),
        thousands(row.found.columns.len() as u64),
    ]
}

fn text(
    explorer: &Explorer,
    name: &str,
    audited: &MapAudited,
    shown: &[MapDifference],
    out: &mut Output,
) -> Result<(), Failure> {
    let style = out.style();
    let differing = differing(audited);
    for row in shown {
        out.line(&format!("{}  {}", style.bold(safe(&row.key).into_owned()), style.dim(why(row))))?;
        for change in row.found.columns.iter().flat_map(|column| &column.changes) {
            let value = |value: &Option<Value>| value.as_ref().map_or("nothing".to_owned(), moment::short);
            let (events, live) = (value(&change.before), value(&change.after));
            let path = safe(change.path.strip_prefix('/').unwrap_or(&change.path)).replace("~1", "/");
            out.line(&style.warn(format!("  ~ {path}  {live} in the table, {events} by its events")))?;
        }
    }
    let hidden = (differing as usize).saturating_sub(shown.len());
    if hidden > 0 {
        out.line(&style.dim(format!("the fields of {} more: --json", count(hidden as u64, "row", "rows"))))?;
    }
    let (name, compared) = (safe(name), count(audited.compared, "row", "rows"));
    let at = audited.checkpoint.map_or(String::new(), |at| format!(" at {}", place(at.number())));
    let summary = match differing {
        0 if audited.compared == audited.undecided => style.warn(format!("no row of {name} was compared")),
        0 => style.good(format!(
            "✓ {} of {name}{at} are what the events make",
            count(audited.compared - audited.undecided.min(audited.compared), "row", "rows")
        )),
        _ => style.bad(format!(
            "✗ {} of {compared} of {name}{at} differ: {} missing, {} surplus, {} different, {} behind",
            thousands(differing),
            thousands(audited.missing),
            thousands(audited.surplus),
            thousands(audited.different),
            thousands(audited.behind),
        )),
    };
    out.line(&summary)?;
    if audited.limited {
        out.line(&style.dim("stopped at --limit: there may be more".to_owned()))?;
    }
    if audited.lagging > 0 {
        let rows = count(audited.lagging, "row", "rows");
        out.line(&style.dim(format!("{rows} are what they say, at a version that is not their stream's last")))?;
    }
    if let Some(reason) = &audited.reason {
        let rows = count(audited.undecided, "row", "rows");
        out.line(&style.warn(format!("⚠ {rows} undecided: {}", safe(reason))))?;
    }
    let next = shown.iter().find_map(|row| Some((row, row.event.as_ref()?.stream_version?)));
    if let Some((row, version)) = next {
        let target = operand(&format!("{}@{version}", row.stream));
        out.line(&style.dim(format!("next: foldback show {} {target}", explorer.words())))?;
    }
    Ok(())
}

/// What the parting means, in a sentence.
fn why(row: &MapDifference) -> String {
    if let Some(why) = &row.why {
        return why.clone();
    }
    let event = row.event.as_ref();
    let at = event.and_then(|head| head.stream_version).map_or("-".to_owned(), |version| format!("v{version}"));
    let claimed = row.claimed.and_then(|version| version.number());
    let claimed = claimed.map_or(String::new(), |version| format!(", though it says that it is as of v{version}"));
    let as_of = row.found.as_of.map_or("before".to_owned(), |turn| format!("v{}", turn.version));
    let last = row.last.map_or("-".to_owned(), |version| format!("v{version}"));
    let said = match (row.found.kind, row.found.agreed) {
        (Kind::Missing, _) => format!("the events make it since {at}, and it is not there"),
        (Kind::Surplus, Agreed::Row) => format!("the event {at} took it away, and it is still there"),
        (Kind::Surplus, _) => "no event makes such a row".to_owned(),
        (Kind::Different, Agreed::Row) => format!("it is as of {as_of}, behind {last} of its stream"),
        (Kind::Different, Agreed::Fields) => format!("what differs was last right before {at}"),
        (Kind::Different, Agreed::Never) => "no event ever made it so".to_owned(),
    };
    said + &claimed
}
