//! Up to where a log can be read without missing what comes late.
//!
//! A writer draws a number, writes and commits: another may draw the next number and commit first. A reader that
//! remembers the greatest number it saw would never see the first one's event. So the log ends, for who follows it, below
//! the first number that may still come: where numbers follow each other without a gap nothing can, and a gap is a hole
//! once every transaction that was under way when it was seen has ended.

use super::cell::Cell;
use super::engine::{Engine, Writers};
use super::session::Session;
use crate::store::StoreError;
use jiff::Timestamp;
use std::time::{Duration, Instant};

/// How many numbers are looked at for gaps at once.
const LOOK: i64 = 10_000;

/// How long a gap is waited for where nobody can say whether its writer is still there.
const GRACE: Duration = Duration::from_secs(10);

/// What is known of the end of a log.
#[derive(Debug, Default)]
pub struct Tail {
    settled: Option<i64>,
    waiting: Option<Waiting>,
}

/// A number above a gap.
#[derive(Debug)]
struct Waiting {
    place: i64,
    next: u64,
    since: Instant,
}

impl Tail {
    /// Whether a gap has been waited for long enough: the log then ends further on, although nothing was written.
    pub fn is_due(&self) -> bool {
        self.waiting.as_ref().is_some_and(|waiting| waiting.since.elapsed() >= GRACE)
    }

    /// The greatest number below which nothing can appear any more.
    pub async fn read(
        &mut self,
        session: &mut Session<'_>,
        engine: &dyn Engine,
        place: &str,
    ) -> Result<Option<i64>, StoreError> {
        let rows = session.map.rows();
        let found = session.row(&format!("SELECT max({place}) {rows}"), &[]).await?;
        let Some(head) = found.and_then(|row| row.first().and_then(Cell::int)) else { return Ok(None) };
        let writers = engine.read_writers(session.reading.as_mut()).await?;
        if writers == Writers::OneByOne || matches!(writers, Writers::Numbered { oldest, next } if oldest >= next) {
            (self.settled, self.waiting) = (Some(head), None);
            return Ok(Some(head));
        }
        if let Some(waiting) = &self.waiting {
            let over = match writers {
                Writers::Numbered { oldest, .. } => oldest >= waiting.next,
                _ => waiting.since.elapsed() >= GRACE,
            };
            if over {
                self.settled = self.settled.max(Some(waiting.place));
                self.waiting = None;
            }
        }
        // A writer who draws numbers now is near the end of the log.
        let from = self.settled.unwrap_or_else(|| head.saturating_sub(LOOK));
        let mut values = session.values();
        let low = values.bind(from);
        let at = session.columns.millis.as_deref().filter(|_| writers == Writers::Unknown).unwrap_or("NULL");
        let sql = format!("SELECT {place}, {at} {rows} AND {place} >= {low} ORDER BY {place} LIMIT {LOOK}");
        let places = session.rows(&sql, values.args()).await?;
        let first = places.first().and_then(|row| row.first()?.int());
        // The first numbers of a log may still come, too; a log that begins far above them was cut off at its beginning.
        let below = first.map(|first| if first <= LOOK { first.min(1) - 1 } else { first - 1 });
        // What was recorded a while ago drew its number then, and so did whoever drew a lower one.
        let before = Timestamp::now().as_millisecond() - GRACE.as_millis() as i64;
        let old = |row: &&Vec<Cell>| row.get(1).and_then(Cell::int).is_some_and(|at| at < before);
        let mut end = self.settled.or(below).max(places.iter().rev().find(old).and_then(|row| row[0].int()));
        // A number below the end is passed over.
        for place in places.iter().filter_map(|row| row.first().and_then(Cell::int)) {
            if end.is_some_and(|end| place > end.saturating_add(1)) {
                break;
            }
            end = end.max(Some(place));
        }
        self.settled = end;
        if end != Some(head) && self.waiting.is_none() {
            let next = if let Writers::Numbered { next, .. } = writers { next } else { 0 };
            self.waiting = Some(Waiting { place: head, next, since: Instant::now() });
        }
        Ok(end)
    }
}
