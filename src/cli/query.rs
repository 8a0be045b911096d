//! `query`: ask a read model.

use super::failure::Failure;
use super::output::{Align, Output, Table, count, safe, thousands};
use super::works;
use crate::adapters::{SourceSpec, ask_own};
use crate::engine::query::{Found, QUERIES, QueryFailure, query};
use crate::explore::demo;
use serde_json::{Value, json};

/// What `--help` says at its end.
pub fn help() -> String {
    let line =
        |query: &crate::engine::query::Query| format!("  {:<9} {}", query.name, crate::engine::query::takes(query));
    let lines: Vec<String> = crate::engine::query::QUERIES.iter().map(line).collect();
    format!(
        "Queries, and the fields that they take:\n{}\n\nExample:\n  foldback query shop.db order '{{\"order_id\":\"1017\"}}'\n  \
         foldback query shop.db orders '{{\"customer_id\":\"kim\",\"status\":\"PAID\",\"page\":2}}' --json\n\n\
         Exit codes: 2 no such query, or its fields are not these; 4 no such row.",
        lines.join("\n")
    )
}

/// Asks, and prints the rows.
pub async fn run(db: &str, name: &str, fields: &str, out: &mut Output) -> Result<u8, Failure> {
    let spec = SourceSpec::parse(db).map_err(|error| Failure::Usage(error.to_string()))?;
    let fields = works::json(fields)?;
    let spec = match spec {
        SourceSpec::Demo => SourceSpec::Sqlite { path: demo::file().await?, store: None },
        other => other,
    };
    let ask = ask_own(&spec).await?;
    let found = query(ask.as_ref(), name, &fields).await.map_err(|failure| match failure {
        QueryFailure::Invalid(why) => Failure::Usage(why),
        QueryFailure::NotFound(why) => Failure::NotFound(why),
        QueryFailure::NoModel { projection } => Failure::Source(format!(
            "{words} keeps no read model {projection} yet; foldback rebuild {words} {projection} makes it, foldback run \
             {words} keeps it up to date",
            words = works::words(db),
        )),
        QueryFailure::Store(error) => error.into(),
    })?;
    if out.is_json() {
        let Found { rows, page, limit, total, total_pages } = &found;
        let rows: Vec<_> = rows.iter().map(|row| row.to_raw()).collect();
        #[derive(serde::Serialize)]
        struct Document<'a> {
            schema: &'static str,
            query: &'a str,
            rows: Vec<Box<serde_json::value::RawValue>>,
            page: u64,
            limit: u64,
            total: u64,
            total_pages: u64,
        }
        let (page, limit, total, total_pages) = (*page, *limit, *total, *total_pages);
        out.document(&Document { schema: "foldback.query/1", query: name, rows, page, limit, total, total_pages })?;
        return Ok(0);
    }
    let rows: Vec<Value> = found.rows.iter().map(|row| row.parse().unwrap_or(json!({}))).collect();
    if QUERIES.iter().any(|query| query.name == name && query.key.is_some()) {
        let text = rows.first().and_then(|row| serde_json::to_string_pretty(row).ok()).unwrap_or_default();
        for line in text.lines() {
            out.line(&safe(line))?;
        }
        return Ok(0);
    }
    print_list(&found, &rows, out)?;
    Ok(0)
}

fn print_list(found: &Found, rows: &[Value], out: &mut Output) -> Result<(), Failure> {
    if let Some(Value::Object(first)) = rows.first() {
        // Lists and objects inside a row are for --json.
        let names: Vec<&String> =
            first.iter().filter(|(_, value)| !value.is_array() && !value.is_object()).map(|(name, _)| name).collect();
        let mut table = Table::of(names.iter().map(|name| {
            let numbers = rows.iter().all(|row| row[name.as_str()].is_number());
            (safe(&name.to_uppercase()).into_owned(), if numbers { Align::Right } else { Align::Left })
        }));
        for row in rows {
            table.row(names.iter().map(|name| cell(&row[name.as_str()])).collect());
        }
        out.table(&table)?;
    }
    let total = count(found.total, "row", "rows");
    match found.rows.is_empty() {
        true if found.total == 0 => out.line("no rows"),
        true => out.line(&format!(
            "no rows on page {}; there are {total} on {}",
            found.page,
            count(found.total_pages, "page", "pages")
        )),
        false if found.total_pages > 1 => {
            out.line(&format!("page {} of {} · {total}", thousands(found.page), thousands(found.total_pages)))
        }
        false => Ok(()),
    }
}

fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => safe(text).into_owned(),
        Value::Number(number) => number.as_i64().map_or_else(|| number.to_string(), thousands),
        other => safe(&other.to_string()).into_owned(),
    }
}
