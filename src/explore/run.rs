//! Runs through a stream to the next place where it is to stop: a watched field changes, or a condition is met.

use super::Reporter;
use super::travel::Travel;
use crate::replay::reducers::Asking;
use crate::replay::{Break, Field, WalkStep};
use crate::store::StoreError;
use foldback_domain::event::{EventBody, Version};
use foldback_domain::reading::{Direction, StreamRead, matches_pattern};
use jiff::Timestamp;
use serde_json::Value;

/// How many events are folded at a time on the way back.
const STRETCH: usize = 2_048;

/// The fields and conditions that are looked at, event by event.
struct Lookout {
    fields: Vec<(String, Field)>,
    conditions: Vec<Condition>,
    /// When the event before was recorded.
    last_at: Option<Timestamp>,
    /// Where an expression threw first, why, and at how many events in all.
    undecided: Option<(Version, String, u64)>,
}

struct Condition {
    stop: Break,
    asking: Option<Asking>,
    /// Whether it held before the event, or threw; `None` where nobody has asked yet.
    held: Option<Result<bool, String>>,
}

impl Condition {
    /// Why an expression stops behind an event, if it does; where it throws on and on, that goes to `undecided`.
    fn expression(&mut self, event: &EventBody, step: &WalkStep, undecided: &mut impl FnMut(String)) -> Option<String> {
        let (Break::Holds(expr), Some(asking)) = (&self.stop, &mut self.asking) else { return None };
        let mut holds = |state: &Value| asking.holds_of(Some(state), event);
        // What looks at the event has no before.
        let held = match self.held.take() {
            _ if expr.needs_event() => None,
            Some(held) => Some(held),
            None => Some(holds(&step.before)),
        };
        let now = match &held {
            Some(held) if !step.is_change() => held.clone(),
            _ => holds(&step.after),
        };
        self.held = Some(now.clone());
        match (held, now) {
            (None | Some(Ok(false) | Err(_)), Ok(true)) => Some(expr.text().to_owned()),
            (Some(Ok(_)), Err(why)) => Some(format!("{} is not known from here on: {why}", expr.text())),
            (_, Err(why)) => {
                undecided(format!("{} is not known: {why}", expr.text()));
                None
            }
            (_, Ok(_)) => None,
        }
    }
}

impl Lookout {
    fn new(watched: &[String], stops: &[Break], state: &Value) -> Lookout {
        let fields = watched.iter().filter_map(|path| Some((path.clone(), Field::new(path, state)?))).collect();
        let condition = |stop: &Break| {
            let asking = if let Break::Holds(expr) = stop { Some(Asking::new(expr.clone())) } else { None };
            Condition { stop: stop.clone(), asking, held: None }
        };
        Lookout { fields, conditions: stops.iter().map(condition).collect(), last_at: None, undecided: None }
    }

    /// Begins at another place, behind an event of this time.
    fn begin(&mut self, last_at: Option<Timestamp>) {
        self.last_at = last_at;
        self.conditions.iter_mut().for_each(|condition| condition.held = None);
    }

    fn needs_times(&self) -> bool {
        let asks_more = |condition: &Condition| match &condition.stop {
            Break::Gap(_) => true,
            Break::Holds(expr) => expr.needs_more(),
            Break::Type(_) => false,
        };
        self.conditions.iter().any(asks_more)
    }

    /// Why to stop behind an event, if there is a reason.
    fn reason(&mut self, event: &EventBody, step: &WalkStep) -> Option<String> {
        let changed = |field: &Field| step.is_change() && field.changed(&step.before, &step.after);
        let mut reason =
            self.fields.iter().find(|(_, field)| changed(field)).map(|(path, _)| format!("{path} changed"));
        let at = event.more.as_ref().and_then(|more| more.head.created_at);
        let vain = &mut self.undecided;
        let mut undecided = |why: String| vain.get_or_insert((step.version, why, 0)).2 += 1;
        for condition in &mut self.conditions {
            let is_met = match &condition.stop {
                Break::Type(pattern) => matches_pattern(pattern, &event.event_type),
                Break::Gap(span) => at.zip(self.last_at).is_some_and(|(at, last)| at.duration_since(last) >= *span),
                Break::Holds(_) => {
                    let found = condition.expression(event, step, &mut undecided);
                    reason = reason.or(found);
                    false
                }
            };
            if is_met && reason.is_none() {
                reason = Some(condition.stop.to_string());
            }
        }
        self.last_at = at.or(self.last_at);
        reason
    }
}

impl Lookout {
    /// Where nothing stopped, but an expression threw: that no stop was found is then not known.
    fn undecided(self) -> Option<(Version, String)> {
        let (version, why, events) = self.undecided?;
        let others = if events == 1 { String::new() } else { format!(", here and at {} other events", events - 1) };
        Some((version, format!("no stop was found, but {why}{others}")))
    }
}

impl Travel {
    /// The nearest version behind another (or before it) at which a watched field changed or a condition was met, and
    /// which; `None` where there is none up to the end. Where a condition that was known becomes unknown is a stop too, and
    /// where none was found, the first event at which one was unknown.
    pub async fn run(
        &mut self,
        from: Option<Version>,
        direction: Direction,
        watched: &[String],
        stops: &[Break],
        progress: &Reporter,
    ) -> Result<Option<(Version, String)>, StoreError> {
        let Some(state) = self.moment(from, progress).await?.state else { return Ok(None) };
        let mut lookout = Lookout::new(watched, stops, &state);
        let more = lookout.needs_times();
        let mut found = None;
        if direction == Direction::Forward {
            lookout.begin(self.time_of(from, more).await?);
            self.go(from, Version(i64::MAX), None, more, progress, |event, step| {
                found = lookout.reason(event, &step).map(|reason| (step.version, reason));
                found.is_none()
            })
            .await?;
            return Ok(found.or_else(|| lookout.undecided()));
        }
        // Backwards, stretch by stretch: the last stop of the nearest stretch that has one.
        let mut end = from;
        while let Some(last) = end {
            let read = StreamRead {
                stream: self.summary().stream_id.clone(),
                from: Version(i64::MIN),
                to: Version(last.0 - 1),
                direction: Direction::Backward,
                limit: STRETCH,
            };
            let heads = self.versions(&read).await?.items;
            let begin = heads.last().and_then(|head| head.stream_version).filter(|_| heads.len() == STRETCH);
            lookout.begin(self.time_of(begin, more).await?);
            self.go(begin, Version(last.0 - 1), None, more, progress, |event, step| {
                if let Some(reason) = lookout.reason(event, &step) {
                    found = Some((step.version, reason));
                }
                true
            })
            .await?;
            if found.is_some() {
                return Ok(found);
            }
            end = begin.map(Version::next);
        }
        Ok(lookout.undecided())
    }

    async fn time_of(&mut self, version: Option<Version>, wanted: bool) -> Result<Option<Timestamp>, StoreError> {
        match version.filter(|_| wanted) {
            Some(version) => Ok(self.head(version).await?.and_then(|head| head.created_at)),
            None => Ok(None),
        }
    }
}
