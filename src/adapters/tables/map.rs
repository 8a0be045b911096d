//! Where a store's tables keep what an event is: SQL of one dialect, made of a layout for the tables that are there.

use super::catalog::Kind;
use super::dialect::Dialect;
use super::pick::Pick;
use crate::store::payload::Unwrap;
use foldback_domain::reading::Direction;
use foldback_domain::source::Numbering;

/// Where each part of an event stands. Expressions are SQL over the rows of `from`, unless another type says more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Map {
    /// What follows FROM: a quoted table, or a join.
    pub from: String,
    /// The tables that have a row for each event; none where there is no such table.
    pub counted: Vec<TableName>,
    /// A condition that every event's row meets; the others are bookkeeping.
    pub condition: Option<String>,
    /// What the global order is made of.
    pub order: Order,
    /// The parts of the stream's name, which are shown joined by `/`.
    pub stream: Vec<KeyPart>,
    /// The category: a text.
    pub category: String,
    /// The version in the stream, a whole number; `None` where the source has none.
    pub version: Option<String>,
    /// Whether a key of the table lets no two events of a stream have one version.
    pub unique: bool,
    /// Whether some events have no version.
    pub numberless: bool,
    /// The event's id: a text.
    pub event_id: Option<String>,
    /// The event's type: a text.
    pub event_type: String,
    /// The version of the type's schema, or a text that ends with it.
    pub schema_version: Option<String>,
    /// The payload.
    pub data: String,
    /// How the payload is wrapped.
    pub unwrap: Unwrap,
    /// The metadata.
    pub metadata: Option<String>,
    /// The correlation id.
    pub correlation_id: Option<Word>,
    /// The causation id.
    pub causation_id: Option<Word>,
    /// Who did it.
    pub actor: Option<Word>,
    /// What the source did to it: `archived`, `deleted` or NULL.
    pub mark: Option<String>,
    /// When it was recorded.
    pub time: Option<Word>,
    /// Whether the time is a column that the database itself compares as a point in time.
    pub time_kind: Kind,
    /// Why positions are not one order over all streams, where they are not.
    pub unordered: Option<String>,
    /// The channel on which the store tells of new events.
    pub channel: Option<String>,
}

/// A table's name as the database has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName {
    /// The schema, where the database has schemas.
    pub schema: Option<String>,
    /// The name.
    pub name: String,
}

/// What the global order is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Order {
    /// A number that no other event has: SQL of the place.
    Number(String),
    /// A number that several events share.
    Shared {
        /// The number: a column.
        number: String,
        /// Which of them the event is, from 0.
        index: String,
    },
    /// The time, then the stream, then the version.
    Time(String),
    /// The stream, then the version: there is nothing else.
    Rank,
}

impl Order {
    /// How the source numbers its log.
    pub fn numbering(&self) -> Numbering {
        match self {
            Order::Number(_) => Numbering::Own,
            Order::Shared { .. } => Numbering::Shared,
            Order::Time(_) | Order::Rank => Numbering::None,
        }
    }
}

/// A text that stands in a column, or in the JSON of the payload or the metadata.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// SQL.
    Sql(String),
    /// Found once the row is read.
    Pick(Pick),
}

impl Word {
    /// The SQL, where it is that.
    pub fn sql(&self) -> Option<&str> {
        match self {
            Word::Sql(sql) => Some(sql),
            Word::Pick(_) => None,
        }
    }

    /// What is looked for in JSON, where it is that.
    pub fn pick(&self) -> Option<&Pick> {
        match self {
            Word::Sql(_) => None,
            Word::Pick(pick) => Some(pick),
        }
    }
}

/// One part of what identifies a stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyPart {
    /// What is compared, so that an index is used.
    pub sql: String,
    /// What it holds.
    pub kind: Kind,
    /// The value that goes without saying, and is not shown.
    pub unless: Option<String>,
}

impl KeyPart {
    /// The part as text.
    pub fn shown(&self, dialect: Dialect) -> String {
        match self.kind {
            Kind::Text => self.sql.clone(),
            Kind::Bytes => dialect.hex(&self.sql),
            _ => dialect.text(&self.sql),
        }
    }

    /// The condition that the part is the text which a mark stands for.
    pub fn is(&self, dialect: Dialect, mut mark: impl FnMut() -> String) -> String {
        match self.kind {
            Kind::Text => dialect.is_text(&self.sql, mark),
            _ => format!("{} = {}", self.compared(dialect), self.value(dialect, &mark())),
        }
    }

    /// The condition that the part comes behind the text which `mark` stands for, or before it.
    pub fn comes(&self, dialect: Dialect, direction: Direction, mark: &str) -> String {
        let sign = if direction == Direction::Forward { ">" } else { "<" };
        format!("{} {sign} {}", self.ordered(dialect), self.value(dialect, mark))
    }

    /// What rows are ordered and grouped by.
    pub fn ordered(&self, dialect: Dialect) -> String {
        match (dialect, self.kind) {
            (Dialect::MySql, Kind::Int | Kind::Bytes) => self.sql.clone(),
            (Dialect::MySql, _) => dialect.exact(&self.shown(dialect)),
            _ => self.sql.clone(),
        }
    }

    /// What is compared with a text.
    fn compared(&self, dialect: Dialect) -> String {
        match (dialect, self.kind) {
            (_, Kind::Int | Kind::Bytes | Kind::Text) | (Dialect::Postgres, Kind::Uuid) => self.sql.clone(),
            (Dialect::MySql, _) => self.ordered(dialect),
            _ => dialect.text(&self.sql),
        }
    }

    /// The text which `mark` stands for, as it is compared.
    fn value(&self, dialect: Dialect, mark: &str) -> String {
        let postgres = dialect == Dialect::Postgres;
        match self.kind {
            Kind::Uuid if postgres => format!("{mark}::uuid"),
            Kind::Int if postgres => format!("{mark}::bigint"),
            Kind::Int => dialect.integer(mark),
            Kind::Bytes => dialect.unhex(mark),
            _ => mark.to_owned(),
        }
    }

    /// Whether a text can be this part at all: what is no UUID is not asked for, because the database would fail.
    pub fn can_be(&self, text: &str) -> bool {
        match self.kind {
            Kind::Uuid => uuid::Uuid::parse_str(text).is_ok(),
            Kind::Int => text.parse::<i64>().is_ok(),
            Kind::Bytes => text.len().is_multiple_of(2) && text.bytes().all(|byte| byte.is_ascii_hexdigit()),
            _ => !text.contains('\0'),
        }
    }
}

impl Map {
    /// The stream's name as it is shown.
    pub fn shown_stream(&self, dialect: Dialect) -> String {
        let mut shown = Vec::new();
        for (i, part) in self.stream.iter().enumerate() {
            let text = part.shown(dialect);
            let text = if self.stream.len() > 1 { format!("coalesce({text}, '')") } else { text };
            if i + 1 == self.stream.len() {
                shown.push(text);
                break;
            }
            let with_slash = dialect.concat(&[text.clone(), "'/'".to_owned()]);
            shown.push(match &part.unless {
                Some(unless) => {
                    format!("CASE WHEN {text} = {} THEN '' ELSE {with_slash} END", dialect.literal(unless))
                }
                None => with_slash,
            });
        }
        if shown.len() == 1 { shown.remove(0) } else { dialect.concat(&shown) }
    }

    /// The columns that identify a stream.
    pub fn key(&self, dialect: Dialect) -> String {
        self.stream.iter().map(|part| part.ordered(dialect)).collect::<Vec<_>>().join(", ")
    }

    /// What is grouped by to have one row for each stream. MySQL knows a column in HAVING only when its own name is there.
    pub fn group(&self, dialect: Dialect) -> String {
        let key = self.key(dialect);
        match dialect {
            Dialect::MySql => {
                let columns = self.stream.iter().map(|part| part.sql.as_str()).collect::<Vec<_>>().join(", ");
                format!("{key}, {columns}")
            }
            _ => key,
        }
    }

    /// FROM and the conditions that always hold, up to where more can be added with AND.
    pub fn rows(&self) -> String {
        format!("FROM {} WHERE {}", self.from, self.condition.as_deref().unwrap_or("1 = 1"))
    }
}
