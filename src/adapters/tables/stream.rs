//! One stream, in order of version.

use super::columns::HEAD;
use super::map::Order;
use super::row;
use super::session::{Session, page_limit};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, EventHead, RecordedEvent, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};

/// How far a page may grow beyond its limit so that events with one and the same version stay together.
const TIES: usize = 1_000;

/// A page of a stream without payloads.
pub async fn heads(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
    let (data, metadata) = row::needs(session.map);
    let columns = session.columns.list(data, metadata);
    let map = session.map;
    page(session, read, &columns, |mut cells| {
        let head = row::head(&mut cells, map);
        Some((head.stream_version?, head))
    })
    .await
}

/// A page of whole events.
pub async fn records(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
    let columns = session.columns.list(true, true);
    let map = session.map;
    page(session, read, &columns, |mut cells| {
        let event = row::recorded(&mut cells, map);
        Some((event.head.stream_version?, event))
    })
    .await
}

/// A page of what a fold needs.
pub async fn bodies(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
    let all = &session.columns.all;
    let columns = [&all[2], &all[5], &all[6], &all[HEAD]].map(String::as_str).join(", ");
    let map = session.map;
    page(session, read, &columns, |mut cells| {
        let body = row::body(&mut cells, map)?;
        Some((body.version, body))
    })
    .await
}

async fn page<T: Send>(
    session: &mut Session<'_>,
    read: &StreamRead,
    columns: &str,
    decode: impl FnMut(Vec<super::Cell>) -> Option<(Version, T)> + Send,
) -> Result<Page<T, Version>, StoreError> {
    let limit = page_limit(read.limit);
    let order = match read.direction {
        Direction::Forward => "",
        Direction::Backward => " DESC",
    };
    let (rows, version) = (session.map.rows(), session.columns.version.clone());
    let mut values = session.values();
    let Some(is) = session.is_stream(&session.columns.key, &read.stream, &mut values) else {
        return Ok(Page { items: Vec::new(), next: None });
    };
    let mut range = String::new();
    for (sign, at, open) in [(">=", read.from.0, i64::MIN), ("<=", read.to.0, i64::MAX)] {
        if at != open {
            range += &format!(" AND {version} {sign} {}", values.bind(at));
        }
    }
    // Where there is no version, what happened in one millisecond is told apart by ids that grow; where versions repeat, by the
    // order of the log.
    let map = session.map;
    let ties = match (&map.version, &map.order, &map.event_id) {
        (Some(_), _, _) if map.unique => String::new(),
        (Some(_), Order::Number(number), _) => format!(", {number}{order}"),
        (Some(_), Order::Shared { number, index }, _) => format!(", {number}{order}, {index}{order}"),
        (Some(_), Order::Time(time), Some(id)) => format!(", {time}{order}, {id}{order}"),
        (Some(_), Order::Time(time), None) => format!(", {time}{order}"),
        (_, _, Some(id)) => format!(", {id}{order}"),
        _ => String::new(),
    };
    let sql =
        format!("SELECT {columns} {rows} AND {is}{range} ORDER BY {version}{order}{ties} LIMIT {}", limit + TIES + 1);
    session.page(&sql, values.args(), limit, TIES, decode).await
}
