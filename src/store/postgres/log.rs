//! The log in global order: by range where nothing else is asked, by an index where one serves, and otherwise by
//! looking at a bounded number of rows and saying where to go on.

use super::row;
use super::session::{Session, Values, page_limit};
use super::table_map::TableMap;
use crate::store::StoreError;
use crate::store::database::Row;
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page};

/// How many rows one call looks at where no index leads to the ones that are wanted.
pub const SCAN_ROWS: usize = 50_000;

/// A page of the log without payloads.
pub async fn heads(session: &mut Session<'_>, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
    let columns = row::head_columns(session.map);
    page(session, read, &columns, |row| {
        let head = row::head(row)?;
        Ok((head.global_position.unwrap_or(Position(0)), head, 0))
    })
    .await
}

/// A page of the log with payloads.
pub async fn events(session: &mut Session<'_>, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
    let columns = row::recorded_columns(session.map);
    page(session, read, &columns, |row| {
        let event = row::recorded(row)?;
        let size = event.data.len() + event.metadata.as_ref().map_or(0, |metadata| metadata.len());
        Ok((event.head.global_position.unwrap_or(Position(0)), event, size))
    })
    .await
}

async fn page<T>(
    session: &mut Session<'_>,
    read: &LogRead,
    columns: &str,
    decode: impl Fn(&Row) -> Result<(Position, T, usize), StoreError>,
) -> Result<Page<T, Position>, StoreError> {
    let (map, window) = (session.map, Window::of(read));
    let (rows, position, order) = (map.rows(), &map.position, window.order());
    let mut values = Values::default();
    if only_range(&read.filter) {
        let range = window.range(position, &mut values);
        let limit = window.limit + 1;
        let sql = format!("SELECT {columns} {rows} AND {range} ORDER BY {position}{order} LIMIT {limit}");
        return session.page(&sql, values.args(), window.limit, decode).await;
    }
    // Two steps in one view of the store: which events, from narrow columns, and then those events.
    let found = positions(session, read, &window).await?;
    if found.items.is_empty() {
        return Ok(Page { items: Vec::new(), next: found.next });
    }
    let list = found.items.iter().map(|at| at.0.to_string()).collect::<Vec<_>>().join(",");
    let list = format!("{{{list}}}");
    let wanted = values.bind(&list);
    let sql =
        format!("SELECT {columns} {rows} AND {position} = ANY ({wanted}::text::bigint[]) ORDER BY {position}{order}");
    let mut page = session.page(&sql, values.args(), window.limit, decode).await?;
    page.next = page.next.or(found.next);
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

    fn order(&self) -> &'static str {
        match self.direction {
            Direction::Forward => "",
            Direction::Backward => " DESC",
        }
    }

    fn range(&self, position: &str, values: &mut Values<'_>) -> String {
        format!("{position} >= {} AND {position} <= {}", values.bind(self.low), values.bind(self.high))
    }
}

fn only_range(filter: &LogFilter) -> bool {
    LogFilter { from: None, to: None, ..filter.clone() }.is_empty()
}

/// The positions of the events that pass the filter, at most as many as the page holds.
async fn positions(
    session: &mut Session<'_>,
    read: &LogRead,
    window: &Window,
) -> Result<Page<Position, Position>, StoreError> {
    let (map, filter) = (session.map, &read.filter);
    let mut values = Values::default();
    let mut rest = filter.clone();
    let exact_type = filter.event_type.as_deref().filter(|pattern| !pattern.contains(['*', '?']));
    let mut key = String::new();
    let mut all = false;
    if let (Some(stream), true) = (&filter.stream, map.indexed.stream) {
        key = format!(" AND {} = {}", map.stream, values.bind(stream.as_str()));
        rest.stream = None;
    } else if let (Some(id), true) = (&filter.correlation_id, map.indexed.correlation) {
        key = format!(" AND {} = {}", map.correlation_id, values.bind(id));
        rest.correlation_id = None;
    } else if let (Some(event_type), true) = (exact_type, map.indexed.event_type) {
        key = format!(" AND {} = {}", map.event_type, values.bind(event_type));
        rest.event_type = None;
    } else if few_in_time(session, filter).await? {
        key = time_span(&map.time, filter, &mut values);
        (rest.since, rest.until, all) = (None, None, true);
    }
    rest.event_type = rest.event_type.as_deref().map(like);
    let conditions = conditions(&rest, &mut values);
    // With no condition left, what is looked at is what is found.
    let budget = if conditions.is_empty() { window.limit } else { SCAN_ROWS };
    let (order, rows, position) = (window.order(), map.rows(), &map.position);
    let looked_at = if all {
        format!("{rows}{key}")
    } else {
        let range = window.range(position, &mut values);
        format!("{rows}{key} AND {range} ORDER BY {position}{order} LIMIT {}", budget + 1)
    };
    let among = if all { format!("{} AND ", window.range("at", &mut values)) } else { String::new() };
    let end = if window.direction == Direction::Forward { "max" } else { "min" };
    let more = if all { usize::MAX >> 1 } else { budget };
    let sql = format!(
        "WITH looked_at AS MATERIALIZED (SELECT {} {looked_at}) \
         (SELECT at, 0::bigint FROM looked_at WHERE {among}TRUE{conditions} ORDER BY at{order} LIMIT {}) \
         UNION ALL (SELECT {end}(at), 1::bigint FROM looked_at HAVING count(*) > {more})",
        narrow_columns(map, &rest),
        window.limit + 1,
    );
    let mut page = Page { items: Vec::new(), next: None };
    for row in session.rows(&sql, values.args()).await? {
        let at = Position(row.must_int(0)?);
        if row.must_int(1)? == 1 {
            page.next = Some(at);
        } else {
            page.items.push(at);
        }
    }
    // The row at which looking ended is looked at by the next call.
    page.items.retain(|at| Some(*at) != page.next);
    if page.items.len() > window.limit {
        page.next = page.items.pop();
    }
    session.count(page.items.len());
    Ok(page)
}

/// The position and the columns that [`conditions`] look at; the others are not computed.
fn narrow_columns(map: &TableMap, rest: &LogFilter) -> String {
    let mut columns = format!("{} AS at", map.position);
    for (asked, sql, name) in [
        (rest.stream.is_some(), &map.stream, "stream"),
        (rest.category.is_some(), &map.category, "category"),
        (rest.event_type.is_some(), &map.event_type, "event_type"),
        (rest.correlation_id.is_some(), &map.correlation_id, "correlation_id"),
        (rest.since.is_some() || rest.until.is_some(), &map.time, "recorded_at"),
    ] {
        if asked {
            columns += &format!(", {sql} AS {name}");
        }
    }
    columns
}

/// What a row of [`narrow_columns`] must meet. What is not there meets nothing.
fn conditions<'a>(rest: &'a LogFilter, values: &mut Values<'a>) -> String {
    let mut sql = String::new();
    if let Some(stream) = &rest.stream {
        sql += &format!(" AND stream = {}", values.bind(stream.as_str()));
    }
    if let Some(category) = &rest.category {
        sql += &format!(" AND category = {}", values.bind(category.as_str()));
    }
    // Already as LIKE has it.
    if let Some(pattern) = &rest.event_type {
        sql += &format!(" AND event_type LIKE {}", values.bind(pattern));
    }
    if let Some(id) = &rest.correlation_id {
        sql += &format!(" AND correlation_id = {}", values.bind(id));
    }
    sql + &time_span("recorded_at", rest, values)
}

fn time_span(time: &str, filter: &LogFilter, values: &mut Values<'_>) -> String {
    let mut sql = String::new();
    for (sign, bound) in [(">=", filter.since), ("<=", filter.until)] {
        if let Some(at) = bound {
            sql += &format!(" AND {time} {sign} {}", values.bind(at));
        }
    }
    sql
}

/// Whether the events of the time span are few enough to be looked at in one call.
async fn few_in_time(session: &mut Session<'_>, filter: &LogFilter) -> Result<bool, StoreError> {
    let map = session.map;
    if !map.indexed.time || (filter.since.is_none() && filter.until.is_none()) {
        return Ok(false);
    }
    let mut values = Values::default();
    let span = time_span(&map.time, filter, &mut values);
    let sql = format!("SELECT count(*) FROM (SELECT 1 {}{span} LIMIT {}) few", map.rows(), SCAN_ROWS + 1);
    let count = session.row(&sql, values.args()).await?.map(|row| row.must_int(0)).transpose()?.unwrap_or(0);
    Ok(count <= SCAN_ROWS as i64)
}

/// A pattern of `*` and `?` as LIKE has it.
fn like(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() + 4);
    for c in pattern.chars() {
        match c {
            '*' => out.push('%'),
            '?' => out.push('_'),
            '%' | '_' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::like;

    #[test]
    fn patterns_are_said_in_sql() {
        assert_eq!(like("Pay*_%?\\"), "Pay%\\_\\%_\\\\");
    }
}
