//! One stream, in order of version.

use super::row;
use super::session::{Session, Values, page_limit};
use crate::store::StoreError;
use crate::store::database::Row;
use foldback_domain::event::{EventBody, EventHead, RecordedEvent, Version};
use foldback_domain::reading::{Direction, Page, StreamRead};

/// A page of a stream without payloads.
pub async fn heads(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<EventHead, Version>, StoreError> {
    let columns = row::head_columns(session.map);
    page(session, read, &columns, |row| {
        let head = row::head(row)?;
        Ok((head.stream_version.unwrap_or(Version::NO_STREAM), head, 0))
    })
    .await
}

/// A page of what a fold needs.
pub async fn bodies(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<EventBody, Version>, StoreError> {
    let columns = row::body_columns(session.map);
    page(session, read, &columns, |row| {
        let body = row::body(row)?;
        let size = body.data.len();
        Ok((body.version, body, size))
    })
    .await
}

/// A page of whole events.
pub async fn records(session: &mut Session<'_>, read: &StreamRead) -> Result<Page<RecordedEvent, Version>, StoreError> {
    let columns = row::recorded_columns(session.map);
    page(session, read, &columns, |row| {
        let event = row::recorded(row)?;
        let size = event.data.len() + event.metadata.as_ref().map_or(0, |metadata| metadata.len());
        Ok((event.head.stream_version.unwrap_or(Version::NO_STREAM), event, size))
    })
    .await
}

async fn page<T>(
    session: &mut Session<'_>,
    read: &StreamRead,
    columns: &str,
    decode: impl Fn(&Row) -> Result<(Version, T, usize), StoreError>,
) -> Result<Page<T, Version>, StoreError> {
    let (map, limit) = (session.map, page_limit(read.limit));
    let order = match read.direction {
        Direction::Forward => "",
        Direction::Backward => " DESC",
    };
    let mut values = Values::default();
    let sql = format!(
        "SELECT {columns} {} AND {} = {} AND {version} BETWEEN {} AND {} ORDER BY {version}{order} LIMIT {}",
        map.rows(),
        map.stream,
        values.bind(read.stream.as_str()),
        values.bind(read.from.0),
        values.bind(read.to.0),
        limit + 1,
        version = map.version,
    );
    session.page(&sql, values.args(), limit, decode).await
}
