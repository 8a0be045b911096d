//! What becomes of each recorded event on a branch, and what stands behind it there.

use super::{Branch, Edit};
use foldback_domain::event::{EventBody, Payload, RecordedEvent, Version};
use foldback_domain::{DecodeError, FoldError, Reducer};
use std::collections::{BTreeMap, BTreeSet};

/// A branch, ready to be folded: as large as its edits, however long the stream.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    skipped: BTreeSet<Version>,
    /// New payloads.
    data: BTreeMap<Version, String>,
    /// What stands right behind a version and was not recorded there.
    slots: BTreeMap<Option<Version>, Vec<Placed>>,
    /// The events that were moved, once somebody has read them.
    moved: BTreeMap<Version, Option<EventBody>>,
}

#[derive(Debug, Clone, PartialEq)]
enum Placed {
    New { event_type: String, data: String },
    Moved(Version),
}

/// What becomes of a recorded event in its own place.
#[derive(Debug, PartialEq)]
pub(super) enum Fate {
    Stays,
    Changed(EventBody),
    Skipped,
    /// It stands elsewhere.
    Away,
}

impl Plan {
    /// The plan of a branch.
    pub fn new(branch: &Branch) -> Plan {
        let mut plan = Plan::default();
        for edit in &branch.edits {
            match edit {
                Edit::Skip(version) => {
                    plan.put_back(*version);
                    plan.skipped.insert(*version);
                }
                Edit::Change { version, data } => {
                    plan.skipped.remove(version);
                    plan.data.insert(*version, data.clone());
                }
                Edit::Insert { behind, event_type, data } => {
                    let new = Placed::New { event_type: event_type.clone(), data: data.clone() };
                    plan.slots.entry(*behind).or_default().push(new);
                }
                Edit::Move { version, behind } => {
                    plan.put_back(*version);
                    plan.skipped.remove(version);
                    if *behind != Some(*version) {
                        plan.moved.insert(*version, None);
                        plan.slots.entry(*behind).or_default().push(Placed::Moved(*version));
                    }
                }
            }
        }
        plan
    }

    fn put_back(&mut self, version: Version) {
        if self.moved.remove(&version).is_some() {
            for slot in self.slots.values_mut() {
                slot.retain(|placed| *placed != Placed::Moved(version));
            }
        }
    }

    /// The events that were moved: they have to be supplied before the plan is followed, since they may stand before
    /// their own place.
    pub fn wanted(&self) -> Vec<Version> {
        self.moved.keys().copied().collect()
    }

    /// Takes an event that was moved.
    pub fn supply(&mut self, event: EventBody) {
        if let Some(moved) = self.moved.get_mut(&event.version) {
            *moved = Some(event);
        }
    }

    /// What becomes of a recorded event.
    pub(super) fn fate(&self, event: &EventBody) -> Fate {
        if self.skipped.contains(&event.version) {
            Fate::Skipped
        } else if self.moved.contains_key(&event.version) {
            Fate::Away
        } else if self.data.contains_key(&event.version) {
            Fate::Changed(self.with_data(event.clone()))
        } else {
            Fate::Stays
        }
    }

    /// What stands right behind a version and was not recorded there; whether each was moved or is new.
    pub(super) fn behind(&self, version: Option<Version>, reducer: &dyn Reducer) -> Vec<(EventBody, bool)> {
        let Some(slot) = self.slots.get(&version) else { return Vec::new() };
        let placed = slot.iter().filter_map(|placed| match placed {
            Placed::New { event_type, data } => {
                let mut body = EventBody {
                    version: version.unwrap_or(Version(-1)),
                    event_type: event_type.as_str().into(),
                    schema_version: None,
                    data: Payload::Json(data.clone()),
                    more: None,
                };
                body.schema_version = todays_schema(reducer, &body);
                Some((body, false))
            }
            Placed::Moved(version) => {
                let body = self.moved.get(version)?.clone()?;
                Some((self.with_data(body), true))
            }
        });
        placed.collect()
    }

    /// What stands on the branch before the first event.
    pub fn before_all(&self, reducer: &dyn Reducer) -> Vec<EventBody> {
        self.behind(None, reducer).into_iter().map(|(body, _)| body).collect()
    }

    /// What stands on the branch in the place of a recorded event and right behind it.
    pub fn in_place(&self, event: &EventBody, reducer: &dyn Reducer) -> Vec<EventBody> {
        let own = match self.fate(event) {
            Fate::Stays => Some(event.clone()),
            Fate::Changed(changed) => Some(changed),
            Fate::Skipped | Fate::Away => None,
        };
        let behind = self.behind(Some(event.version), reducer).into_iter().map(|(body, _)| body);
        own.into_iter().chain(behind).collect()
    }

    /// The same for a whole event, in the log: what stands in its place has its position. `moved` are the events that
    /// were moved, whole.
    pub fn rewrite(
        &self,
        event: RecordedEvent,
        is_first: bool,
        moved: &[RecordedEvent],
        reducer: &dyn Reducer,
    ) -> Vec<RecordedEvent> {
        let Some(body) = event.body() else { return vec![event] };
        let before = if is_first { self.behind(None, reducer) } else { Vec::new() };
        let behind = self.behind(Some(body.version), reducer);
        let place = |(body, was_moved): (EventBody, bool)| {
            let known = moved.iter().find(|known| was_moved && known.head.stream_version == Some(body.version));
            let mut head = known.unwrap_or(&event).head.clone();
            head.global_position = event.head.global_position;
            if known.is_none() {
                head.event_type = body.event_type.to_string();
                head.schema_version = body.schema_version;
                head.event_id = None;
            }
            RecordedEvent { head, data: body.data, raw: None, metadata: known.and_then(|known| known.metadata.clone()) }
        };
        let own = match self.fate(&body) {
            Fate::Stays => Some(event.clone()),
            Fate::Changed(changed) => Some(RecordedEvent { data: changed.data, raw: None, ..event.clone() }),
            Fate::Skipped | Fate::Away => None,
        };
        before.into_iter().map(place).chain(own).chain(behind.into_iter().map(place)).collect()
    }

    fn with_data(&self, mut event: EventBody) -> EventBody {
        if let Some(data) = self.data.get(&event.version) {
            event.data = Payload::Json(data.clone());
        }
        event
    }
}

/// The schema version that an event of a type has when it is written today; `None` where the reducer has no schemas.
fn todays_schema(reducer: &dyn Reducer, event: &EventBody) -> Option<u32> {
    let probe = EventBody { schema_version: Some(u32::MAX), ..event.clone() };
    match reducer.upcast(&probe) {
        Some(Err(FoldError::Decode { error: DecodeError::UnknownSchema { newest, .. }, .. })) => Some(newest),
        _ => None,
    }
}
