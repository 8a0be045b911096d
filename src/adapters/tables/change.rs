//! Whether tables have changed, where the database does not say: their newest rows are looked at.

use super::cell::Cell;
use super::map::Order;
use super::session::Session;
use crate::store::StoreError;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::{Duration, Instant};

/// How many of the newest rows are looked at: so many numbers below the greatest may be filled late and are still noticed.
const NEWEST: usize = 1_000;

/// A question that took a moment is asked again after so many of them, so that following costs little on any table.
const REST: u32 = 20;

/// What was seen last, and until when that has to do.
#[derive(Debug, Default)]
pub struct Change {
    seen: Option<(i64, Instant)>,
}

impl Change {
    /// What was seen last, if it is too early to look again.
    pub fn resting(&self) -> Option<i64> {
        self.seen.filter(|(_, until)| Instant::now() < *until).map(|(mark, _)| mark)
    }

    /// Looks. The number changes when the newest rows do.
    pub async fn look(&mut self, session: &mut Session<'_>) -> Result<i64, StoreError> {
        let began = Instant::now();
        let rows = session.map.rows();
        let newest = |by: &str| {
            let few = format!("SELECT {by} AS at {rows} ORDER BY {by} DESC LIMIT {NEWEST}");
            format!("SELECT count(*), min(at), max(at) FROM ({few}) newest")
        };
        let sql = match &session.map.order {
            Order::Number(number) | Order::Shared { number, .. } => newest(number),
            Order::Time(time) => newest(time),
            Order::Rank => format!("SELECT count(*) {rows}"),
        };
        let mut hash = DefaultHasher::new();
        let row = session.row(&sql, &[]).await?.unwrap_or_default();
        row.iter().map(Cell::text).collect::<Vec<_>>().hash(&mut hash);
        let mark = hash.finish().cast_signed();
        let rest = began.elapsed().saturating_mul(REST).min(Duration::from_secs(60));
        self.seen = Some((mark, Instant::now() + rest));
        Ok(mark)
    }
}
