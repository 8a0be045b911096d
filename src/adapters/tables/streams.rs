//! The list of streams, made of their events: page by page along the key.

use super::cell::Cell;
use super::dialect::Dialect;
use super::map::Word;
use super::session::{Session, page_limit};
use crate::store::StoreError;
use foldback_domain::event::{Position, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamCursor, StreamRead, StreamSort, StreamSummary, StreamsRead};

/// A page of the list.
pub async fn page(
    session: &mut Session<'_>,
    read: &StreamsRead,
) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
    let (mut items, limit) = (listed(session, read, Direction::Forward).await?, page_limit(read.limit));
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| StreamCursor::of(read.sort, last)) } else { None };
    timed(session, &mut items).await?;
    Ok(Page { items, next })
}

/// The page that ends before a place.
pub async fn page_before(
    session: &mut Session<'_>,
    read: &StreamsRead,
) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
    let items = listed(session, read, Direction::Backward).await?;
    let mut page = Page::turned(items, page_limit(read.limit), read.sort);
    timed(session, &mut page.items).await?;
    Ok(Some(page))
}

/// One more than a page of the list, in the order in which it is read.
async fn listed(
    session: &mut Session<'_>,
    read: &StreamsRead,
    direction: Direction,
) -> Result<Vec<StreamSummary>, StoreError> {
    let group = session.map.group(session.dialect);
    let (lower, names, ranks) = match direction {
        Direction::Forward => ("<", "", " DESC"),
        Direction::Backward => (">", " DESC", ""),
    };
    let parts = session.map.stream.iter().map(|part| part.ordered(session.dialect) + names);
    let key = parts.collect::<Vec<_>>().join(", ");
    let place = session.columns.place.clone();
    let rank = match read.sort {
        StreamSort::Name => None,
        StreamSort::Length => Some("count(*)".to_owned()),
        StreamSort::Recent => Some(format!("max({place})")),
    };
    let mut values = session.values();
    let mut sql = format!("{} {} AND {} IS NOT NULL", selected(session), session.map.rows(), named(session));
    if let Some(category) = &read.category {
        let exact = session.dialect.exact(&session.map.category);
        sql += &format!(" AND {exact} = {}", values.bind(category.as_str()));
    }
    match (&read.after, &rank) {
        (Some(after), None) => {
            let Some(behind) = behind(session, &after.stream_id, direction, false, &mut values) else {
                return Ok(Vec::new());
            };
            sql += &format!(" AND {behind} GROUP BY {group} ORDER BY {key}");
        }
        (Some(after), Some(rank)) => {
            let (at, same) = (values.bind(after.rank), values.bind(after.rank));
            let Some(behind) = behind(session, &after.stream_id, direction, true, &mut values) else {
                return Ok(Vec::new());
            };
            sql += &format!(
                " GROUP BY {group} HAVING {rank} {lower} {at} OR ({rank} = {same} AND {behind}) ORDER BY {rank}{ranks}, {key}"
            );
        }
        (None, None) => sql += &format!(" GROUP BY {group} ORDER BY {key}"),
        (None, Some(rank)) => sql += &format!(" GROUP BY {group} ORDER BY {rank}{ranks}, {key}"),
    }
    sql += &format!(" LIMIT {}", page_limit(read.limit) + 1);
    Ok(session.rows(&sql, values.args()).await?.iter().map(|row| summed(row)).collect())
}

/// Reads the times of streams where they stand in the payload.
async fn timed(session: &mut Session<'_>, items: &mut [StreamSummary]) -> Result<(), StoreError> {
    if let Some(Word::Pick(_)) = session.map.time {
        for item in items {
            ends(session, item).await?;
        }
    }
    Ok(())
}

/// One stream.
pub async fn summary(session: &mut Session<'_>, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
    let mut values = session.values();
    let Some(is) = session.is_stream(&session.columns.key, stream, &mut values) else { return Ok(None) };
    let group = session.map.group(session.dialect);
    let sql = format!("{} {} AND {is} GROUP BY {group}", selected(session), session.map.rows());
    let Some(row) = session.row(&sql, values.args()).await? else { return Ok(None) };
    let mut summary = summed(&row);
    timed(session, std::slice::from_mut(&mut summary)).await?;
    Ok(Some(summary))
}

/// The column without which a row has no stream.
fn named<'s>(session: &'s Session<'_>) -> &'s str {
    session.map.stream.last().map_or("NULL", |part| part.sql.as_str())
}

fn selected(session: &Session<'_>) -> String {
    let (map, columns) = (session.map, session.columns);
    let time = |end: &str| match &map.time {
        Some(Word::Sql(time)) => format!("{end}({time})"),
        _ => "NULL".to_owned(),
    };
    // All parts of the name are the same within a group; MySQL and PostgreSQL want to see that.
    format!(
        "SELECT {}, min({}), min({version}), max({version}), count(*), {}, {}, max({}), count(*) - count({version})",
        map.shown_stream(session.dialect),
        map.category,
        time("min"),
        time("max"),
        columns.place,
        version = columns.version,
    )
}

/// The condition that a stream comes behind another, or before it; `None` where the other cannot be.
fn behind<'v>(
    session: &Session<'_>,
    stream: &'v StreamName,
    direction: Direction,
    grouped: bool,
    values: &mut super::engine::Values<'v>,
) -> Option<String> {
    let key = &session.map.stream;
    if let [part] = key.as_slice() {
        if !part.can_be(stream.as_str()) {
            return None;
        }
        return Some(part.comes(session.dialect, direction, &values.bind(stream.as_str())));
    }
    let is = session.is_stream(key, stream, values)?;
    let columns = session.map.key(session.dialect);
    let own = match session.dialect {
        // In HAVING MySQL does not know an expression again by which it grouped; all rows of a group have one and the same.
        Dialect::MySql if grouped => {
            key.iter().map(|part| format!("min({})", part.ordered(session.dialect))).collect::<Vec<_>>().join(", ")
        }
        _ => columns.clone(),
    };
    let sign = if direction == Direction::Forward { ">" } else { "<" };
    Some(format!("({own}) {sign} (SELECT {columns} {} AND {is} LIMIT 1)", session.map.rows()))
}

fn summed(row: &[Cell]) -> StreamSummary {
    let cell = |n: usize| row.get(n).unwrap_or(&Cell::Null);
    StreamSummary {
        stream_id: StreamName(cell(0).text().unwrap_or_default()),
        category: cell(1).text().unwrap_or_default().as_str().into(),
        first_version: cell(2).int().map(Version),
        version: cell(3).int().map(Version),
        events: cell(4).int().and_then(|number| u64::try_from(number).ok()).unwrap_or(0),
        unversioned: cell(8).int().and_then(|number| u64::try_from(number).ok()).unwrap_or(0),
        first_at: cell(5).time(),
        last_at: cell(6).time(),
        last_position: cell(7).int().map(Position),
    }
}

/// The times of the first and the last event, where they stand in the payload.
async fn ends(session: &mut Session<'_>, summary: &mut StreamSummary) -> Result<(), StoreError> {
    for direction in [Direction::Forward, Direction::Backward] {
        let read = StreamRead {
            stream: summary.stream_id.clone(),
            from: Version(i64::MIN),
            to: Version(i64::MAX),
            direction,
            limit: 1,
        };
        let page = super::stream::heads(session, &read).await?;
        let at = page.items.first().and_then(|head| head.created_at);
        match direction {
            Direction::Forward => summary.first_at = at,
            Direction::Backward => summary.last_at = at,
        }
    }
    Ok(())
}
