//! The log in global order: by range where nothing else is asked, and otherwise by looking at a bounded number of rows and
//! saying where to go on. What the database cannot test is tested once a row is read.

use super::catalog::Kind;
use super::cell::Cell;
use super::columns::{Columns, by_time};
use super::dialect::Dialect;
use super::engine::Values;
use super::map::{Order, Word};
use super::row;
use super::session::{Session, page_limit};
use crate::store::StoreError;
use foldback_domain::event::{EventHead, Position, RecordedEvent};
use foldback_domain::reading::{Direction, LogFilter, LogRead, Page, matches_pattern};
use jiff::Timestamp;
use std::ops::Range;

/// How many rows one call looks at where no index leads to the ones that are wanted.
const SCAN_ROWS: usize = 50_000;

/// How many rows are asked for at least where only some of them are wanted and the database cannot tell which.
const SIFTED_ROWS: usize = 500;

/// The milliseconds that MySQL's calendar has: from the year 1000 to the end of 9999.
const CALENDAR: Range<i64> = -30_610_224_000_000..253_402_300_800_000;

/// A page of the log without payloads.
pub async fn heads(session: &mut Session<'_>, read: &LogRead) -> Result<Page<EventHead, Position>, StoreError> {
    let (data, metadata) = row::needs(session.map);
    page(session, read, data, metadata, |event| event.head).await
}

/// A page of the log with payloads.
pub async fn events(session: &mut Session<'_>, read: &LogRead) -> Result<Page<RecordedEvent, Position>, StoreError> {
    page(session, read, true, true, |event| event).await
}

async fn page<T: Send>(
    session: &mut Session<'_>,
    read: &LogRead,
    data: bool,
    metadata: bool,
    make: impl Fn(RecordedEvent) -> T + Send + Sync,
) -> Result<Page<T, Position>, StoreError> {
    let empty = || Page { items: Vec::new(), next: None };
    let limit = page_limit(read.limit);
    let mut window = Window::of(read);
    let filtered = LogFilter { from: None, to: None, stream: None, ..read.filter.clone() } != LogFilter::default();
    let mut border = None;
    if let Order::Time(_) = session.map.order {
        window.near(session, limit.max(if filtered { SCAN_ROWS } else { 0 })).await?;
    }
    if filtered {
        border = window.border(session, read, SCAN_ROWS).await?;
        match (border, window.direction) {
            (Some(border), Direction::Forward) => window.high = border.0.saturating_sub(1),
            (Some(border), Direction::Backward) => window.low = border.0.saturating_add(1),
            (None, _) => {}
        }
    }
    let mut values = session.values();
    let Some((mut source, columns)) = window.source(session, read, &mut values) else { return Ok(empty()) };
    source += &conditions(session, &columns, &read.filter, &mut values);
    let rows = if is_tested(session, &read.filter) { limit + 1 } else { (limit + 1).max(SIFTED_ROWS) };
    let sql = format!(
        "SELECT {} {source} ORDER BY {}{} LIMIT {rows}",
        columns.list(data, metadata),
        columns.place,
        window.order(),
    );
    let (map, filter) = (session.map, &read.filter);
    let (mut seen, mut last) = (0, None);
    let mut page = session
        .page(&sql, values.args(), limit, 0, |mut cells| {
            let event = row::recorded(&mut cells, map);
            let at = event.head.global_position;
            (seen, last) = (seen + 1, at.or(last));
            passes(&event.head, filter).then(|| Some((at?, make(event)))).flatten()
        })
        .await?;
    // Some of the rows that were asked for may have been passed over: behind the last of them it goes on.
    let behind = last.filter(|_| seen >= rows).map(|last| match window.direction {
        Direction::Forward => Position(last.0.saturating_add(1)),
        Direction::Backward => Position(last.0.saturating_sub(1)),
    });
    page.next = page.next.or(behind).or(border).or(window.beyond);
    Ok(page)
}

/// The places asked for: both ends included, and which way.
struct Window {
    low: i64,
    high: i64,
    direction: Direction,
    /// Where the log goes on behind what is looked at.
    beyond: Option<Position>,
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
        Window { low, high, direction: read.direction, beyond: None }
    }

    fn order(&self) -> &'static str {
        match self.direction {
            Direction::Forward => "",
            Direction::Backward => " DESC",
        }
    }

    /// FROM and WHERE for the rows of the window, and the expressions over them; `None` where the stream that is asked for
    /// cannot be.
    fn source<'v>(
        &self,
        session: &Session<'_>,
        read: &'v LogRead,
        values: &mut Values<'v>,
    ) -> Option<(String, Columns)> {
        let (map, raw) = (session.map, session.columns);
        let stream = |columns: &Columns, values: &mut Values<'v>| match &read.filter.stream {
            Some(stream) => session.is_stream(&columns.key, stream, values).map(|is| format!(" AND {is}")),
            None => Some(String::new()),
        };
        let (inside, columns) = match &map.order {
            Order::Number(_) => (map.rows(), raw.clone()),
            Order::Shared { number, .. } => {
                let mut rows = map.rows();
                for (sign, place) in [(">=", self.low), ("<=", self.high)] {
                    if let Some(shared) = Position(place).number().filter(|_| place < 0 && place > i64::MIN) {
                        rows += &format!(" AND {number} {sign} {shared}");
                    }
                }
                (rows, raw.clone())
            }
            order => {
                let rows = self.ranked(session, matches!(order, Order::Time(_)));
                (format!("FROM {rows} WHERE 1 = 1"), raw.named())
            }
        };
        let stream = stream(&columns, values)?;
        let mut source = inside + &stream;
        for (sign, place, open) in [(">=", self.low, i64::MIN), ("<=", self.high, i64::MAX)] {
            if place != open {
                source += &format!(" AND {} {sign} {}", columns.place, values.bind(place));
            }
        }
        Some((source, columns))
    }

    /// The rows with the places that order gives them, as a subquery. Those of one millisecond are counted out, so that
    /// whole milliseconds may be left out beforehand.
    fn ranked(&self, session: &Session<'_>, timed: bool) -> String {
        let (map, columns) = (session.map, session.columns);
        let mut inner = format!("{}, {}", map.key(session.dialect), columns.version);
        if let (None, Some(id)) = (&map.version, &map.event_id) {
            // Ids may grow, streams' names say nothing.
            inner = format!("{id}, {inner}");
        }
        let signed = |rank: String| session.dialect.signed(&rank);
        let mut rows = map.rows();
        if !timed {
            let place = format!(
                "({} + {})",
                Position::by_rank(0).0 - 1,
                signed(format!("row_number() OVER (ORDER BY {inner})"))
            );
            return format!("(SELECT {} {rows}) ranked", columns.subquery(&place));
        }
        let (time, moment) = (time(session), &columns.moment);
        let place = signed(format!("row_number() OVER (PARTITION BY {moment} ORDER BY {time}, {inner})"));
        let place = format!("({} + {place} - 1)", by_time(moment));
        for (sign, place) in [(">=", self.low), ("<=", self.high)] {
            if let Some((at, _)) = Position(place).time_and_rank().filter(|_| place != i64::MAX) {
                rows += &format!(" AND {}", compared(session, sign, at));
            }
        }
        format!("(SELECT {} {rows}) ranked", columns.subquery(&place))
    }

    /// Narrows the window to about as many rows as are wanted: whole milliseconds of them.
    async fn near(&mut self, session: &mut Session<'_>, rows: usize) -> Result<(), StoreError> {
        let moment = &session.columns.moment;
        let mut source = session.map.rows();
        for (sign, place) in [(">=", self.low), ("<=", self.high)] {
            if let Some((at, _)) = Position(place).time_and_rank().filter(|_| place != i64::MAX) {
                source += &format!(" AND {}", compared(session, sign, at));
            }
        }
        let order = self.order();
        let sql = format!("SELECT {moment} {source} ORDER BY {moment}{order} LIMIT 1 OFFSET {rows}");
        let found = session.row(&sql, &[]).await?;
        let Some(at) = found.and_then(|row| row.first()?.int()) else { return Ok(()) };
        // The milliseconds up to this one are looked at whole; behind them the next call goes on.
        match self.direction {
            Direction::Forward => {
                self.high = self.high.min(Position::by_time(at, Position::MOST_TIES).0);
                self.beyond = Some(Position::by_time(at.saturating_add(1), 0));
            }
            Direction::Backward => {
                self.low = self.low.max(Position::by_time(at, 0).0);
                self.beyond = (at > 0).then(|| Position::by_time(at - 1, Position::MOST_TIES));
            }
        }
        Ok(())
    }

    /// Where looking ends, when so many rows are looked at; `None` where fewer are left.
    async fn border(
        &self,
        session: &mut Session<'_>,
        read: &LogRead,
        rows: usize,
    ) -> Result<Option<Position>, StoreError> {
        let mut values = session.values();
        let Some((source, columns)) = self.source(session, read, &mut values) else { return Ok(None) };
        let place = &columns.place;
        let sql = format!("SELECT {place} {source} ORDER BY {place}{} LIMIT 1 OFFSET {rows}", self.order());
        let found = session.row(&sql, values.args()).await?;
        Ok(found.and_then(|row| row.first()?.int()).map(Position))
    }
}

fn time<'s>(session: &'s Session<'_>) -> &'s str {
    session.map.time.as_ref().and_then(Word::sql).unwrap_or("NULL")
}

/// The condition that a row's time is in a millisecond or on one side of it; what has no time is of the first one. A column of
/// times is compared as it is, so that an index is used.
fn compared(session: &Session<'_>, sign: &str, millis: i64) -> String {
    // Every event has a place at the beginning or behind it, those without a time as well.
    if sign == ">=" && millis <= 0 {
        return "1 = 1".to_owned();
    }
    let own = format!("{} {sign} {millis}", session.columns.moment);
    let edge = if sign == "<=" { millis.saturating_add(1) } else { millis };
    let moment = match (session.dialect, session.map.time_kind) {
        (Dialect::Postgres, Kind::Time) => format!("to_timestamp({edge} / 1000.0)"),
        // A time that no calendar has is NULL there, and no row would be on any side of it.
        (Dialect::MySql, Kind::Time) if CALENDAR.contains(&edge) => {
            format!("TIMESTAMPADD(MICROSECOND, {edge} * 1000, TIMESTAMP '1970-01-01 00:00:00')")
        }
        _ => return own,
    };
    let time = time(session);
    match sign {
        "<=" => format!("({time} < {moment} OR {time} IS NULL) AND {own}"),
        _ => format!("{time} >= {moment} AND {own}"),
    }
}

/// What the database can test of a filter, each with AND before it. It may let through too much, never too little.
fn conditions<'v>(session: &Session<'_>, columns: &Columns, filter: &'v LogFilter, values: &mut Values<'v>) -> String {
    let mut sql = String::new();
    if let Some(category) = &filter.category {
        let is = session.dialect.is_text(&columns.category, || values.bind(category.as_str()));
        sql += &format!(" AND {is}");
    }
    if let Some(event_type) = filter.event_type.as_deref().filter(|pattern| !pattern.contains(['*', '?'])) {
        let is = session.dialect.is_text(&columns.event_type, || values.bind(event_type));
        sql += &format!(" AND {is}");
    }
    if let Some(id) = &filter.correlation_id {
        match &columns.correlation_id {
            Some(column) => sql += &format!(" AND {}", session.dialect.is_text(column, || values.bind(id))),
            None if session.map.correlation_id.is_none() => sql += " AND 1 = 0",
            None => {}
        }
    }
    if let Some(millis) = &columns.millis {
        for (sign, bound) in [(">=", filter.since), ("<=", filter.until)] {
            if let Some(at) = bound {
                sql += &format!(" AND {millis} {sign} {}", values.bind(at.as_millisecond()));
            }
        }
    }
    sql
}

/// Whether the database tests all that a filter asks. Of times it knows the milliseconds only.
fn is_tested(session: &Session<'_>, filter: &LogFilter) -> bool {
    filter.event_type.as_deref().is_none_or(|pattern| !pattern.contains(['*', '?']))
        && (filter.correlation_id.is_none() || session.columns.correlation_id.is_some())
        && filter.since.is_none()
        && filter.until.is_none()
}

/// Whether an event passes all that a filter asks but stream and place.
fn passes(head: &EventHead, filter: &LogFilter) -> bool {
    filter.category.as_ref().is_none_or(|category| *category == head.category)
        && filter.event_type.as_ref().is_none_or(|pattern| matches_pattern(pattern, &head.event_type))
        && filter.correlation_id.as_ref().is_none_or(|id| head.correlation_id.as_ref() == Some(id))
        && filter.since.is_none_or(|since| head.created_at.is_some_and(|at| at >= since))
        && filter.until.is_none_or(|until| head.created_at.is_some_and(|at| at <= until))
}

/// The first event at each place or behind it, and when it was recorded: in one statement. `None` where events have no number
/// of their own, or no time that the database can say.
pub async fn moments(
    session: &mut Session<'_>,
    places: &[Position],
) -> Result<Option<Vec<(Position, Timestamp)>>, StoreError> {
    let (map, columns) = (session.map, session.columns);
    let (Order::Number(place), Some(millis)) = (&map.order, &columns.millis) else { return Ok(None) };
    let rows = map.rows();
    let one = |at: &Position| {
        format!("(SELECT {place} AS place, {millis} AS at {rows} AND {place} >= {} ORDER BY {place} LIMIT 1)", at.0)
    };
    let all = places.iter().map(|at| format!("SELECT * FROM {} one", one(at))).collect::<Vec<_>>().join(" UNION ALL ");
    let found = session.rows(&all, &[]).await?;
    let moment = |row: &Vec<Cell>| {
        let at = Timestamp::from_millisecond(row.get(1)?.int()?).ok()?;
        Some((Position(row.first()?.int()?), at))
    };
    let mut moments: Vec<_> = found.iter().filter_map(moment).collect();
    moments.sort_by_key(|(place, _)| *place);
    moments.dedup();
    Ok(Some(moments))
}

/// The greatest place.
pub async fn head(session: &mut Session<'_>) -> Result<Option<Position>, StoreError> {
    let read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Backward, limit: 1 };
    let mut window = Window::of(&read);
    if let Order::Number(place) = &session.map.order {
        let sql = format!("SELECT max({place}) {}", session.map.rows());
        let found = session.row(&sql, &[]).await?;
        return Ok(found.and_then(|row| row.first().and_then(Cell::int)).map(Position));
    }
    if let Order::Time(_) = session.map.order {
        window.near(session, 1).await?;
    }
    let mut values = session.values();
    let Some((source, columns)) = window.source(session, &read, &mut values) else { return Ok(None) };
    let sql = format!("SELECT {0} {source} ORDER BY {0} DESC LIMIT 1", columns.place);
    let found = session.row(&sql, values.args()).await?;
    Ok(found.and_then(|row| row.first().and_then(Cell::int)).map(Position))
}
