//! `what-if`: the state on a branch, against main; or what a command would lead to there.

use super::PARTIAL;
use super::diff;
use super::failure::Failure;
use super::moment::{self, Found};
use super::output::{Output, safe};
use super::target::Target;
use super::what_if_models::{self as models, Around};
use super::what_if_text;
use crate::analysis::command::quoted;
use crate::explore::Explorer;
use crate::explore::what_if::WhatIf;
use crate::replay::{Branch, Compared, Edit, Language, Mark, Moment, Place};
use clap::{Args, ValueEnum};
use foldback_domain::event::{EventHead, Version};
use foldback_domain::{Decided, Trial, Verdict};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// What `what-if` takes.
#[derive(Debug, Args)]
pub struct WhatIfArgs {
    /// The source.
    pub source: String,
    /// STREAM, or STREAM@VERSION: the state there.
    pub stream: String,
    /// As if this event had not happened. May be given again, like the other edits.
    #[arg(long, value_name = "V", allow_hyphen_values = true)]
    pub skip: Vec<String>,
    /// As if this event had had another payload.
    #[arg(long, value_name = "V=JSON", allow_hyphen_values = true)]
    pub edit: Vec<String>,
    /// As if one more event had happened right behind this one; behind `start` it is the first.
    #[arg(long, value_name = "V=TYPE:JSON", allow_hyphen_values = true)]
    pub insert: Vec<String>,
    /// As if the first event had happened right behind the second, or behind `start`.
    #[arg(long = "move", value_name = "V=V", allow_hyphen_values = true)]
    pub moves: Vec<String>,
    /// Try a command of the domain on the branch: it is decided, and nothing comes of it.
    #[arg(long, value_name = "NAME JSON")]
    pub command: Option<String>,
    /// Fold the read models that the edits concern too, with and without them: this reads the whole log twice.
    #[arg(long)]
    pub read_models: bool,
    /// Instead print something to take away: the branch as a test, or the command or events that would correct main.
    #[arg(long, value_enum, value_name = "FORM", conflicts_with = "read_models")]
    pub export: Option<ExportForm>,
    /// The version or time of the state, and of the command; the whole of STREAM is then the stream's name.
    #[arg(long, value_name = "VERSION|TIME", allow_negative_numbers = true)]
    pub at: Option<String>,
}

/// What a branch is taken away as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ExportForm {
    /// A test in Rust: given these events, when this command, then that.
    Rust,
    /// The same in TypeScript, in Emmett's form.
    Typescript,
    /// The same as JSON.
    Json,
    /// What would correct main: the line that gives the command, or the inserted events, one a line.
    Command,
}

/// The exit code when a rule refuses the command.
const REFUSED: u8 = 1;

/// Prints the comparison.
pub async fn run(explorer: &Explorer, args: &WhatIfArgs, out: &mut Output) -> Result<u8, Failure> {
    let branch = branch(args)?;
    let command = args.command.as_deref().map(command).transpose()?;
    let now = Timestamp::now();
    let target = match &args.at {
        Some(at) => Target::exact(&args.stream, Some(at), now)?,
        None => Target::parse(&args.stream, now),
    };
    let mut found = moment::find(explorer, &target).await?;
    if let Some(missing) = found.travel.missing(&branch).await? {
        let summary = found.travel.summary();
        let number = |version: Option<Version>| version.map_or("none".to_owned(), |version| version.to_string());
        return Err(Failure::NotFound(format!(
            "stream {} has no version {missing} to edit; it has {} to {}",
            safe(summary.stream_id.as_str()),
            number(summary.first_version),
            number(summary.version),
        )));
    }
    let at = found.version;
    if let Some(form) = args.export {
        return export(explorer, &mut found, &branch, command, form, out).await;
    }
    let mut marks = Vec::new();
    let answer =
        found.travel.what_if(&branch, at, command, &out.reporter("folding"), &mut |mark| marks.push(mark)).await?;
    if let Some((_, Trial::UnknownName | Trial::Malformed(_))) = &answer.trial {
        return Err(not_a_command(command.map_or("", |(name, _)| name), &answer));
    }
    let parted = match answer.compared.parting.as_ref().and_then(|parting| parting.version) {
        Some(version) => found.travel.head(version).await?,
        None => None,
    };
    let models = match args.read_models {
        true => Some(found.travel.read_models_on(&branch, &out.reporter("folding the read models")).await?),
        false => None,
    };
    let around = Around { models, sagas: found.travel.sagas_on(&branch, &marks).await? };
    if out.is_json() {
        let mut document = document(explorer, &found, &branch, &answer, &marks, parted.as_ref());
        document.extend(models::document(&around));
        out.document(&document)?;
    } else {
        what_if_text::text(&found, &branch, &answer, &marks, parted.as_ref(), out)?;
        models::text(&around, out)?;
    }
    Ok(match &answer.trial {
        _ if !answer.compared.is_whole() => PARTIAL,
        Some((_, Trial::Refused(_))) => REFUSED,
        _ => 0,
    })
}

/// Prints something to take away.
async fn export(
    explorer: &Explorer,
    found: &mut Found,
    branch: &Branch,
    command: Option<(&str, &str)>,
    form: ExportForm,
    out: &mut Output,
) -> Result<u8, Failure> {
    let language = match form {
        ExportForm::Rust => Language::Rust,
        ExportForm::Typescript => Language::TypeScript,
        ExportForm::Json => Language::Json,
        ExportForm::Command => {
            for line in corrections(explorer, found, branch, command)? {
                out.line(&line)?;
            }
            return Ok(0);
        }
    };
    let test = found.travel.test_of(branch, found.version, command, &out.reporter("folding")).await?;
    let text = test.map_err(|why| Failure::Usage(format!("--export: {why}")))?.write(language);
    // It is a file to be: its payloads stay what they are, and only a terminal is spared what could steer it.
    for line in text.lines() {
        out.json_text(line)?;
        out.line("")?;
    }
    Ok(0)
}

/// What would correct main, as text: nothing is done. A branch is never merged, so an edit of the past is none.
fn corrections(
    explorer: &Explorer,
    found: &Found,
    branch: &Branch,
    command: Option<(&str, &str)>,
) -> Result<Vec<String>, Failure> {
    let mut lines = Vec::new();
    if let Some((name, json)) = command {
        lines.push(format!("foldback exec {} {} {}", explorer.words(), safe(name), safe(&quoted(json))));
    }
    for edit in &branch.edits {
        let Edit::Insert { event_type, data, .. } = edit else { continue };
        let data: Value = serde_json::from_str(data).unwrap_or(Value::Null);
        let event = json!({
            "stream_id": found.travel.summary().stream_id, "event_type": event_type, "data": data,
        });
        lines.push(event.to_string());
    }
    if lines.is_empty() {
        return Err(Failure::Usage(
            "--export command takes away a --command or an --insert: what is recorded stays, so that skipping, editing \
             and moving correct nothing"
                .to_owned(),
        ));
    }
    Ok(lines)
}

/// The branch that the options describe.
fn branch(args: &WhatIfArgs) -> Result<Branch, Failure> {
    type Read = fn(&str) -> Result<Edit, String>;
    let options: [(&str, &[String], Read); 4] = [
        ("--skip", &args.skip, Edit::read_skip),
        ("--edit", &args.edit, Edit::read_change),
        ("--move", &args.moves, Edit::read_move),
        ("--insert", &args.insert, Edit::read_insert),
    ];
    let mut edits: Vec<Edit> = Vec::new();
    for (option, texts, read) in options {
        for text in texts {
            edits.push(read(text).map_err(|why| Failure::Usage(format!("{option} {text:?}: {why}")))?);
        }
    }
    // The order of different options is lost: what would depend on it is not guessed.
    for skipped in edits.iter().filter_map(|edit| if let Edit::Skip(version) = edit { Some(*version) } else { None }) {
        let changed = |edit: &Edit| match edit {
            Edit::Change { version, .. } | Edit::Move { version, .. } => *version == skipped,
            _ => false,
        };
        if let Some(edit) = edits.iter().find(|edit| changed(edit)) {
            return Err(Failure::Usage(format!("--skip {skipped} and {edit} contradict each other")));
        }
    }
    Ok(Branch { name: "branch".to_owned(), edits })
}

/// A command's name and its fields.
fn command(text: &str) -> Result<(&str, &str), Failure> {
    text.trim().split_once(char::is_whitespace).map(|(name, json)| (name, json.trim())).ok_or_else(|| {
        Failure::Usage(format!(
            "--command {text:?} has no fields; write 'NAME JSON', such as 'CountStock {{\"sku\":\"SKU-9\",\"quantity\":51}}'"
        ))
    })
}

fn not_a_command(name: &str, answer: &WhatIf) -> Failure {
    Failure::Usage(match &answer.trial {
        Some((_, Trial::Malformed(why))) => format!("--command {}: {}", safe(name), safe(why)),
        _ => format!(
            "--command {}: whoever folds this stream knows no such command; foldback exec --help lists those of \
             foldback's own domain",
            safe(name)
        ),
    })
}

fn document(
    explorer: &Explorer,
    found: &Found,
    branch: &Branch,
    answer: &WhatIf,
    marks: &[Mark],
    parted: Option<&EventHead>,
) -> Map<String, Value> {
    let compared = &answer.compared;
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("schema", "foldback.what-if/1".into());
    put("source", moment::source(explorer));
    for (key, value) in moment::place(found) {
        put(&key, value);
    }
    put("reducer", moment::reducer(found.travel.reducer().ok().as_ref()));
    for (key, value) in moment::outcome(&compared.branch) {
        put(&key, value);
    }
    put("edits", branch.edits.iter().map(edit).collect());
    put("state", state(&compared.branch));
    put("violations", violations(&compared.branch));
    let mut main = moment::outcome(&compared.main);
    main.insert("state".to_owned(), state(&compared.main));
    main.insert("violations".to_owned(), violations(&compared.main));
    put("main", main.into());
    put("compared", json!(compared.counts.compared));
    let differs = compared.parting.is_some();
    put("differing", if differs { json!([differing(found, compared, parted)]) } else { json!([]) });
    put("marks", marks.iter().map(mark).collect());
    put("unjudged", json!(compared.counts.unknown));
    if let Some((on_main, on_branch)) = &answer.trial {
        put("command", json!({"main": trial(on_main), "branch": trial(on_branch)}));
    }
    document
}

fn differing(found: &Found, compared: &Compared, parted: Option<&EventHead>) -> Value {
    let parting = compared.parting.as_ref();
    json!({
        "stream_id": found.travel.summary().stream_id,
        "first_version": parting.and_then(|parting| parting.version),
        "first_global_position": parted.and_then(|head| head.global_position),
        "event_type": parting.and_then(|parting| parting.event_type.as_deref()),
        "changes": compared.changes.iter().map(diff::document).collect::<Vec<_>>(),
    })
}

fn state(moment: &Moment) -> Value {
    moment.state.as_deref().cloned().unwrap_or(Value::Null)
}

fn violations(moment: &Moment) -> Value {
    moment.violations.iter().map(|is| json!({"code": is.code, "message": is.message})).collect()
}

fn edit(edit: &Edit) -> Value {
    let raw = |data: &str| serde_json::from_str::<Value>(data).unwrap_or(Value::Null);
    match edit {
        Edit::Skip(version) => json!({"edit": "skip", "version": version}),
        Edit::Change { version, data } => json!({"edit": "edit", "version": version, "data": raw(data)}),
        Edit::Insert { behind, event_type, data } => {
            json!({"edit": "insert", "behind": behind, "event_type": event_type, "data": raw(data)})
        }
        Edit::Move { version, behind } => json!({"edit": "move", "version": version, "behind": behind}),
    }
}

fn mark(mark: &Mark) -> Value {
    let mut document = verdict(&mark.verdict);
    document["version"] = json!(mark.version);
    document["event_type"] = mark.event_type.as_ref().into();
    document["place"] = place(mark.place).into();
    document["also_on_main"] = mark.also_on_main().into();
    document
}

/// What was done to an event.
pub fn place(place: Place) -> &'static str {
    match place {
        Place::Recorded => "recorded",
        Place::Skipped => "skipped",
        Place::Changed => "edited",
        Place::Inserted => "inserted",
        Place::Moved => "moved",
    }
}

fn verdict(verdict: &Verdict) -> Value {
    match verdict {
        Verdict::Unknown => json!({"verdict": "unknown"}),
        Verdict::Agrees => json!({"verdict": "agrees"}),
        Verdict::Differs(events) => json!({"verdict": "differs", "events": decided(events)}),
        Verdict::Refuses(why) => json!({"verdict": "refuses", "reason": why}),
    }
}

fn trial(trial: &Trial) -> Value {
    match trial {
        Trial::Decided(events) => json!({"outcome": "decided", "reason": null, "events": decided(events)}),
        Trial::Refused(why) => json!({"outcome": "refused", "reason": why, "events": []}),
        Trial::UnknownName | Trial::Malformed(_) => Value::Null,
    }
}

/// Decided events, as documents.
pub fn decided(events: &[Decided]) -> Vec<Value> {
    let one = |event: &Decided| json!({"event_type": event.event_type, "schema_version": event.schema_version, "data": event.data});
    events.iter().map(one).collect()
}
