//! Single events, and everything counted.

use super::cell::Cell;
use super::log;
use super::map::{Order, Word};
use super::row;
use super::session::Session;
use crate::store::StoreError;
use foldback_domain::event::RecordedEvent;
use foldback_domain::reading::{CategoryTotal, Direction, EventAddress, LogFilter, LogRead, Totals};
use jiff::Timestamp;
use std::cmp::Reverse;

/// One event, whole.
pub async fn event(session: &mut Session<'_>, address: &EventAddress) -> Result<Option<RecordedEvent>, StoreError> {
    let mut values = session.values();
    let condition = match address {
        EventAddress::Position(at) => match &session.map.order {
            Order::Number(place) => format!("{place} = {}", values.bind(*at)),
            _ => {
                let filter = LogFilter { to: Some(*at), ..LogFilter::default() };
                let read = LogRead { filter, start: Some(*at), direction: Direction::Forward, limit: 1 };
                return Ok(log::events(session, &read).await?.items.into_iter().next());
            }
        },
        EventAddress::Version(stream, version) => {
            let Some(is) = session.is_stream(&session.columns.key, stream, &mut values) else { return Ok(None) };
            format!("{is} AND {} = {}", session.columns.version, values.bind(version.0))
        }
        EventAddress::Id(id) => match &session.map.event_id {
            Some(sql) => session.dialect.is_text(sql, || values.bind(id)),
            None => return Ok(None),
        },
    };
    let sql = format!("SELECT {} {} AND {condition} LIMIT 1", session.columns.list(true, true), session.map.rows());
    let found = session.row(&sql, values.args()).await?;
    Ok(found.map(|mut cells| row::recorded(&mut cells, session.map)))
}

/// Everything counted, in one moment of the store.
pub async fn totals(session: &mut Session<'_>) -> Result<Totals, StoreError> {
    let (map, rows) = (session.map, session.map.rows());
    let by_type = format!("SELECT {0}, count(*) {rows} GROUP BY {0}", session.dialect.exact(&map.event_type));
    let mut event_types = Vec::new();
    for row in session.rows(&by_type, &[]).await? {
        event_types.push((row[0].text().unwrap_or_default(), number(&row[1])));
    }
    event_types.sort();
    let (group, category) = (map.group(session.dialect), session.dialect.exact(&map.category));
    let by_category = format!(
        "SELECT c, sum(n), sum(named) FROM (SELECT {category} AS c, count(*) AS n, \
         CASE WHEN {} IS NULL THEN 0 ELSE 1 END AS named {rows} GROUP BY {group}, {category}) streams GROUP BY c",
        map.stream.last().map_or("NULL", |part| part.sql.as_str()),
    );
    let mut categories = Vec::new();
    for row in session.rows(&grouped(session, &by_category), &[]).await? {
        let category = row[0].text().unwrap_or_default().as_str().into();
        categories.push(CategoryTotal { category, events: number(&row[1]), streams: number(&row[2]) });
    }
    categories.sort_by(|a, b| (Reverse(a.events), &a.category).cmp(&(Reverse(b.events), &b.category)));
    Ok(Totals {
        events: event_types.iter().map(|(_, events)| events).sum(),
        streams: categories.iter().map(|category| category.streams).sum(),
        event_types,
        categories,
        first_at: end(session, Direction::Forward).await?,
        last_at: end(session, Direction::Backward).await?,
    })
}

/// Sums come back as numbers without end in PostgreSQL and MySQL: they are asked for as whole numbers.
fn grouped(session: &Session<'_>, sql: &str) -> String {
    let integer = |sum: &str| session.dialect.integer(sum);
    sql.replacen("sum(n)", &integer("sum(n)"), 1).replacen("sum(named)", &integer("sum(named)"), 1)
}

fn number(cell: &Cell) -> u64 {
    cell.int().and_then(|number| u64::try_from(number).ok()).unwrap_or(0)
}

/// When the first or the last event of the log was recorded.
async fn end(session: &mut Session<'_>, direction: Direction) -> Result<Option<Timestamp>, StoreError> {
    let (map, columns) = (session.map, session.columns);
    let order = if direction == Direction::Forward { "" } else { " DESC" };
    match (&map.order, &map.time) {
        (_, None) => Ok(None),
        (Order::Time(_), Some(Word::Sql(time))) => {
            let sql = format!(
                "SELECT {} {} AND {time} IS NOT NULL ORDER BY {time}{order} LIMIT 1",
                columns.all[10],
                map.rows()
            );
            Ok(session.row(&sql, &[]).await?.and_then(|row| row[0].time()))
        }
        _ => {
            let read = LogRead { filter: LogFilter::default(), start: None, direction, limit: 1 };
            Ok(log::heads(session, &read).await?.items.first().and_then(|head| head.created_at))
        }
    }
}
