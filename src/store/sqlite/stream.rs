//! One stream, in order of version.

use super::row;
use super::session::{Session, page_limit, with_key};
use crate::store::reader::{Fronts, PAGE_BYTES};
use foldback_domain::event::{EventBody, EventHead, RecordedEvent, StreamName, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};
use rusqlite::Row;

/// How far a page may grow beyond its limit so that events with one and the same version stay together. A store
/// that lets them be at all rarely has two.
const TIES: usize = 1_000;

/// How many items a page makes room for at once.
const ROOM: usize = 4_096;

/// A page of a stream without payloads.
pub fn heads(session: &Session<'_>, read: &StreamRead) -> rusqlite::Result<Page<EventHead, Version>> {
    let decode = |row: &Row<'_>| {
        let head = row::head(row, session.map)?;
        Ok(head.stream_version.map(|version| (version, head)))
    };
    page(session, read, &row::head_columns(session.map), decode, |_| 0)
}

/// A page of what a fold needs.
pub fn bodies(session: &Session<'_>, read: &StreamRead) -> rusqlite::Result<Page<EventBody, Version>> {
    let mut names = row::TypeNames::default();
    let decode = |row: &Row<'_>| Ok(row::body(row, session.map, &mut names)?.map(|body| (body.version, body)));
    page(session, read, &row::body_columns(session.map), decode, |body| body.data.len())
}

/// The first pages of several streams, all as of one moment.
pub fn fronts(session: &Session<'_>, streams: &[StreamName]) -> rusqlite::Result<Vec<Page<EventBody, Version>>> {
    let view = session.connection.unchecked_transaction()?;
    let mut fronts = Fronts::default();
    for stream in streams {
        if !fronts.take(bodies(session, &Fronts::read(stream))?) {
            break;
        }
    }
    drop(view);
    Ok(fronts.pages)
}

/// A page of whole events.
pub fn records(session: &Session<'_>, read: &StreamRead) -> rusqlite::Result<Page<RecordedEvent, Version>> {
    let decode = |row: &Row<'_>| {
        let event = row::recorded(row, session.map)?;
        Ok(event.head.stream_version.map(|version| (version, event)))
    };
    page(session, read, &row::recorded_columns(session.map), decode, |event| {
        event.data.len() + event.metadata.as_ref().map_or(0, |metadata| metadata.len())
    })
}

/// What is said where no page can hold all events of one version: no page can begin between them.
fn too_many(events: usize) -> String {
    format!("a stream has more than {events} events in one place, and nothing tells which comes first")
}

fn page<T>(
    session: &Session<'_>,
    read: &StreamRead,
    columns: &str,
    mut decode: impl FnMut(&Row<'_>) -> rusqlite::Result<Option<(Version, T)>>,
    size: impl Fn(&T) -> usize,
) -> rusqlite::Result<Page<T, Version>> {
    let limit = page_limit(read.limit);
    let mut page = Page { items: Vec::with_capacity(limit.min(ROOM)), next: None };
    let Some(key) = session.key(&read.stream)? else { return Ok(page) };
    let map = session.map;
    let order = match read.direction {
        Direction::Forward => "",
        Direction::Backward => " DESC",
    };
    // No LIMIT: rows come in order of the index, and are not asked for once the page is full.
    let sql = format!(
        "SELECT {columns} {} AND {} AND {version} BETWEEN ?{} AND ?{} ORDER BY {version}{order}, {position}{order}",
        map.rows(),
        map.is_key(),
        key.len() + 1,
        key.len() + 2,
        version = map.version,
        position = map.position,
    );
    let mut statement = session.prepare(&sql)?;
    let mut rows = statement.query(with_key(&key, &[&read.from.0, &read.to.0]).as_slice())?;
    let (mut bytes, mut last) = (0, None);
    while let Some(row) = rows.next()? {
        let Some((version, item)) = decode(row)? else { continue };
        bytes += size(&item);
        if page.items.len() >= limit || (bytes > PAGE_BYTES && !page.items.is_empty()) {
            if last != Some(version) {
                page.next = Some(version);
                break;
            }
            if page.items.len() >= limit.saturating_add(TIES) || bytes > 2 * PAGE_BYTES {
                return Err(rusqlite::Error::ToSqlConversionFailure(too_many(page.items.len()).into()));
            }
        }
        last = Some(version);
        page.items.push(item);
    }
    session.count(page.items.len());
    Ok(page)
}
