//! `audit --snapshots`: stored states that are not what the events make, and what cannot be compared.

use super::{demo, spoil};
use crate::cli::foldback;
use crate::layouts::Database;
use serde_json::{Value, json};
use std::path::Path;

/// The state of a stream at a version, as foldback folds it.
fn state(source: &str, at: &str) -> Value {
    foldback(&["show", source, at, "--json"]).json()["state"].clone()
}

#[test]
fn snapshots_that_are_not_what_the_events_make_are_found_and_no_others() {
    let (_folder, path) = demo();
    let source = path.to_str().unwrap();
    assert_eq!(foldback(&["audit", source, "--snapshots"]).code, 0);
    let snapshots = spoil(&path);
    let keep = |stream: &str, version: i64, state: &str| {
        let sql = "INSERT INTO snapshots (stream_id, version, schema_version, state, created_at) \
                   VALUES (?1, ?2, 1, ?3, '2026-01-09T10:00:00.000Z')";
        snapshots.execute(sql, rusqlite::params![stream, version, state]).unwrap();
    };
    let mut right = state(source, "inventory-SKU-7@99");
    right["on_hand"] = serde_json::from_str(&format!("{}.0", right["on_hand"])).unwrap();
    keep("inventory-SKU-7", 99, &right.to_string());
    assert_eq!(foldback(&["audit", source, "--snapshots"]).code, 0, "numbers are compared by value");
    // The state of a later version, as some libraries store it.
    keep("inventory-SKU-7", 199, &state(source, "inventory-SKU-7@203").to_string());
    // One that misses the last events, one with a value that never was, one that is ahead.
    keep("inventory-SKU-7", 299, &state(source, "inventory-SKU-7@297").to_string());
    let mut spoilt = state(source, "order-1063@3");
    spoilt["total"] = json!(-1);
    keep("order-1063", 3, &spoilt.to_string());
    keep("order-1063", 900, "{}");
    keep("order-nowhere", 1, "{}");
    drop(snapshots);
    let run = foldback(&["audit", source, "--snapshots", "--json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let answer = run.json();
    let counts = ["compared", "agree", "different", "unavailable"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!(counts, [5, 1, 4, 1]);
    assert_eq!(answer["reason"], "order-nowhere@1: there is no such stream");
    let found = |key: &str| answer["differing"].as_array().unwrap().iter().find(|it| it["key"] == key).unwrap().clone();
    assert_eq!(found("inventory-SKU-7@199")["state_of"], 203);
    let behind = found("inventory-SKU-7@299");
    assert_eq!((&behind["state_of"], &behind["first_version"]), (&json!(297), &json!(298)));
    let never = found("order-1063@3");
    assert_eq!((&never["agreed_before"], &never["changes"][0]["path"]), (&json!(false), &json!("/total")));
    assert_eq!((&never["changes"][0]["before"], &never["changes"][0]["after"]), (&json!(57_560), &json!(-1)));
    assert_eq!(found("order-1063@900")["kind"], "ahead");
    let printed = foldback(&["audit", source, "--snapshots"]);
    for said in
        ["the state of v203, which came later", "-1 in the snapshot, 57560 by its events", "its stream ends at v"]
    {
        assert!(printed.out.contains(said), "{said}: {}", printed.out);
    }
}

#[test]
fn every_snapshot_is_looked_at_once_over_many_pages() {
    let (_folder, path) = demo();
    let snapshots = spoil(&path);
    snapshots.execute("DELETE FROM snapshots", []).unwrap();
    for (stream, versions) in [("inventory-SKU-7", 0..128), ("inventory-SKU-9", 0..40), ("order-1063", 0..3)] {
        for version in versions {
            let sql = "INSERT INTO snapshots (stream_id, version, schema_version, state, created_at) \
                       VALUES (?1, ?2, 1, 'no JSON', '2026-01-09T10:00:00.000Z')";
            snapshots.execute(sql, rusqlite::params![stream, version]).unwrap();
        }
    }
    drop(snapshots);
    let answer = foldback(&["audit", path.to_str().unwrap(), "--snapshots", "--json"]).json();
    assert_eq!(answer["unavailable"], 171, "{answer}");
}

/// A fold in the form that the library's own test aggregate has.
const COUNTED: &str = "fromCategory('inventory').foreachStream().when({
  $init: () => ({ last: null, applied: 0 }),
  $any: (state, event) => ({ last: { [event.eventType]: event.data }, applied: state.applied + 1 }),
})";

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn the_snapshots_of_cqrs_es_hold_events_twice() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cqrs-es-postgres.pg.sql.gz");
    let database = Database::postgres(&fixture);
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("inventory.js");
    std::fs::write(&script, COUNTED).unwrap();
    let run = foldback(&["audit", &database.source, "--snapshots", "--reducers", script.to_str().unwrap(), "--json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let answer = run.json();
    let found = &answer["differing"][0];
    assert_eq!((&found["key"], &found["values_of"]), (&json!("inventory/SKU-001@100"), &json!(104)));
    let change = &found["changes"][0];
    assert_eq!((&change["path"], &change["before"], &change["after"]), (&json!("/applied"), &json!(100), &json!(104)));
    // Nobody folds it without a reducer: that is said, and is no agreement.
    let run = foldback(&["audit", &database.source, "--snapshots", "--json"]);
    assert_eq!((run.code, &run.json()["unavailable"]), (5, &json!(1)));
}
