//! A branch is the stream with its edits, wherever the fold of it begins; without edits it is main.

use super::toy::{Basket, put};
use foldback::domain::event::{EventBody, Version};
use foldback::domain::{Domain, Reducer};
use foldback::replay::{
    Branch, BranchTimeline, Compared, Edit, KEYFRAME_BUDGET, Lockstep, Moment, Plan, Seek, Timeline,
};
use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::Value;
use std::sync::Arc;

fn reducer() -> Arc<dyn Reducer> {
    Arc::new(Domain::<Basket>::new())
}

/// Puts of a few articles, with gaps between the versions.
fn events() -> impl Strategy<Value = Vec<EventBody>> {
    (0..3i64, vec((1..3i64, 0..4i64, -3..4i64), 1..40)).prop_map(|(first, parts)| {
        let mut version = first;
        let each = parts.into_iter().map(|(step, sku, quantity)| {
            version += step;
            put(version, sku, quantity)
        });
        each.collect()
    })
}

/// Edits by the places of events in the stream.
fn edits(events: &[EventBody]) -> impl Strategy<Value = Vec<Edit>> + use<> {
    let versions: Vec<Version> = events.iter().map(|event| event.version).collect();
    let version = prop::sample::select(versions);
    let behind = prop::option::weighted(0.9, version.clone());
    let data = (0..4i64, -3..4i64).prop_map(|(sku, quantity)| data(&put(0, sku, quantity)));
    let one = prop_oneof![
        version.clone().prop_map(Edit::Skip),
        (version.clone(), data.clone()).prop_map(|(version, data)| Edit::Change { version, data }),
        (behind.clone(), data).prop_map(|(behind, data)| Edit::Insert { behind, event_type: "Put".into(), data }),
        (version, behind).prop_map(|(version, behind)| Edit::Move { version, behind }),
    ];
    vec(one, 0..6)
}

fn data(event: &EventBody) -> String {
    event.data.json_text().unwrap().to_owned()
}

fn plan(events: &[EventBody], branch: &Branch) -> Plan {
    let mut plan = Plan::new(branch);
    for wanted in plan.wanted() {
        plan.supply(events.iter().find(|event| event.version == wanted).unwrap().clone());
    }
    plan
}

/// Both, folded from the start.
fn from_start(events: &[EventBody], edits: &[Edit]) -> Compared {
    let branch = Branch { name: String::new(), edits: edits.to_vec() };
    let mut both = Lockstep::start(plan(events, &branch), reducer());
    both.begin(&mut |_| {});
    events.iter().for_each(|event| both.take(event, &mut |_| {}));
    both.compared(events.last().map(|event| event.version))
}

/// Both, folded from where they may part.
fn from_there(events: &[EventBody], edits: &[Edit]) -> Compared {
    let branch = Branch { name: String::new(), edits: edits.to_vec() };
    let begin = branch.untouched().unwrap_or(events.last().map(|event| event.version));
    let begin = begin.filter(|begin| *begin >= events[0].version);
    let mut timeline = Timeline::new(reducer(), KEYFRAME_BUDGET);
    while let Seek::Need { after, to } = timeline.seek(begin) {
        let needed = events.iter().filter(|event| event.version <= to && after.is_none_or(|v| event.version > v));
        timeline.supply(&needed.cloned().collect::<Vec<_>>(), true);
    }
    let mut both = Lockstep::new(plan(events, &branch), reducer(), &timeline).unwrap();
    both.begin(&mut |_| {});
    let rest = events.iter().filter(|event| begin.is_none_or(|begin| event.version > begin));
    rest.for_each(|event| both.take(event, &mut |_| {}));
    both.compared(events.last().map(|event| event.version))
}

fn fold(events: impl IntoIterator<Item = EventBody>) -> Value {
    let mut fold = reducer().start();
    events.into_iter().for_each(|event| fold.apply(&event).unwrap());
    fold.state().unwrap()
}

/// The branch made by hand: one list, edited edit by edit. Each place of the stream keeps what was put behind it.
fn by_hand(events: &[EventBody], edits: &[Edit]) -> Value {
    #[derive(Clone)]
    struct Row {
        version: Option<Version>,
        event: Option<EventBody>,
        behind: Vec<(Option<Version>, EventBody)>,
    }
    let row = |event: &EventBody| Row { version: Some(event.version), event: Some(event.clone()), behind: vec![] };
    let mut rows = vec![Row { version: None, event: None, behind: vec![] }];
    rows.extend(events.iter().map(row));
    let take = |rows: &mut Vec<Row>, version: Version| {
        for row in rows.iter_mut() {
            if row.version == Some(version) {
                row.event = None;
            }
            row.behind.retain(|(moved, _)| *moved != Some(version));
        }
    };
    let recorded = |version: Version, edits: &[Edit]| {
        let mut event = events.iter().find(|event| event.version == version).unwrap().clone();
        for edit in edits {
            if let Edit::Change { version: changed, data } = edit
                && *changed == version
            {
                event.data = foldback::domain::event::Payload::Json(data.clone());
            }
        }
        event
    };
    for edit in edits {
        match edit {
            Edit::Skip(version) => take(&mut rows, *version),
            Edit::Change { version, .. } => {
                let moved = rows.iter().any(|row| row.behind.iter().any(|(moved, _)| *moved == Some(*version)));
                for row in &mut rows {
                    if row.version == Some(*version) && !moved {
                        row.event = Some(recorded(*version, edits));
                    }
                }
            }
            Edit::Insert { behind, data, .. } => {
                let place = rows.iter_mut().find(|row| row.version == *behind).unwrap();
                let mut event = put(0, 0, 0);
                event.data = foldback::domain::event::Payload::Json(data.clone());
                place.behind.push((None, event));
            }
            Edit::Move { version, behind } => {
                take(&mut rows, *version);
                let event = recorded(*version, edits);
                let place = rows.iter_mut().find(|row| row.version == *behind).unwrap();
                if place.version == Some(*version) {
                    place.event = Some(event);
                } else {
                    place.behind.push((Some(*version), event));
                }
            }
        }
    }
    for row in &mut rows {
        if let (Some(event), Some(version)) = (&mut row.event, row.version) {
            *event = recorded(version, edits);
        }
        for (moved, event) in &mut row.behind {
            if let Some(version) = moved {
                *event = recorded(*version, edits);
            }
        }
    }
    fold(rows.into_iter().flat_map(|row| row.event.into_iter().chain(row.behind.into_iter().map(|(_, event)| event))))
}

/// The branch at a version, sought in its own timeline; its events come in pages of a few.
fn sought(timeline: &mut BranchTimeline, events: &[EventBody], at: Option<Version>) -> Moment {
    loop {
        let (after, to) = match timeline.seek(at) {
            Seek::State(moment) => return moment,
            Seek::Need { after, to } => (after, to),
        };
        let needed = events.iter().filter(|event| event.version <= to && after.is_none_or(|v| event.version > v));
        for page in needed.cloned().collect::<Vec<_>>().chunks(3) {
            timeline.supply(page, false);
        }
        timeline.supply(&[], true);
    }
}

fn same_as_main(compared: &Compared) {
    assert_eq!(compared.branch.state, compared.main.state);
    assert_eq!(compared.changes, []);
}

proptest! {
    #[test]
    fn a_branch_without_edits_is_main(events in events()) {
        let compared = from_start(&events, &[]);
        prop_assert_eq!(&compared.main, &compared.branch);
        prop_assert_eq!(&compared.parting, &None);
        prop_assert_eq!(compared.main.state.as_deref(), Some(&fold(events.clone())));
        prop_assert_eq!(&from_there(&events, &[]).branch, &compared.main);
    }

    #[test]
    fn a_branch_is_the_stream_with_its_edits(
        (events, edits) in events().prop_flat_map(|events| (edits(&events), Just(events)).prop_map(|(a, b)| (b, a)))
    ) {
        let compared = from_start(&events, &edits);
        prop_assert_eq!(compared.main.state.as_deref(), Some(&fold(events.clone())));
        prop_assert_eq!(compared.branch.state.as_deref(), Some(&by_hand(&events, &edits)));
        let there = from_there(&events, &edits);
        prop_assert_eq!(&there.branch, &compared.branch);
        prop_assert_eq!(&there.main, &compared.main);
        prop_assert_eq!(&there.parting, &compared.parting);
        prop_assert!(compared.parting.is_some() || compared.changes.is_empty());
    }

    #[test]
    fn a_branch_can_be_sought_at_any_version_in_any_order(
        (events, edits, order) in events().prop_flat_map(|events| {
            let order = vec(0..events.len(), 1..12);
            (edits(&events), order, Just(events)).prop_map(|(edits, order, events)| (events, edits, order))
        }),
        budget in prop_oneof![Just(0), 100..3000usize, Just(KEYFRAME_BUDGET)],
        shared in any::<bool>(),
    ) {
        let branch = Branch { name: String::new(), edits: edits.clone() };
        let last = events.last().map(|event| event.version);
        let begin = branch.untouched().unwrap_or(last).filter(|begin| *begin >= events[0].version);
        let mut main = Timeline::new(reducer(), KEYFRAME_BUDGET);
        while let Seek::Need { after, to } = main.seek(begin.filter(|_| shared)) {
            let needed = events.iter().filter(|event| event.version <= to && after.is_none_or(|v| event.version > v));
            main.supply(&needed.cloned().collect::<Vec<_>>(), true);
        }
        let base = main.here();
        let mut timeline = BranchTimeline::new(plan(&events, &branch), reducer(), base, budget);
        // What a fold of both leaves on its way is of use, and changes nothing.
        let mut both = Lockstep::start(plan(&events, &branch), reducer());
        both.begin(&mut |_| {});
        for event in &events[..order[0]] {
            timeline.learn(&both, event.version);
            both.take(event, &mut |_| {});
        }
        for place in order {
            let at = Some(events[place].version).max(timeline.begins_behind());
            let upto: Vec<EventBody> = events.iter().filter(|event| Some(event.version) <= at).cloned().collect();
            let mut both = Lockstep::start(plan(&events, &branch), reducer());
            both.begin(&mut |_| {});
            upto.iter().for_each(|event| both.take(event, &mut |_| {}));
            prop_assert_eq!(sought(&mut timeline, &events, at), both.compared(at).branch);
        }
    }

    #[test]
    fn what_is_undone_leaves_main((events, one, other) in events().prop_flat_map(|events| {
        let index = 0..events.len();
        (Just(events), index.clone(), index)
    })) {
        let skipped = events[one].clone();
        let again = Edit::Insert { behind: Some(skipped.version), event_type: "Put".into(), data: data(&skipped) };
        same_as_main(&from_there(&events, &[Edit::Skip(skipped.version), again]));
        let before = one.checked_sub(1).map(|before| events[before].version);
        let there = Edit::Move { version: skipped.version, behind: Some(events[other].version) };
        let back = Edit::Move { version: skipped.version, behind: before };
        same_as_main(&from_there(&events, &[there, back]));
        same_as_main(&from_start(&events, &[Edit::Change { version: skipped.version, data: data(&skipped) }]));
    }
}
