//! A store without a unique key, in which two events of a stream have one version: each is named as what it is.

use super::databases::Database;
use super::{beside, sqlite};
use crate::cli::foldback;
use serde_json::{Value, json};

const TABLE: &str =
    "CREATE TABLE events (event_id TEXT, stream_id TEXT, stream_version INT, event_type TEXT, event_data TEXT,
    metadata TEXT, created_at TEXT, global_position INTEGER PRIMARY KEY)";

/// Version 1 is there twice; what came later is in front of the other in no index.
const ROWS: &str = "INSERT INTO events VALUES
    ('e-1', 'order-1', 0, 'Placed', '{\"total\":5}', NULL, '2026-01-05T09:00:00Z', 1),
    ('e-2', 'order-1', 1, 'Paid', '{\"paid\":5}', NULL, '2026-01-05T09:01:00Z', 2),
    ('e-3', 'order-2', 0, 'Placed', '{\"total\":1}', NULL, '2026-01-05T09:02:00Z', 3),
    ('e-4', 'order-1', 1, 'Cancelled', '{\"cancelled\":true}', NULL, '2026-01-05T09:03:00Z', 4),
    ('e-5', 'order-1', 2, 'Closed', '{\"closed\":true}', NULL, '2026-01-05T09:04:00Z', 5)";

const MERGING: &str = "fromCategory('order').foreachStream().when({
  $init: () => ({}), $any: (state, event) => Object.assign(state, event.data),
})";

fn each_is_named(source: &str, script: &str) {
    let ask = |words: &[&str]| foldback(&[words, &["--reducers", script, "--json"]].concat());
    let show = ask(&["show", source, "order-1@1"]).json();
    assert_eq!(show["state"], json!({"total": 5, "paid": 5, "cancelled": true}), "the state is after both");
    assert_eq!(show["global_position"], 4, "and the last of them is named");
    assert_eq!(show["repeated_versions"], json!([{"version": 1, "events": 2}]));
    let later = ask(&["show", source, "order-1"]).json();
    assert_eq!((&later["version"], &later["repeated_versions"]), (&json!(2), &show["repeated_versions"]));
    assert_eq!(ask(&["show", source, "order-1@0"]).json().get("repeated_versions"), None);
    let said = foldback(&["show", source, "order-1", "--reducers", script]).out;
    assert!(said.contains("2 events have v1"), "{said}");

    let blame = ask(&["blame", source, "order-1"]).json();
    let lines: Vec<Value> = blame["lines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|line| json!([line["path"], line["version"], line["event_id"]]))
        .collect();
    assert_eq!(
        json!(lines),
        json!([["/total", 0, "e-1"], ["/paid", 1, "e-2"], ["/cancelled", 1, "e-4"], ["/closed", 2, "e-5"]])
    );
    let history = ask(&["blame", source, "order-1", "/cancelled"]).json();
    assert_eq!((&history["lines"][0]["event_id"], &history["lines"][0]["version"]), (&json!("e-4"), &json!(1)));
    for (expr, event) in [("state.paid === 5", "e-2"), ("state.cancelled", "e-4")] {
        let found = ask(&["bisect", source, "order-1", expr]).json();
        assert_eq!(found["findings"][0]["event_id"], event, "{expr}");
        assert_eq!(found["findings"][0]["version"], 1);
    }
    let diff = ask(&["diff", source, "order-1@0..1"]).json();
    assert_eq!(diff["changes"].as_array().unwrap().len(), 2, "both events are in it");
    let log = foldback(&["log", source, "--stream", "order-1", "--format", "jsonl"]);
    let ids: Vec<Value> =
        log.out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()["event_id"].take()).collect();
    assert_eq!(json!(ids), json!(["e-1", "e-2", "e-4", "e-5"]));
}

#[test]
fn in_sqlite() {
    let (folder, source) = sqlite(&format!("{TABLE}; {ROWS}"));
    each_is_named(&source, &beside(&folder, "merge.js", MERGING));
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn in_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    // Later rows are put where the first ones were, so that nothing but the position tells the order.
    let sql = format!(
        "{TABLE}; ALTER TABLE events ALTER event_data TYPE jsonb USING event_data::jsonb; CREATE INDEX ON events (stream_id, stream_version, event_type); {ROWS}"
    );
    std::fs::write(folder.path().join("repeated.pg.sql"), sql.replace("INTEGER PRIMARY KEY", "bigint PRIMARY KEY"))
        .unwrap();
    let database = Database::postgres(&folder.path().join("repeated.pg.sql"));
    each_is_named(&database.source, &beside(&folder, "merge.js", MERGING));
}

#[test]
fn so_many_of_one_version_that_no_page_holds_them_are_an_error() {
    let (folder, source) = sqlite(&format!(
        "{TABLE}; WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < 9000)
         INSERT INTO events SELECT 'e-' || n, 'order-1', 1, 'Placed', '{{}}', NULL, '2026-01-05T09:00:00Z', n FROM k"
    ));
    let script = beside(&folder, "merge.js", MERGING);
    let show = foldback(&["show", &source, "order-1", "--reducers", &script]);
    assert_eq!(show.code, 3, "{}{}", show.out, show.err);
    assert!(show.err.contains("events in one place"), "{}", show.err);
}
