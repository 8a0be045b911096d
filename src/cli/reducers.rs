//! `reducers`: which category is covered by what, and which event types no handler names.

use super::failure::Failure;
use super::moment;
use super::output::{Align, Output, Table, count, safe, thousands};
use crate::explore::Explorer;
use crate::explore::coverage::{Covered, coverage};
use crate::replay::reducers::Script;
use serde_json::{Value, json};

/// How many event types a row names.
const NAMED: usize = 4;

/// Prints the coverage.
pub async fn run(explorer: &Explorer, out: &mut Output) -> Result<u8, Failure> {
    let covered = coverage(explorer, &out.reporter("looking at events")).await?;
    let scripts = explorer.scripts().scripts();
    if out.is_json() {
        let document = json!({
            "schema": "foldback.reducers/1",
            "source": moment::source(explorer),
            "categories": covered.iter().map(category).collect::<Vec<_>>(),
            "scripts": scripts.iter().map(|each| script(each)).collect::<Vec<_>>(),
        });
        out.document(&document)?;
        return Ok(0);
    }
    let mut table = Table::new(&[
        ("CATEGORY", Align::Left),
        ("EVENTS", Align::Right),
        ("REDUCER", Align::Left),
        ("NOT HANDLED", Align::Left),
    ]);
    for covered in &covered {
        table.row(vec![
            safe(covered.category.as_str()).into_owned(),
            thousands(covered.events),
            covered.reducer.as_ref().map_or("-".to_owned(), |info| safe(&info.to_string()).into_owned()),
            covered.reducer.as_ref().map_or_else(|why| safe(why).into_owned(), |_| unhandled(covered)),
        ]);
    }
    if table.is_empty() {
        out.line("no events: the store is empty")?;
    } else {
        out.table(&table)?;
    }
    for script in scripts.iter() {
        let about = script.about();
        let from: Vec<String> = about.from.iter().map(ToString::to_string).collect();
        let handlers = about.handlers.join(", ");
        out.line(&format!("{}  {}  {}", safe(script.name()), safe(&from.join(", ")), safe(&handlers)))?;
    }
    Ok(0)
}

fn unhandled(covered: &Covered) -> String {
    let types = &covered.unhandled;
    if types.is_empty() {
        return "-".to_owned();
    }
    let mut named: Vec<String> =
        types.iter().take(NAMED).map(|(name, events)| format!("{} ({})", safe(name), thousands(*events))).collect();
    if types.len() > NAMED {
        named.push(format!("and {}", count((types.len() - NAMED) as u64, "other", "others")));
    }
    named.join(", ")
}

fn category(covered: &Covered) -> Value {
    let types = covered.unhandled.iter();
    json!({
        "category": covered.category,
        "events": covered.events,
        "reducer": moment::reducer(covered.reducer.as_ref().ok()),
        "reason": covered.reducer.as_ref().err(),
        "unhandled_types": types.map(|(name, events)| json!({"event_type": name, "events": events})).collect::<Vec<_>>(),
    })
}

fn script(script: &Script) -> Value {
    let about = script.about();
    json!({
        "file": script.name(),
        "selector": about.from.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        "foreach_stream": about.each,
        "handlers": about.handlers,
    })
}
