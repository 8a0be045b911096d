//! What the verbs answer about the sample data, as documents and as text.

use super::{foldback, program};
use serde_json::Value;

fn document(words: &[&str]) -> Value {
    let run = foldback(words);
    assert_eq!(run.code, 0, "{words:?}: {}", run.err);
    run.json()
}

/// The finding that a newcomer starts from.
fn over_refund() -> (String, i64) {
    let overview = document(&["overview", "demo", "--json"]);
    let found = overview["attention"].as_array().unwrap().iter();
    let refund = found.into_iter().find(|finding| finding["code"] == "refunded-beyond-capture").unwrap();
    (refund["stream_id"].as_str().unwrap().to_owned(), refund["version"].as_i64().unwrap())
}

#[test]
fn every_document_begins_with_its_schema() {
    let (stream, version) = over_refund();
    let at = format!("{stream}@{version}");
    let range = format!("{stream}@start..{version}");
    for (verb, words) in [
        ("overview", vec!["overview", "demo"]),
        ("streams", vec!["streams", "demo"]),
        ("log", vec!["log", "demo", "--limit", "3"]),
        ("show", vec!["show", "demo", &at]),
        ("diff", vec!["diff", "demo", &range]),
        ("blame", vec!["blame", "demo", &at]),
        ("keys", vec!["keys"]),
    ] {
        let run = foldback(&[words.as_slice(), &["--json"]].concat());
        assert!(run.out.starts_with(&format!("{{\"schema\":\"foldback.{verb}/1\"")), "{verb}: {}", run.out);
        assert_eq!(run.json()["schema"], format!("foldback.{verb}/1"));
        let text = foldback(&words).out;
        assert!(!text.is_empty() && !text.contains(['\t', '\u{1b}']), "{verb}: {text}");
    }
}

#[test]
fn the_overview_agrees_with_the_log() {
    let overview = document(&["overview", "demo", "--json"]);
    let log = foldback(&["log", "demo", "--format", "jsonl"]).out;
    let events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(overview["events"], events.len());
    assert_eq!(overview["head"], events.last().unwrap()["global_position"]);
    assert_eq!(overview["first_at"], events[0]["created_at"]);
    let streams: std::collections::BTreeSet<&str> =
        events.iter().map(|event| event["stream_id"].as_str().unwrap()).collect();
    assert_eq!(overview["streams"], streams.len());
    let listed = document(&["streams", "demo", "--json"]);
    assert_eq!(listed["streams"].as_array().unwrap().len(), streams.len());
    assert_eq!(listed["next"], Value::Null);
}

#[test]
fn the_refund_beyond_capture_is_found_and_explained() {
    let (stream, version) = over_refund();
    let before = version - 1;
    let shown = document(&["show", "demo", &format!("{stream}@{version}"), "--json"]);
    assert_eq!(shown["outcome"], "complete");
    assert_eq!(shown["reducer"], serde_json::json!({"kind": "domain", "name": "payment"}));
    assert_eq!(shown["violations"][0]["code"], "refunded-beyond-capture");
    let diff = document(&["diff", "demo", &format!("{stream}@{before}..{version}"), "--json"]);
    let changed = diff["changes"].as_array().unwrap().iter().find(|change| change["path"] == "/refunded").unwrap();
    let blame = document(&["blame", "demo", &stream, "/refunded", "--json"]);
    let lines = blame["lines"].as_array().unwrap();
    let line = lines.iter().find(|line| line["version"] == version).unwrap();
    assert_eq!(line["value"], changed["after"]);
    assert_eq!(line["event_type"], "PaymentRefunded");
    let whole = document(&["blame", "demo", &stream, "--json"]);
    let line = whole["lines"].as_array().unwrap().iter().find(|line| line["path"] == "/refunded").unwrap().clone();
    assert_eq!(line["version"], lines.last().unwrap()["version"]);
}

#[test]
fn a_list_can_be_taken_page_by_page() {
    for sort in ["name", "length", "recent"] {
        let whole = document(&["streams", "demo", "--sort", sort, "--json"]);
        let mut paged = Vec::new();
        let mut after: Option<String> = None;
        loop {
            let mut words = vec!["streams", "demo", "--sort", sort, "--limit", "37", "--json"];
            if let Some(after) = &after {
                words.extend(["--after", after]);
            }
            let page = document(&words);
            paged.extend(page["streams"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => after = Some(next.to_owned()),
                None => break,
            }
        }
        assert_eq!(&paged, whole["streams"].as_array().unwrap(), "{sort}");
    }
}

#[test]
fn a_pattern_and_a_limit_go_together() {
    let page = document(&["streams", "demo", "--match", "order-10*", "--limit", "2", "--json"]);
    let names: Vec<&str> =
        page["streams"].as_array().unwrap().iter().map(|stream| stream["stream_id"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2);
    assert!(names.iter().all(|name| name.starts_with("order-10")));
    let after = page["next"].as_str().unwrap();
    let next = document(&["streams", "demo", "--match", "order-10*", "--limit", "2", "--after", after, "--json"]);
    assert!(next["streams"][0]["stream_id"].as_str().unwrap() > names[1]);
}

#[test]
fn an_exact_stream_goes_with_a_version_and_a_path() {
    let exact = document(&["show", "demo", "--stream", "payment-527", "--at", "2", "--json"]);
    assert_eq!(exact, document(&["show", "demo", "payment-527@2", "--json"]));
    let path = document(&["blame", "demo", "--stream", "payment-527", "--at", "4", "/refunded", "--json"]);
    assert_eq!(path, document(&["blame", "demo", "payment-527@4", "/refunded", "--json"]));
    for words in [vec!["payment-527", "--at", "2"], vec!["payment-527", "--stream", "payment-1"]] {
        assert_eq!(foldback(&[&["show", "demo"], words.as_slice()].concat()).code, 2, "{words:?}");
    }
}

#[test]
fn the_log_is_filtered() {
    let all = |words: &[&str]| -> Vec<Value> {
        let run = foldback(&[&["log", "demo", "--format", "jsonl"], words].concat());
        assert_eq!(run.code, 0, "{words:?}: {}", run.err);
        run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let everything = all(&[]);
    let only = |keep: &dyn Fn(&Value) -> bool| -> Vec<Value> {
        everything.iter().filter(|event| keep(event)).cloned().collect()
    };
    assert_eq!(
        all(&["--type", "Payment*"]),
        only(&|event| event["event_type"].as_str().unwrap().starts_with("Payment"))
    );
    assert_eq!(all(&["--category", "account"]), only(&|event| event["category"] == "account"));
    let (stream, _) = over_refund();
    assert_eq!(all(&["--stream", &stream]), only(&|event| event["stream_id"] == stream.as_str()));
    let at = everything[700]["created_at"].as_str().unwrap();
    assert_eq!(all(&["--since", at]), only(&|event| event["created_at"].as_str().unwrap() >= at));
    assert_eq!(all(&["--until", at]), only(&|event| event["created_at"].as_str().unwrap() <= at));
    let id = everything[700]["correlation_id"].as_str().unwrap();
    assert_eq!(all(&["--correlation", id]), only(&|event| event["correlation_id"] == id));
    assert_eq!(all(&["--from", "100", "--limit", "5"]).len(), 5);
    assert_eq!(foldback(&["log", "demo", "--type", "Nothing*"]).out.trim().lines().count(), 1);
}

#[test]
fn nothing_in_the_answers_steers_the_terminal() {
    for words in [vec!["log", "demo"], vec!["streams", "demo"], vec!["overview", "demo"]] {
        let text = foldback(&words).out;
        let risky = text.chars().find(|c| c.is_control() && *c != '\n' || matches!(c, '\u{202a}'..='\u{202e}'));
        assert_eq!(risky, None, "{words:?}");
    }
    let coloured = program().args(["overview", "demo", "--color", "always"]).output().unwrap();
    assert!(String::from_utf8_lossy(&coloured.stdout).contains("\u{1b}["));
}

#[test]
fn without_a_terminal_the_demo_is_its_overview() {
    let bare = foldback(&[]);
    let demo = foldback(&["demo"]);
    let overview = foldback(&["overview", "demo"]);
    assert_eq!((bare.code, demo.code), (0, 0), "{}", bare.err);
    assert_eq!(bare.out, overview.out);
    assert_eq!(demo.out, overview.out);
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish"] {
        let script = foldback(&["completions", shell]).out;
        assert!(script.contains("overview") && script.contains("blame"), "{shell}");
    }
}
