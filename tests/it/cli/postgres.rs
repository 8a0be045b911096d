//! The same answers from PostgreSQL as from a file.

use super::{foldback, foldback_with, program};
use crate::servers::{PostgresPlace, fresh};
use serde_json::Value;
use sqlx::Row;
use std::io::{BufRead, BufReader};

fn seeded() -> (PostgresPlace, String) {
    let place = fresh();
    let log = foldback(&["log", "demo", "--format", "jsonl"]).out;
    let seed = foldback_with(&["seed", "-", "-o", &place.url], &log);
    assert_eq!(seed.code, 0, "{}", seed.err);
    assert!(seed.out.contains("open it with: foldback") && seed.out.contains(&place.schema), "{}", seed.out);
    (place, log)
}

fn lines(log: &str) -> Vec<Value> {
    log.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn a_log_that_is_seeded_says_the_same_and_every_verb_answers_alike() {
    let (place, log) = seeded();
    let url = place.url.as_str();
    let again = foldback(&["log", url, "--format", "jsonl"]);
    // The order of keys within a payload is not kept, which equality of documents does not ask for either.
    assert_eq!(lines(&again.out), lines(&log));
    let order = lines(&log).into_iter().find(|event| event["event_type"] == "OrderConfirmed").unwrap();
    let stream = order["stream_id"].as_str().unwrap();
    let range = format!("{stream}@start..1");
    for words in [
        vec!["streams", "SOURCE", "--sort", "length", "--limit", "20"],
        vec!["streams", "SOURCE", "--category", "order", "--sort", "recent", "--limit", "20"],
        vec!["log", "SOURCE", "--type", "Payment*", "--reverse", "--limit", "30"],
        vec!["show", "SOURCE", stream],
        vec!["diff", "SOURCE", &range],
        vec!["blame", "SOURCE", stream],
    ] {
        let ask = |source: &str| {
            let words: Vec<&str> = words.iter().map(|word| if *word == "SOURCE" { source } else { *word }).collect();
            let mut document = foldback(&[words.as_slice(), &["--json"]].concat()).json();
            document.as_object_mut().unwrap().remove("source");
            document
        };
        assert_eq!(ask(url), ask("demo"), "{words:?}");
    }
    let overview = foldback(&["overview", url, "--json"]).json();
    let demo = foldback(&["overview", "demo", "--json"]).json();
    for key in ["events", "streams", "head", "event_types", "categories", "first_at", "last_at"] {
        assert_eq!(overview[key], demo[key], "{key}");
    }
    assert_eq!((&overview["source"]["kind"], &overview["source"]["layout"]), (&"postgres".into(), &"foldback".into()));
    for has in ["projections", "sagas", "dead_letters", "outbox", "follow"] {
        assert_eq!(overview["capabilities"][has]["available"], true, "{has}");
    }
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn a_store_that_is_there_is_kept_and_a_load_that_fails_leaves_nothing() {
    let (place, log) = seeded();
    let again = foldback_with(&["seed", "-", "-o", &place.url], &log);
    assert_eq!(again.code, 3);
    assert!(again.err.contains("is not overwritten"), "{}", again.err);

    let place = fresh();
    let event = |version: i64, data: &str| {
        format!(r#"{{"stream_id":"a","stream_version":{version},"event_type":"T","data":{data}}}"#)
    };
    for (second, said) in [
        (event(7, "{}"), "line 2: stream_version 7 of a leaves a gap; 1 was expected"),
        (event(1, r#"{"a":"\u0000"}"#), "line 2: event 1 of stream a cannot be stored: PostgreSQL's texts and JSON"),
        (event(1, "nonsense"), "line 2: not an event"),
    ] {
        let input = format!("{}\n{second}\n", event(0, "{}"));
        let run = foldback_with(&["seed", "-", "-o", &place.url], &input);
        assert_eq!(run.code, 3, "{}", run.err);
        assert!(run.err.contains(said), "{}", run.err);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let schemas: i64 = runtime.block_on(async {
        let mut raw = place.connect().await;
        let sql = "SELECT count(*) FROM pg_namespace WHERE nspname = $1";
        sqlx::query(sql).bind(&place.schema).fetch_one(&mut raw).await.unwrap().get(0)
    });
    assert_eq!(schemas, 0);
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn a_password_is_never_repeated_and_a_command_that_is_named_works() {
    let (place, _) = seeded();
    let url = place.url.replace("foldback@", "foldback:s3cret@");
    for words in [
        vec!["overview", url.as_str()],
        vec!["overview", url.as_str(), "--json"],
        vec!["show", url.as_str(), "no-such-stream"],
        vec!["seed", "-", "-o", url.as_str()],
        vec!["log", url.as_str(), "--layout", "foldback"],
    ] {
        let run = foldback(&words);
        assert!(!run.out.contains("s3cret") && !run.err.contains("s3cret"), "{words:?}: {}{}", run.out, run.err);
    }
    let missing = foldback(&["show", &url, "no-such-stream"]);
    assert_eq!(missing.code, 4);
    let named = missing.err.split("foldback streams '").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(foldback(&["streams", named, "--limit", "1"]).code, 0, "{named}");
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn a_log_that_is_followed_tells_what_is_appended() {
    let (place, log) = seeded();
    let known = lines(&log).len();
    let mut child = program().args(["log", &place.url, "--follow", "--format", "jsonl"]).spawn().unwrap();
    let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..known {
        told.next().unwrap().unwrap();
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut raw = place.connect().await;
        let sql = "INSERT INTO events (global_position, stream_id, stream_version, category, event_type, event_id, event_data)
                   VALUES (1000000, 'late-1', 0, 'late', 'Came', 'late', '{}')";
        sqlx::query(sql).execute(&mut raw).await.unwrap();
    });
    let late: Value = serde_json::from_str(&told.next().unwrap().unwrap()).unwrap();
    assert_eq!((&late["stream_id"], &late["global_position"]), (&"late-1".into(), &1_000_000.into()));
    child.kill().unwrap();
    child.wait().unwrap();
}
