//! A seek gives what a fold from the start gives: at every version, in any order, with any pages and any budget.

use super::toy::{Basket, broken, put};
use foldback::domain::event::{EventBody, Version};
use foldback::domain::{Domain, Reducer};
use foldback::replay::{KEYFRAME_BUDGET, Moment, Outcome, Seek, StartedFrom, Stop, Timeline};
use proptest::collection::vec;
use proptest::prelude::*;
use std::sync::Arc;

/// The answer without a timeline.
fn from_start(events: &[EventBody], version: Option<i64>) -> Moment {
    let mut fold = Domain::<Basket>::new().start();
    let mut outcome = Outcome::Complete;
    let mut events_folded = 0;
    for event in events.iter().filter(|event| version.is_some_and(|version| event.version.0 <= version)) {
        if fold.apply(event).is_err() {
            let why = "the type is unknown to this aggregate".to_owned();
            outcome = Outcome::Partial(Stop { version: event.version, event_type: event.event_type.to_string(), why });
            break;
        }
        events_folded += 1;
    }
    Moment {
        version: version.map(Version),
        outcome,
        state: Some(Arc::new(fold.state().unwrap())),
        events_folded,
        started_from: StartedFrom::Start,
        violations: fold.violations(),
    }
}

/// How a caller reads what a seek needs.
#[derive(Debug, Clone, Copy)]
struct Reading {
    page: usize,
    /// Seek again after each page, or only after the last.
    seek_between: bool,
    /// Stop after this many pages, as a caller does that was cancelled.
    give_up_after: Option<usize>,
}

fn seek(timeline: &mut Timeline, events: &[EventBody], target: Option<i64>, reading: Reading) -> Option<Moment> {
    let mut pages = 0;
    loop {
        let (after, to) = match timeline.seek(target.map(Version)) {
            Seek::State(moment) => return Some(moment),
            Seek::Need { after, to } => (after, to),
        };
        let needed: Vec<EventBody> = events
            .iter()
            .filter(|event| event.version <= to && after.is_none_or(|after| event.version > after))
            .cloned()
            .collect();
        let mut rest = needed.as_slice();
        loop {
            let mut end = reading.page.min(rest.len());
            // A page in front of a seek must not end inside a run of equal versions.
            let before_seek = reading.seek_between || reading.give_up_after.is_some();
            while before_seek && end > 0 && end < rest.len() && rest[end].version == rest[end - 1].version {
                end += 1;
            }
            let page;
            (page, rest) = rest.split_at(end);
            if reading.give_up_after == Some(pages) {
                return None;
            }
            pages += 1;
            timeline.supply(page, rest.is_empty());
            if rest.is_empty() || reading.seek_between {
                break;
            }
        }
    }
}

fn events() -> impl Strategy<Value = Vec<EventBody>> {
    let one = (prop_oneof![8 => Just(1i64), 1 => Just(0), 1 => 2..4i64], 0..5i64, -3..4i64);
    (
        prop::sample::select(vec![0i64, 1, 57]),
        vec(one, 0..300),
        prop::option::weighted(0.3, any::<prop::sample::Index>()),
    )
        .prop_map(|(first, parts, failing)| {
            let mut version = first - 1;
            let mut events: Vec<EventBody> = Vec::new();
            for (step, sku, quantity) in parts {
                version = (version + step).max(first);
                events.push(put(version, sku, quantity));
            }
            if let Some(failing) = failing
                && !events.is_empty()
            {
                let place = failing.index(events.len());
                events[place] = broken(events[place].version.0);
            }
            events
        })
}

fn reading() -> impl Strategy<Value = Reading> {
    (1..40usize, any::<bool>(), prop::option::weighted(0.3, 0..3usize))
        .prop_map(|(page, seek_between, give_up_after)| Reading { page, seek_between, give_up_after })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn seek_is_a_fold_from_the_start(
        events in events(),
        seeks in vec((prop::option::weighted(0.95, -1..460i64), reading()), 1..30),
        budget in prop_oneof![Just(0), 100..3000usize, Just(KEYFRAME_BUDGET)],
    ) {
        let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), budget);
        for (target, reading) in seeks {
            if let Some(moment) = seek(&mut timeline, &events, target, reading) {
                prop_assert_eq!(&moment, &from_start(&events, target));
                if let (Outcome::Complete, Some(target)) = (&moment.outcome, target) {
                    let last = events.iter().map(|event| event.version.0).filter(|version| *version <= target).max();
                    prop_assert_eq!(timeline.landed().map(|version| version.0), last);
                }
            }
            prop_assert!(timeline.keyframe_bytes() <= budget);
        }
    }

}

proptest! {
    // Each case folds hundreds of times from the start to compare with.
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_version_there_and_back(events in events(), budget in 0..3000usize, page in 1..50usize) {
        let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), budget);
        let reading = Reading { page, seek_between: false, give_up_after: None };
        let last = events.last().map_or(0, |event| event.version.0);
        for version in (-1..=last + 1).chain((-1..=last + 1).rev()) {
            let moment = seek(&mut timeline, &events, Some(version), reading);
            prop_assert_eq!(moment, Some(from_start(&events, Some(version))));
        }
    }

    #[test]
    fn a_walk_goes_on_where_the_seek_arrived(events in events(), target in prop::option::of(0..300i64)) {
        let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), 1000);
        let reading = Reading { page: 50, seek_between: false, give_up_after: None };
        let arrived = seek(&mut timeline, &events, target, reading).expect("nobody gives up");
        let mut walk = timeline.walk(None).expect("a basket takes back what it saved");
        prop_assert_eq!(Some(walk.state()), arrived.state.as_ref());
        for event in events.iter().filter(|event| target.is_none_or(|target| event.version.0 > target)) {
            let before = walk.state().clone();
            match walk.step(event) {
                Ok(step) => prop_assert_eq!((&step.before, &step.after), (&before, walk.state())),
                Err(stop) => prop_assert_eq!(walk.stop(), Some(&stop)),
            }
        }
        let last = events.iter().map(|event| event.version.0).chain(target).max();
        prop_assert_eq!(Some(walk.state().clone()), from_start(&events, last).state);
    }
}

#[test]
fn new_events_behind_the_end_are_asked_for() {
    let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), 0);
    let reading = Reading { page: 10, seek_between: false, give_up_after: None };
    let mut events = vec![put(1, 1, 1), put(2, 1, 1)];
    let beyond = seek(&mut timeline, &events, Some(5), reading).expect("read");
    assert_eq!((beyond.events_folded, timeline.landed()), (2, Some(Version(2))));
    events.push(put(3, 1, 1));
    timeline.grown();
    assert_eq!(timeline.seek(Some(Version(5))), Seek::Need { after: Some(Version(2)), to: Version(5) });
    assert_eq!(seek(&mut timeline, &events, Some(3), reading).expect("read").events_folded, 3);
}

#[test]
fn events_outside_the_range_are_passed_over() {
    let events: Vec<EventBody> = (0..10).map(|version| put(version, version, 1)).collect();
    let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), 0);
    timeline.supply(&events, true);
    assert_eq!(timeline.seek(Some(Version(4))), Seek::Need { after: None, to: Version(4) });
    timeline.supply(&events, true);
    assert_eq!(timeline.seek(Some(Version(4))), Seek::State(from_start(&events, Some(4))));
    assert_eq!(timeline.seek(Some(Version(6))), Seek::Need { after: Some(Version(4)), to: Version(6) });
    timeline.supply(&events, true);
    assert_eq!(timeline.seek(Some(Version(6))), Seek::State(from_start(&events, Some(6))));
}

#[test]
fn stepping_reads_one_event() {
    let events: Vec<EventBody> = (0..1000).map(|version| put(version, version % 7, 1)).collect();
    let mut timeline = Timeline::new(Arc::new(Domain::<Basket>::new()), KEYFRAME_BUDGET);
    let reading = Reading { page: 100, seek_between: false, give_up_after: None };
    seek(&mut timeline, &events, Some(999), reading).expect("read");
    seek(&mut timeline, &events, Some(500), reading).expect("read");
    for version in 501..700 {
        let need = timeline.seek(Some(Version(version)));
        assert_eq!(need, Seek::Need { after: Some(Version(version - 1)), to: Version(version) });
        timeline.supply(&events[version as usize..][..1], true);
    }
    assert!(timeline.keyframes() >= 15, "one for each 64 events");
}
