//! The list of streams by name as it was at a position: each stream of the store's own table of streams with its last event
//! of then, by one search in the index of the events.

use super::row;
use super::session::{Session, page_limit};
use super::streams::cursor;
use super::value::{self, Bound};
use foldback_domain::event::{Position, StreamName};
use foldback_domain::reading::{Page, StreamCursor, StreamSort, StreamSummary, StreamsRead};
use rusqlite::ToSql;

/// How many streams of now one call looks at: those that were not there yet give no line.
const LOOKED_AT: i64 = 20_000;

/// A page of the list; `None` where there is no table of streams, or another order is wanted.
pub fn page(
    session: &Session<'_>,
    read: &StreamsRead,
    end: Position,
) -> rusqlite::Result<Option<Page<StreamSummary, StreamCursor>>> {
    let (map, Some(streams), StreamSort::Name) = (session.map, &session.map.streams, read.sort) else {
        return Ok(None);
    };
    let view = session.connection.unchecked_transaction()?;
    let (name, stream, position) = (&streams.stream, map.key_columns(), &map.position);
    let time = map.time.as_ref().map_or("NULL".to_owned(), |time| format!("e.{}", time.sql));
    let category = read.category.as_ref().map(|category| Bound::behind(category.as_str()));
    let in_category = if category.is_some() { format!("{} = ?1", streams.category) } else { "?1 IS NULL".to_owned() };
    let behind = if read.after.is_some() { format!("{name} > ?2") } else { "?2 IS NOT NULL".to_owned() };
    let looked_at = format!("FROM {} WHERE {in_category} AND {behind} ORDER BY {name} LIMIT ?3", streams.from);
    let (first, version) = (&streams.first_version, &map.version);
    let sql = format!(
        "SELECT s.{name}, s.{}, s.{first}, e.{version}, \
         CASE WHEN s.{events} = s.{} - s.{first} + 1 THEN e.{version} - s.{first} + 1 \
         ELSE (SELECT count(*) FROM {from} c WHERE c.{stream} = s.{name} AND c.{position} <= ?4) END, \
         s.{}, {time}, e.{position} \
         FROM (SELECT * {looked_at}) s CROSS JOIN {from} e ON e.{position} = (SELECT x.{position} FROM {from} x \
         WHERE x.{stream} = s.{name} AND x.{position} <= ?4 ORDER BY x.{position} DESC LIMIT 1) \
         ORDER BY s.{name} LIMIT ?5",
        streams.category,
        streams.version,
        streams.first_at,
        events = streams.events,
        from = map.from,
    );
    let limit = page_limit(read.limit);
    let fetch = limit as i64 + 1;
    let after = Bound::behind(read.after.as_ref().map_or("", |after| after.stream_id.as_str()));
    let mut statement = session.prepare(&sql)?;
    let parameters: [&dyn ToSql; 5] = [&category, &after, &LOOKED_AT, &end.0, &fetch];
    let mut items = statement
        .query_map(parameters.as_slice(), |row| row::summary(row, map))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    session.count(items.len());
    let more = items.len() > limit;
    items.truncate(limit);
    let next = match (more, items.last()) {
        (true, Some(last)) => Some(cursor(last, StreamSort::Name)),
        // Nothing more among those that were looked at; behind them there may be.
        _ => {
            let sql = format!("SELECT {name} {looked_at} OFFSET ?3 - 1");
            let mut statement = session.prepare(&sql)?;
            let mut rows = statement.query([&category as &dyn ToSql, &after, &LOOKED_AT])?;
            let last = rows.next()?.map(|row| row.get_ref(0).map(value::text)).transpose()?.flatten();
            last.map(|last| StreamCursor { stream_id: StreamName(last), rank: 0 })
        }
    };
    drop(view);
    Ok(Some(Page { items, next }))
}
