//! What a database must be able to do for its tables to be read: answer questions in short reads that leave nothing.

use super::catalog::Catalog;
use super::cell::Cell;
use super::dialect::Dialect;
use super::map::TableName;
use crate::store::StoreError;
use crate::store::database::Arg;
use crate::store::wake::Wake;
use async_trait::async_trait;
use foldback_domain::event::format_time;

/// A database whose tables are read.
#[async_trait]
pub trait Engine: Send + Sync {
    /// Which SQL it speaks.
    fn dialect(&self) -> Dialect;

    /// What it is called, without secrets and safe to show.
    fn label(&self) -> &str;

    /// Its tables.
    async fn read_catalog(&self) -> Result<Catalog, StoreError>;

    /// About how many rows tables have together, by what the database knows without counting; `None` where it does not know.
    async fn read_estimate(&self, _tables: &[TableName]) -> Result<Option<u64>, StoreError> {
        Ok(None)
    }

    /// Begins a read: one moment of the database, for a few questions, within the time that a statement may take.
    async fn begin(&self) -> Result<Box<dyn Reading>, StoreError>;

    /// Which database and tables these are, in words that others do not have; `None` where it does not say.
    async fn read_identity(&self, _: &[TableName]) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// A number that changes when the database has changed; cheap enough to ask several times a second. `None` where the
    /// database has no such number: its tables tell then.
    async fn read_change(&self) -> Result<Option<i64>, StoreError>;

    /// Who else writes: what is needed to tell a hole from a position that is still to come.
    async fn read_writers(&self, reading: &mut dyn Reading) -> Result<Writers, StoreError>;

    /// A line on a channel on which the store itself tells of new events; `None` where the database has none.
    async fn listen(&self, _channel: &str) -> Result<Option<Box<dyn Wake>>, StoreError> {
        Ok(None)
    }

    /// Closes connections that are not in use.
    fn close_idle(&self) {}
}

/// Who writes. Numbers are drawn before they are committed, so a lower one may appear after a higher one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writers {
    /// One after the other: what is below the greatest position is there.
    OneByOne,
    /// Many at once: what was drawn before transaction `next` is settled once `oldest` has passed it.
    Numbered {
        /// The oldest transaction that is still under way.
        oldest: u64,
        /// The transaction that begins next.
        next: u64,
    },
    /// Many at once, and nobody may ask which.
    Unknown,
}

/// A read that has begun. One that is dropped before its end is given up.
#[async_trait]
pub trait Reading: Send {
    /// Gives the rows of a question one by one, until the function says that it has enough.
    async fn each(
        &mut self,
        sql: &str,
        args: &[Arg<'_>],
        row: &mut (dyn FnMut(Vec<Cell>) -> bool + Send),
    ) -> Result<(), StoreError>;

    /// Ends the read; the connection is free for the next.
    async fn end(self: Box<Self>) -> Result<(), StoreError>;
}

/// What still comes of a question when the one who asked has enough: a little of it is taken and let go, so that the
/// connection can be used again.
#[derive(Debug, Default)]
pub struct Rest {
    enough: bool,
    rows: usize,
    bytes: usize,
    /// Whether too much is left for that.
    pub is_left: bool,
}

impl Rest {
    /// How many rows, and how many bytes, are taken at most.
    const MOST: (usize, usize) = (1_000, 1 << 20);

    /// Gives a row to who wants it, or counts it; whether the next one may come.
    pub fn is_kept(&mut self, cells: Vec<Cell>, row: &mut (dyn FnMut(Vec<Cell>) -> bool + Send)) -> bool {
        if !self.enough {
            self.enough = !row(cells);
            return true;
        }
        self.rows += 1;
        self.bytes += cells.iter().map(Cell::size).sum::<usize>();
        self.is_left = self.rows > Self::MOST.0 || self.bytes > Self::MOST.1;
        !self.is_left
    }
}

/// Why a database refuses a question, of which no row is wanted; `None` where it takes it.
pub async fn refuses(engine: &dyn Engine, select: &str, from: &str) -> Option<StoreError> {
    let mut reading = match engine.begin().await {
        Ok(reading) => reading,
        Err(error) => return Some(error),
    };
    match rows(reading.as_mut(), &format!("SELECT {select} {from} LIMIT 0"), &[]).await {
        Ok(_) => reading.end().await.err(),
        Err(error) => Some(error),
    }
}

/// All rows of a question.
pub async fn rows(reading: &mut dyn Reading, sql: &str, args: &[Arg<'_>]) -> Result<Vec<Vec<Cell>>, StoreError> {
    let mut rows = Vec::new();
    reading
        .each(sql, args, &mut |row| {
            rows.push(row);
            true
        })
        .await?;
    Ok(rows)
}

/// A statement in the making: each value that goes in gets its number, in the order in which they stand. In MySQL's it stands
/// written out: a statement that is prepared there is told in two messages, and closed in a third.
pub struct Values<'a> {
    dialect: Dialect,
    args: Vec<Arg<'a>>,
}

impl<'a> Values<'a> {
    /// A statement without values yet.
    pub fn new(dialect: Dialect) -> Self {
        Values { dialect, args: Vec::new() }
    }

    /// Adds a value; what stands for it in the statement.
    pub fn bind(&mut self, value: impl Into<Arg<'a>>) -> String {
        let value = value.into();
        if self.dialect == Dialect::MySql {
            return written(&value);
        }
        self.args.push(value);
        self.dialect.mark(self.args.len())
    }

    /// The values in order.
    pub fn args(&self) -> &[Arg<'a>] {
        &self.args
    }
}

/// A value as MySQL has it in a statement.
fn written(value: &Arg<'_>) -> String {
    let text = |text: &str| Dialect::MySql.literal(text);
    let value = match *value {
        Arg::Int(value) => value.map(|number| number.to_string()),
        Arg::Text(value) | Arg::Json(value) => value.map(text),
        Arg::Bytes(value) => {
            value.map(|bytes| bytes.iter().fold("x'".to_owned(), |hex, byte| format!("{hex}{byte:02x}")) + "'")
        }
        Arg::Time(value) => value.map(|at| text(&format_time(at))),
    };
    value.unwrap_or_else(|| "NULL".to_owned())
}
