//! Single events, the head of the log, and everything counted.

use super::row;
use super::session::{Session, with_key};
use super::value::{self, Bound};
use foldback_domain::event::{Position, RecordedEvent};
use foldback_domain::reading::{CategoryTotal, EventAddress, Totals};
use jiff::Timestamp;
use rusqlite::types::ValueRef;
use std::cmp::Reverse;

/// The greatest position.
pub fn head(session: &Session<'_>) -> rusqlite::Result<Option<Position>> {
    let sql = format!("SELECT max({}) {}", session.map.position, session.map.rows());
    session.prepare(&sql)?.query_row([], |row| Ok(value::integer(row.get_ref(0)?).map(Position)))
}

/// One event, whole.
pub fn event(session: &Session<'_>, address: &EventAddress) -> rusqlite::Result<Option<RecordedEvent>> {
    let map = session.map;
    let (condition, key) = match address {
        EventAddress::Position(at) => (format!("{} = ?1", map.position), vec![Bound::Integer(at.0)]),
        EventAddress::Version(stream, version) => {
            let Some(mut key) = session.key(stream)? else { return Ok(None) };
            key.push(Bound::Integer(version.0));
            (format!("{} AND {} = ?{}", map.is_key(), map.version, key.len()), key)
        }
        EventAddress::Id(id) => {
            let Some(sql) = &map.event_id else { return Ok(None) };
            (format!("{sql} = ?1"), vec![Bound::behind(id)])
        }
    };
    let sql = format!("SELECT {} {} AND {condition} LIMIT 1", row::recorded_columns(map), map.rows());
    let mut statement = session.prepare(&sql)?;
    let mut rows = statement.query(with_key(&key, &[]).as_slice())?;
    let Some(row) = rows.next()? else { return Ok(None) };
    session.count(1);
    row::recorded(row, map).map(Some)
}

/// Everything counted, in one view of the file.
pub fn totals(session: &Session<'_>) -> rusqlite::Result<Totals> {
    let view = session.connection.unchecked_transaction()?;
    let (map, rows) = (session.map, session.map.rows());
    let mut event_types = counted(session, &format!("SELECT {0}, count(*), 0 {rows} GROUP BY {0}", map.event_type))?
        .into_iter()
        .map(|(name, events, _)| (name, events))
        .collect::<Vec<_>>();
    event_types.sort();
    let by_category = match &map.streams {
        Some(streams) => {
            format!(
                "SELECT {0}, sum({1}), count(*) FROM {2} GROUP BY {0}",
                streams.category, streams.events, streams.from
            )
        }
        None => {
            // The name of several parts is NULL where a part is missing: such an event has no stream.
            let name = map.stream.iter().map(|part| part.column.as_str()).collect::<Vec<_>>().join(" || '/' || ");
            format!("SELECT {0}, count(*), count(DISTINCT {name}) {rows} GROUP BY {0}", map.category)
        }
    };
    let mut categories = counted(session, &by_category)?
        .into_iter()
        .map(|(name, events, streams)| CategoryTotal { category: name.as_str().into(), streams, events })
        .collect::<Vec<_>>();
    categories.sort_by(|a, b| (Reverse(a.events), &a.category).cmp(&(Reverse(b.events), &b.category)));
    let totals = Totals {
        events: event_types.iter().map(|(_, events)| events).sum(),
        streams: categories.iter().map(|category| category.streams).sum(),
        event_types,
        categories,
        first_at: end(session, "")?,
        last_at: end(session, " DESC")?,
    };
    session.count(usize::try_from(totals.events).unwrap_or(usize::MAX));
    drop(view);
    Ok(totals)
}

/// Rows of a name and two numbers.
fn counted(session: &Session<'_>, sql: &str) -> rusqlite::Result<Vec<(String, u64, u64)>> {
    fn number(value: ValueRef<'_>) -> u64 {
        value::integer(value).and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
    }
    let mut statement = session.prepare(sql)?;
    let rows = statement.query_map([], |row| {
        Ok((value::text(row.get_ref(0)?).unwrap_or_default(), number(row.get_ref(1)?), number(row.get_ref(2)?)))
    })?;
    rows.collect()
}

/// When the first or the last event of the log was recorded.
fn end(session: &Session<'_>, order: &str) -> rusqlite::Result<Option<Timestamp>> {
    let map = session.map;
    let Some(time) = &map.time else { return Ok(None) };
    let sql = format!("SELECT {} {} ORDER BY {}{order} LIMIT 1", time.sql, map.rows(), map.position);
    let mut statement = session.prepare(&sql)?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        Some(row) => Ok(time.form.read(row.get_ref(0)?)),
        None => Ok(None),
    }
}
