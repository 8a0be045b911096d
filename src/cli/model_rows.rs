//! `projections --rows`: the rows of a read model, now or as of a position.

use super::failure::Failure;
use super::moment;
use super::output::{Align, Output, Table, place, safe};
use super::projections::ProjectionsArgs;
use crate::analysis::read_models::{PastRows, Which};
use crate::explore::Explorer;
use crate::explore::histories::rows_at;
use crate::explore::projections::rows;
use foldback_domain::processes::ModelRow;
use foldback_domain::projections;
use serde_json::{Value, json};

/// How many rows are read at a time.
const PAGE: usize = 500;

/// Prints the rows.
pub async fn run(explorer: &Explorer, name: &str, args: &ProjectionsArgs, out: &mut Output) -> Result<u8, Failure> {
    if projections::named(name).is_none() {
        let names: Vec<&str> = projections::ALL.iter().map(|projection| projection.name()).collect();
        return Err(Failure::NotFound(format!(
            "there is no projection {}; there are {}",
            safe(name),
            names.join(", ")
        )));
    }
    let which = if args.seen { Which::Seen } else { Which::Should };
    let progress = out.reporter("folding the read model aside, event");
    let json = out.is_json();
    let mut list = out.list("foldback.projections/1", "rows");
    let mut table = Table::new(&[("KEY", Align::Left), ("CHANGED AT", Align::Right), ("ROW", Align::Left)]);
    let (mut after, mut left) = (args.after.clone(), args.at.limit.unwrap_or(usize::MAX));
    let mut last = PastRows::default();
    let mut any = false;
    let next = loop {
        let wanted = left.min(PAGE);
        if wanted == 0 {
            break after;
        }
        let mut page = match explorer.as_of() {
            Some(at) => rows_at(explorer, name, at, which, after.as_deref(), wanted, &progress).await?,
            None => PastRows { rows: rows(explorer, name, after.as_deref(), wanted).await?, ..PastRows::default() },
        };
        let found = std::mem::take(&mut page.rows);
        last = page;
        left -= found.len();
        any |= !found.is_empty();
        for row in &found {
            if json {
                list.item(&document(row))?;
            } else {
                table.row(cells(row));
            }
        }
        if !table.is_empty() {
            list.table(&table)?;
            table.go_on();
        }
        match found.into_iter().next_back() {
            Some(row) => after = Some(row.key),
            None => break None,
        }
    };
    let rest = json!({
        "source": moment::source(explorer),
        "projection": name,
        "which": explorer.as_of().map(|_| if args.seen { "seen" } else { "should" }),
        "shown_at": last.shown,
        "checkpoint": last.checkpoint,
        "stopped_at": last.stopped.as_ref().map(|(at, _)| at),
        "reason": last.unavailable.as_ref().or(last.stopped.as_ref().map(|(_, why)| why)),
        "next": next,
    });
    list.end(&rest)?;
    if !json {
        said(explorer, &last, any, next.as_deref(), args, out)?;
    }
    Ok(if last.unavailable.is_some() { super::PARTIAL } else { 0 })
}

fn document(row: &ModelRow) -> Value {
    let parsed = row.row.parse();
    json!({"key": row.key, "position": row.position, "row": parsed.unwrap_or(Value::Null)})
}

fn cells(row: &ModelRow) -> Vec<String> {
    let at = row.position.map_or("-".to_owned(), |position| place(position.number()));
    let shown = row.row.parse().map_or_else(|error| safe(&error.to_string()).into_owned(), |row| moment::short(&row));
    vec![safe(&row.key).into_owned(), at, shown]
}

fn said(
    explorer: &Explorer,
    last: &PastRows,
    any: bool,
    next: Option<&str>,
    args: &ProjectionsArgs,
    out: &mut Output,
) -> Result<(), Failure> {
    let style = out.style();
    let at = |at: Option<foldback_domain::event::Position>| at.map_or("the start".to_owned(), |at| place(at.number()));
    if let Some(why) = &last.unavailable {
        return out.line(&style.warn(format!("⚠ {}", safe(why))));
    }
    if !any {
        out.line("no rows")?;
    }
    if explorer.as_of().is_some() {
        out.line(&style.dim(match args.seen {
            true => format!("as users saw them: the projection was at {}", at(last.checkpoint)),
            false => format!("as they should have been at {}", at(last.shown)),
        }))?;
    }
    if let Some((stopped, why)) = &last.stopped {
        let place = at(Some(*stopped));
        out.line(
            &style
                .warn(format!("⚠ the projection cannot go on at {place}: {}; these are the rows before it", safe(why))),
        )?;
    }
    if let Some(next) = next {
        out.line(&style.dim(format!("more: --after {}", safe(&format!("{next:?}")))))?;
    }
    Ok(())
}
