//! The expressions of a map in the order in which rows are read, and the place of an event in SQL.

use super::catalog::Kind;
use super::dialect::Dialect;
use super::map::{KeyPart, Map, Order, Word};
use foldback_domain::event::{Position, Version};

/// How many columns a head has; payload and metadata follow.
pub const HEAD: usize = 12;

/// The expressions of an event's parts.
#[derive(Debug, Clone)]
pub struct Columns {
    /// The place in the log.
    pub place: String,
    /// Where the event stands in its stream.
    pub version: String,
    /// The parts of the stream's key.
    pub key: Vec<KeyPart>,
    /// The category.
    pub category: String,
    /// The event's id.
    pub event_id: Option<String>,
    /// The event's type.
    pub event_type: String,
    /// The correlation id, where the database can find it.
    pub correlation_id: Option<String>,
    /// The time in milliseconds since 1970, where the database can say it.
    pub millis: Option<String>,
    /// The millisecond by which events are in order where they are in order of time: never NULL, because an event without a
    /// time has a place, too, before all others.
    pub moment: String,
    /// All columns in the order in which they are read: a head's, the payload, the metadata.
    pub all: Vec<String>,
}

impl Columns {
    /// The expressions of a map.
    pub fn of(map: &Map, dialect: Dialect) -> Columns {
        let null = || "NULL".to_owned();
        let sql = |word: &Option<Word>| word.as_ref().and_then(Word::sql).map(str::to_owned);
        let time = sql(&map.time);
        let millis = time.as_ref().map(|time| millis(dialect, map.time_kind, time));
        let moment = millis.as_ref().map_or_else(|| "0".to_owned(), |millis| moment(dialect, millis));
        let offset = match &map.order {
            Order::Number(sql) => Some(dialect.signed(sql)),
            Order::Shared { number, index } => {
                Some(format!("({} * {} + {})", dialect.signed(number), Position::SHARE, dialect.signed(index)))
            }
            // Those of one millisecond come in an order of their own, which a stream's reading does not ask for.
            Order::Time(_) => Some(moment.clone()),
            Order::Rank => None,
        };
        let place = match &map.order {
            Order::Number(sql) => sql.clone(),
            Order::Shared { .. } => {
                let offset = offset.clone().unwrap_or_default();
                format!("({} + {offset})", Position::SHARED_ZERO)
            }
            Order::Time(_) => by_time(&moment),
            Order::Rank => Position::by_rank(0).0.to_string(),
        };
        let behind = format!("({} + coalesce({}, 0))", Version::NUMBERLESS, offset.unwrap_or_else(|| "0".to_owned()));
        let version = match (&map.version, map.numberless) {
            (Some(version), false) => version.clone(),
            (Some(version), true) => format!("coalesce({version}, {behind})"),
            (None, _) => behind,
        };
        let or_null = |sql: Option<String>| sql.unwrap_or_else(null);
        let all = vec![
            place.clone(),
            map.shown_stream(dialect),
            version.clone(),
            map.category.clone(),
            or_null(map.event_id.clone()),
            map.event_type.clone(),
            or_null(map.schema_version.clone()),
            or_null(sql(&map.correlation_id)),
            or_null(sql(&map.causation_id)),
            or_null(sql(&map.actor)),
            or_null(time),
            or_null(map.mark.clone()),
            map.data.clone(),
            or_null(map.metadata.clone()),
        ];
        Columns {
            place,
            version,
            key: map.stream.clone(),
            category: map.category.clone(),
            event_id: map.event_id.clone(),
            event_type: map.event_type.clone(),
            correlation_id: sql(&map.correlation_id),
            millis,
            moment,
            all,
        }
    }

    /// The same expressions over a subquery that has computed them: see [`Columns::subquery`].
    pub fn named(&self) -> Columns {
        let column = |n: usize| format!("c{n}");
        let some = |there: bool, n: usize| there.then(|| column(n));
        Columns {
            place: column(0),
            version: column(2),
            key: self
                .key
                .iter()
                .enumerate()
                .map(|(i, part)| KeyPart { sql: format!("k{i}"), kind: part.kind, unless: part.unless.clone() })
                .collect(),
            category: column(3),
            event_id: some(self.event_id.is_some(), 4),
            event_type: column(5),
            correlation_id: some(self.correlation_id.is_some(), 7),
            millis: some(self.millis.is_some(), 99),
            moment: self.moment.clone(),
            all: (0..self.all.len()).map(column).collect(),
        }
    }

    /// The columns by their names, with another place.
    pub fn subquery(&self, place: &str) -> String {
        let mut columns = vec![format!("{place} AS c0")];
        columns.extend(self.all.iter().enumerate().skip(1).map(|(n, sql)| format!("{sql} AS c{n}")));
        columns.extend(self.key.iter().enumerate().map(|(n, part)| format!("{} AS k{n}", part.sql)));
        columns.extend(self.millis.iter().map(|sql| format!("{sql} AS c99")));
        columns.join(", ")
    }

    /// So many of the columns, to be read.
    pub fn list(&self, payload: bool, metadata: bool) -> String {
        let mut columns = self.all.clone();
        if !payload {
            columns[HEAD] = "NULL".to_owned();
        }
        if !metadata {
            columns[HEAD + 1] = "NULL".to_owned();
        }
        columns.join(", ")
    }
}

/// The place of an event that only its time orders, the first of its millisecond.
pub fn by_time(moment: &str) -> String {
    // As `Position::by_time` has it.
    let (zero, step) = (Position::by_time(0, 0).0, Position::by_time(1, 0).0 - Position::by_time(0, 0).0);
    format!("({zero} + {moment} * {step})")
}

/// A millisecond within those that places have.
fn moment(dialect: Dialect, millis: &str) -> String {
    let last = Position::by_time(i64::MAX, 0).time_and_rank().map_or(0, |(last, _)| last);
    let (least, greatest) = if dialect == Dialect::Sqlite { ("min", "max") } else { ("least", "greatest") };
    format!("{least}({greatest}(coalesce({millis}, 0), 0), {last})")
}

/// A time in milliseconds since 1970. What is no time has none, and nothing fails.
fn millis(dialect: Dialect, kind: Kind, sql: &str) -> String {
    let by_size = |number: &str| {
        let (number, by) = (dialect.signed(number), if dialect == Dialect::MySql { "DIV" } else { "/" });
        format!(
            "CASE WHEN {number} < 100000000000 THEN {number} * 1000 WHEN {number} < 100000000000000 THEN {number} \
             ELSE {number} {by} 1000 END"
        )
    };
    match (dialect, kind) {
        (_, Kind::Int) => by_size(sql),
        (Dialect::Postgres, Kind::Time) => format!("floor(extract(epoch from {sql}) * 1000)::bigint"),
        (Dialect::Postgres, _) => text_millis(&format!("({sql})::text")),
        (Dialect::MySql, Kind::Time) => format!("(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {sql}) DIV 1000)"),
        (Dialect::MySql, _) => mysql_text(sql),
        (Dialect::Sqlite, _) => format!(
            "CASE typeof({sql}) WHEN 'integer' THEN {} \
             ELSE CAST(round((julianday({sql}) - 2440587.5) * 86400000.0) AS INTEGER) END",
            by_size(sql)
        ),
    }
}

/// A time in text, in PostgreSQL, whose casts fail on what is no time. The day is added to its month's first, because not every
/// month has the days that it is given; what follows the time, as a zone's name, is left out; and no zone is UTC.
fn text_millis(text: &str) -> String {
    let zone = format!("coalesce(substring({text} from ':[0-9.]*([+-](?:0[0-9]|1[0-5])(?::?[0-5][0-9])?)'), 'Z')");
    let clock = format!("substring({text} from '[ T]([0-9]{{2}}:[0-9]{{2}}(?::[0-5][0-9](?:[.][0-9]{{1,9}})?)?)')");
    let first = format!("(substr({text}, 1, 7) || '-01T' || {clock} || {zone})::timestamptz");
    format!(
        "CASE WHEN {text} ~ '^[1-9][0-9]{{3}}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[ T]([01][0-9]|2[0-3]):[0-5][0-9]' \
         THEN floor(extract(epoch from {first}) * 1000)::bigint + (substr({text}, 9, 2)::int - 1) * 86400000::bigint END"
    )
}

/// A time in a text, `2026-01-05T09:12:44.120+02:00` or less of it. MySQL casts what stands before the zone; which it takes
/// itself only in some versions.
fn mysql_text(sql: &str) -> String {
    let local =
        format!("CAST(replace(regexp_replace({sql}, '(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$', ''), 'T', ' ') AS DATETIME(6))");
    let zone = |from: &str| format!("CAST(substr(right(replace({sql}, ':', ''), 5), {from}) AS SIGNED)");
    let minutes = format!("({} * 60 + {})", zone("2, 2"), zone("4, 2"));
    format!(
        "(TIMESTAMPDIFF(MICROSECOND, '1970-01-01', {local}) DIV 1000 - CASE WHEN {sql} REGEXP '[ T].*[+-][0-9]{{2}}:?[0-9]{{2}}$' \
         THEN (CASE WHEN left(right(replace({sql}, ':', ''), 5), 1) = '-' THEN -1 ELSE 1 END) * {minutes} * 60000 ELSE 0 END)"
    )
}
