//! Processes before and after what changes them, on a store of each kind: the past stays as it was.

use super::foldback;
use crate::servers::fresh;
use crate::support::processes::{CORRELATION, SAMPLE_HEAD, make, make_at};
use serde_json::Value;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn own() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("shop.db");
    tokio::runtime::Runtime::new().unwrap().block_on(make(&file));
    (folder, file)
}

fn answer(words: &[&str]) -> Value {
    let run = foldback(&[words, &["--json"]].concat());
    assert_eq!(run.code, 0, "{words:?}: {}", run.err);
    run.json()
}

fn letters(source: &str, as_of: Option<&str>) -> Vec<String> {
    let as_of: Vec<&str> = as_of.iter().flat_map(|at| ["--as-of", *at]).collect();
    let answer = answer(&[&["dead-letters", source], as_of.as_slice()].concat());
    let items = answer["groups"].as_array().unwrap().iter().flat_map(|group| group["items"].as_array().unwrap());
    let mut ids: Vec<String> = items.map(|item| item["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

#[test]
fn what_is_taken_up_is_gone_now_and_stays_in_the_past() {
    let (_folder, file) = own();
    let source = file.to_str().unwrap();
    let projection = |as_of: &[&str]| {
        let list = answer(&[&["projections", source], as_of].concat());
        let list = list["projections"].as_array().unwrap().clone();
        list.into_iter().find(|one| one["name"] == "stock-levels").unwrap()
    };
    let failing = projection(&[]);
    let letter = failing["failing"]["dead_letter"].as_str().unwrap().to_owned();
    assert_eq!(failing["failing"]["global_position"], 1_877);
    assert!(failing["failing"]["event_type"].is_string() && failing["failing"]["stream_id"].is_string(), "{failing}");
    let effect = answer(&["dead-letters", source]);
    let items = effect["groups"].as_array().unwrap().iter().flat_map(|group| group["items"].as_array().unwrap());
    let says: Vec<&Value> = items.filter(|item| item["id"] == letter.as_str()).map(|item| &item["retry"]).collect();
    // The verb that does it says the same words.
    let dry = answer(&["retry", source, &letter, "--dry-run"]);
    assert_eq!(says, [&dry["effect"]]);

    let before = letters(source, None);
    assert!(before.contains(&letter));
    assert_eq!(foldback(&["retry", source, &letter]).code, 0);
    assert!(!letters(source, None).contains(&letter));
    let head = SAMPLE_HEAD.to_string();
    assert!(letters(source, Some(&head)).contains(&letter), "it was open when the head was there");
    assert_eq!(projection(&["--as-of", &head])["condition"], "failed");
    assert_ne!(projection(&[])["condition"], "failed");
}

#[test]
fn where_no_sample_tells_how_far_it_was_nobody_knows_what_waited() {
    let list = answer(&["projections", "demo", "--as-of", "2000"]);
    let list = list["projections"].as_array().unwrap();
    assert!(!list.is_empty());
    for one in list {
        let known = (&one["condition"], &one["checkpoint"], &one["lag_events"], &one["lag_seconds"]);
        assert_eq!(known, (&"unknown".into(), &Value::Null, &Value::Null, &Value::Null), "{one}");
    }
}

#[test]
fn a_saga_that_could_not_be_undone_names_the_retry() {
    let (_folder, file) = own();
    let source = file.to_str().unwrap();
    let saga = &answer(&["sagas", source, "fulfil-1017"])["sagas"][0];
    let letter = saga["dead_letter"].as_str().unwrap();
    assert!(letters(source, None).contains(&letter.to_owned()));
    for words in [vec!["sagas", source], vec!["sagas", source, "fulfil-1017"]] {
        let printed = foldback(&words).out;
        assert!(printed.contains(&format!("foldback retry {source} {letter}")), "{printed}");
    }
    let printed = foldback(&["projections", source]).out;
    assert!(printed.contains(&format!("foldback retry {source} projection:")), "{printed}");
}

#[test]
fn a_choreographed_transfer_is_made_out_from_its_events() {
    let (_folder, file) = own();
    let source = file.to_str().unwrap();
    let all = answer(&["sagas", source]);
    let transfers: Vec<&Value> =
        all["sagas"].as_array().unwrap().iter().filter(|saga| saga["derived"] == true).collect();
    let taken_out = answer(&["log", source, "--type", "MoneyWithdrawn"]);
    let with_id = |event: &&Value| !event["data"]["transfer_id"].is_null();
    let began = taken_out["events"].as_array().unwrap().iter().filter(with_id).count();
    assert_eq!(transfers.len(), began);
    let first = transfers[0];
    let id = first["saga_id"].as_str().unwrap();
    assert_eq!(&answer(&["sagas", source, id])["sagas"][0]["steps"], &first["steps"]);
    let moved: Vec<&Value> = taken_out["events"].as_array().unwrap().iter().filter(with_id).collect();
    let position = moved.iter().map(|event| event["global_position"].as_i64().unwrap()).min().unwrap();
    let before = answer(&["sagas", source, "--as-of", &(position - 1).to_string()]);
    assert!(before["sagas"].as_array().unwrap().iter().all(|saga| saga["derived"] == false), "{before}");
}

#[test]
fn a_store_of_an_older_foldback_says_how_it_is_brought_up() {
    let (_folder, file) = own();
    let source = file.to_str().unwrap();
    forget_books(&file);
    for (verb, key) in [("projections", "projections"), ("sagas", "sagas"), ("dead-letters", "groups")] {
        let told = answer(&[verb, source]);
        assert_eq!(told[key].as_array().unwrap().len(), 0);
        let reason = told["unavailable"].as_str().unwrap();
        assert!(reason.contains("older foldback") && reason.contains("foldback run"), "{reason}");
    }
    let run = foldback(&["exec", source, "OpenAccount", r#"{"account_id":"late","owner":"kim","currency":"KRW"}"#]);
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(answer(&["projections", source])["unavailable"].is_null());
}

/// The file as version 1 made it.
fn forget_books(file: &Path) {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut ask = connection
        .prepare(
            "SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('table', 'view') \
             AND name NOT IN ('events', 'streams', 'snapshots') AND name NOT LIKE 'sqlite_%' ORDER BY type DESC",
        )
        .unwrap();
    let names: Vec<String> = ask.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    drop(ask);
    for name in names {
        connection.execute_batch(&format!("DROP {name}")).unwrap();
    }
    connection.execute_batch("PRAGMA user_version = 1").unwrap();
}

#[test]
#[ignore = "needs PostgreSQL: tests/run"]
fn postgresql_says_the_same_as_a_file() {
    let (_folder, file) = own();
    let place = fresh();
    tokio::runtime::Runtime::new().unwrap().block_on(make_at(&place.url));
    let head = SAMPLE_HEAD.to_string();
    for words in [
        vec!["projections", "SOURCE"],
        vec!["projections", "SOURCE", "--as-of", &head],
        vec!["sagas", "SOURCE"],
        vec!["sagas", "SOURCE", "--as-of", &head],
        vec!["sagas", "SOURCE", "fulfil-1017"],
        vec!["trace", "SOURCE", CORRELATION],
        vec!["trace", "SOURCE", CORRELATION, "--as-of", "398"],
        vec!["dead-letters", "SOURCE"],
        vec!["dead-letters", "SOURCE", "--as-of", &head],
    ] {
        let ask = |source: &str| {
            let words: Vec<&str> = words.iter().map(|word| if *word == "SOURCE" { source } else { *word }).collect();
            answer(&words)
        };
        assert_eq!(ask(&place.url), ask(file.to_str().unwrap()), "{words:?}");
    }
}
