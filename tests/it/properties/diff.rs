//! A list of changes is complete, minimal where nothing changed, and true of both states.

use super::values::{history, value};
use foldback::replay::{ChangeOp, TextTag, apply, count_changes, diff, follow, summary, text_diff};
use proptest::prelude::*;
use serde_json::{Value, json};

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn applying_the_difference_gives_the_other(before in value(), after in value()) {
        prop_assert_eq!(apply(&before, &diff(&before, &after)), Ok(after));
    }

    #[test]
    fn so_it_does_where_much_is_the_same(states in history(6)) {
        for pair in states.windows(2) {
            prop_assert_eq!(apply(&pair[0], &diff(&pair[0], &pair[1])), Ok(pair[1].clone()));
        }
        let (first, last) = (&states[0], &states[states.len() - 1]);
        prop_assert_eq!(apply(first, &diff(first, last)), Ok(last.clone()));
    }

    #[test]
    fn a_state_does_not_differ_from_itself(state in value()) {
        prop_assert_eq!(diff(&state, &state), vec![]);
    }

    #[test]
    fn every_change_is_true_of_the_states(states in history(4)) {
        let (before, after) = (&states[0], &states[states.len() - 1]);
        let changes = diff(before, after);
        prop_assert_eq!(summary(&changes), count_changes(before, after));
        for change in &changes {
            match &change.op {
                ChangeOp::Add => prop_assert!(change.before.is_none()),
                ChangeOp::Remove => prop_assert_eq!(before.pointer(&change.path), change.before.as_ref()),
                ChangeOp::Move { from } => {
                    prop_assert_eq!(before.pointer(from), change.before.as_ref());
                    prop_assert_eq!(follow(from, before, &changes), Some(change.path.clone()));
                }
                ChangeOp::Replace => prop_assert!(change.before != change.after),
            }
            if change.op != ChangeOp::Remove {
                prop_assert_eq!(after.pointer(&change.path), change.after.as_ref());
            }
        }
    }

    #[test]
    fn the_parts_of_a_text_are_both_texts(before in "[ab \n]{0,30}", after in "[ab \n]{0,30}") {
        let parts = text_diff(&before, &after);
        let without = |tag| -> String {
            parts.iter().filter(|part| part.tag != tag).map(|part| part.text.as_str()).collect()
        };
        prop_assert_eq!(without(TextTag::Added), before);
        prop_assert_eq!(without(TextTag::Removed), after);
        prop_assert!(parts.windows(2).all(|pair| pair[0].tag != pair[1].tag));
    }
}

/// Each change as its kind and its path.
fn shown(before: &Value, after: &Value) -> Vec<String> {
    diff(before, after).iter().map(|change| format!("{} {}", change.op.name(), change.path)).collect()
}

#[test]
fn a_hundred_thousand_elements_have_the_changes_that_were_made() {
    let items: Vec<Value> = (0..100_000).map(|id| json!({"id": id, "name": format!("item {id}"), "qty": 1})).collect();
    let state = |items: &[Value]| json!({ "items": items });
    let before = state(&items);

    let mut after = items.clone();
    after[70_000]["qty"] = json!(2);
    after.remove(50_000);
    after.swap(10, 20);
    let expected = ["remove /items/50000", "move /items/10", "move /items/20", "replace /items/69999/qty"];
    assert_eq!(shown(&before, &state(&after)), expected);

    // Reversed: one keeps its place among the others, and the rest passed it.
    let mut reversed = items;
    reversed.reverse();
    let changes = diff(&before, &state(&reversed));
    assert_eq!(changes.len(), 99_999);
    for change in &changes {
        let place: usize = change.path["/items/".len()..].parse().unwrap();
        assert_eq!(change.op, ChangeOp::Move { from: format!("/items/{}", 99_999 - place) });
    }
}
