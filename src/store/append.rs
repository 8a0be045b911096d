//! Appending to the log, inside a transaction: the same for SQLite and PostgreSQL.

use super::database::{Arg, Database, Dialect, Tx};
use super::metadata::with_ids;
use super::{Appended, EventWriter, NewEvent, StoreError, event_id};
use async_trait::async_trait;
use foldback_domain::event::{Category, Payload, Position, RecordedEvent, StreamName, Version, safe_text};
use jiff::Timestamp;
use std::borrow::Cow;

const STREAM_VERSION: &str = "SELECT version FROM streams WHERE stream_id = $1";
const HEAD: &str = "SELECT max(global_position) FROM events";

/// One row of events, as it is written. A position that is `None` is the next one.
pub struct NewRow<'a> {
    pub position: Option<Position>,
    pub stream: &'a StreamName,
    pub version: Version,
    pub category: &'a Category,
    pub event_type: &'a str,
    pub schema_version: Option<u32>,
    pub created_at: Option<Timestamp>,
    pub event_id: &'a str,
    pub metadata: Option<&'a Payload>,
    pub data: &'a Payload,
}

#[async_trait]
impl EventWriter for Database {
    async fn append(
        &self,
        stream: &StreamName,
        category: &Category,
        expected: Version,
        events: &[NewEvent],
    ) -> Result<Appended, StoreError> {
        let mut tx = self.begin().await?;
        let appended = append(&mut tx, stream, category, expected, events).await?;
        tx.commit().await?;
        Ok(appended)
    }

    async fn import(&self, events: &[RecordedEvent]) -> Result<(), StoreError> {
        let mut tx = self.begin().await?;
        import(&mut tx, events).await?;
        tx.commit().await
    }
}

/// Appends events to a stream if it is at the expected version.
pub async fn append(
    tx: &mut Tx,
    stream: &StreamName,
    category: &Category,
    expected: Version,
    events: &[NewEvent],
) -> Result<Appended, StoreError> {
    // One writer at a time, so that positions become visible in their own order: a reader that has seen a position
    // never finds a new event below it.
    tx.hold().await?;
    let conflict = |actual| StoreError::Conflict { stream: stream.clone(), expected, actual };
    if events.is_empty() {
        let actual = version(tx, stream).await?;
        if actual != expected {
            return Err(conflict(actual));
        }
    }
    let (mut at, mut last) = (expected, None);
    for event in events {
        at = at.next();
        let row = NewRow {
            position: None,
            stream,
            version: at,
            category,
            event_type: &event.event_type,
            schema_version: Some(event.schema_version),
            created_at: Some(event.created_at),
            event_id: &event.event_id,
            metadata: event.metadata.as_ref(),
            data: &event.data,
        };
        // The first one looks whether the stream is where it should be; the others come right behind it.
        last = match last {
            Some(_) => Some(written(write(tx, &row, false).await?)?),
            None => match write(tx, &row, true).await? {
                Some(position) => Some(position),
                None => return Err(conflict(version(tx, stream).await?)),
            },
        };
    }
    let global_position = match last {
        Some(last) => last,
        None => Position(head(tx).await?.unwrap_or(0)),
    };
    Ok(Appended { version: at, global_position })
}

/// Appends events as they were recorded elsewhere.
pub async fn import(tx: &mut Tx, events: &[RecordedEvent]) -> Result<(), StoreError> {
    tx.hold().await?;
    let mut head = head(tx).await?;
    for event in events {
        let (RecordedEvent { head: event_head, metadata, .. }, data) = (event, event.stored());
        let stream = &event_head.stream_id;
        let refuse = |why: String| {
            let version = event_head.stream_version.map_or("without a version".to_owned(), |v| v.to_string());
            let what = format!("event {version} of stream {}", safe_text(stream.as_str()));
            StoreError::unavailable(what, why, "nothing was imported")
        };
        let at = version(tx, stream).await?;
        let version = event_head.stream_version.unwrap_or_else(|| at.next());
        if at != Version::NO_STREAM && version != at.next() {
            return Err(refuse(format!("the stream is at version {at}, so {} was expected next", at.next())));
        }
        if let (Some(position), Some(head)) = (event_head.global_position, head)
            && position.0 <= head
        {
            return Err(refuse(format!("its position {position} is not above the log's head {head}")));
        }
        let ids = [&event_head.correlation_id, &event_head.causation_id, &event_head.actor].map(Option::as_deref);
        let metadata = with_ids(metadata.clone(), ids).map_err(refuse)?;
        let derived;
        let event_id = match &event_head.event_id {
            Some(id) => id.as_str(),
            None => {
                derived = event_id::derived(stream.as_str(), version.0);
                derived.as_str()
            }
        };
        let row = NewRow {
            position: event_head.global_position,
            stream,
            version,
            category: &event_head.category,
            event_type: &event_head.event_type,
            schema_version: event_head.schema_version,
            created_at: event_head.created_at,
            event_id,
            metadata: metadata.as_ref(),
            data,
        };
        head = Some(insert(tx, &row).await?.0);
    }
    Ok(())
}

/// Where a stream is; -1 where there is none.
pub async fn version(tx: &mut Tx, stream: &StreamName) -> Result<Version, StoreError> {
    let row = tx.row(STREAM_VERSION, &[stream.as_str().into()]).await?;
    Ok(row.map(|row| row.must_int(0)).transpose()?.map_or(Version::NO_STREAM, Version))
}

async fn head(tx: &mut Tx) -> Result<Option<i64>, StoreError> {
    Ok(tx.row(HEAD, &[]).await?.map(|row| row.int(0)).transpose()?.flatten())
}

/// Writes a row as it is; nothing is checked but what the database checks itself.
pub async fn insert(tx: &mut Tx, row: &NewRow<'_>) -> Result<Position, StoreError> {
    written(write(tx, row, false).await?)
}

fn written(position: Option<Position>) -> Result<Position, StoreError> {
    position.ok_or_else(|| StoreError::unavailable("an event", "was not written", ""))
}

async fn write(tx: &mut Tx, row: &NewRow<'_>, checked: bool) -> Result<Option<Position>, StoreError> {
    let dialect = tx.dialect();
    let (data, metadata) = (raw(dialect, row.data), row.metadata.map(|metadata| raw(dialect, metadata)));
    let args = [
        row.position.into(),
        row.stream.as_str().into(),
        row.version.0.into(),
        row.category.as_str().into(),
        row.event_type.into(),
        Arg::Int(row.schema_version.map(i64::from)),
        row.created_at.into(),
        row.event_id.into(),
        metadata.as_ref().map_or(Arg::Json(None), |metadata| value(dialect, metadata)),
        value(dialect, &data),
    ];
    let sql = match (dialect, checked) {
        (Dialect::Sqlite, false) => super::sqlite::own::INSERT_EVENT,
        (Dialect::Sqlite, true) => super::sqlite::own::APPEND_EVENT,
        (Dialect::Postgres, false) => super::postgres::own::INSERT_EVENT,
        (Dialect::Postgres, true) => super::postgres::own::APPEND_EVENT,
    };
    match tx.row(sql, &args).await {
        Ok(inserted) => Ok(inserted.map(|row| row.must_int(0)).transpose()?.map(Position)),
        // The guards and the constraints name the key that is taken.
        Err(StoreError::Unavailable { why, .. }) if why.contains("event_id") => {
            Err(StoreError::DuplicateEvent { event_id: safe_text(row.event_id).into_owned() })
        }
        Err(StoreError::Unstorable { why, .. }) => {
            let what = format!("event {} of stream {}", row.version, safe_text(row.stream.as_str()));
            Err(StoreError::Unstorable { what, why })
        }
        Err(error) => Err(error),
    }
}

/// The payload as the database can hold it: PostgreSQL's JSONB holds JSON alone, so anything else is wrapped.
fn raw(dialect: Dialect, payload: &Payload) -> Cow<'_, Payload> {
    match dialect {
        Dialect::Sqlite => Cow::Borrowed(payload),
        Dialect::Postgres => Cow::Owned(Payload::Json(payload.to_raw().get().to_owned())),
    }
}

fn value(dialect: Dialect, payload: &Payload) -> Arg<'_> {
    match (dialect, payload) {
        (Dialect::Postgres, Payload::Json(text)) => Arg::Json(Some(text)),
        (_, Payload::Json(text) | Payload::Text(text)) => Arg::Text(Some(text)),
        (_, Payload::Bytes(bytes)) => Arg::Bytes(Some(bytes)),
    }
}
