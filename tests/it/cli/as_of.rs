//! `--as-of`: every verb answers what it answers on a store that holds only the events of then.

use super::foldback;
use crate::support::processes::store;
use crate::support::without_numbers;
use serde_json::Value;
use std::path::Path;

const SAMPLE: &str = include_str!("../../../sample-data/webshop.jsonl");

fn position(line: &str) -> i64 {
    serde_json::from_str::<Value>(line).unwrap()["global_position"].as_i64().unwrap()
}

/// A document without what may differ: the source's words, what it is said to be as of, and what only now has.
fn plain(words: &[&str], source: &str, as_of: Option<&str>) -> Value {
    let words: Vec<&str> = words.iter().map(|word| if *word == "SOURCE" { source } else { *word }).collect();
    let as_of: Vec<&str> = as_of.into_iter().flat_map(|at| ["--as-of", at]).collect();
    let run = foldback(&[words.as_slice(), &["--json"], &as_of].concat());
    assert!(matches!(run.code, 0 | 1), "{words:?} {as_of:?}: {} {}", run.code, run.err);
    let again = as_of.get(1).map_or(String::new(), |at| format!(" --as-of {at}"));
    let mut document: Value = serde_json::from_str(&run.out.replace(&format!("{source}{again}"), "SOURCE")).unwrap();
    let fields = document.as_object_mut().unwrap();
    let moment = fields.remove("as_of");
    assert_eq!(moment.is_some(), !as_of.is_empty(), "{words:?}");
    for only_now in ["capabilities", "snapshots"] {
        fields.remove(only_now);
    }
    document
}

const QUESTIONS: [&[&str]; 15] = [
    &["overview", "SOURCE"],
    &["streams", "SOURCE"],
    &["streams", "SOURCE", "--sort", "recent", "--limit", "7"],
    &["streams", "SOURCE", "--sort", "length", "--category", "order"],
    &["streams", "SOURCE", "--match", "*-10*"],
    &["log", "SOURCE", "--reverse", "--limit", "20"],
    &["log", "SOURCE", "--type", "Payment*"],
    &["log", "SOURCE", "--where", "state && state.status === 'SHIPPING'", "--limit", "3"],
    &["show", "SOURCE", "order-1001"],
    &["show", "SOURCE", "order-1001@2026-01-07"],
    &["diff", "SOURCE", "order-1001@start..2"],
    &["blame", "SOURCE", "order-1001"],
    &["bisect", "SOURCE", "--category", "order", "state.status === 'CANCELLED'"],
    &["trace", "SOURCE", "9"],
    &["dead-letters", "SOURCE"],
];

fn agree(source: &str, folder: &Path, moments: &[i64]) {
    for moment in moments {
        let lines: Vec<&str> = SAMPLE.lines().take_while(|line| position(line) <= *moment).collect();
        let file = folder.join(format!("until-{moment}.jsonl"));
        std::fs::write(&file, lines.join("\n")).unwrap();
        let prefix = match source.ends_with(".jsonl") {
            true => file.to_str().unwrap().to_owned(),
            false => {
                let made = folder.join(format!("until-{moment}.db"));
                let seeded = foldback(&["seed", file.to_str().unwrap(), "-o", made.to_str().unwrap()]);
                assert_eq!(seeded.code, 0, "{}", seeded.err);
                made.to_str().unwrap().to_owned()
            }
        };
        let scripted = source.ends_with(".jsonl");
        for words in QUESTIONS {
            let domain: &[&str] = if scripted { &["--domain"] } else { &[] };
            let words = [words, domain].concat();
            let at = moment.to_string();
            assert_eq!(plain(&words, source, Some(&at)), plain(&words, &prefix, None), "{words:?} at {moment}");
        }
    }
}

#[test]
fn a_store_of_foldbacks_own() {
    let folder = tempfile::tempdir().unwrap();
    let whole = folder.path().join("shop.db");
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/webshop.jsonl");
    assert_eq!(foldback(&["seed", sample.to_str().unwrap(), "-o", whole.to_str().unwrap()]).code, 0);
    agree(whole.to_str().unwrap(), folder.path(), &[150, 700, 1_877, 2_074]);
}

#[test]
fn lines_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/webshop.jsonl");
    agree(sample.to_str().unwrap(), folder.path(), &[400]);
}

fn moment(words: &str) -> Value {
    let run = foldback(&["overview", store().to_str().unwrap(), "--as-of", words, "--json"]);
    assert_eq!(run.code, 0, "{words}: {}", run.err);
    run.json()["as_of"]["global_position"].clone()
}

#[test]
fn a_moment_is_named_by_a_position_a_time_or_an_event_and_the_place_before_it() {
    let line: Value = SAMPLE.lines().map(|line| serde_json::from_str(line).unwrap()).nth(1_000).unwrap();
    let before = position(SAMPLE.lines().nth(999).unwrap());
    let at = line["global_position"].as_i64().unwrap();
    let thousands = format!("{},{:03}", at / 1_000, at % 1_000);
    let id = line["event_id"].as_str().unwrap();
    for words in [at.to_string().as_str(), &thousands, id, line["created_at"].as_str().unwrap()] {
        assert_eq!(moment(words), at, "{words}");
        assert_eq!(moment(&format!("{words}^")), before, "{words}^");
    }
    assert_eq!(moment("now"), moment("99_999_999"));
    for early in ["0", "-3", "1999-12-31"] {
        assert_eq!(moment(early), Value::Null, "{early}");
    }
    let first = position(SAMPLE.lines().next().unwrap());
    assert_eq!(moment(&format!("{first}^")), Value::Null);
}

#[test]
fn before_the_first_event_the_system_is_empty_and_says_so() {
    let source = store().to_str().unwrap();
    for verb in ["overview", "streams", "log", "projections", "sagas"] {
        let run = foldback(&[verb, source, "--as-of", "0"]);
        assert_eq!(run.code, 0, "{verb}: {}", run.err);
        assert!(run.out.starts_with("as of before the first event: nothing has happened yet\n"), "{verb}: {}", run.out);
    }
    let log = foldback(&["log", source, "--as-of", "0", "--json"]).json();
    assert_eq!(log["events"].as_array().unwrap().len(), 0);
    assert_eq!(foldback(&["show", source, "order-1001", "--as-of", "0"]).code, 4);
}

#[test]
fn a_line_says_which_moment_it_is() {
    let source = store().to_str().unwrap();
    for words in [vec!["streams", source], vec!["log", source], vec!["blame", source, "order-1001"]] {
        let run = foldback(&[words.as_slice(), &["--as-of", "1,204"]].concat());
        assert!(run.out.starts_with("as of 1,204 · 2026-01-07T10:30:54.957Z · "), "{words:?}: {}", run.out);
        assert_eq!(run.out.matches("as of ").count(), 1, "{words:?}");
    }
    let next = foldback(&["overview", source, "--as-of", "2000"]).out;
    assert!(next.contains(&format!("foldback diff {source} --as-of 2000 ")), "{next}");
}

#[test]
fn what_writes_or_follows_has_no_past() {
    let source = store().to_str().unwrap();
    for words in [
        vec!["log", source, "--follow"],
        vec!["exec", source, "OpenAccount", "{}"],
        vec!["run", source],
        vec!["rebuild", source, "users"],
        vec!["retry", source, "saga:1"],
        vec!["seed", "-", "-o", "nothing.db"],
        vec!["query", source, "orders"],
        vec!["audit", source, "users"],
        vec!["layouts"],
    ] {
        let run = foldback(&[words.as_slice(), &["--as-of", "5"]].concat());
        assert_eq!((run.code, run.out.as_str()), (2, ""), "{words:?}: {}", run.err);
        assert!(run.err.starts_with("foldback: --as-of: "), "{words:?}: {}", run.err);
    }
    let nobody = "7c1e9f00-1b2c-4d3e-8f90-0123456789ab";
    assert_eq!(foldback(&["log", source, "--as-of", nobody]).code, 4);
    assert_eq!(foldback(&["log", source, "--as-of", "soon"]).code, 2);
}

#[test]
fn what_another_store_does_not_write_down_over_time_is_not_shown() {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/emmett-sqlite.sqlite");
    let source = fixture.to_str().unwrap();
    assert!(!foldback(&["projections", source, "--json"]).json()["projections"].as_array().unwrap().is_empty());
    let then = foldback(&["projections", source, "--as-of", "100", "--json"]).json();
    assert_eq!(then["projections"].as_array().unwrap().len(), 0);
    assert!(then["unavailable"].as_str().unwrap().contains("nobody wrote down"), "{then}");
    let overview = foldback(&["overview", source, "--as-of", "100", "--json"]).json();
    assert_eq!(overview["capabilities"]["projections"]["available"], false);
    assert_eq!(overview["capabilities"]["follow"]["available"], false);
}

#[test]
fn a_source_without_numbers_is_asked_by_time() {
    let folder = tempfile::tempdir().unwrap();
    let file = without_numbers(folder.path());
    let source = file.to_str().unwrap();
    let log = foldback(&["log", source, "--json"]).json();
    let at = log["events"][100]["created_at"].as_str().unwrap().to_owned();
    let until = log["events"].as_array().unwrap().iter().filter(|event| event["created_at"].as_str() <= Some(&at));
    let then = foldback(&["overview", source, "--as-of", &at, "--json"]).json();
    assert_eq!(then["events"], until.count());
    assert_eq!(then["as_of"]["at"], at.as_str());
    for words in
        [vec!["log", source, "--as-of", "70"], vec!["log", source, "--from", "70"], vec!["log", source, "--to", "7"]]
    {
        let run = foldback(&words);
        assert_eq!(run.code, 2, "{words:?}");
        assert!(run.err.contains("have no numbers"), "{}", run.err);
    }
}
