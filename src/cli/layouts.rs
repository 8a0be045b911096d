//! `layouts`: the layouts that are known, what stores a database holds, and a layout file to start from.

use super::args::Common;
use super::failure::Failure;
use super::open::{OpenArgs, named};
use super::output::{Align, Output, Table, safe};
use crate::adapters::layout::{self, Found, Survey};
use crate::adapters::{draft, inspect, nothing_known};
use serde_json::Value;
use serde_json::json;

/// Prints what is known, what a source holds, or a layout file for it.
pub async fn run(source: Option<&str>, drafted: bool, common: &Common, out: &mut Output) -> Result<u8, Failure> {
    let Some(source) = source else { return known(out) };
    let (spec, options) = named(source, &OpenArgs::from(common))?;
    let words = spec.words(source);
    let no_database = || Failure::Usage(format!("{words} is no database: layouts are for tables"));
    if drafted {
        let text = draft(&spec, &words, &options).await?.ok_or_else(no_database)?;
        for line in text.lines() {
            out.line(line)?;
        }
        return Ok(0);
    }
    let survey = inspect(&spec, &options).await?.ok_or_else(no_database)?;
    if out.is_json() {
        document(&survey, out)?;
    } else {
        text(&survey, &words, out)?;
    }
    if survey.stores.is_empty() {
        out.flush()?;
        return Err(nothing_known(&words, &survey, options.layout.as_deref()).into());
    }
    Ok(0)
}

/// The stores that a source holds, and what the source is called.
pub async fn stores(source: &str, args: &OpenArgs) -> Result<(String, Vec<Found>), Failure> {
    let (spec, options) = named(source, args)?;
    let survey = inspect(&spec, &options).await?;
    Ok((safe(&spec.words(source)).into_owned(), survey.map_or_else(Vec::new, |survey| survey.stores)))
}

fn known(out: &mut Output) -> Result<u8, Failure> {
    let rows = layout::known();
    if out.is_json() {
        let mut list = out.list("foldback.layouts/1", "layouts");
        for (name, engines, about) in rows {
            list.item(&json!({"name": name, "engines": engines, "about": about}))?;
        }
        list.end(&Value::Null)?;
    } else {
        let mut table = Table::new(&[("LAYOUT", Align::Left), ("ON", Align::Left), ("WHAT", Align::Left)]);
        for (name, engines, about) in rows {
            table.row(vec![name, engines.join(" "), about]);
        }
        out.table(&table)?;
    }
    Ok(0)
}

fn document(survey: &Survey, out: &mut Output) -> Result<(), Failure> {
    let stores = survey.stores.iter().map(|found| {
        json!({
            "name": found.name, "layout": found.layout, "events_table": found.events_table, "guess": found.guess,
            "perhaps": found.doubt.is_some(),
            "why": found.why,
        })
    });
    let rejected = survey.rejected.iter().map(|rejected| json!({"layout": rejected.layout, "why": rejected.why}));
    out.document(&json!({
        "schema": "foldback.layouts/1",
        "stores": stores.collect::<Vec<_>>(),
        "rejected": rejected.collect::<Vec<_>>(),
    }))
}

fn text(survey: &Survey, words: &str, out: &mut Output) -> Result<(), Failure> {
    if !survey.stores.is_empty() {
        let columns = [("STORE", Align::Left), ("LAYOUT", Align::Left), ("TABLE", Align::Left), ("WHY", Align::Left)];
        let mut table = Table::new(&columns);
        for found in &survey.stores {
            let cells = [&found.name, &found.layout, &found.events_table, &found.why];
            table.row(cells.map(|cell| safe(cell).replace("SOURCE", words)).to_vec());
        }
        out.table(&table)?;
        out.line("")?;
    }
    let mut table = Table::new(&[("NOT HERE", Align::Left), ("WHY", Align::Left)]);
    for rejected in &survey.rejected {
        table.row(vec![safe(&rejected.layout).into_owned(), safe(&rejected.why).into_owned()]);
    }
    if !table.is_empty() {
        out.table(&table)?;
    }
    Ok(())
}
