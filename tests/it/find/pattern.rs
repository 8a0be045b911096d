//! Patterns say what a naive look at every pair of events says.

use foldback::analysis::pattern::{Matcher, Pattern, Place, Relation, Verdict};
use foldback::domain::event::StreamName;
use foldback::domain::reading::LogFilter;
use foldback::explore::{Reporter, pattern};
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;

/// A group, a type and a time.
type Happened = (u8, char, Option<i64>);

fn time(second: i64) -> Timestamp {
    Timestamp::from_second(second).unwrap()
}

/// The definition: every event of the first type against every event of its group.
fn naive(pattern: &Pattern, events: &[Happened]) -> Vec<(usize, Option<usize>, &'static str)> {
    let is = |wanted: &str, kind: char| wanted == "?" || wanted == kind.to_string();
    let end = events.iter().filter_map(|(_, _, at)| *at).max();
    let within = pattern.within.map(|within| within.as_secs() as i64);
    let mut found = Vec::new();
    for (first, (group, kind, at)) in events.iter().enumerate() {
        if !is(&pattern.first, *kind) {
            continue;
        }
        let other = |range: &[Happened], from: usize| {
            range.iter().position(|(other, kind, _)| other == group && is(&pattern.second, *kind)).map(|at| at + from)
        };
        if pattern.relation == Relation::Without {
            if other(&events[..first], 0).is_none() {
                found.push((first, None, "match"));
            }
            continue;
        }
        let second = other(&events[first + 1..], first + 1);
        let late = |then: Option<i64>| within.map_or(Some(false), |within| Some(then? - (*at)? > within));
        let verdict = match (pattern.relation, second) {
            (Relation::Then, None) => continue,
            (_, Some(second)) => match (pattern.relation, late(events[second].2)) {
                (_, None) => "undated",
                (Relation::Then, Some(false)) | (Relation::Never, Some(true)) => "match",
                _ => continue,
            },
            (_, None) if within.is_none() => "match",
            (_, None) => match end.and_then(|end| late(Some(end))) {
                None => "undated",
                Some(true) => "match",
                Some(false) => "open",
            },
        };
        found.push((first, second.filter(|_| verdict == "match"), verdict));
    }
    found
}

fn matched(pattern: &Pattern, events: &[Happened]) -> Vec<(usize, Option<usize>, &'static str)> {
    let mut verdicts = Vec::new();
    let mut matcher = Matcher::new(pattern);
    for (at, (group, kind, second)) in events.iter().enumerate() {
        let place = Place { at: at as u64, time: second.map(time) };
        let roles = pattern.roles(&kind.to_string());
        if roles != (false, false) {
            matcher.event(&[*group], roles, place, |verdict| verdicts.push(verdict));
        }
    }
    let end = events.iter().filter_map(|(_, _, at)| *at).max();
    matcher.end(end.map(time), |verdict| verdicts.push(verdict));
    let mut found: Vec<_> = verdicts
        .into_iter()
        .map(|verdict| match verdict {
            Verdict::Match(first, second) => (first.at as usize, second.map(|second| second.at as usize), "match"),
            Verdict::Open(first) => (first.at as usize, None, "open"),
            Verdict::Undated(first) => (first.at as usize, None, "undated"),
        })
        .collect();
    found.sort_unstable();
    found
}

proptest! {
    #[test]
    fn the_matcher_agrees_with_the_definition(
        events in prop::collection::vec((0u8..3, prop::sample::select(vec!['A', 'B', 'C']), prop::option::weighted(0.9, 0i64..20)), 0..30),
        text in prop::sample::select(vec![
            "A without B before", "A then B", "A then B within 4s", "A then not B", "A never followed by B within 6s",
            "? without A before", "A then A within 3s", "? never followed by ?", "B never followed by A within 0s",
        ]),
    ) {
        let pattern: Pattern = text.parse().unwrap();
        prop_assert_eq!(matched(&pattern, &events), naive(&pattern, &events), "{}", text);
    }
}

#[tokio::test]
async fn the_log_is_read_once_and_what_is_found_comes_in_its_order() {
    let mut events = Vec::new();
    for number in (0..300).rev() {
        events.push(super::event(&format!("order-{number}"), "Placed", json!({})));
    }
    for number in (0..300).filter(|number| number % 3 != 0) {
        events.push(super::event(&format!("order-{number}"), "Shipped", json!({})));
    }
    let explorer = super::explorer(events).await;
    let look = async |text: &str| {
        let pattern: Pattern = text.parse().unwrap();
        let mut found = Vec::new();
        let (filter, silent) = (LogFilter::default(), Reporter::silent());
        let seen = pattern::find(&explorer, &pattern, &filter, &silent, |one| {
            found.push((one.first.stream_id, one.second.map(|second| second.event_type)));
            true
        });
        (seen.await.unwrap(), found)
    };
    let (seen, found) = look("Placed never followed by Shipped by stream").await;
    assert_eq!((seen.events, seen.matches, seen.ungrouped), (500, 100, 0));
    assert_eq!(found[0], (StreamName::from("order-297"), None));
    assert_eq!(found[99].0, StreamName::from("order-0"));
    let (seen, found) = look("Placed then Ship* by stream").await;
    assert_eq!((seen.matches, found[0].1.as_deref()), (200, Some("Shipped")));
    // Nothing says which correlation they belong to.
    let (seen, _) = look("Placed then Shipped").await;
    assert_eq!((seen.matches, seen.ungrouped), (0, 500));
}
