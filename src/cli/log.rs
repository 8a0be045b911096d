//! `log`: the events in global order, filtered, backwards or live.

use super::bisect::expression;
use super::failure::Failure;
use super::output::{Align, Output, Table, count, event_document, place, safe};
use crate::analysis::when::{no_numbers, parse_when};
use crate::explore::filter::{Filter, Undecided};
use crate::explore::{Explorer, log};
use crate::store::StoreError;
use crate::store::wake::wake;
use clap::Args;
use foldback_domain::event::{Category, EventHead, Position, StreamName, format_time};
use foldback_domain::reading::{Direction, LogFilter, LogRead};
use foldback_domain::source::Numbering;
use jiff::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// What `log` takes.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// The source.
    pub source: String,
    /// Only events of this stream.
    #[arg(long, allow_hyphen_values = true)]
    pub stream: Option<String>,
    /// Only events of streams of this category.
    #[arg(long)]
    pub category: Option<String>,
    /// Only events of this type: * is any text, ? is one character.
    #[arg(long = "type", value_name = "TYPE")]
    pub event_type: Option<String>,
    /// Only events recorded at this time or after it.
    #[arg(long, value_name = "TIME")]
    pub since: Option<String>,
    /// Only events recorded at this time or before it.
    #[arg(long, value_name = "TIME")]
    pub until: Option<String>,
    /// Only events at this position or after it.
    #[arg(long, value_name = "POS", allow_negative_numbers = true)]
    pub from: Option<i64>,
    /// Only events at this position or before it.
    #[arg(long, value_name = "POS", allow_negative_numbers = true)]
    pub to: Option<i64>,
    /// Only events of this correlation.
    #[arg(long, value_name = "ID")]
    pub correlation: Option<String>,
    /// Only events for which this expression holds, in JavaScript over event and, after it, the state of its stream.
    #[arg(long = "where", value_name = "EXPR")]
    pub expression: Option<String>,
    /// What happened without, before or behind something else, among the events of one correlation or stream.
    #[arg(
        long,
        value_name = "PATTERN",
        conflicts_with_all = ["event_type", "expression", "reverse", "follow"]
    )]
    pub pattern: Option<String>,
    /// At most so many.
    #[arg(long)]
    pub limit: Option<usize>,
    /// Newest first.
    #[arg(long, conflicts_with = "follow")]
    pub reverse: bool,
    /// Go on with new events as they come, until interrupted.
    #[arg(long)]
    pub follow: bool,
}

/// How many events are read at a time.
const PAGE: usize = 1_000;
/// After how long a store that has told of nothing is read all the same.
const QUIET: Duration = Duration::from_secs(10);

/// Prints the events.
pub async fn run(explorer: &Explorer, args: &LogArgs, out: &mut Output) -> Result<u8, Failure> {
    let now = Timestamp::now();
    let mut chosen = chosen(explorer, args)?;
    let filter = filter(args, explorer.source().numbering, now)?;
    if let Some(stream) = &filter.stream
        && explorer.reader.read_summary(stream).await?.is_none()
        && !args.follow
    {
        return Err(Failure::no_stream(explorer, stream));
    }
    if let Some(pattern) = &args.pattern {
        return super::pattern::run(explorer, pattern, &filter, args, out).await;
    }
    let direction = if args.reverse { Direction::Backward } else { Direction::Forward };
    let mut read = LogRead { filter, start: None, direction, limit: PAGE };
    let mut left = args.limit.unwrap_or(usize::MAX);
    let json = out.is_json();
    let mut table = table();
    let (mut shown, mut looked) = (0u64, 0u64);
    let to = read.filter.to;
    let mut remade = explorer.reader.remade();
    let progress = out.reporter("looking at events");
    let mut list = out.list("foldback.log/1", "events");
    let mut news = match args.follow {
        true => Some(wake(&explorer.reader).await?),
        false => None,
    };
    if let Some(reason) = news.as_ref().and_then(|news| news.reason()) {
        eprintln!("foldback: {}", safe(reason));
    }
    loop {
        // What passed no filter is not looked at again, round after round.
        let mut last = match args.follow {
            true => explorer.reader.read_head().await?,
            false => None,
        };
        if args.follow {
            // What stands above the head may still get a neighbour below it, which would never be seen.
            read.filter.to = to.min(last).or(to).or(last).or(Some(Position(i64::MIN)));
        }
        while left > 0 {
            read.limit = left.min(PAGE);
            let next = if let Some(filter) = &mut chosen {
                read.limit = PAGE;
                let page = explorer.reader.read_events(&read).await?;
                looked += page.items.len() as u64;
                progress.report(looked, None);
                last = page.items.last().and_then(|event| event.head.global_position).max(last);
                for event in page.items {
                    if left == 0 {
                        break;
                    }
                    let Some(event) = filter.passes(event).await? else { continue };
                    match json {
                        true => list.item(&event_document(&event))?,
                        false => table.row(cells(&event.head)),
                    }
                    left -= 1;
                    shown += 1;
                }
                if !table.is_empty() {
                    list.table(&table)?;
                    table.go_on();
                }
                page.next
            } else if json {
                let page = explorer.reader.read_events(&read).await?;
                for event in &page.items {
                    list.item(&event_document(event))?;
                }
                left -= page.items.len();
                shown += page.items.len() as u64;
                last = page.items.last().and_then(|event| event.head.global_position).max(last);
                page.next
            } else {
                let page = log::page(explorer, &read, &progress).await?;
                page.items.iter().for_each(|head| table.row(cells(head)));
                if !table.is_empty() {
                    list.table(&table)?;
                    table.go_on();
                }
                left -= page.items.len();
                shown += page.items.len() as u64;
                last = page.items.last().and_then(|head| head.global_position).max(last);
                page.next
            };
            match next {
                Some(next) => read.start = Some(next),
                None => break,
            }
        }
        let Some(news) = news.as_mut().filter(|_| left > 0) else { break };
        list.flush()?;
        if let Some(last) = last {
            read.start = Some(Position(last.0 + 1));
        }
        if interrupted(news.changed(QUIET)).await? {
            break;
        }
        let again = explorer.reader.remade();
        if again > std::mem::replace(&mut remade, again) {
            eprintln!("foldback: the connection was lost and made anew; it goes on behind the last event");
        }
    }
    let undecided = chosen.as_ref().map(Filter::undecided);
    list.end(&undecided.map_or(Value::Null, |undecided| json!({"undecided": undecided.events})))?;
    if let Some(Undecided { events: events @ 1.., first: Some(first) }) = undecided {
        let events = count(*events, "event", "events");
        eprintln!(
            "foldback: --where is undecided at {events}, where it throws or there is no state; first at {}",
            safe(first)
        );
    }
    if !json && shown == 0 && !args.follow {
        out.line(if args.limit == Some(0) {
            "no events: --limit 0 asks for none"
        } else if args_filter(args) {
            "no event passes the filters; leave one out to see more"
        } else {
            "no events: the store is empty"
        })?;
    }
    Ok(0)
}

/// Waits for work, or for Ctrl-C; whether it was Ctrl-C.
async fn interrupted(work: impl Future<Output = Result<bool, StoreError>>) -> Result<bool, Failure> {
    tokio::select! {
        done = work => Ok(done.map(|_| false)?),
        _ = tokio::signal::ctrl_c() => Ok(true),
    }
}

fn args_filter(args: &LogArgs) -> bool {
    args.stream.is_some()
        || args.category.is_some()
        || args.event_type.is_some()
        || args.since.is_some()
        || args.until.is_some()
        || args.from.is_some()
        || args.to.is_some()
        || args.correlation.is_some()
        || args.expression.is_some()
}

/// What --where asks for.
fn chosen(explorer: &Explorer, args: &LogArgs) -> Result<Option<Filter>, Failure> {
    let Some(text) = &args.expression else { return Ok(None) };
    let expr = expression("--where", text)?;
    if expr.needs_state() && args.reverse {
        return Err(Failure::Usage(
            "--where looks at the state only forwards, as it is folded; leave --reverse out, or look at event alone"
                .to_owned(),
        ));
    }
    Ok(Some(Filter::new(explorer, expr)))
}

fn filter(args: &LogArgs, numbering: Numbering, now: Timestamp) -> Result<LogFilter, Failure> {
    let time = |name: &str, text: &Option<String>| {
        text.as_deref().map_or(Ok(None), |text| {
            parse_when(text, now).map(Some).ok_or_else(|| {
                Failure::Usage(format!(
                    "{name} {text:?} is not a time; try 2026-01-05T09:12:44Z, 2026-01-05 or '2h ago'"
                ))
            })
        })
    };
    if let (Some(_), Some(why)) = (args.from.or(args.to), no_numbers(numbering)) {
        return Err(Failure::Usage(format!("--from and --to: {why}, with --since and --until")));
    }
    Ok(LogFilter {
        stream: args.stream.as_deref().map(StreamName::from),
        category: args.category.as_deref().map(Category::from),
        event_type: args.event_type.clone(),
        correlation_id: args.correlation.clone(),
        since: time("--since", &args.since)?,
        until: time("--until", &args.until)?,
        from: args.from.map(|number| numbering.first(number)),
        to: args.to.map(|number| numbering.last(number)),
    })
}

fn table() -> Table {
    Table::new(&[
        ("POSITION", Align::Right),
        ("AT", Align::Left),
        ("STREAM", Align::Left),
        ("V", Align::Right),
        ("TYPE", Align::Left),
        ("ACTOR", Align::Left),
    ])
}

fn cells(head: &EventHead) -> Vec<String> {
    vec![
        head.global_position.map_or("-".to_owned(), |position| place(position.number())),
        head.created_at.map_or("-".to_owned(), format_time),
        safe(head.stream_id.as_str()).into_owned(),
        head.stream_version.map_or("-".to_owned(), |version| version.to_string()),
        match head.mark {
            Some(mark) => format!("{} ({})", safe(&head.event_type), mark.name()),
            None => safe(&head.event_type).into_owned(),
        },
        head.actor.as_deref().map_or("-".to_owned(), |actor| safe(actor).into_owned()),
    ]
}
