//! What needs attention: streams that do not fold, and states that break an invariant of their aggregate.

use super::bodies::Bodies;
use super::{Explorer, Reporter, processes};
use crate::analysis::command::operand;
use crate::analysis::overview::{Attention, Finding, FindingPlace, Severity};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, StreamName, Version, safe_text};
use foldback_domain::reading::{StreamSort, StreamSummary, StreamsRead};
use foldback_domain::{Fold, FoldError, Reducer};
use std::time::{Duration, Instant};

/// How many streams are read at a time.
const PAGE: usize = 1_000;

/// What the processes around the log need, without a look at any stream.
pub async fn needs(explorer: &Explorer) -> Result<Attention, StoreError> {
    let mut attention = Attention::default();
    processes::look(explorer, &mut attention).await?;
    Ok(attention)
}

/// Folds every stream until all are folded or the budget of time ends, and says what should not be.
/// The first event after which a finding holds is named.
pub async fn attention(explorer: &Explorer, budget: Duration, progress: &Reporter) -> Result<Attention, StoreError> {
    let mut attention = Attention::default();
    processes::look(explorer, &mut attention).await?;
    if let Some(reason) = explorer.source().capabilities.state.reason() {
        attention.unavailable = Some(reason.to_owned());
        return Ok(attention);
    }
    let deadline = Instant::now() + budget;
    let mut read = StreamsRead { category: None, sort: StreamSort::Name, after: None, limit: PAGE };
    loop {
        let page = explorer.reader.read_streams(&read).await?;
        for summary in &page.items {
            let Ok(reducer) = explorer.reducer(&summary.stream_id, &summary.category) else {
                attention.without_reducer += 1;
                continue;
            };
            attention.streams += 1;
            if Instant::now() >= deadline {
                continue;
            }
            attention.streams_folded += 1;
            if let Some(finding) = examine(explorer, reducer.as_ref(), summary).await? {
                attention.findings.push(finding);
            }
        }
        progress.report(attention.streams_folded, None);
        match page.next {
            Some(next) => read.after = Some(next),
            None => break,
        }
    }
    attention.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(attention)
}

/// What is wrong with a stream's last state, if anything: its first broken invariant, or the event that does not fold.
async fn examine(
    explorer: &Explorer,
    reducer: &dyn Reducer,
    summary: &StreamSummary,
) -> Result<Option<Finding>, StoreError> {
    let stream = &summary.stream_id;
    let mut fold = reducer.start();
    let more = reducer.needs_more();
    let stopped =
        walk(explorer, summary, more, |event| fold.apply(event).err().map(|error| (event.version, error))).await?;
    if let Some((version, error)) = stopped {
        return Ok(Some(stopped_at(explorer, stream, version, &error)));
    }
    let Some(violation) = fold.violations().into_iter().next() else { return Ok(None) };
    let since = first_violating(explorer, reducer, summary, violation.code).await?;
    let range = match since {
        Some((Some(before), at)) => format!("{before}..{at}"),
        Some((None, at)) => format!("start..{at}"),
        None => return Ok(None),
    };
    let version = since.map(|(_, at)| at);
    Ok(Some(Finding {
        code: violation.code.to_owned(),
        severity: Severity::Error,
        message: format!(
            "{}: {}, since v{}",
            safe_text(stream.as_str()),
            violation.message,
            version.map_or("?".to_owned(), |version| version.to_string()),
        ),
        place: FindingPlace::Stream,
        stream_id: Some(stream.clone()),
        about: None,
        version,
        next: command(explorer, "diff", stream, &range),
    }))
}

fn stopped_at(explorer: &Explorer, stream: &StreamName, version: Version, error: &FoldError) -> Finding {
    Finding {
        code: "fold-error".to_owned(),
        severity: Severity::Error,
        message: format!("{}: the fold stops at {}", safe_text(stream.as_str()), safe_text(&error.to_string())),
        place: FindingPlace::Stream,
        stream_id: Some(stream.clone()),
        about: None,
        version: Some(version),
        next: command(explorer, "show", stream, &version.to_string()),
    }
}

/// The event after which an invariant was broken for good: the last time that it became so, with the version before.
async fn first_violating(
    explorer: &Explorer,
    reducer: &dyn Reducer,
    summary: &StreamSummary,
    code: &str,
) -> Result<Option<(Option<Version>, Version)>, StoreError> {
    let mut fold: Box<dyn Fold> = reducer.start();
    let mut before = None;
    let mut since: Option<(Option<Version>, Version)> = None;
    walk(explorer, summary, reducer.needs_more(), |event| {
        if fold.apply(event).is_err() {
            return Some(());
        }
        if !fold.violations().iter().any(|violation| violation.code == code) {
            since = None;
        } else if since.is_none() {
            since = Some((before, event.version));
        }
        before = Some(event.version);
        None
    })
    .await?;
    Ok(since)
}

/// Hands every event of a stream, in order, to a function until it returns something.
async fn walk<T>(
    explorer: &Explorer,
    summary: &StreamSummary,
    more: bool,
    mut each: impl FnMut(&EventBody) -> Option<T>,
) -> Result<Option<T>, StoreError> {
    let mut bodies = Bodies::all(explorer, &summary.stream_id, more);
    while let Some(page) = bodies.next().await? {
        if let Some(found) = page.iter().find_map(&mut each) {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The command that looks at a stream, quoted for a shell.
fn command(explorer: &Explorer, verb: &str, stream: &StreamName, at: &str) -> String {
    format!("foldback {verb} {} {}", explorer.words(), operand(&format!("{stream}@{at}")))
}
