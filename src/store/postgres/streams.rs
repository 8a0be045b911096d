//! The list of streams, paged by key, from the store's own table of streams.

use super::row;
use super::session::{Session, Values, page_limit};
use super::table_map::StreamsMap;
use crate::store::StoreError;
use foldback_domain::event::StreamName;
use foldback_domain::reading::{Page, StreamCursor, StreamSort, StreamSummary, StreamsRead};

/// One stream.
pub async fn summary(session: &mut Session<'_>, stream: &StreamName) -> Result<Option<StreamSummary>, StoreError> {
    let streams = &session.map.streams;
    let sql = format!("{} WHERE {} = $1", select(streams), streams.stream);
    session.row(&sql, &[stream.as_str().into()]).await?.map(|row| row::summary(&row)).transpose()
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

/// A page of the list. A page behind (rank, name) is first what has the same rank and a later name, then what has a
/// lower rank: two ranges of one index, where one condition for both would walk over all equal ranks.
pub async fn page(
    session: &mut Session<'_>,
    read: &StreamsRead,
) -> Result<Page<StreamSummary, StreamCursor>, StoreError> {
    let streams = &session.map.streams;
    let rank = match read.sort {
        StreamSort::Name => None,
        StreamSort::Length => Some(&streams.events),
        StreamSort::Recent => Some(&streams.last_position),
    };
    let limit = page_limit(read.limit);
    let mut items = Vec::new();
    for range in 0..2 {
        let name = &streams.stream;
        let mut values = Values::default();
        let category = match &read.category {
            Some(category) => format!("{} = {}", streams.category, values.bind(category.as_str())),
            None => "TRUE".to_owned(),
        };
        let rest = match (rank, &read.after, range) {
            (None, None, 0) => format!("ORDER BY {name}"),
            (None, Some(after), 0) => {
                format!("AND {name} > {} ORDER BY {name}", values.bind(after.stream_id.as_str()))
            }
            (Some(rank), None, 0) => format!("ORDER BY {rank} DESC, {name}"),
            (Some(rank), Some(after), 0) => {
                let (at, behind) = (values.bind(after.rank), values.bind(after.stream_id.as_str()));
                format!("AND {rank} = {at} AND {name} > {behind} ORDER BY {name}")
            }
            (Some(rank), Some(after), _) => {
                format!("AND {rank} < {} ORDER BY {rank} DESC, {name}", values.bind(after.rank))
            }
            _ => break,
        };
        let sql = format!("{} WHERE {category} {rest} LIMIT {}", select(streams), limit + 1 - items.len());
        for row in session.rows(&sql, values.args()).await? {
            items.push(row::summary(&row)?);
        }
        if items.len() > limit {
            break;
        }
    }
    session.count(items.len());
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| cursor(last, read.sort)) } else { None };
    Ok(Page { items, next })
}

/// Where the list goes on behind this stream.
fn cursor(summary: &StreamSummary, sort: StreamSort) -> StreamCursor {
    let rank = match sort {
        StreamSort::Name => 0,
        StreamSort::Length => i64::try_from(summary.events).unwrap_or(i64::MAX),
        StreamSort::Recent => summary.last_position.map_or(0, |at| at.0),
    };
    StreamCursor { stream_id: summary.stream_id.clone(), rank }
}
