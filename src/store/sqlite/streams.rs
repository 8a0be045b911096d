//! The list of streams, paged by key: from the store's own table of streams where it has one, and otherwise from
//! the events, by jumping from name to name over their index.

use super::row;
use super::session::{Key, Session, key_of, page_limit, with_key};
use super::table_map::StreamsMap;
use super::value::{self, Bound};
use foldback_domain::event::{Position, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamCursor, StreamSort, StreamSummary, StreamsRead};
use rusqlite::ToSql;

/// How many streams one call looks at where a category has no index.
const SCAN_STREAMS: usize = 5_000;

type Streams = Page<StreamSummary, StreamCursor>;

/// A page of the list.
pub fn page(session: &Session<'_>, read: &StreamsRead) -> rusqlite::Result<Streams> {
    let view = session.connection.unchecked_transaction()?;
    let page = match (&session.map.streams, read.sort) {
        (Some(streams), _) => kept(session, streams, read, Direction::Forward),
        (None, StreamSort::Name) if session.indexes.streams => jumped(session, read),
        (None, _) => grouped(session, read, Direction::Forward),
    }?;
    drop(view);
    Ok(page)
}

/// The page that ends before a place.
pub fn page_before(session: &Session<'_>, read: &StreamsRead) -> rusqlite::Result<Option<Streams>> {
    let view = session.connection.unchecked_transaction()?;
    let page = match (&session.map.streams, read.sort) {
        (Some(streams), _) => kept(session, streams, read, Direction::Backward),
        (None, StreamSort::Name) if session.indexes.streams && read.category.is_none() => jumped_back(session, read),
        (None, _) => grouped(session, read, Direction::Backward),
    }?;
    drop(view);
    Ok(Some(page))
}

/// One stream.
pub fn summary(session: &Session<'_>, stream: &StreamName) -> rusqlite::Result<Option<StreamSummary>> {
    if let Some(streams) = &session.map.streams {
        let sql = format!("{} WHERE {} = ?1", select(streams), streams.stream);
        let mut statement = session.prepare(&sql)?;
        let mut rows = statement.query([Bound::behind(stream.as_str())])?;
        return rows.next()?.map(|row| row::summary(row, session.map)).transpose();
    }
    match session.key(stream)? {
        Some(key) => summed(session, &key).map(Some),
        None => Ok(None),
    }
}

fn select(streams: &StreamsMap) -> String {
    format!(
        "SELECT {}, {}, {}, {}, {}, {}, {}, {} FROM {}",
        streams.stream,
        streams.category,
        streams.first_version,
        streams.version,
        streams.events,
        streams.first_at,
        streams.last_at,
        streams.last_position,
        streams.from
    )
}

/// From the table of streams. A page behind (rank, name) is first what has the same rank and a later name, then
/// what has a lower rank: two ranges of one index, where one condition for both would walk over all equal ranks. Backwards
/// it is the other way round.
fn kept(
    session: &Session<'_>,
    streams: &StreamsMap,
    read: &StreamsRead,
    direction: Direction,
) -> rusqlite::Result<Streams> {
    let rank = match read.sort {
        StreamSort::Name => None,
        StreamSort::Length => Some(&streams.events),
        StreamSort::Recent => Some(&streams.last_position),
    };
    let category = read.category.as_ref().map(|category| Bound::behind(category.as_str()));
    let after = read.after.as_ref().map(|after| (Bound::behind(after.stream_id.as_str()), after.rank));
    let (name, base) = (&streams.stream, select(streams));
    let (later, lower, names, ranks) = match direction {
        Direction::Forward => (">", "<", "", " DESC"),
        Direction::Backward => ("<", ">", " DESC", ""),
    };
    let in_category = if category.is_some() { format!("{} = ?1", streams.category) } else { "?1 IS NULL".to_owned() };
    let ranges = match (rank, &after) {
        (None, None) => vec![format!("{in_category} ORDER BY {name}{names}")],
        (None, Some(_)) => vec![format!("{in_category} AND {name} {later} ?3 ORDER BY {name}{names}")],
        (Some(rank), None) => vec![format!("{in_category} ORDER BY {rank}{ranks}, {name}{names}")],
        (Some(rank), Some(_)) => vec![
            format!("{in_category} AND {rank} = ?4 AND {name} {later} ?3 ORDER BY {name}{names}"),
            format!("{in_category} AND {rank} {lower} ?4 ORDER BY {rank}{ranks}, {name}{names}"),
        ],
    };
    let (name_after, rank_after) = after.unwrap_or((Bound::Null, 0));
    let limit = page_limit(read.limit);
    let mut items = Vec::new();
    for range in ranges {
        // The fourth parameter stands in every range, so that one list of values fits them all.
        let sql = format!("{base} WHERE ?4 IS NOT NULL AND {range} LIMIT ?2");
        let missing = (limit + 1 - items.len()) as i64;
        let mut statement = session.prepare(&sql)?;
        let parameters: [&dyn ToSql; 4] = [&category, &missing, &name_after, &rank_after];
        let rows = statement.query_map(parameters.as_slice(), |row| row::summary(row, session.map))?;
        for summary in rows {
            items.push(summary?);
        }
        if items.len() > limit {
            break;
        }
    }
    session.count(items.len());
    Ok(match direction {
        Direction::Forward => cut(items, limit, read.sort),
        Direction::Backward => Page::turned(items, limit, read.sort),
    })
}

/// The page without the one stream too many, which only told that there are more.
fn cut(mut items: Vec<StreamSummary>, limit: usize, sort: StreamSort) -> Streams {
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| cursor(last, sort)) } else { None };
    Page { items, next }
}

/// Where the list goes on behind this stream.
pub fn cursor(summary: &StreamSummary, sort: StreamSort) -> StreamCursor {
    StreamCursor::of(sort, summary)
}

/// The rows of events that have a stream: an event without one is in the log, but in no list.
fn named_rows(session: &Session<'_>) -> String {
    let named = session.map.stream.iter().map(|part| format!(" AND {} IS NOT NULL", part.column));
    session.map.rows() + &named.collect::<String>()
}

/// `(a, b) > (?1, ?2)`, or the other way round.
fn beyond(parts: &str, count: usize, offset: usize, direction: Direction) -> String {
    let marks = (1..=count).map(|i| format!("?{}", i + offset)).collect::<Vec<_>>().join(", ");
    let sign = if direction == Direction::Forward { ">" } else { "<" };
    format!("({parts}) {sign} ({marks})")
}

/// The key that a list goes on behind; the name itself where there is no such stream any more.
fn start(session: &Session<'_>, read: &StreamsRead) -> rusqlite::Result<Option<Key>> {
    let Some(after) = &read.after else { return Ok(None) };
    let parts = session.map.stream.len();
    let missing = || after.stream_id.as_str().splitn(parts, '/').map(Bound::behind).collect::<Key>();
    let mut key = session.key(&after.stream_id)?.unwrap_or_else(missing);
    key.resize(parts, Bound::text(""));
    Ok(Some(key))
}

/// By name, from stream to stream: each step is one search in the index of the events.
fn jumped(session: &Session<'_>, read: &StreamsRead) -> rusqlite::Result<Streams> {
    let (parts, count) = (session.map.key_columns(), session.map.stream.len());
    let rows = named_rows(session);
    let mut first = session.prepare(&format!("SELECT {parts} {rows} ORDER BY {parts} LIMIT 1"))?;
    let mut step = session.prepare(&format!(
        "SELECT {parts} {rows} AND {} ORDER BY {parts} LIMIT 1",
        beyond(&parts, count, 0, Direction::Forward)
    ))?;
    let limit = page_limit(read.limit);
    let mut page = Page { items: Vec::new(), next: None };
    let mut last: Option<StreamSummary> = None;
    let mut key = start(session, read)?;
    for looked_at in 0.. {
        let mut rows = match &key {
            Some(key) => step.query(rusqlite::params_from_iter(key))?,
            None => first.query([])?,
        };
        let Some(row) = rows.next()? else { return Ok(page) };
        let found = key_of(row, count)?;
        if page.items.len() == limit || looked_at == SCAN_STREAMS {
            break;
        }
        let summary = summed(session, &found)?;
        if read.category.as_ref().is_none_or(|category| *category == summary.category) {
            page.items.push(summary.clone());
        }
        last = Some(summary);
        key = Some(found);
    }
    page.next = last.map(|last| cursor(&last, StreamSort::Name));
    Ok(page)
}

/// The same backwards, in every category.
fn jumped_back(session: &Session<'_>, read: &StreamsRead) -> rusqlite::Result<Streams> {
    let (parts, count) = (session.map.key_columns(), session.map.stream.len());
    let (rows, back) = (named_rows(session), backwards(session));
    let before = beyond(&parts, count, 0, Direction::Backward);
    let mut last = session.prepare(&format!("SELECT {parts} {rows} ORDER BY {back} LIMIT 1"))?;
    let mut step = session.prepare(&format!("SELECT {parts} {rows} AND {before} ORDER BY {back} LIMIT 1"))?;
    let limit = page_limit(read.limit);
    let mut items = Vec::new();
    let mut key = start(session, read)?;
    while items.len() <= limit {
        let mut rows = match &key {
            Some(key) => step.query(rusqlite::params_from_iter(key))?,
            None => last.query([])?,
        };
        let Some(row) = rows.next()? else { break };
        let found = key_of(row, count)?;
        items.push(summed(session, &found)?);
        key = Some(found);
    }
    Ok(Page::turned(items, limit, StreamSort::Name))
}

/// The parts of the key from the last to the first.
fn backwards(session: &Session<'_>) -> String {
    session.map.stream.iter().map(|part| format!("{} DESC", part.column)).collect::<Vec<_>>().join(", ")
}

/// In any other order, or without an index: every event is looked at, and only the page is kept.
fn grouped(session: &Session<'_>, read: &StreamsRead, direction: Direction) -> rusqlite::Result<Streams> {
    let (map, parts, count) = (session.map, session.map.key_columns(), session.map.stream.len());
    let rank = match read.sort {
        // A bare 0 would be taken for a column's number.
        StreamSort::Name => "max(0)".to_owned(),
        StreamSort::Length => "count(*)".to_owned(),
        StreamSort::Recent => format!("max({})", map.position),
    };
    let category = read.category.as_ref().map(|category| Bound::behind(category.as_str()));
    let in_category = if category.is_some() { format!("{} = ?1", map.category) } else { "?1 IS NULL".to_owned() };
    let after = start(session, read)?;
    let (lower, ranks, keys) = match direction {
        Direction::Forward => ("<", " DESC", parts.clone()),
        Direction::Backward => (">", "", backwards(session)),
    };
    let going_on = match after {
        Some(_) => format!("{rank} {lower} ?3 OR ({rank} = ?3 AND {})", beyond(&parts, count, 3, direction)),
        None => "?3 IS NOT NULL".to_owned(),
    };
    let limit = page_limit(read.limit);
    let sql = format!(
        "SELECT {parts} {} AND {in_category} GROUP BY {parts} HAVING {going_on} ORDER BY {rank}{ranks}, {keys} LIMIT ?2",
        named_rows(session),
    );
    let (fetch, last_rank) = (limit as i64 + 1, read.after.as_ref().map_or(0, |after| after.rank));
    let mut parameters: Vec<&dyn ToSql> = vec![&category, &fetch, &last_rank];
    parameters.extend(after.iter().flatten().map(|part| part as &dyn ToSql));
    let keys = session
        .prepare(&sql)?
        .query_map(parameters.as_slice(), |row| key_of(row, count))?
        .collect::<rusqlite::Result<Vec<_>>>()?;
    let items = keys.iter().map(|key| summed(session, key)).collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(match direction {
        Direction::Forward => cut(items, limit, read.sort),
        Direction::Backward => Page::turned(items, limit, read.sort),
    })
}

/// A stream from its events: the ends from its first and last row, the rest from the index.
fn summed(session: &Session<'_>, key: &Key) -> rusqlite::Result<StreamSummary> {
    let map = session.map;
    let of_stream = format!("{} AND {}", map.rows(), map.is_key());
    let time = map.time.as_ref().map_or("NULL", |time| time.sql.as_str());
    let (version, position) = (&map.version, &map.position);
    let bound = with_key(key, &[]);
    let mut ends = Vec::with_capacity(2);
    for order in ["", " DESC"] {
        let sql = format!(
            "SELECT {}, {}, {version}, {time} {of_stream} ORDER BY {version}{order} LIMIT 1",
            map.shown_stream(),
            map.category
        );
        let mut statement = session.prepare(&sql)?;
        ends.push(statement.query_row(bound.as_slice(), |row| {
            let at = row.get_ref(3)?;
            Ok((
                value::text(row.get_ref(0)?).unwrap_or_default(),
                value::text(row.get_ref(1)?).unwrap_or_default(),
                value::integer(row.get_ref(2)?).map(Version),
                map.time.as_ref().and_then(|time| time.form.read(at)),
            ))
        })?);
    }
    let mut counted =
        session.prepare(&format!("SELECT count(*), count(*) - count({version}), max({position}) {of_stream}"))?;
    let (events, unversioned, last_position): (i64, i64, Option<i64>) =
        counted.query_row(bound.as_slice(), |row| Ok((row.get(0)?, row.get(1)?, value::integer(row.get_ref(2)?))))?;
    session.count(2);
    let (last, first) = (ends.pop().expect("two ends"), ends.pop().expect("two ends"));
    Ok(StreamSummary {
        stream_id: StreamName(first.0),
        category: first.1.as_str().into(),
        first_version: first.2,
        version: last.2,
        events: u64::try_from(events).unwrap_or(0),
        unversioned: u64::try_from(unversioned).unwrap_or(0),
        first_at: first.3,
        last_at: last.3,
        last_position: last_position.map(Position),
    })
}
