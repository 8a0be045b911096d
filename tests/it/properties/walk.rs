//! A walk that writes each state in the place of an earlier one shows what a fresh one would be, and blame that begins near
//! the end says what blame from the start says.

use super::values::history;
use foldback::domain::event::{EventBody, Payload, Version};
use foldback::domain::{Aggregate, DecodeError, Domain, DomainEvent};
use foldback::replay::{Blame, Timeline, Walk, pointer};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// An aggregate whose state is whatever its last event says.
struct Mirror;

struct Became(Value);

impl Aggregate for Mirror {
    const CATEGORY: &'static str = "mirror";
    type State = Value;
    type Event = Became;
    type Command = ();
    type Refusal = String;

    fn initial() -> Value {
        Value::Null
    }

    fn evolve(_: Value, Became(state): Became) -> Value {
        state
    }

    fn decide(_: &Value, (): ()) -> Result<Vec<Became>, String> {
        Err("it only shows history".to_owned())
    }
}

impl DomainEvent for Became {
    const TYPES: &'static [&'static str] = &["Became"];

    fn event_type(&self) -> &'static str {
        "Became"
    }

    fn schema_version(&self) -> u32 {
        1
    }

    fn encode(&self) -> Value {
        self.0.clone()
    }

    fn decode(_: &str, _: u32, data: &Payload) -> Result<Self, DecodeError> {
        let text = data.json_text().map_err(|error| DecodeError::Malformed(error.to_string()))?;
        serde_json::from_str(text).map(Became).map_err(|error| DecodeError::Malformed(error.to_string()))
    }

    fn upcast(_: &str, _: u32, _: &Payload) -> Option<Result<Value, DecodeError>> {
        None
    }
}

fn events(states: &[Value]) -> Vec<EventBody> {
    let event = |(version, state): (i64, &Value)| EventBody {
        version: Version(version),
        event_type: "Became".into(),
        schema_version: None,
        data: Payload::Json(state.to_string()),
        more: None,
    };
    (1..).zip(states).map(event).collect()
}

/// Every step of a walk over these events, given to a blame from a version on.
fn blamed(events: &[EventBody], only: Option<Vec<String>>, behind: i64) -> Blame {
    let mut timeline = Timeline::new(Arc::new(Domain::<Mirror>::new()), 0);
    timeline.seek(None);
    let mut walk = timeline.walk(only).expect("it begins at the start");
    let mut blame = Blame::new();
    for event in events {
        let step = walk.step(event).expect("any value is a state");
        if event.version.0 > behind {
            blame.take(&step);
        }
    }
    blame
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_what_the_fold_has(states in history(14), held in any::<u16>()) {
        let mut walk = Walk::start(&Domain::<Mirror>::new()).expect("null is a state");
        let mut known = Value::Null;
        let mut kept = Vec::new();
        for (number, (event, state)) in events(&states).iter().zip(&states).enumerate() {
            let step = walk.step(event).expect("any value is a state");
            prop_assert_eq!(step.after.to_string(), state.to_string(), "with its members in their order");
            prop_assert_eq!(step.before.to_string(), known.to_string());
            prop_assert!(step.is_change() || step.before == step.after);
            known = state.clone();
            // Who keeps a state keeps it as it was.
            if held & (1 << number) > 0 {
                kept.push((step.after.clone(), state.clone()));
            }
        }
        for (kept, state) in kept {
            prop_assert_eq!(&*kept, &state);
        }
    }

    #[test]
    fn blame_that_begins_late_says_the_same(states in history(14), begin in any::<prop::sample::Index>()) {
        let events = events(&states);
        let last = &states[states.len() - 1];
        let whole = blamed(&events, None, 0);
        let mut slow = Blame::new();
        let mut before = &Value::Null;
        for (version, state) in (1..).zip(&states) {
            slow.step(Version(version), before, state);
            before = state;
        }
        prop_assert_eq!(whole.lines(last), slow.lines(last), "edits lead to every change");
        let late = blamed(&events, None, begin.index(events.len()) as i64);
        let open = late.lines(last).into_iter().filter(|line| line.turn.is_none());
        let names: Option<BTreeSet<String>> = open
            .map(|line| Some(pointer::unescape(pointer::tokens(&line.path)?.next()?).into_owned()))
            .collect();
        let open = blamed(&events, names.map(|names| names.into_iter().collect()), 0);
        prop_assert_eq!(late.lines_behind(&open, last), slow.lines(last));
    }
}
