//! The list of streams, paged by key, from the store's own table of streams.

use super::row;
use super::session::{Session, Values, page_limit};
use super::table_map::StreamsMap;
use crate::store::StoreError;
use foldback_domain::event::StreamName;
use foldback_domain::reading::{Direction, Page, StreamCursor, StreamSort, StreamSummary, StreamsRead};

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
    let (mut items, limit) = (listed(session, read, Direction::Forward).await?, page_limit(read.limit));
    let more = items.len() > limit;
    items.truncate(limit);
    let next = if more { items.last().map(|last| StreamCursor::of(read.sort, last)) } else { None };
    Ok(Page { items, next })
}

/// The page that ends before a place.
pub async fn page_before(
    session: &mut Session<'_>,
    read: &StreamsRead,
) -> Result<Option<Page<StreamSummary, StreamCursor>>, StoreError> {
    let items = listed(session, read, Direction::Backward).await?;
    Ok(Some(Page::turned(items, page_limit(read.limit), read.sort)))
}

/// One more than a page of the list, in the order in which it is read.
async fn listed(
    session: &mut Session<'_>,
    read: &StreamsRead,
    direction: Direction,
) -> Result<Vec<StreamSummary>, StoreError> {
    let (later, lower, names, ranks) = match direction {
        Direction::Forward => (">", "<", "", " DESC"),
        Direction::Backward => ("<", ">", " DESC", ""),
    };
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
            (None, None, 0) => format!("ORDER BY {name}{names}"),
            (None, Some(after), 0) => {
                format!("AND {name} {later} {} ORDER BY {name}{names}", values.bind(after.stream_id.as_str()))
            }
            (Some(rank), None, 0) => format!("ORDER BY {rank}{ranks}, {name}{names}"),
            (Some(rank), Some(after), 0) => {
                let (at, behind) = (values.bind(after.rank), values.bind(after.stream_id.as_str()));
                format!("AND {rank} = {at} AND {name} {later} {behind} ORDER BY {name}{names}")
            }
            (Some(rank), Some(after), _) => {
                format!("AND {rank} {lower} {} ORDER BY {rank}{ranks}, {name}{names}", values.bind(after.rank))
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
    Ok(items)
}
