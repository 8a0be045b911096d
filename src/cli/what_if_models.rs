//! What `what-if` says of the read models and sagas around the stream.

use super::diff;
use super::failure::Failure;
use super::output::{Output, count, safe};
use crate::analysis::what_if::{ModelOnBranch, OnBranch, SagaOnBranch, SagasOnBranch, UNKNOWN, Went};
use serde_json::{Map, Value, json};

/// What stands around the stream.
pub struct Around {
    /// The read models, where they were asked for; or why there are none.
    pub models: Option<Result<Vec<ModelOnBranch>, String>>,
    /// The sagas.
    pub sagas: SagasOnBranch,
}

/// The document's fields.
pub fn document(around: &Around) -> Map<String, Value> {
    let mut fields = Map::new();
    match &around.models {
        None => {}
        Some(Ok(models)) => {
            fields.insert("read_models".to_owned(), models.iter().map(model).collect());
        }
        Some(Err(why)) => {
            fields.insert("read_models".to_owned(), Value::Null);
            fields.insert("read_models_reason".to_owned(), why.as_str().into());
        }
    }
    fields.insert("sagas".to_owned(), around.sagas.list.iter().map(saga).collect());
    fields.insert("sagas_left_out".to_owned(), json!(around.sagas.left_out));
    fields
}

fn model(model: &ModelOnBranch) -> Value {
    let rows = model.rows.iter().map(|row| {
        json!({
            "key": row.key,
            "first_global_position": row.first,
            "changes": row.changes.iter().map(diff::document).collect::<Vec<_>>(),
        })
    });
    json!({
        "projection": model.projection,
        "main": went(&model.main),
        "branch": went(&model.branch),
        "compared": model.compared,
        "differ": model.differ,
        "differing": rows.collect::<Vec<_>>(),
    })
}

fn went(went: &Went) -> Value {
    let (at, why) = went.stopped.as_ref().map_or((None, None), |(at, why)| (Some(*at), Some(why)));
    json!({"stopped_at": at, "error": why, "skipped": went.skipped})
}

fn saga(saga: &SagaOnBranch) -> Value {
    let (branch, reason) = match saga.branch {
        OnBranch::Is(status) => (json!(status.name()), Value::Null),
        OnBranch::Gone => (Value::Null, Value::Null),
        OnBranch::Unknown => (json!("UNKNOWN"), UNKNOWN.into()),
    };
    let because = saga.because.iter().map(|(version, kind)| json!({"version": version, "event_type": kind.as_ref()}));
    json!({
        "saga_id": saga.saga_id,
        "saga_type": saga.saga_type,
        "main": saga.main.name(),
        "branch": branch,
        "reason": reason,
        "because": because.collect::<Vec<_>>(),
    })
}

/// Prints them.
pub fn text(around: &Around, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    match &around.models {
        None => {}
        Some(Err(why)) => out.line(&style.warn(format!("⚠ no read models: {}", safe(why))))?,
        Some(Ok(models)) if models.is_empty() => out.line("no projection handles the edited events")?,
        Some(Ok(models)) => {
            for model in models {
                out.line(&style.bold(format!("read model {}", model.projection)))?;
                side("main", &model.main, out)?;
                side("branch", &model.branch, out)?;
                out.line(&format!(
                    "  {}, {}",
                    count(model.compared, "row compared", "rows compared"),
                    count(model.differ, "differs", "differ")
                ))?;
                for row in &model.rows {
                    let first = row.first.map_or(String::new(), |at| format!(" since #{at}"));
                    out.line(&format!("  {}{first}", safe(&row.key)))?;
                    diff::text(&row.changes, out)?;
                }
                let told = model.rows.len() as u64;
                if model.differ > told {
                    out.line(&style.dim(format!("  and {} more", model.differ - told)))?;
                }
            }
        }
    }
    for saga in &around.sagas.list {
        let because = saga.because.iter().map(|(version, kind)| format!("v{version} {}", safe(kind)));
        let because = because.collect::<Vec<_>>().join(", ");
        let there = match saga.branch {
            OnBranch::Is(status) => style.branch(format!("{status} on the branch")),
            OnBranch::Gone => style.branch("not begun on the branch"),
            OnBranch::Unknown => style.dim("? on the branch"),
        };
        out.line(&format!("saga {}  {}; {there}; concerned by {because}", safe(&saga.saga_id), saga.main))?;
    }
    if around.sagas.list.iter().any(|saga| saga.branch == OnBranch::Unknown) {
        out.line(&style.dim(format!("? {UNKNOWN}")))?;
    }
    if around.sagas.left_out > 0 {
        let more = count(around.sagas.left_out as u64, "event was", "events were");
        out.line(&style.dim(format!("{more} not looked up: too many transactions")))?;
    }
    Ok(())
}

fn side(name: &str, went: &Went, out: &mut Output) -> Result<(), Failure> {
    let style = out.style();
    let skipped = match went.skipped {
        0 => String::new(),
        skipped => format!(" ({} passed over)", count(skipped, "event", "events")),
    };
    out.line(&match &went.stopped {
        Some((at, why)) => style.bad(format!("  {name}: ✗ stops at #{at}: {}{skipped}", safe(why))),
        None => style.good(format!("  {name}: ✓ goes through to the end{skipped}")),
    })
}
