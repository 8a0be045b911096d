//! How often something is tried again, and how long is waited in between.

use super::Chance;
use std::time::Duration;

/// Attempts with growing pauses. All of it can be set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RetryPolicy {
    /// How often it is tried, the first time included.
    pub attempts: u32,
    /// The pause after the first attempt.
    pub first: Duration,
    /// By how much each pause is longer than the one before.
    pub factor: u32,
    /// The longest pause.
    pub cap: Duration,
    /// Each pause is shortened by a random part of it: between this and 1.
    pub jitter: f64,
}

impl RetryPolicy {
    /// What is used where nothing else is said: 3 attempts, 1 s doubling, at most 10 s.
    pub const STANDARD: RetryPolicy = RetryPolicy {
        attempts: 3,
        first: Duration::from_secs(1),
        factor: 2,
        cap: Duration::from_secs(10),
        jitter: 0.5,
    };

    /// For conflicts over a stream, which are over soon: 10 attempts from 5 ms.
    pub const CONFLICT: RetryPolicy =
        RetryPolicy { attempts: 10, first: Duration::from_millis(5), ..RetryPolicy::STANDARD };

    /// The pause after an attempt, counted from 1; `None` when it was the last.
    pub fn pause(&self, attempt: u32, chance: &Chance) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let factor = self.factor.saturating_pow(attempt.saturating_sub(1));
        let whole = self.first.saturating_mul(factor).min(self.cap);
        let pause = whole.mul_f64(self.jitter + (1.0 - self.jitter) * chance.unit());
        // In milliseconds, as all times are that are stored.
        Some(Duration::from_millis(u64::try_from(pause.as_millis()).unwrap_or(u64::MAX)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_up_to_the_cap_and_end() {
        let chance = Chance::seeded(1);
        let policy = RetryPolicy { attempts: 7, jitter: 1.0, ..RetryPolicy::STANDARD };
        let pauses: Vec<u64> = (1..8).filter_map(|n| policy.pause(n, &chance)).map(|pause| pause.as_secs()).collect();
        assert_eq!(pauses, [1, 2, 4, 8, 10, 10]);
        for attempt in 1..3 {
            let pause = RetryPolicy::STANDARD.pause(attempt, &chance).unwrap();
            let whole = Duration::from_secs(u64::from(attempt));
            assert!(pause >= whole / 2 && pause <= whole);
        }
        assert_eq!(RetryPolicy::STANDARD.pause(3, &chance), None);
    }
}
