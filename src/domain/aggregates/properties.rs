//! What holds of every aggregate, whatever commands it is given and whatever events it finds.

use crate::aggregate::{Aggregate, DomainEvent};
use crate::event::{EventBody, Payload, Version};
use crate::reducer::{Domain, Reducer};
use proptest::prelude::*;
use std::fmt::Debug;

/// Numbers as they come, small ones often enough that rules let some pass, and the edges.
pub(super) fn amount() -> impl Strategy<Value = i64> {
    prop_oneof![8 => 1..20i64, 3 => 1..5_000i64, 1 => -3..1i64, 1 => Just(i64::MAX), 1 => Just(i64::MIN), 1 => any::<i64>()]
}

/// A few words, so that they meet again, and anything at all.
pub(super) fn text() -> impl Strategy<Value = String> {
    prop_oneof![6 => "[a-c]", 1 => ".*", 1 => Just("\u{1b}[31m\u{0}\"\\".to_owned())]
}

/// One of our ids, out of few.
pub(super) fn id<T: for<'a> From<&'a str> + Debug>() -> impl Strategy<Value = T> {
    "[1-3]".prop_map(|id| T::from(&id))
}

/// Decides commands one after the other. By the rules no invariant is ever broken, whatever is decided would be decided
/// again there, and it can be stored, read again and folded to the same state, also from the middle on.
pub(super) fn rules_hold<A>(commands: Vec<A::Command>)
where
    A: Aggregate,
    A::State: Debug + PartialEq,
    A::Event: Clone + Debug + PartialEq,
{
    let mut state = A::initial();
    let mut events = Vec::new();
    for command in commands {
        for event in A::decide(&state, command).unwrap_or_default() {
            // The rules stand by what they decided: the command is found again from the event.
            let recalled = A::command_for(&event).expect("every event of the shop comes of a command");
            assert_eq!(A::decide(&state, recalled).ok(), Some(vec![event.clone()]));
            state = A::evolve(state, event.clone());
            assert_eq!(A::violations(&state), [], "after {event:?}");
            events.push(event);
        }
    }
    folds_alike::<A>(&events, &state);
}

/// Takes events that no rule has seen: folding must neither panic nor differ.
pub(super) fn history_folds<A>(events: Vec<A::Event>)
where
    A: Aggregate,
    A::State: Debug + PartialEq,
    A::Event: Clone + Debug + PartialEq,
{
    let state = events.iter().cloned().fold(A::initial(), A::evolve);
    A::violations(&state);
    folds_alike::<A>(&events, &state);
}

fn folds_alike<A>(events: &[A::Event], expected: &A::State)
where
    A: Aggregate,
    A::State: Debug + PartialEq,
    A::Event: Debug + PartialEq,
{
    let reducer = Domain::<A>::new();
    let mut fold = reducer.start();
    for (version, event) in events.iter().enumerate() {
        let stored = stored(event, version);
        let again = A::Event::decode(&stored.event_type, event.schema_version(), &stored.data);
        assert_eq!(again.as_ref(), Ok(event));
        assert!(reducer.upcast(&stored).is_none());
        if version == events.len() / 2 {
            fold = reducer.restore(&fold.save().unwrap()).expect("what was saved can be restored");
        }
        fold.apply(&stored).expect("what was encoded decodes");
    }
    assert_eq!(fold.state().unwrap(), serde_json::to_value(expected).unwrap());
    let saved: A::State = serde_json::from_slice(&fold.save().unwrap()).unwrap();
    assert_eq!(saved, *expected);
}

fn stored<E: DomainEvent>(event: &E, version: usize) -> EventBody {
    EventBody {
        version: Version(version as i64),
        event_type: event.event_type().into(),
        schema_version: Some(event.schema_version()),
        data: Payload::Json(event.encode().to_string()),
        more: None,
    }
}

mod strangers {
    use super::*;
    use crate::registry::Registry;

    proptest! {
        #[test]
        fn a_payload_that_is_not_ours_is_an_error_and_changes_nothing(
            data in prop_oneof![".*", r#"\{("[a-z_]{1,8}":[0-9]{1,3},?){0,3}\}"#],
            schema in 0u32..5,
        ) {
            for (_, reducer) in Registry::embedded().reducers() {
                let mut fold = reducer.start();
                let before = fold.save().unwrap();
                for event_type in reducer.event_types() {
                    let event = EventBody {
                        version: Version(0),
                        event_type: event_type.into(),
                        schema_version: Some(schema),
                        data: Payload::Json(data.clone()),
                        more: None,
                    };
                    prop_assert!(fold.apply(&event).is_err());
                    prop_assert_eq!(fold.save().unwrap(), before.clone());
                }
            }
        }
    }

    #[test]
    fn a_saved_fold_belongs_to_its_own_reducer() {
        let registry = Registry::embedded();
        for (saver, reducer) in registry.reducers() {
            let saved = reducer.start().save().unwrap();
            for (restorer, other) in registry.reducers() {
                assert_eq!(other.restore(&saved).is_ok(), saver == restorer, "{saver} by {restorer}");
            }
        }
    }
}
