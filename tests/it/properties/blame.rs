//! Blame agrees with the differences: a slow and simple blame, path by path, says the same.

use super::values::{history, value};
use foldback::domain::event::Version;
use foldback::replay::pointer::escape;
use foldback::replay::{Blame, Change, ChangeOp, Field, diff, follow};
use proptest::prelude::*;
use serde_json::Value;
use std::collections::BTreeMap;

/// Every leaf with its version, carried from state to state by the lists of changes alone.
fn slow_blame(states: &[Value]) -> BTreeMap<String, Option<i64>> {
    let mut blamed: BTreeMap<String, Option<i64>> = leaves(&states[0]).into_iter().map(|path| (path, None)).collect();
    for (version, pair) in (1..).zip(states.windows(2)) {
        let changes = diff(&pair[0], &pair[1]);
        let carried: BTreeMap<String, Option<i64>> =
            blamed.iter().filter_map(|(path, version)| Some((follow(path, &pair[0], &changes)?, *version))).collect();
        blamed = leaves(&pair[1])
            .into_iter()
            .map(|path| {
                let kept = carried.get(&path).copied().filter(|_| !touched(&path, &changes));
                (path, kept.unwrap_or(Some(version)))
            })
            .collect();
    }
    blamed
}

/// Whether a change made the value at this path: at it, or above it.
fn touched(path: &str, changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        let above = path.strip_prefix(&change.path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
        above && matches!(change.op, ChangeOp::Add | ChangeOp::Replace)
    })
}

fn leaves(state: &Value) -> Vec<String> {
    let below = |token: String, value: &Value| {
        leaves(value).into_iter().map(move |path| format!("/{token}{path}")).collect::<Vec<_>>()
    };
    match state {
        Value::Object(map) if !map.is_empty() => {
            map.iter().flat_map(|(key, value)| below(escape(key).into_owned(), value)).collect()
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().flat_map(|(index, value)| below(index.to_string(), value)).collect()
        }
        _ => vec![String::new()],
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn blame_agrees_with_the_differences(states in history(12)) {
        let mut blame = Blame::new();
        for (version, pair) in (1..).zip(states.windows(2)) {
            blame.step(Version(version), &pair[0], &pair[1]);
        }
        let last = &states[states.len() - 1];
        let lines = blame.lines(last);
        let paths: Vec<String> = lines.iter().map(|line| line.path.clone()).collect();
        prop_assert_eq!(paths, leaves(last), "a line for each leaf, in the order of the state");
        for line in &lines {
            prop_assert_eq!(last.pointer(&line.path), Some(&line.value));
        }
        let blamed: BTreeMap<_, _> = lines.into_iter().map(|line| (line.path, line.version.map(|v| v.0))).collect();
        prop_assert_eq!(blamed, slow_blame(&states));
    }

    #[test]
    fn a_field_changes_where_its_value_does(states in history(6), other in value()) {
        let last = &states[states.len() - 1];
        for path in leaves(last) {
            let field = Field::new(&path, last).expect("a pointer");
            prop_assert_eq!(field.find(last), last.pointer(&path).map(|value| (path.clone(), value)));
            for before in states.iter().chain([&other]) {
                let change = field.change(before, last);
                prop_assert_eq!(change.is_some(), field.changed(before, last));
                prop_assert_eq!(change.is_some(), field.find(before).map(|found| found.1) != last.pointer(&path));
            }
        }
    }
}
