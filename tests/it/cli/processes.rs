//! Projections, sagas, traces and dead letters, as the command line tells of them.

use super::foldback;
use crate::support::processes::{CORRELATION, SAMPLE_HEAD, store};
use serde_json::Value;

fn document(words: &[&str]) -> Value {
    let (verb, rest) = words.split_first().unwrap();
    let words = [&[*verb, store().to_str().unwrap()], rest, &["--json"]].concat();
    let run = foldback(&words);
    assert_eq!(run.code, 0, "{words:?}: {}", run.err);
    assert_eq!(run.json()["schema"], format!("foldback.{verb}/1"));
    run.json()
}

fn text(words: &[&str]) -> String {
    let (verb, rest) = words.split_first().unwrap();
    let run = foldback(&[&[*verb, store().to_str().unwrap()], rest].concat());
    assert_eq!(run.code, 0, "{words:?}: {}", run.err);
    assert!(!run.out.contains(['\t', '\u{1b}']), "{}", run.out);
    run.out
}

fn named<'a>(list: &'a Value, key: &str, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|item| item[key] == name).unwrap_or_else(|| panic!("{name} in {list}"))
}

#[test]
fn each_projection_has_its_condition_and_its_lag_is_counted() {
    let answer = document(&["projections"]);
    let head = answer["head"].as_i64().unwrap();
    for (name, condition) in [
        ("order-dashboard", "current"),
        ("stock-levels", "failed"),
        ("users", "replaying"),
        ("account-balances", "stalled"),
        ("customer-summaries", "stalled"),
    ] {
        assert_eq!(named(&answer["projections"], "name", name)["condition"], condition, "{name}");
    }
    let failed = named(&answer["projections"], "name", "stock-levels");
    assert_eq!((failed["checkpoint"].as_i64(), failed["failed_position"].as_i64()), (Some(1_876), Some(1_877)));
    let log = document(&["log", "--from", "1877", "--to", &head.to_string()]);
    assert_eq!(failed["lag_events"], log["events"].as_array().unwrap().len(), "holes are not counted");
    assert_eq!(named(&answer["projections"], "name", "customer-summaries")["paused"], true);
    assert_eq!(named(&answer["projections"], "name", "customer-summaries")["error"], "paused by somebody");
    let printed = text(&["projections"]);
    assert!(printed.contains("stopped at 1877") && printed.contains("foldback log "), "{printed}");
    assert_eq!(document(&["projections", "--limit", "2"])["projections"].as_array().unwrap().len(), 2);
}

#[test]
fn sagas_come_in_order_of_need_and_one_tells_its_steps() {
    let answer = document(&["sagas"]);
    let sagas = answer["sagas"].as_array().unwrap();
    assert_eq!((&sagas[0]["saga_id"], &sagas[0]["status"]), (&"fulfil-1017".into(), &"COMPENSATION_FAILED".into()));
    assert!(sagas.iter().any(|saga| saga["derived"] == true && saga["saga_type"] == "money-transfer"));
    let statuses: std::collections::BTreeSet<&str> =
        sagas.iter().map(|saga| saga["status"].as_str().unwrap()).collect();
    assert_eq!(statuses.len(), 8, "{statuses:?}");
    let one = &document(&["sagas", "fulfil-1017"])["sagas"][0];
    assert_eq!(one, &sagas[0]);
    let refunds: Vec<_> =
        one["steps"].as_array().unwrap().iter().filter(|step| step["name"] == "refund payment").collect();
    assert_eq!(refunds.len(), 3);
    assert_eq!((&refunds[2]["status"], &refunds[2]["error"]), (&"COMPENSATION_FAILED".into(), &"gateway: 502".into()));
    assert!(text(&["sagas"]).contains("foldback sagas "));
    assert!(text(&["sagas", "fulfil-1023"]).contains("expected"));
}

#[test]
fn a_trace_is_found_by_each_of_its_names() {
    let trace = document(&["trace", CORRELATION]);
    let nodes = trace["nodes"].as_array().unwrap();
    let kinds: std::collections::BTreeSet<&str> = nodes.iter().map(|node| node["kind"].as_str().unwrap()).collect();
    for kind in ["command", "event", "saga_step", "outbox", "message", "read_model", "dead_letter"] {
        assert!(kinds.contains(kind), "{kind} in {kinds:?}");
    }
    let placed = nodes.iter().find(|node| node["type"] == "OrderPlaced").unwrap();
    for id in [placed["id"].as_str().unwrap(), "396"] {
        assert_eq!(document(&["trace", id]), trace, "{id}");
    }
    let step = nodes.iter().find(|node| node["id"] == "fulfil-1017#0").unwrap();
    assert_eq!(step["caused_by"], placed["id"]);
    assert!(text(&["trace", "396"]).contains("└─ "));
    let before = document(&["trace", CORRELATION, "--as-of", "398"]);
    assert!(before["nodes"].as_array().unwrap().iter().all(|node| node["kind"] != "saga_step"));
}

#[test]
fn dead_letters_are_grouped_and_say_what_a_retry_does() {
    let answer = document(&["dead-letters"]);
    let groups = answer["groups"].as_array().unwrap();
    let kinds: Vec<&str> =
        groups.iter().map(|group| group["items"][0]["id"].as_str().unwrap().split(':').next().unwrap()).collect();
    for kind in ["projection", "saga", "outbox"] {
        assert!(kinds.contains(&kind), "{kinds:?}");
    }
    assert!(groups.iter().all(|group| group["items"][0]["retryable"] == true));
    let printed = text(&["dead-letters"]);
    assert!(printed.contains("foldback retry ") && printed.contains("gateway: 502"), "{printed}");
}

#[test]
fn the_past_is_as_it_was() {
    let head = SAMPLE_HEAD.to_string();
    let then = document(&["projections", "--as-of", &head]);
    assert_eq!(then["head"], SAMPLE_HEAD);
    let dashboard = named(&then["projections"], "name", "order-dashboard");
    assert_eq!((&dashboard["checkpoint"], &dashboard["lag_events"]), (&SAMPLE_HEAD.into(), &0.into()));
    let before = document(&["projections", "--as-of", "100"]);
    assert_eq!(named(&before["projections"], "name", "order-dashboard")["condition"], "unknown");
    assert!(document(&["dead-letters", "--as-of", "100"])["groups"].as_array().unwrap().is_empty());
    assert_eq!(document(&["dead-letters", "--as-of", &head])["groups"].as_array().unwrap().len(), 2);
    let run = foldback(&["sagas", store().to_str().unwrap(), "fulfil-1017", "--as-of", "100"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert_eq!(foldback(&["sagas", store().to_str().unwrap(), "--as-of", "soon"]).code, 2);
}

#[test]
fn what_is_not_there_says_so() {
    let file = store().to_str().unwrap();
    for words in [["sagas", file, "fulfil-0"], ["trace", file, "nobody"]] {
        let run = foldback(&words);
        assert_eq!((run.code, run.out.as_str()), (4, ""), "{words:?}");
        assert!(run.err.contains("foldback "), "{}", run.err);
    }
    let lines = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/webshop.jsonl");
    for (verb, key) in [("projections", "projections"), ("sagas", "sagas"), ("dead-letters", "groups")] {
        let run = foldback(&[verb, lines, "--json"]);
        assert_eq!(run.code, 0);
        let answer = run.json();
        assert_eq!(answer[key].as_array().unwrap().len(), 0);
        assert!(answer["unavailable"].as_str().unwrap().starts_with("lines of events say nothing of"), "{answer}");
        assert!(foldback(&[verb, lines]).out.contains("lines of events say nothing of"));
    }
    assert_eq!(foldback(&["trace", lines, CORRELATION]).code, 0, "events have a trace everywhere");
}

#[test]
fn the_overview_names_each_of_them_with_the_command_that_looks_into_it() {
    let overview = document(&["overview"]);
    let attention = overview["attention"].as_array().unwrap();
    for (code, next) in [
        ("projection-stalled", "foldback projections "),
        ("compensation-failed", "foldback sagas "),
        ("dead-letter", "foldback dead-letters "),
        ("outbox-stuck", "foldback dead-letters "),
    ] {
        let found = attention.iter().find(|finding| finding["code"] == code);
        assert!(found.is_some_and(|found| found["next"].as_str().unwrap().starts_with(next)), "{code}: {attention:#?}");
    }
    for capability in ["projections", "sagas", "dead_letters", "outbox", "snapshots"] {
        assert_eq!(overview["capabilities"][capability]["available"], true, "{capability}");
    }
}
