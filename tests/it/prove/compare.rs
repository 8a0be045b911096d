//! `compare`: the coupon that was taken off twice, whatever is planted in a reducer, and a comparison that goes on.

use crate::cli::foldback;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::Path;
use tempfile::TempDir;

const AS_WAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/reducers/order-as-was.js");
const MENDED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/reducers/order-mended.js");

#[test]
fn the_coupon_bug_shows_between_the_reducer_as_it_was_and_as_mended() {
    let run = foldback(&["compare", "demo", "--old", AS_WAS, "--new", MENDED, "--json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let answer = run.json();
    assert_eq!(answer["schema"], "foldback.compare/1");
    let differing = answer["differing"].as_array().unwrap();
    assert_eq!((differing.len(), &answer["different"]), (1, &json!(1)));
    let found = &differing[0];
    let place = ["stream_id", "first_version", "first_global_position", "event_type"].map(|name| &found[name]);
    assert_eq!(place, [&json!("order-1063"), &json!(3), &json!(1_291), &json!("CouponApplied")]);
    let change = &found["changes"][0];
    assert_eq!(
        (&change["path"], &change["before"], &change["after"]),
        (&json!("/total"), &json!(57_560), &json!(63_630))
    );
    let cause = json!({"event_type": "CouponApplied", "what": ["~ /total"], "streams": 1, "example": "order-1063"});
    assert_eq!(answer["causes"], json!([cause]));
    let printed = foldback(&["compare", "demo", "--old", AS_WAS, "--new", MENDED, "--category", "order"]);
    assert_eq!(printed.code, 1);
    assert!(printed.out.contains("57560 → 63630") && printed.out.contains("CouponApplied"), "{}", printed.out);
}

#[test]
fn what_is_the_same_does_not_differ_and_what_is_not_covered_is_said() {
    for reducer in [AS_WAS, "domain"] {
        let run = foldback(&["compare", "demo", "--old", reducer, "--new", reducer, "--json"]);
        assert_eq!((run.code, &run.json()["different"]), (0, &json!(0)), "{}", run.err);
    }
    let run = foldback(&["compare", "demo", "--old", AS_WAS, "--new", MENDED, "--category", "payment", "--json"]);
    assert_eq!((run.code, &run.json()["compared"]), (5, &json!(0)), "{}", run.out);
    assert_eq!(foldback(&["compare", "demo", "--old", AS_WAS, "--new", MENDED, "--category", "tea"]).code, 4);
    assert_eq!(foldback(&["compare", "demo", "--old", "no.js", "--new", MENDED]).code, 2);
    let sampled = |_| {
        let words =
            ["compare", "demo", "--old", "domain", "--new", MENDED, "--category", "order", "--sample", "7", "--json"];
        foldback(&words).json()
    };
    let [one, two] = [0, 1].map(sampled);
    assert_eq!((&one, &one["compared"]), (&two, &json!(7)), "a sample is the same each time");
}

#[test]
fn a_reducer_that_stops_is_a_difference_and_names_the_event() {
    let folder = tempfile::tempdir().unwrap();
    let throws = "fromCategory('order').foreachStream().when({ $init: () => ({ n: 0 }),
        $any: (s, e) => { if (e.eventType === 'OrderCancelled') throw new Error('no'); s.n += 1; } })";
    let path = folder.path().join("throws.js");
    let old = folder.path().join("counts.js");
    std::fs::write(&path, throws).unwrap();
    std::fs::write(&old, throws.replace("throw new Error('no')", "s.n += 0")).unwrap();
    let run = foldback(&["compare", "demo", "--old", old.to_str().unwrap(), "--new", path.to_str().unwrap(), "--json"]);
    let answer = run.json();
    assert_eq!(run.code, 1);
    let cancelled = foldback(&["log", "demo", "--type", "OrderCancelled", "--json"]).json();
    assert_eq!(answer["differing"].as_array().unwrap().len(), cancelled["events"].as_array().unwrap().len());
    for found in answer["differing"].as_array().unwrap() {
        assert_eq!((&found["event_type"], &found["old_stops"]), (&json!("OrderCancelled"), &Value::Null));
        assert!(found["new_stops"]["why"].as_str().unwrap().contains("no"));
    }
    assert_eq!(answer["causes"].as_array().unwrap().len(), 1);
}

#[test]
fn a_comparison_that_was_interrupted_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let notes = folder.path().join("notes.jsonl");
    let words = ["compare", "demo", "--old", AS_WAS, "--new", MENDED, "--json", "--resume", notes.to_str().unwrap()];
    let whole = foldback(&words);
    assert_eq!(whole.code, 1, "{}", whole.err);
    assert_eq!(foldback(&words).out, whole.out, "what is done is not done again, and is told again");
    // As it is where it was stopped behind order-1070, and had written a line half.
    let text = std::fs::read_to_string(&notes).unwrap();
    let line = |kind: &str| text.lines().find(|line| line.starts_with(&format!("{{\"line\":\"{kind}\""))).unwrap();
    let mark = r#"{"line":"mark","stream_id":"order-1070","rank":0,"counts":{"compared":60,"differing":1,"uncovered":40,"unknown":0},"reason":null}"#;
    std::fs::write(&notes, format!("{}\n{}\n{mark}\n{{\"line\":\"fou", line("comparison"), line("found"))).unwrap();
    let rest = foldback(&words).json();
    assert_eq!(rest["differing"], whole.json()["differing"]);
    let behind = whole.json()["compared"].as_u64().unwrap() - rest["compared"].as_u64().unwrap();
    assert_eq!(
        behind, 10,
        "what the mark says of the 70 orders up to there is believed, and they are not folded again"
    );
    // Another comparison does not go on from there, and no other file is touched.
    let other =
        foldback(&["compare", "demo", "--old", MENDED, "--new", AS_WAS, "--resume", notes.to_str().unwrap(), "--json"]);
    assert_eq!(other.out, "", "half a document is none");
    assert_eq!(other.code, 2, "{}", other.err);
    std::fs::write(&notes, "mine\n").unwrap();
    assert_eq!(foldback(&words).code, 2);
    assert_eq!(std::fs::read_to_string(&notes).unwrap(), "mine\n");
}

/// A reducer that counts, and counts once more at some events.
fn counting(folder: &TempDir, name: &str, more: &BTreeMap<String, i64>) -> String {
    let path = folder.path().join(name);
    let script = format!(
        "const more = {};\nfromAll().foreachStream().when({{ $init: () => ({{ n: 0 }}),
         $any: (s, e) => {{ s.n += more[e.streamId] === e.sequenceNumber ? 2 : 1; }} }})",
        json!(more)
    );
    std::fs::write(&path, script).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn whatever_is_planted_in_a_reducer_is_found_and_nothing_else() {
    let streams = foldback(&["streams", "demo", "--json"]).json();
    let streams: Vec<(String, i64)> = streams["streams"]
        .as_array()
        .unwrap()
        .iter()
        .map(|stream| (stream["stream_id"].as_str().unwrap().to_owned(), stream["version"].as_i64().unwrap()))
        .collect();
    let folder = tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap();
    let old = counting(&folder, "old.js", &BTreeMap::new());
    let planted = proptest::collection::vec((any::<Index>(), any::<Index>()), 0..9);
    let mut runner = TestRunner::new(Config { cases: 6, failure_persistence: None, ..Config::default() });
    runner
        .run(&planted, |planted| {
            let at = |(stream, version): &(Index, Index)| {
                let (name, last) = stream.get(&streams);
                (name.clone(), version.index(*last as usize + 1) as i64)
            };
            let planted: BTreeMap<String, i64> = planted.iter().map(at).collect();
            let new = counting(&folder, "new.js", &planted);
            let run = foldback(&["compare", "demo", "--old", &old, "--new", &new, "--json"]);
            let answer = run.json();
            let found = answer["differing"].as_array().unwrap().iter();
            let found: BTreeMap<String, i64> = found
                .map(|it| (it["stream_id"].as_str().unwrap().to_owned(), it["first_version"].as_i64().unwrap()))
                .collect();
            prop_assert_eq!(&found, &planted);
            prop_assert_eq!(run.code, i32::from(!planted.is_empty()));
            Ok(())
        })
        .unwrap();
}
