//! How projections are doing: who is behind, who has stopped, and when it will have caught up.

use foldback_domain::event::{Position, StreamName};
use foldback_domain::processes::{Checkpoint, CheckpointSample, CheckpointStatus, ConsumerKind, Lag};
use jiff::{SignedDuration, Timestamp};
use std::time::Duration;

/// A checkpoint with work before it that has not moved for this long has stalled.
pub const STALLED_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// Rates are taken from no more than the samples of this long.
const RATE_OVER: SignedDuration = SignedDuration::from_mins(5);
/// How many samples a trend shows.
pub const TREND: usize = 8;
/// A store that has given no sign for this long is at rest: it is looked at as it was then.
const AT_REST: SignedDuration = SignedDuration::from_hours(24);

/// The time at which a store is looked at: now, or its last sign where nobody has touched it for long.
pub fn looked_at(now: Timestamp, last_sign: Option<Timestamp>) -> Timestamp {
    match last_sign {
        Some(sign) if now.duration_since(sign) > AT_REST => sign,
        _ => now,
    }
}

/// How a projection is doing. The words are the contract's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Condition {
    /// It stopped at an event.
    Failed,
    /// There is work, and nothing has moved for a while; a paused one too.
    Stalled,
    /// There is work, and it is being done.
    Behind,
    /// It is being rebuilt.
    Replaying,
    /// Nobody knows.
    Unknown,
    /// It has handled everything.
    Current,
}

impl Condition {
    /// The contract's word.
    pub fn name(self) -> &'static str {
        match self {
            Condition::Failed => "failed",
            Condition::Stalled => "stalled",
            Condition::Behind => "behind",
            Condition::Replaying => "replaying",
            Condition::Unknown => "unknown",
            Condition::Current => "current",
        }
    }
}

/// What is known of the work before a checkpoint.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Waiting {
    /// How many events stand behind the checkpoint; `None` where nobody counted.
    pub events: Option<u64>,
    /// When the oldest of them was recorded.
    pub oldest: Option<Timestamp>,
}

/// The event that a projection cannot handle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailingEvent {
    /// Its place in the log.
    pub position: Position,
    /// Its type; `None` where the log does not have it any more.
    pub event_type: Option<String>,
    /// Its stream.
    pub stream_id: Option<StreamName>,
    /// The dead letter that a retry takes up: `projection:3`.
    pub dead_letter: Option<String>,
}

/// A projection and how it is doing.
#[derive(Debug, Clone, PartialEq)]
pub struct Health {
    /// Its checkpoint.
    pub checkpoint: Checkpoint,
    /// How it is doing.
    pub condition: Condition,
    /// Whether somebody paused it: its condition is then `stalled`, unless there is nothing to do.
    pub paused: bool,
    /// How many events it has not handled.
    pub lag_events: Option<u64>,
    /// How old the oldest of them is at the time of looking: now, or the last sign of a store that has been at rest for a day.
    pub lag: Option<Duration>,
    /// How many positions it passes in a second.
    pub rate: Option<f64>,
    /// Its lag in positions at the last samples, the oldest first.
    pub trend: Vec<u64>,
    /// How long until it has caught up, at this rate.
    pub left: Option<Duration>,
    /// Why it is in that condition, where that needs words.
    pub reason: Option<String>,
    /// The event at which it stopped, or that it is trying again.
    pub failing: Option<FailingEvent>,
}

impl Health {
    /// The word that tables show: `paused` where the contract says `stalled`.
    pub fn word(&self) -> &'static str {
        if self.paused { "paused" } else { self.condition.name() }
    }

    /// Whether somebody should look.
    pub fn needs_attention(&self) -> bool {
        matches!(self.condition, Condition::Failed | Condition::Stalled)
    }
}

/// The projections, and the head that they run after.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Projections {
    /// The head; `None` in an empty log.
    pub head: Option<Position>,
    /// The time at which they were looked at.
    pub at: Option<Timestamp>,
    /// Each of them, those first that need somebody.
    pub list: Vec<Health>,
    /// Why there are none, where the source tells of none.
    pub unavailable: Option<String>,
}

/// How a projection is doing at a time.
pub fn health(checkpoint: Checkpoint, samples: &[CheckpointSample], waiting: Waiting, at: Timestamp) -> Health {
    let pace = pace(samples);
    let moved_at = last_move(samples).or(checkpoint.updated_at);
    let still = moved_at.is_some_and(|moved| at.duration_since(moved) > STALLED_AFTER);
    let kept_waiting = waiting.oldest.is_none_or(|oldest| at.duration_since(oldest) > STALLED_AFTER);
    let paused = checkpoint.status == CheckpointStatus::Paused;
    let waits = waiting.events.map(|events| events.saturating_add(checkpoint.in_gaps));
    let condition = match checkpoint.status {
        CheckpointStatus::Failed => Condition::Failed,
        CheckpointStatus::Replaying => Condition::Replaying,
        CheckpointStatus::Unknown => Condition::Unknown,
        CheckpointStatus::Paused if waits == Some(0) => Condition::Current,
        CheckpointStatus::Paused => Condition::Stalled,
        CheckpointStatus::Running => match waits {
            Some(0) => Condition::Current,
            Some(_) if still && kept_waiting => Condition::Stalled,
            Some(_) => Condition::Behind,
            // Nobody counted, but there is work: counting is what took too long.
            None if waiting.oldest.is_none() => Condition::Unknown,
            None if still && kept_waiting => Condition::Stalled,
            None => Condition::Behind,
        },
    };
    let lag = waiting.oldest.and_then(|oldest| Duration::try_from(at.duration_since(oldest)).ok());
    let mut rate = pace.map(|(handled, _)| handled).filter(|rate| *rate > 0.0);
    let mut left = match (condition, waiting.events, pace) {
        (Condition::Behind, Some(events), Some((handled, arriving))) if handled > arriving => {
            Duration::try_from_secs_f64(events as f64 / (handled - arriving)).ok()
        }
        _ => None,
    };
    if let Some(rebuild) = checkpoint.rebuild.filter(|_| condition == Condition::Replaying) {
        let done = rebuild.position.map_or(0, |position| position.0).max(0) as f64;
        let last = checkpoint.updated_at.unwrap_or(at).duration_since(rebuild.started_at).as_secs_f64();
        let fresh = if last > 0.0 { done / last } else { 0.0 };
        rate = (fresh > 0.0).then_some(fresh);
        let rest = (rebuild.target.0 as f64 - done).max(0.0);
        left = rate.and_then(|rate| Duration::try_from_secs_f64(rest / rate).ok());
    }
    Health {
        reason: reason(&checkpoint, condition, at, moved_at),
        condition,
        paused,
        lag_events: waiting.events,
        lag,
        rate,
        trend: trend(samples),
        left,
        failing: checkpoint.failed_position.map(|position| FailingEvent {
            position,
            event_type: None,
            stream_id: None,
            dead_letter: None,
        }),
        checkpoint,
    }
}

fn reason(checkpoint: &Checkpoint, condition: Condition, at: Timestamp, moved_at: Option<Timestamp>) -> Option<String> {
    let error = checkpoint.error.as_deref();
    match condition {
        Condition::Stalled if checkpoint.status == CheckpointStatus::Paused => Some("paused".to_owned()),
        Condition::Stalled => {
            let seconds = moved_at.map_or(0, |moved| at.duration_since(moved).as_secs());
            let still = format!("nothing for {}", rough(seconds));
            Some(error.map_or(still.clone(), |error| format!("{still}; trying: {error}")))
        }
        Condition::Unknown if checkpoint.lag == Lag::Unknown => {
            Some("nobody can say how many events wait behind it".to_owned())
        }
        Condition::Unknown => Some("no sample tells where it was".to_owned()),
        Condition::Replaying => {
            let rebuild = checkpoint.rebuild?;
            let done = rebuild.position.map_or(0, |position| position.0);
            Some(format!("rebuilt beside the live rows: {done} of {}", rebuild.target))
        }
        Condition::Behind if checkpoint.in_gaps > 0 && error.is_none() => {
            let events = if checkpoint.in_gaps == 1 { "event" } else { "events" };
            Some(format!("{} {events} below its position still to come", checkpoint.in_gaps))
        }
        _ => error.map(str::to_owned),
    }
}

fn rough(seconds: i64) -> String {
    match seconds {
        ..60 => format!("{seconds} s"),
        60..3_600 => format!("{} min", seconds / 60),
        3_600..86_400 => format!("{} h", seconds / 3_600),
        _ => format!("{} d", seconds / 86_400),
    }
}

/// Lag in positions at the last samples.
fn trend(samples: &[CheckpointSample]) -> Vec<u64> {
    let last = &samples[samples.len().saturating_sub(TREND)..];
    last.iter()
        .map(|sample| {
            let head = sample.head.map_or(0, |head| head.0);
            (head - sample.position.map_or(0, |position| position.0)).max(0).unsigned_abs()
        })
        .collect()
}

/// How many positions were handled, and how many came, in a second over the last samples.
fn pace(samples: &[CheckpointSample]) -> Option<(f64, f64)> {
    let last = samples.last()?;
    let first = samples.iter().find(|sample| last.at.duration_since(sample.at) <= RATE_OVER)?;
    let seconds = last.at.duration_since(first.at).as_secs_f64();
    if seconds <= 0.0 {
        return None;
    }
    let number = |position: Option<Position>| position.map_or(0, |position| position.0) as f64;
    let per_second = |from: f64, to: f64| ((to - from) / seconds).max(0.0);
    Some((per_second(number(first.position), number(last.position)), per_second(number(first.head), number(last.head))))
}

/// When the checkpoint moved last, as far as the samples tell.
fn last_move(samples: &[CheckpointSample]) -> Option<Timestamp> {
    samples.windows(2).rev().find(|pair| pair[0].position != pair[1].position).map(|pair| pair[1].at)
}

/// The order in which one looks at them: projections before runners, the worst first, then by name.
pub fn by_need(list: &mut [Health]) {
    list.sort_by(|a, b| {
        let runner = |health: &Health| health.checkpoint.kind != ConsumerKind::Projection;
        let key = |health: &Health| (runner(health), health.condition, health.checkpoint.name.clone());
        key(a).cmp(&key(b))
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_000_000 + second).unwrap()
    }

    fn checkpoint(status: CheckpointStatus, position: i64) -> Checkpoint {
        Checkpoint {
            name: "p".into(),
            kind: ConsumerKind::Projection,
            position: Some(Position(position)),
            status,
            error: None,
            failed_position: None,
            attempts: 0,
            skipped: None,
            rebuild: None,
            updated_at: Some(at(0)),
            lag: Lag::Above,
            in_gaps: 0,
        }
    }

    fn samples(of: &[(i64, i64, i64)]) -> Vec<CheckpointSample> {
        of.iter()
            .map(|(second, position, head)| CheckpointSample {
                at: at(*second),
                position: Some(Position(*position)),
                head: Some(Position(*head)),
            })
            .collect()
    }

    #[test]
    fn idle_behind_and_stalled_are_told_apart() {
        let moving = samples(&[(0, 0, 100), (10, 50, 100)]);
        let stuck = samples(&[(0, 40, 50), (10, 50, 100), (100, 50, 100)]);
        let waiting = |events| Waiting { events: Some(events), oldest: Some(at(5)) };
        for (status, samples, events, expected) in [
            (CheckpointStatus::Running, &stuck, 0, Condition::Current),
            (CheckpointStatus::Running, &moving, 50, Condition::Behind),
            (CheckpointStatus::Running, &stuck, 50, Condition::Stalled),
            (CheckpointStatus::Paused, &moving, 0, Condition::Current),
            (CheckpointStatus::Paused, &moving, 50, Condition::Stalled),
            (CheckpointStatus::Failed, &moving, 50, Condition::Failed),
            (CheckpointStatus::Unknown, &moving, 50, Condition::Unknown),
        ] {
            let now = samples.last().unwrap().at;
            let health = health(checkpoint(status, 50), samples, waiting(events), now);
            assert_eq!(health.condition, expected, "{status:?} {events}");
        }
        let uncounted = Waiting { events: None, oldest: Some(at(5)) };
        let busy = health(checkpoint(CheckpointStatus::Running, 50), &moving, uncounted, at(10));
        assert_eq!(
            (busy.condition, busy.lag_events),
            (Condition::Behind, None),
            "a count that took too long is not zero"
        );
        let unknown = health(checkpoint(CheckpointStatus::Running, 0), &[], Waiting::default(), at(0));
        assert_eq!(unknown.condition, Condition::Unknown);
    }

    #[test]
    fn catching_up_takes_what_is_left_at_the_pace_beyond_what_arrives() {
        let samples = samples(&[(0, 0, 100), (10, 60, 120)]);
        let waiting = Waiting { events: Some(60), oldest: Some(at(2)) };
        let health = health(checkpoint(CheckpointStatus::Running, 60), &samples, waiting, at(10));
        assert_eq!((health.rate, health.left), (Some(6.0), Some(Duration::from_secs(15))));
        assert_eq!(health.trend, [100, 60]);
        assert_eq!(health.lag, Some(Duration::from_secs(8)));
    }

    #[test]
    fn a_store_at_rest_is_looked_at_as_it_was() {
        assert_eq!(looked_at(at(60), Some(at(0))), at(60));
        assert_eq!(looked_at(at(100_000), Some(at(0))), at(0));
        assert_eq!(looked_at(at(7), None), at(7));
    }
}
