//! `compare`: which streams end in a different state under two reducers, and the first event where each parts.

use super::PARTIAL;
use super::failure::Failure;
use super::moment;
use super::open::no_url;
use super::output::{Align, List, Output, Table, count, place, safe, thousands};
use crate::analysis::command::operand;
use crate::analysis::compare::{Cause, Causes, StreamDifference};
use crate::explore::Explorer;
use crate::explore::compare::{Outcome, Side, Which, compare, sample};
use crate::explore::compare_notes::{Counts, Notes, Reached};
use crate::explore::reducers::ScriptFiles;
use crate::replay::Stop;
use clap::Args;
use foldback_domain::Registry;
use foldback_domain::event::{Category, StreamName, format_time};
use foldback_domain::reading::{StreamCursor, StreamSummary};
use serde_json::{Value, json};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What `compare` takes.
#[derive(Debug, Args)]
pub struct CompareArgs {
    /// The source.
    pub source: String,
    /// The reducer as it was: a script, a folder of them, or domain.
    #[arg(long, value_name = "FILE|DIR|domain")]
    pub old: String,
    /// The reducer as it is to be.
    #[arg(long, value_name = "FILE|DIR|domain")]
    pub new: String,
    /// Only streams of this category.
    #[arg(long)]
    pub category: Option<String>,
    /// Only so many streams, picked by their names: the same ones each time.
    #[arg(long, value_name = "N")]
    pub sample: Option<NonZeroUsize>,
    /// Keep in this file how far it is; where it is there already, go on from there.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
}

/// The exit code when something differs.
const FOUND: u8 = 1;
/// How often the notes say how far it is.
const MARKED: Duration = Duration::from_millis(500);
/// The word for the domain.
const DOMAIN: &str = "domain";

/// Compares, and prints what differs.
pub async fn run(explorer: &Explorer, args: &CompareArgs, mine: &Registry, out: &mut Output) -> Result<u8, Failure> {
    let (old, old_is) = side(explorer, "--old", &args.old, mine)?;
    let (new, new_is) = side(explorer, "--new", &args.new, mine)?;
    let category = args.category.as_deref().map(Category::from);
    let progress = out.reporter("folding twice, events");
    let sampled = match args.sample {
        Some(size) => Some(Arc::new(sample(explorer, category.as_ref(), size.get()).await?)),
        None => None,
    };
    let what = json!({
        "source": explorer.source().label, "old": old_is, "new": new_is, "category": category, "sample": args.sample, "as_of": explorer.as_of(),
    });
    let json = out.is_json();
    let mut list = out.list("foldback.compare/1", "differing");
    let mut work =
        Work { json, table: table(), causes: Causes::default(), reached: Reached::default(), written: Ok(()) };
    let mut notes = match &args.resume {
        Some(path) => Some(resumed(path, &what, &mut work, &mut list)?),
        None => None,
    };
    let which = Which { category, sample: sampled, after: work.reached.after.clone() };
    let (mut marked, mut last) = (Instant::now(), None);
    let each = |summary: StreamSummary, outcome| {
        let cursor = StreamCursor { stream_id: summary.stream_id, rank: 0 };
        if let Some(item) = work.take(&cursor.stream_id, outcome, &mut list)
            && let Some(notes) = &mut notes
        {
            work.wrote(notes.found(&item).map_err(|error| not_noted(args, &error)));
        }
        if let Some(notes) = notes.as_mut().filter(|_| marked.elapsed() > MARKED) {
            marked = Instant::now();
            let reason = work.reached.reason.as_deref();
            let marked = notes.mark(&cursor, work.reached.counts, reason);
            work.wrote(marked.map_err(|error| not_noted(args, &error)));
        }
        last = Some(cursor);
        work.written.is_ok()
    };
    compare(explorer, &old, &new, &which, &progress, each).await?;
    let Work { table, causes, reached: Reached { counts, reason, .. }, written, .. } = work;
    written?;
    if let (Some(notes), Some(last)) = (&mut notes, &last) {
        notes.mark(last, counts, reason.as_deref()).map_err(|error| not_noted(args, &error))?;
    }
    list.end(&rest(explorer, args, &counts, reason.as_deref(), &causes))?;
    if counts == Counts::default() && last.is_none() {
        let words = explorer.words();
        return Err(Failure::NotFound(match &args.category {
            Some(category) => {
                format!(
                    "no stream is of the category {}; foldback overview {words} lists the categories",
                    safe(category)
                )
            }
            None => "there are no streams to compare".to_owned(),
        }));
    }
    if !json {
        text(explorer, args, &counts, reason.as_deref(), &table, &causes, out)?;
    }
    Ok(match counts {
        Counts { differing: 1.., .. } => FOUND,
        Counts { unknown: 0, compared: 1.., .. } => 0,
        _ => PARTIAL,
    })
}

fn not_noted(args: &CompareArgs, error: &std::io::Error) -> Failure {
    let path = args.resume.as_deref().unwrap_or(Path::new("")).display().to_string();
    Failure::Source(format!("--resume {}: {error}", safe(&path)))
}

/// What a side is, and what tells it from every other in notes.
fn side(explorer: &Explorer, option: &str, word: &str, mine: &Registry) -> Result<(Side, Value), Failure> {
    if word == DOMAIN && !Path::new(word).exists() {
        let domain = Explorer::new(explorer.reader.clone(), Registry::embedded(), true).with_aggregates(mine.clone());
        return Ok((Side::Domain(Box::new(domain)), json!([DOMAIN, env!("CARGO_PKG_VERSION")])));
    }
    no_url(option, word)?;
    let scripts = ScriptFiles::open(&[PathBuf::from(word)])
        .map_err(|why| Failure::Usage(format!("{option}: {why}; it takes a script, a folder of them, or {DOMAIN}")))?;
    let texts: Vec<u8> = scripts.scripts().iter().flat_map(|script| script.text().bytes().chain([0])).collect();
    let is = Uuid::new_v5(&Uuid::NAMESPACE_OID, &texts).to_string();
    Ok((Side::Scripts(Arc::new(scripts)), json!(["scripts", is])))
}

/// Takes up what a comparison that was interrupted has found.
fn resumed(path: &Path, what: &Value, work: &mut Work, list: &mut List<'_>) -> Result<Notes, Failure> {
    let (notes, reached) = Notes::open(path, what, |item| work.print(&item, list))
        .map_err(|why| Failure::Usage(safe(&why).into_owned()))?;
    work.reached = reached;
    Ok(notes)
}

/// What was found so far.
struct Work {
    json: bool,
    table: Table,
    causes: Causes,
    reached: Reached,
    written: Result<(), Failure>,
}

impl Work {
    /// Counts a stream; the item for one that differs, which is printed.
    fn take(&mut self, stream: &StreamName, outcome: Outcome, list: &mut List<'_>) -> Option<Value> {
        let Reached { counts, reason, .. } = &mut self.reached;
        match outcome {
            Outcome::Skipped => {}
            Outcome::Uncovered => counts.uncovered += 1,
            Outcome::Same => counts.compared += 1,
            Outcome::Unknown(why) => {
                counts.unknown += 1;
                reason.get_or_insert_with(|| format!("{stream}: {why}"));
            }
            Outcome::Differs(found) => {
                counts.compared += 1;
                counts.differing += 1;
                let item = document(&found);
                self.print(&item, list);
                return Some(item);
            }
        }
        None
    }

    /// Prints a stream that differs, as a document or a row.
    fn print(&mut self, item: &Value, list: &mut List<'_>) {
        let text = |key: &str| item[key].as_str().unwrap_or_default().to_owned();
        let what = item["cause"].as_array().into_iter().flatten().filter_map(Value::as_str);
        let cause = Cause {
            event_type: item["event_type"].as_str().map(str::to_owned),
            what: what.map(str::to_owned).collect(),
        };
        self.causes.count(cause, &StreamName(text("stream_id")));
        let written = if self.json { list.item(item) } else { list.row(&mut self.table, cells(item)) };
        self.wrote(written);
    }

    /// Remembers what went wrong first.
    fn wrote(&mut self, written: Result<(), Failure>) {
        if self.written.is_ok() {
            self.written = written;
        }
    }
}

/// In the changes, before is by the old reducer and after by the new one.
fn document(found: &StreamDifference) -> Value {
    let event = found.event.as_ref();
    let changes = |changes: &[crate::replay::Change]| changes.iter().map(super::diff::document).collect::<Vec<_>>();
    let stop = |stop: &Option<Stop>| {
        stop.as_ref().map(|stop| json!({"version": stop.version, "event_type": stop.event_type, "why": stop.why}))
    };
    json!({
        "stream_id": found.stream_id,
        "category": found.category,
        "first_version": event.and_then(|head| head.stream_version),
        "first_global_position": event.and_then(|head| head.global_position),
        "event_type": event.map(|head| &head.event_type),
        "event_id": event.and_then(|head| head.event_id.as_ref()),
        "created_at": event.and_then(|head| head.created_at).map(format_time),
        "actor": event.and_then(|head| head.actor.as_ref()),
        "cause": found.cause().what,
        "first_changes": changes(&found.first),
        "changes": changes(&found.end),
        "old_stops": stop(&found.old_stop),
        "new_stops": stop(&found.new_stop),
    })
}

/// The fields of the document behind its streams.
fn rest(explorer: &Explorer, args: &CompareArgs, counts: &Counts, reason: Option<&str>, causes: &Causes) -> Value {
    let list = causes.list();
    let cause = |(cause, streams, first): &(&Cause, u64, &StreamName)| json!({"event_type": cause.event_type, "what": cause.what, "streams": streams, "example": first});
    json!({
        "source": moment::source(explorer),
        "old": args.old,
        "new": args.new,
        "compared": counts.compared,
        "different": counts.differing,
        "uncovered": counts.uncovered,
        "unavailable": counts.unknown,
        "reason": reason,
        "sampled": args.sample,
        "causes": list.iter().map(cause).collect::<Vec<_>>(),
        "streams_of_other_causes": causes.others,
    })
}

fn table() -> Table {
    Table::new(&[
        ("STREAM", Align::Left),
        ("PARTS AT", Align::Right),
        ("POSITION", Align::Right),
        ("EVENT", Align::Left),
        ("AT THE END", Align::Left),
    ])
}

fn cells(item: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map_or("-".to_owned(), |text| safe(text).into_owned());
    let number = |value: &Value| value.as_i64().map_or("-".to_owned(), |number| place(Some(number)));
    let version = item["first_version"].as_i64().map_or("start".to_owned(), |version| format!("v{version}"));
    vec![
        text(&item["stream_id"]),
        version,
        number(&item["first_global_position"]),
        text(&item["event_type"]),
        ends(item),
    ]
}

/// What differs at the end, as far as one line holds it.
fn ends(item: &Value) -> String {
    for (who, key) in [("old", "old_stops"), ("new", "new_stops")] {
        if let Some(why) = item[key]["why"].as_str() {
            return format!("the {who} reducer stops: {}", safe(why));
        }
    }
    let changes = item["changes"].as_array().map_or(&[][..], Vec::as_slice);
    let Some(first) = changes.first() else { return "-".to_owned() };
    let value = |value: &Value| if value.is_null() { "nothing".to_owned() } else { moment::short(value) };
    let path = safe(first["path"].as_str().unwrap_or_default()).into_owned();
    let more = changes.len() - 1;
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    format!("{path} {} → {}{more}", value(&first["before"]), value(&first["after"]))
}

fn text(
    explorer: &Explorer,
    args: &CompareArgs,
    counts: &Counts,
    reason: Option<&str>,
    table: &Table,
    causes: &Causes,
    out: &mut Output,
) -> Result<(), Failure> {
    let style = out.style();
    if !table.is_empty() {
        out.table(table)?;
        out.line("")?;
    }
    let list = causes.list();
    if !list.is_empty() {
        let mut grouped = Table::new(&[
            ("STREAMS", Align::Right),
            ("PART AT", Align::Left),
            ("BY", Align::Left),
            ("SUCH AS", Align::Left),
        ]);
        for (cause, streams, first) in &list {
            grouped.row(vec![
                thousands(*streams),
                cause.event_type.as_deref().map_or("before any event".to_owned(), |name| safe(name).into_owned()),
                safe(&cause.what.join(" ")).into_owned(),
                safe(first.as_str()).into_owned(),
            ]);
        }
        if causes.others > 0 {
            grouped.row(vec![thousands(causes.others), "others".to_owned(), String::new(), String::new()]);
        }
        out.table(&grouped)?;
        out.line("")?;
    }
    let streams = count(counts.compared, "stream", "streams");
    let sampled = if args.sample.is_some() { ", a sample," } else { "" };
    out.line(&match (counts.differing, counts.compared) {
        (0, 0) => style.warn("no stream was compared".to_owned()),
        (0, _) => style.good(format!("✓ {streams}{sampled} end the same under both")),
        (differing, _) => style.bad(format!("✗ {} of {streams}{sampled} end differently", thousands(differing))),
    })?;
    if counts.uncovered > 0 {
        let streams = count(counts.uncovered, "stream", "streams");
        out.line(&style.dim(format!("{streams} that not both of them fold")))?;
    }
    if let Some(reason) = reason {
        let streams = count(counts.unknown, "stream", "streams");
        out.line(&style.warn(format!("⚠ {streams} could not be compared: {}", safe(reason))))?;
    }
    if let Some((_, _, first)) = list.first() {
        let next = format!("foldback show {} {} --reducers", explorer.words(), operand(first.as_str()));
        let with: Vec<&str> =
            [&args.old, &args.new].into_iter().filter(|it| *it != DOMAIN).map(String::as_str).collect();
        let with = with.first().map_or(String::new(), |file| crate::analysis::command::quoted(file));
        out.line(&style.dim(format!("next: {next} {with}")))?;
    }
    Ok(())
}
