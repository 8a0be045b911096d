//! Single events, the head of the log, its changes, and everything counted.

use super::row;
use super::session::{Session, Values};
use crate::store::StoreError;
use crate::store::database::{Arg, Row};
use foldback_domain::event::{Position, RecordedEvent};
use foldback_domain::reading::{CategoryTotal, EventAddress, Totals};
use jiff::Timestamp;
use std::cmp::Reverse;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The greatest position. Appends hold a lock until they are committed, so nothing is in flight below it.
pub async fn head(session: &mut Session<'_>) -> Result<Option<Position>, StoreError> {
    let sql = format!("SELECT max({}) {}", session.map.position, session.map.rows());
    Ok(session.row(&sql, &[]).await?.map(|row| row.int(0)).transpose()?.flatten().map(Position))
}

/// A number that changes whenever a transaction that wrote has ended: the server's own list of what is visible. It tells
/// of the books too, needs no table, and works on a standby. Who else writes on the same server changes it as well;
/// that errs on the safe side.
pub async fn change(session: &mut Session<'_>) -> Result<i64, StoreError> {
    let row = session.row("SELECT pg_current_snapshot()::text", &[]).await?;
    let mut hash = DefaultHasher::new();
    row.map(|row| row.must_text(0)).transpose()?.hash(&mut hash);
    Ok(hash.finish().cast_signed())
}

/// One event, whole.
pub async fn event(session: &mut Session<'_>, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
    let map = session.map;
    let mut values = Values::default();
    let condition = match address {
        EventAddress::Position(at) => format!("{} = {}", map.position, values.bind(*at)),
        EventAddress::Version(stream, version) => {
            let (stream, version) = (values.bind(stream.as_str()), values.bind(version.0));
            format!("{} = {stream} AND {} = {version}", map.stream, map.version)
        }
        EventAddress::Id(id) => format!("{} = {}", map.event_id, values.bind(id)),
    };
    let sql = format!("SELECT {} {} AND {condition} LIMIT 1", row::recorded_columns(map), map.rows());
    let Some(row) = session.row(&sql, values.args()).await? else { return Ok(None) };
    session.count(1);
    row::recorded(&row).map(Some)
}

/// What the server knows of the size of tables.
pub const ESTIMATE: &str = include_str!("sql/estimate.sql");

/// About how many events there are.
pub async fn estimate(session: &mut Session<'_>) -> Result<Option<u64>, StoreError> {
    let from = session.map.from.clone();
    let row = session.row(ESTIMATE, &[Arg::Text(Some(&from))]).await?;
    Ok(row.map(|row| row.int(0)).transpose()?.flatten().and_then(|rows| u64::try_from(rows).ok()))
}

/// Everything counted, in one view of the store.
pub async fn totals(session: &mut Session<'_>) -> Result<Totals, StoreError> {
    let (map, rows) = (session.map, session.map.rows());
    let by_type = format!("SELECT {0}, count(*) {rows} GROUP BY {0}", map.event_type);
    let mut event_types = Vec::new();
    for row in session.rows(&by_type, &[]).await? {
        event_types.push((row.text(0)?.unwrap_or_default(), number(&row, 1)?));
    }
    event_types.sort();
    let streams = &map.streams;
    let by_category = format!(
        "SELECT {0}, sum({1})::bigint, count(*) FROM {2} GROUP BY {0}",
        streams.category, streams.events, streams.from
    );
    let mut categories = Vec::new();
    for row in session.rows(&by_category, &[]).await? {
        let category = row.text(0)?.unwrap_or_default().as_str().into();
        categories.push(CategoryTotal { category, events: number(&row, 1)?, streams: number(&row, 2)? });
    }
    categories.sort_by(|a, b| (Reverse(a.events), &a.category).cmp(&(Reverse(b.events), &b.category)));
    let totals = Totals {
        events: event_types.iter().map(|(_, events)| events).sum(),
        streams: categories.iter().map(|category| category.streams).sum(),
        event_types,
        categories,
        first_at: end(session, "").await?,
        last_at: end(session, " DESC").await?,
    };
    session.count(usize::try_from(totals.events).unwrap_or(usize::MAX));
    Ok(totals)
}

fn number(row: &Row, column: usize) -> Result<u64, StoreError> {
    Ok(row.int(column)?.and_then(|number| u64::try_from(number).ok()).unwrap_or(0))
}

/// When the first or the last event of the log was recorded.
async fn end(session: &mut Session<'_>, order: &str) -> Result<Option<Timestamp>, StoreError> {
    let map = session.map;
    let sql = format!("SELECT {} {} ORDER BY {}{order} LIMIT 1", map.time, map.rows(), map.position);
    Ok(session.row(&sql, &[]).await?.map(|row| row.time(0)).transpose()?.flatten())
}
