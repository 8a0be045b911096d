//! The log in global order: by range where nothing else is asked, by an index where one serves, and otherwise by
//! looking at a bounded number of rows and saying where to go on.

use super::filter::Rest;
use super::row;
use super::session::{Session, page_limit, with_key};
use super::table_map::TableMap;
use super::time_form::TimeForm;
use super::value::{self, Bound};
use crate::store::reader::PAGE_BYTES;
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page};
use rusqlite::{Row, ToSql};

/// How many rows one call looks at where no index leads to the ones that are wanted.
pub const SCAN_ROWS: usize = 50_000;

/// A page of the log without payloads.
pub fn heads(session: &Session<'_>, read: &LogRead) -> rusqlite::Result<Page<EventHead, Position>> {
    page(session, read, &row::head_columns(session.map), row::head, |_| 0)
}

/// A page of the log with payloads.
pub fn events(session: &Session<'_>, read: &LogRead) -> rusqlite::Result<Page<RecordedEvent, Position>> {
    page(session, read, &row::recorded_columns(session.map), row::recorded, |event| {
        event.data.len() + event.metadata.as_ref().map_or(0, |metadata| metadata.len())
    })
}

fn page<T>(
    session: &Session<'_>,
    read: &LogRead,
    columns: &str,
    decode: impl Fn(&Row<'_>, &TableMap) -> rusqlite::Result<T>,
    size: impl Fn(&T) -> usize,
) -> rusqlite::Result<Page<T, Position>> {
    let window = Window::of(read);
    let map = session.map;
    let mut page = Page { items: Vec::new(), next: None };
    let mut bytes = 0;
    if only_range(&read.filter) {
        let mut statement = session.prepare(&window.sql(map, columns, "", 0))?;
        let mut rows = statement.query((window.low, window.high, window.limit as i64 + 1))?;
        while let Some(row) = rows.next()? {
            let item = decode(row, map)?;
            bytes += size(&item);
            if page.items.len() == window.limit || (bytes > PAGE_BYTES && !page.items.is_empty()) {
                page.next = position(row)?;
                break;
            }
            page.items.push(item);
        }
        session.count(page.items.len());
        return Ok(page);
    }
    // Two steps in one view of the file: which events, from narrow columns, and then those events.
    let view = session.connection.unchecked_transaction()?;
    let found = positions(session, read, &window)?;
    page.next = found.next;
    let mut statement = session.prepare(&format!("SELECT {columns} {} AND {} = ?1", map.rows(), map.position))?;
    for at in found.items {
        let mut rows = statement.query([at.0])?;
        let Some(row) = rows.next()? else { continue };
        let item = decode(row, map)?;
        bytes += size(&item);
        if bytes > PAGE_BYTES && !page.items.is_empty() {
            page.next = Some(at);
            break;
        }
        page.items.push(item);
    }
    session.count(page.items.len());
    drop(view);
    Ok(page)
}

/// The positions asked for: both ends included, and which way.
struct Window {
    low: i64,
    high: i64,
    limit: usize,
    direction: Direction,
}

impl Window {
    fn of(read: &LogRead) -> Self {
        let mut low = read.filter.from.map_or(i64::MIN, |at| at.0);
        let mut high = read.filter.to.map_or(i64::MAX, |at| at.0);
        match (read.start, read.direction) {
            (Some(start), Direction::Forward) => low = low.max(start.0),
            (Some(start), Direction::Backward) => high = high.min(start.0),
            (None, _) => {}
        }
        Window { low, high, limit: page_limit(read.limit), direction: read.direction }
    }

    /// Rows of the window in order. Its parameters, low, high and how many, follow the condition's.
    fn sql(&self, map: &TableMap, columns: &str, condition: &str, bound: usize) -> String {
        let order = match self.direction {
            Direction::Forward => "",
            Direction::Backward => " DESC",
        };
        format!(
            "SELECT {columns} {}{condition} AND {position} >= ?{} AND {position} <= ?{} ORDER BY {position}{order} LIMIT ?{}",
            map.rows(),
            bound + 1,
            bound + 2,
            bound + 3,
            position = map.position,
        )
    }
}

fn only_range(filter: &LogFilter) -> bool {
    LogFilter { from: None, to: None, ..filter.clone() }.is_empty()
}

fn position(row: &Row<'_>) -> rusqlite::Result<Option<Position>> {
    Ok(value::integer(row.get_ref(0)?).map(Position))
}

/// The positions of the events that pass the filter, at most as many as the page holds.
fn positions(session: &Session<'_>, read: &LogRead, window: &Window) -> rusqlite::Result<Page<Position, Position>> {
    let (map, filter) = (session.map, &read.filter);
    let mut rest = Rest::of(filter);
    let (mut condition, mut key) = (String::new(), Vec::new());
    if let Some(stream) = &filter.stream {
        let Some(found) = session.key(stream)? else { return Ok(Page { items: Vec::new(), next: None }) };
        (condition, key) = (format!(" AND {}", map.is_key()), found);
    } else if let (Some(id), Some(sql), true) =
        (&filter.correlation_id, &map.correlation_id, session.indexes.correlation)
    {
        (condition, key) = (format!(" AND {sql} = ?1"), vec![Bound::behind(id)]);
        rest.correlation_id = None;
    } else if let (Some(event_type), true) = (rest.exact_type(), session.indexes.event_type) {
        (condition, key) = (format!(" AND {} = ?1", map.event_type), vec![Bound::behind(event_type)]);
        rest.event_type = None;
    } else if let Some(found) = by_time(session, filter, window)? {
        return among(session, &rest, found, window);
    }
    let sql = window.sql(map, &rest.columns(map), &condition, key.len());
    let budget = if rest.is_empty() { window.limit } else { SCAN_ROWS };
    let limit = budget.saturating_add(1) as i64;
    let mut statement = session.prepare(&sql)?;
    let parameters: [&dyn ToSql; 3] = [&window.low, &window.high, &limit];
    let mut rows = statement.query(with_key(&key, &parameters).as_slice())?;
    let mut page = Page { items: Vec::new(), next: None };
    let mut seen = 0;
    while let Some(row) = rows.next()? {
        let Some(at) = position(row)? else { continue };
        if seen == budget || page.items.len() == window.limit {
            page.next = Some(at);
            break;
        }
        seen += 1;
        if rest.passes(row, map)? {
            page.items.push(at);
        }
    }
    session.count(seen);
    Ok(page)
}

/// The positions of all events of the time span, where they are few enough to be looked at in one call.
fn by_time(session: &Session<'_>, filter: &LogFilter, window: &Window) -> rusqlite::Result<Option<Vec<i64>>> {
    let time = session.map.time.as_ref().and_then(|time| time.form.comparable(&time.sql));
    let (Some(time), true) = (time, session.indexes.time && (filter.since.is_some() || filter.until.is_some())) else {
        return Ok(None);
    };
    let mut condition = String::new();
    let mut bounds = Vec::new();
    for (sign, bound) in [(">=", filter.since), ("<=", filter.until)] {
        if let Some(at) = bound {
            bounds.push(TimeForm::bound(at));
            condition += &format!(" AND {time} {sign} ?{}", bounds.len());
        }
    }
    let map = session.map;
    let sql = format!("SELECT {} {}{condition} LIMIT {}", map.position, map.rows(), SCAN_ROWS + 1);
    let mut statement = session.prepare(&sql)?;
    let mut rows = statement.query(rusqlite::params_from_iter(bounds))?;
    let (mut found, mut seen) = (Vec::new(), 0);
    while let Some(row) = rows.next()? {
        seen += 1;
        let at = position(row)?.map(|at| at.0);
        found.extend(at.filter(|at| (window.low..=window.high).contains(at)));
    }
    session.count(seen);
    found.sort_unstable();
    if window.direction == Direction::Backward {
        found.reverse();
    }
    Ok((seen <= SCAN_ROWS).then_some(found))
}

/// Those of the positions whose events pass what else is asked.
fn among(
    session: &Session<'_>,
    rest: &Rest<'_>,
    found: Vec<i64>,
    window: &Window,
) -> rusqlite::Result<Page<Position, Position>> {
    let map = session.map;
    let sql = format!("SELECT {} {} AND {} = ?1", rest.columns(map), map.rows(), map.position);
    let mut statement = session.prepare(&sql)?;
    let mut page = Page { items: Vec::new(), next: None };
    for at in found {
        if page.items.len() == window.limit {
            page.next = Some(Position(at));
            break;
        }
        let mut rows = statement.query([at])?;
        if let Some(row) = rows.next()?
            && rest.passes(row, map)?
        {
            page.items.push(Position(at));
        }
    }
    Ok(page)
}
