//! `streams`: the streams, filtered and sorted, page by page.

use super::failure::Failure;
use super::output::{Align, Output, Table, safe, thousands};
use crate::analysis::streams::NameFilter;
use crate::explore::{Explorer, streams};
use clap::{Args, ValueEnum};
use foldback_domain::event::{Category, Version, format_time};
use foldback_domain::reading::{StreamCursor, StreamSort, StreamSummary, StreamsRead};
use serde::Serialize;
use serde_json::json;

/// What `streams` takes.
#[derive(Debug, Args)]
pub struct StreamsArgs {
    /// The source.
    pub source: String,
    /// Only streams whose name matches: * is any text, ? is one character.
    #[arg(long = "match", value_name = "GLOB")]
    pub matching: Option<String>,
    /// Only streams of this category.
    #[arg(long)]
    pub category: Option<String>,
    /// The order.
    #[arg(long, value_enum, default_value_t = SortBy::Name)]
    pub sort: SortBy,
    /// At most so many.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Go on behind here: the `next` of the answer before.
    #[arg(long, allow_hyphen_values = true)]
    pub after: Option<String>,
}

/// The order of streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SortBy {
    /// By name.
    Name,
    /// The longest first.
    Length,
    /// The one with the newest event first.
    Recent,
}

/// How many streams are read at a time.
const PAGE: usize = 1_000;

#[derive(Serialize)]
struct Document<'a> {
    stream_id: &'a str,
    category: &'a str,
    first_version: Option<i64>,
    version: Option<i64>,
    events: u64,
    first_at: Option<String>,
    last_at: Option<String>,
}

fn document(summary: &StreamSummary) -> Document<'_> {
    Document {
        stream_id: summary.stream_id.as_str(),
        category: summary.category.as_str(),
        first_version: summary.first_version.and_then(Version::number),
        version: summary.version.and_then(Version::number),
        events: summary.events,
        first_at: summary.first_at.map(format_time),
        last_at: summary.last_at.map(format_time),
    }
}

/// Prints the streams.
pub async fn run(explorer: &Explorer, args: &StreamsArgs, out: &mut Output) -> Result<u8, Failure> {
    let sort = match args.sort {
        SortBy::Name => StreamSort::Name,
        SortBy::Length => StreamSort::Length,
        SortBy::Recent => StreamSort::Recent,
    };
    let filter = args.matching.clone().map(NameFilter::Pattern);
    let after = args.after.as_deref().map(|text| parse_cursor(text, sort)).transpose()?;
    let category = args.category.as_deref().map(Category::from);
    let mut read = StreamsRead { category, sort, after, limit: PAGE };
    let mut left = args.limit.unwrap_or(usize::MAX);
    let mut table = table();
    let json = out.is_json();
    let progress = out.reporter("looking at streams");
    let mut list = out.list("foldback.streams/1", "streams");
    let mut next = None;
    let mut any = false;
    while left > 0 {
        read.limit = left.min(PAGE);
        let page = streams::page(explorer, &read, filter.as_ref(), &progress).await?;
        left -= page.items.len();
        any |= !page.items.is_empty();
        for summary in &page.items {
            if json {
                list.item(&document(summary))?;
            } else {
                table.row(cells(summary));
            }
        }
        if !json && !table.is_empty() {
            list.table(&table)?;
            table.go_on();
        }
        next = page.next;
        match &next {
            Some(cursor) => read.after = Some(cursor.clone()),
            None => break,
        }
    }
    let next = next.map(|cursor| print_cursor(&cursor, sort));
    list.end(&json!({"next": next}))?;
    if !json && !any {
        out.line(&match (&args.matching, &args.category) {
            (None, None) if args.limit == Some(0) => "no streams: --limit 0 asks for none".to_owned(),
            (None, None) => "no streams: the store is empty".to_owned(),
            (Some(_), None) => "no stream passes --match; leave it out to see all".to_owned(),
            (None, Some(_)) => "no stream passes --category; leave it out to see all".to_owned(),
            (Some(_), Some(_)) => "no stream passes --match and --category; leave one out to see more".to_owned(),
        })?;
    }
    if !json && let Some(next) = next {
        let style = out.style();
        out.line(&style.dim(format!("more: --after {}", safe(&format!("{next:?}")))))?;
    }
    Ok(0)
}

fn table() -> Table {
    Table::new(&[
        ("CATEGORY", Align::Left),
        ("STREAM", Align::Left),
        ("EVENTS", Align::Right),
        ("VERSION", Align::Right),
        ("NEWEST", Align::Left),
    ])
}

fn cells(summary: &StreamSummary) -> Vec<String> {
    vec![
        safe(summary.category.as_str()).into_owned(),
        safe(summary.stream_id.as_str()).into_owned(),
        thousands(summary.events),
        summary.version.map_or("-".to_owned(), |version| version.to_string()),
        summary.last_at.map_or("-".to_owned(), format_time),
    ]
}

/// A cursor as one word: the name, behind its rank where the list is sorted by one.
fn print_cursor(cursor: &StreamCursor, sort: StreamSort) -> String {
    match sort {
        StreamSort::Name => cursor.stream_id.0.clone(),
        _ => format!("{}:{}", cursor.rank, cursor.stream_id),
    }
}

fn parse_cursor(text: &str, sort: StreamSort) -> Result<StreamCursor, Failure> {
    if sort == StreamSort::Name {
        return Ok(StreamCursor { stream_id: text.into(), rank: 0 });
    }
    let parts = text.split_once(':').and_then(|(rank, name)| Some((rank.parse().ok()?, name)));
    let (rank, name) = parts.ok_or_else(|| {
        Failure::Usage(format!("--after {text:?}: expected the `next` of the answer before, such as 600:inventory-7"))
    })?;
    Ok(StreamCursor { stream_id: name.into(), rank })
}
