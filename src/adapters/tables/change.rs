//! Whether tables have changed, where the database does not say: their newest rows are looked at.

use super::cell::Cell;
use super::map::Order;
use super::session::Session;
use crate::store::StoreError;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// How many of the newest rows are looked at: so many numbers below the greatest may be filled late and are still noticed.
const NEWEST: usize = 1_000;

/// A look that took a moment is followed by a rest of so many of them, so that following costs little on any table.
const REST: u64 = 20;

/// The longest rest.
const MOST: Duration = Duration::from_secs(60);

/// How long the last look took, in milliseconds.
#[derive(Debug, Default)]
pub struct Change(AtomicU64);

impl Change {
    /// How long to rest after the last look.
    pub fn rest(&self) -> Duration {
        Duration::from_millis(self.0.load(Ordering::Relaxed).saturating_mul(REST)).min(MOST)
    }

    /// Looks. The number changes when the newest rows do.
    pub async fn look(&self, session: &mut Session<'_>) -> Result<i64, StoreError> {
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
        self.0.store(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX), Ordering::Relaxed);
        Ok(hash.finish().cast_signed())
    }
}
