//! The history as a film: one version after the other, at a speed, until the end or until a watched path changes.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// How long a version is shown, from slow to fast, in milliseconds.
const SPEEDS: [u64; 6] = [2_000, 1_000, 500, 250, 120, 50];

/// A film that is running.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Play {
    speed: usize,
    next_at: Timestamp,
}

impl Play {
    /// Begins at an easy pace.
    pub fn begin(now: Timestamp) -> Play {
        let mut play = Play { speed: 2, next_at: now };
        play.shown(now);
        play
    }

    /// Changes the speed.
    pub fn change_speed(&mut self, by: isize) {
        self.speed = self.speed.saturating_add_signed(by).min(SPEEDS.len() - 1);
    }

    /// How long each version is shown.
    pub fn interval(&self) -> Duration {
        Duration::from_millis(SPEEDS[self.speed])
    }

    /// Whether it is time for the next version.
    pub fn is_due(&self, now: Timestamp) -> bool {
        now >= self.next_at
    }

    /// A version is on screen from now on.
    pub fn shown(&mut self, now: Timestamp) {
        let interval = SignedDuration::from_millis(SPEEDS[self.speed] as i64);
        self.next_at = now.checked_add(interval).unwrap_or(now);
    }
}
