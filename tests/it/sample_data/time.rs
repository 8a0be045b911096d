//! When things happen in the shop: busy at noon and in the evening, quiet at night.

use super::random::Random;
use foldback::domain::event::{format_time, parse_time};
use jiff::Timestamp;

pub const SECOND: i64 = 1_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// How much happens in each hour of a day.
const RHYTHM: [i64; 24] = [1, 0, 0, 0, 0, 0, 1, 2, 4, 6, 7, 12, 15, 11, 6, 5, 5, 6, 9, 14, 16, 12, 6, 2];

pub fn millis(text: &str) -> i64 {
    parse_time(text).expect("a time of ours").as_millisecond()
}

pub fn text(millis: i64) -> String {
    format_time(Timestamp::from_millisecond(millis).expect("a time of ours"))
}

pub fn start() -> i64 {
    millis("2026-01-05T09:00:00Z")
}

pub fn end() -> i64 {
    millis("2026-01-08T18:59:41.207Z")
}

pub fn midnight(at: i64) -> i64 {
    at.div_euclid(DAY) * DAY
}

/// So many moments between two times, in order and in the shop's rhythm.
pub fn moments(random: &mut Random, count: usize, from: i64, to: i64) -> Vec<i64> {
    let mut moments = Vec::with_capacity(count);
    while moments.len() < count {
        let at = random.range(from..to);
        let hour = (at - midnight(at)) / HOUR;
        if random.range(0..16) < RHYTHM[hour as usize] {
            moments.push(at);
        }
    }
    moments.sort_unstable();
    moments
}

/// When somebody who works from nine to five gets to it.
pub fn in_working_hours(random: &mut Random, from: i64) -> i64 {
    let soon = from + random.range(20 * MINUTE..3 * HOUR);
    let (opens, closes) = (midnight(soon) + 9 * HOUR, midnight(soon) + 17 * HOUR);
    if soon < opens {
        opens + random.range(0..2 * HOUR)
    } else if soon > closes {
        opens + DAY + random.range(0..2 * HOUR)
    } else {
        soon
    }
}
