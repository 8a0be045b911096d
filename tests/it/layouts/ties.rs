//! Events that nothing tells apart: the state of a stream is right, or there is an error; it is never half a stream called whole.

use super::databases::Database;
use super::{beside, sqlite};
use crate::cli::foldback;

const OUTBOX: &str = "CREATE TABLE outbox (id TEXT PRIMARY KEY, aggregatetype TEXT, aggregateid TEXT, type TEXT, payload TEXT, timestamp TEXT)";

const COUNTING: &str = "fromCategory('order').foreachStream().when({
  $init: () => ({ events: 0 }), $any: (state) => { state.events += 1; return state; },
})";

/// An outbox of so many events of one stream, each with a time of its own or none with any.
fn outbox(events: usize, timed: bool) -> (tempfile::TempDir, String) {
    let time = if timed { "datetime('2026-01-05', n || ' seconds')" } else { "NULL" };
    sqlite(&format!(
        "{OUTBOX}; WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {events})
         INSERT INTO outbox SELECT printf('%08x', n * 7919 % 104729), 'order', '7', 'OrderTouched', '{{\"n\":' || n || '}}', {time} FROM k"
    ))
}

#[test]
fn a_stream_without_times_is_told_whole_or_not_at_all() {
    for events in [900, 5_000] {
        let (folder, source) = outbox(events, false);
        let script = beside(&folder, "count.js", COUNTING);
        let log = foldback(&["log", &source, "--format", "jsonl"]);
        assert_eq!((log.code, log.out.lines().count()), (0, events), "{}", log.err);
        let show = foldback(&["show", &source, "order/7", "--reducers", &script, "--json"]);
        match show.code {
            0 => assert_eq!(show.json()["state"]["events"], events),
            3 => assert!(show.err.contains("events in one place"), "{}", show.err),
            code => {
                assert_eq!(code, 5, "{}", show.err);
                assert_ne!(show.json()["outcome"], "complete");
            }
        }
        let bisect = foldback(&["bisect", &source, "order/7", "state.events > 1e9", "--reducers", &script]);
        assert!([0, 3, 5].contains(&bisect.code), "{}{}", bisect.out, bisect.err);
    }
}

#[test]
fn with_times_the_same_stream_is_whole() {
    let (folder, source) = outbox(5_000, true);
    let script = beside(&folder, "count.js", COUNTING);
    let show = foldback(&["show", &source, "order/7", "--reducers", &script, "--json"]);
    assert_eq!(show.code, 0, "{}{}", show.out, show.err);
    assert_eq!(show.json()["state"]["events"], 5_000);
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn the_same_on_postgresql() {
    let folder = tempfile::tempdir().unwrap();
    let sql =
        "CREATE TABLE outbox (id uuid PRIMARY KEY, aggregatetype text, aggregateid text, type text, payload jsonb);
        INSERT INTO outbox SELECT gen_random_uuid(), 'order', '7', 'OrderTouched', '{}' FROM generate_series(1, 5000)";
    let made = folder.path().join("outbox.pg.sql");
    std::fs::write(&made, sql).unwrap();
    let database = Database::postgres(&made);
    let script = beside(&folder, "count.js", COUNTING);
    let show = foldback(&["show", &database.source, "order/7", "--reducers", &script, "--json"]);
    match show.code {
        0 => assert_eq!(show.json()["state"]["events"], 5_000),
        code => assert!(code == 3 || show.json()["outcome"] != "complete", "{}{}", show.out, show.err),
    }
}
