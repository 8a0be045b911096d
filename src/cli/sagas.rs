//! `sagas`: the sagas, those first that need somebody; or the steps of one.

use super::args::ProcessArgs;
use super::failure::Failure;
use super::output::{Align, Output, Table, count, safe, thousands};
use crate::analysis::sagas::{Attempt, Listed, SagaStory, Sagas, Step};
use crate::explore::Explorer;
use crate::explore::sagas::{list, one, story};
use foldback_domain::event::format_time;
use foldback_domain::processes::{SagaStatus, SagaSummary};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

/// How many sagas a table shows at most, unless more are asked for: each takes a line, and what matters comes first.
const SHOWN: usize = 1_000;

/// Prints the sagas, or one.
pub async fn run(explorer: &Explorer, args: &ProcessArgs, saga: Option<&str>, out: &mut Output) -> Result<u8, Failure> {
    let now = Timestamp::now();
    let Some(saga) = saga else {
        let found = list(explorer, args.limit.unwrap_or(SHOWN), now).await?;
        let stories = stories(explorer, &found, out.is_json()).await?;
        if out.is_json() {
            out.document(&document(&found, stories))?;
        } else {
            table(explorer, &found, args.limit, out)?;
        }
        return Ok(0);
    };
    let words = explorer.words();
    let Some((story, overdue)) = one(explorer, saga, now).await? else {
        return Err(Failure::NotFound(match explorer.source().capabilities.sagas.reason() {
            Some(reason) => format!("no saga {}: {reason}", safe(saga)),
            None => format!("no saga {} in this source; foldback sagas {words} lists them", safe(saga)),
        }));
    };
    if out.is_json() {
        out.document(&json!({
            "schema": "foldback.sagas/1",
            "sagas": [saga_document(&story.summary, overdue, story.dead_letter.as_deref(), Some(&story))],
            "unavailable": null,
        }))?;
    } else {
        text(explorer, &story, overdue, out)?;
    }
    Ok(0)
}

/// The steps belong to each saga's document; a table does without.
async fn stories(explorer: &Explorer, found: &Sagas, wanted: bool) -> Result<Vec<Option<SagaStory>>, Failure> {
    let mut stories = Vec::new();
    for listed in found.list.iter().filter(|_| wanted) {
        stories.push(story(explorer, &listed.summary).await?);
    }
    Ok(stories)
}

fn document(found: &Sagas, stories: Vec<Option<SagaStory>>) -> Value {
    let sagas = found.list.iter().zip(stories);
    json!({
        "schema": "foldback.sagas/1",
        "sagas": sagas
            .map(|(listed, story)| saga_document(&listed.summary, listed.overdue, listed.dead_letter.as_deref(), story.as_ref()))
            .collect::<Vec<_>>(),
        "rates": {
            "sagas": found.rates.sagas, "over": found.rates.over, "success": found.rates.success,
            "failure": found.rates.failure, "compensation": found.rates.compensation,
        },
        "more": found.more,
        "transfers_looked_at": found.transfers_cut,
        "unavailable": found.unavailable,
    })
}

fn saga_document(saga: &SagaSummary, overdue: bool, dead_letter: Option<&str>, story: Option<&SagaStory>) -> Value {
    let time = |at: Option<Timestamp>| at.map(format_time);
    let mut document = Map::new();
    let mut put = |key: &str, value: Value| document.insert(key.to_owned(), value);
    put("saga_id", saga.saga_id.as_str().into());
    put("saga_type", saga.saga_type.as_str().into());
    put("status", saga.status.name().into());
    if let Some(native) = &saga.native_status {
        put("native_status", native.as_str().into());
    }
    put("correlation_id", saga.correlation_id.as_deref().into());
    put("started_at", time(saga.started_at).into());
    put("updated_at", time(saga.updated_at).into());
    put("due_at", time(saga.due_at).into());
    put("overdue", overdue.into());
    put("derived", saga.derived.into());
    put("step", saga.step.as_deref().into());
    put("error", saga.error.as_deref().into());
    put("dead_letter", dead_letter.into());
    let steps = story.map_or(&[][..], |story| &story.steps);
    let attempts = steps.iter().flat_map(|step| step.attempts.iter().map(move |attempt| (step, attempt)));
    put("steps", attempts.map(|(step, attempt)| attempt_document(step, attempt)).collect());
    let expected = steps.iter().filter(|step| step.status.is_none());
    put("expected", expected.map(|step| Value::from(step.name.as_str())).collect());
    Value::Object(document)
}

fn attempt_document(step: &Step, attempt: &Attempt) -> Value {
    json!({
        "name": step.name, "status": attempt.status.name(), "attempt": attempt.number,
        "started_at": format_time(attempt.started_at), "finished_at": attempt.finished_at.map(format_time),
        "error": attempt.error, "compensates": step.compensates,
    })
}

fn table(explorer: &Explorer, found: &Sagas, limit: Option<usize>, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    if let Some(reason) = &found.unavailable {
        return out.line(&format!("no sagas: {}", safe(reason)));
    }
    if found.list.is_empty() {
        let words = explorer.words_now();
        return out.line(&match limit {
            Some(0) => "no sagas: --limit 0 asks for none".to_owned(),
            _ if explorer.source().own => {
                format!("no sagas have begun on this store; foldback run {words} runs them")
            }
            _ => "no sagas: this store's tables for them are empty".to_owned(),
        });
    }
    let mut table = Table::new(&[
        ("SAGA", Align::Left),
        ("STATUS", Align::Left),
        ("STEP", Align::Left),
        ("STARTED", Align::Left),
        ("LAST SIGN", Align::Left),
        ("ERROR", Align::Left),
    ]);
    for Listed { summary, overdue, .. } in &found.list {
        let status = if *overdue { format!("{} overdue", summary.status) } else { summary.status.to_string() };
        let text = |text: &Option<String>| text.as_deref().map_or("-".to_owned(), |text| safe(text).into_owned());
        let time = |at: Option<Timestamp>| at.map_or("-".to_owned(), format_time);
        table.row(vec![
            safe(&summary.saga_id).into_owned(),
            status,
            text(&summary.step),
            time(summary.started_at),
            time(summary.updated_at),
            text(&summary.error),
        ]);
    }
    out.table(&table)?;
    let rates = found.rates;
    if rates.over > 0 {
        out.line("")?;
        let line = format!(
            "{} over: {} % succeeded, {} % failed, {} % compensated",
            count(rates.over, "saga is", "sagas are"),
            rates.success,
            rates.failure,
            rates.compensation
        );
        out.line(&style.dim(line))?;
    }
    for listed in found.list.iter().filter(|is| is.overdue || is.summary.status == SagaStatus::CompensationFailed) {
        let id = crate::analysis::command::operand(&listed.summary.saga_id);
        let sign = if listed.overdue { style.warn("▲") } else { style.bad("✗") };
        out.line(&format!("{sign} {}", style.dim(format!("foldback sagas {} {id}", explorer.words()))))?;
        if let Some(letter) = &listed.dead_letter {
            out.line(&format!("    {}", style.dim(format!("foldback retry {} {letter}", explorer.words_now()))))?;
        }
    }
    if let Some(looked_at) = found.transfers_cut {
        let looked_at = thousands(looked_at as u64);
        out.line(&style.dim(format!("transfers are made out from the newest {looked_at} withdrawals")))?;
    }
    if found.more {
        out.line(&style.dim("more: --limit takes more"))?;
    }
    Ok(())
}

fn text(explorer: &Explorer, story: &SagaStory, overdue: bool, out: &mut Output) -> Result<(), Failure> {
    let (style, saga) = (out.style(), &story.summary);
    let mut about = vec![safe(&saga.saga_type).into_owned()];
    about.extend(saga.started_at.map(|at| format!("started {}", format_time(at))));
    about.extend(saga.updated_at.map(|at| format!("last sign {}", format_time(at))));
    about.extend(overdue.then(|| "overdue".to_owned()));
    about.extend(saga.derived.then(|| "made out from its events".to_owned()));
    out.line(&format!("{}  {}  {}", style.bold(safe(&saga.saga_id)), saga.status, about.join(" · ")))?;
    let mut table = Table::new(&[
        ("STEP", Align::Left),
        ("STATUS", Align::Left),
        ("ATTEMPT", Align::Right),
        ("BEGAN", Align::Left),
        ("ENDED", Align::Left),
        ("ERROR", Align::Left),
    ]);
    let dash = || "-".to_owned();
    for step in &story.steps {
        let name = match &step.compensates {
            Some(undone) => format!("{} (undoes {})", safe(&step.name), safe(undone)),
            None => safe(&step.name).into_owned(),
        };
        if step.status.is_none() {
            table.row(vec![name.clone(), "expected".to_owned(), dash(), dash(), dash(), dash()]);
        }
        for attempt in &step.attempts {
            table.row(vec![
                name.clone(),
                attempt.status.to_string(),
                attempt.number.to_string(),
                format_time(attempt.started_at),
                attempt.finished_at.map_or_else(dash, format_time),
                attempt.error.as_deref().map_or_else(dash, |error| safe(error).into_owned()),
            ]);
        }
    }
    if story.steps.is_empty() && !explorer.source().own {
        out.line(&style.dim(format!("the layout {} tells of no steps", safe(&explorer.source().layout))))?;
    } else {
        out.table(&table)?;
    }
    if let Some(letter) = &story.dead_letter {
        out.line(&style.dim(format!("foldback retry {} {letter}", explorer.words_now())))?;
    }
    if let Some(correlation) = &saga.correlation_id {
        let id = crate::analysis::command::operand(correlation);
        out.line(&style.dim(format!("foldback trace {} {id}", explorer.words())))?;
    }
    Ok(())
}
