//! Sagas, as far as a store's tables tell of them.

use super::SagaQuery;
use crate::adapters::tables::cell::Cell;
use crate::adapters::tables::engine::{Engine, Values, rows};
use crate::store::StoreError;
use foldback_domain::event::Payload;
use foldback_domain::processes::{SagaEntry, SagaStatus, SagaSummary, SagasRead};
use jiff::Timestamp;
use std::collections::BTreeMap;

/// How many steps of a saga are shown.
const STEPS: usize = 10_000;

/// A page of the sagas, the ones with the newest sign first. The columns: id, kind, status, correlation id, step, error, begun,
/// time, state.
pub async fn page(
    engine: &dyn Engine,
    queries: &[SagaQuery],
    read: &SagasRead,
) -> Result<Vec<SagaSummary>, StoreError> {
    let mut found = Vec::new();
    let (skip, mut over) = if queries.len() == 1 { (read.offset, 0) } else { (0, read.offset) };
    for asked in queries {
        let wanted = read.limit.saturating_sub(found.len()).saturating_add(usize::try_from(over).unwrap_or(usize::MAX));
        if wanted == 0 {
            break;
        }
        let columns = &asked.query.columns;
        let order = match columns[7].sql() {
            "NULL" => columns[0].sql().to_owned(),
            time => format!("{time} DESC, {}", columns[0].sql()),
        };
        let mut behind = String::new();
        let mut values = Values::new(engine.dialect());
        if let Some(id) = &read.correlation_id {
            behind += &format!(" AND {} = {}", columns[3].sql(), values.bind(id));
        }
        behind += &format!(" ORDER BY {order} LIMIT {wanted} OFFSET {skip}");
        for row in asked.query.ask(engine, &behind, values.args()).await? {
            if over > 0 {
                over -= 1;
                continue;
            }
            found.push(summary(asked, &row));
        }
    }
    Ok(found)
}

/// How many sagas have each status.
pub async fn counts(engine: &dyn Engine, queries: &[SagaQuery]) -> Result<Vec<(String, u64)>, StoreError> {
    let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
    for asked in queries {
        let status = asked.query.columns[2].sql();
        let sql = format!("SELECT {status}, count(*) {} GROUP BY {status}", asked.query.rows);
        // A NULL that is grouped by has no type of its own.
        let sql = if status == "NULL" { format!("SELECT NULL, count(*) {}", asked.query.rows) } else { sql };
        let mut reading = engine.begin().await?;
        for row in rows(reading.as_mut(), &sql, &[]).await? {
            let number = row.get(1).and_then(Cell::int).and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
            *counts.entry(status_of(asked, row[0].text().as_deref()).name()).or_default() += number;
        }
        reading.end().await?;
    }
    Ok(counts.into_iter().filter(|(_, count)| *count > 0).map(|(name, count)| (name.to_owned(), count)).collect())
}

/// One saga with its steps.
pub async fn one(
    engine: &dyn Engine,
    queries: &[SagaQuery],
    saga_id: &str,
) -> Result<Option<(SagaSummary, Vec<SagaEntry>)>, StoreError> {
    let dialect = engine.dialect();
    let mut values = Values::new(dialect);
    let wanted = values.bind(saga_id);
    for asked in queries {
        let behind = format!(" AND {} = {wanted} LIMIT 1", dialect.exact(&dialect.text(asked.query.columns[0].sql())));
        let Some(mut row) = asked.query.ask(engine, &behind, values.args()).await?.into_iter().next() else {
            continue;
        };
        let summary = summary(asked, &row);
        let state = row.pop().filter(|cell| *cell != Cell::Null).map(Cell::payload);
        let mut entries = Vec::new();
        if let Some(steps) = &asked.steps {
            let order = match steps.columns[1].sql() {
                "NULL" => steps.columns[5].sql(),
                number => number,
            };
            let id = dialect.exact(&dialect.text(steps.columns[0].sql()));
            let behind = format!(" AND {id} = {wanted} ORDER BY {order} LIMIT {STEPS}");
            let found = steps.ask(engine, &behind, values.args()).await?;
            entries.extend(found.iter().zip(0i64..).map(|(row, place)| step(asked, row, place)));
        }
        // The state that is stored is the last one.
        if let Some(state) = state {
            let at = summary.updated_at.or(summary.started_at);
            match entries.last_mut() {
                Some(last) => last.state = Some(state),
                None => entries.push(alone(&summary, at, state)),
            }
        }
        return Ok(Some((summary, entries)));
    }
    Ok(None)
}

fn status_of(asked: &SagaQuery, word: Option<&str>) -> SagaStatus {
    let word = word.unwrap_or_default();
    match asked.words.get(word).or_else(|| asked.words.get("*")) {
        Some(ours) => SagaStatus::of(ours),
        None => SagaStatus::of(&word.to_uppercase()),
    }
}

fn summary(asked: &SagaQuery, row: &[Cell]) -> SagaSummary {
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    let native = cell(2).text();
    let status = status_of(asked, native.as_deref());
    SagaSummary {
        saga_id: cell(0).text().unwrap_or_default(),
        saga_type: cell(1).text().unwrap_or_default(),
        status,
        native_status: native.filter(|word| word != status.name()),
        correlation_id: cell(3).text(),
        step: cell(4).text(),
        error: cell(5).text().filter(|error| !error.is_empty()),
        started_at: cell(6).time(),
        updated_at: cell(7).time(),
        due_at: None,
        derived: false,
    }
}

/// A line of the log from number, name, status, error and time of a step.
fn step(asked: &SagaQuery, row: &[Cell], place: i64) -> SagaEntry {
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    let error = cell(4).text().filter(|error| !error.is_empty());
    let status = match (cell(3).text(), &error) {
        (Some(word), _) => status_of(asked, Some(&word)),
        (None, Some(_)) => SagaStatus::Failed,
        (None, None) => SagaStatus::Completed,
    };
    SagaEntry {
        sequence: cell(1).int().unwrap_or(place),
        status: SagaStatus::Executing,
        step: cell(2).text(),
        step_status: Some(status),
        compensates: None,
        attempt: 1,
        at: cell(5).time().unwrap_or(Timestamp::UNIX_EPOCH),
        due_at: None,
        cause: None,
        event_id: None,
        position: None,
        sent: None,
        state: None,
        error,
        head: None,
    }
}

/// The one line of a saga of which only its last state is kept.
fn alone(summary: &SagaSummary, at: Option<Timestamp>, state: Payload) -> SagaEntry {
    SagaEntry {
        sequence: 0,
        status: summary.status,
        step: summary.step.clone(),
        step_status: None,
        compensates: None,
        attempt: 1,
        at: at.unwrap_or(Timestamp::UNIX_EPOCH),
        due_at: None,
        cause: None,
        event_id: None,
        position: None,
        sent: None,
        state: Some(state),
        error: summary.error.clone(),
        head: None,
    }
}
