//! Rows of read models as of any position: what the live rows would have been, without touching them.

use super::demo;
use crate::cli::foldback;
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn rows(source: &str, words: &[&str]) -> (Value, BTreeMap<String, Value>) {
    let run = foldback(&[&["projections", source, "--json"], words].concat());
    assert_eq!(run.code, 0, "{words:?}: {}", run.err);
    let answer = run.json();
    let found = answer["rows"].as_array().unwrap();
    let keyed = found.iter().map(|row| (row["key"].as_str().unwrap().to_owned(), row["row"].clone())).collect();
    (answer, keyed)
}

#[test]
fn the_newest_rows_that_should_be_there_are_what_a_rebuild_makes() {
    let (_folder, path) = demo();
    let source = path.to_str().unwrap();
    let (then, should) = rows(source, &["--rows", "customer-summaries", "--as-of", "2877"]);
    let (_, live) = rows(source, &["--rows", "customer-summaries"]);
    assert_eq!(
        (&should["kim"]["orders"], &live["kim"]["orders"]),
        (&json!(12), &json!(3)),
        "the live row is as it was"
    );
    assert_eq!((&then["shown_at"], &then["which"]), (&json!(2_877), &json!("should")));
    assert_eq!(foldback(&["rebuild", source, "customer-summaries"]).code, 0);
    assert_eq!(rows(source, &["--rows", "customer-summaries"]).1, should);
}

#[test]
fn what_users_saw_is_what_the_projection_had_taken_in() {
    // In the morning stock-levels stopped at 2,323; before that it had passed over one event.
    let (should, then) = rows("demo", &["--rows", "stock-levels", "--as-of", "2800"]);
    assert_eq!((&should["stopped_at"], &should["shown_at"]), (&json!(2_323), &json!(2_800)));
    let (seen, saw) = rows("demo", &["--rows", "stock-levels", "--as-of", "2800", "--seen"]);
    assert_eq!(
        (&seen["shown_at"], &seen["checkpoint"], &seen["stopped_at"]),
        (&json!(2_322), &json!(2_322), &Value::Null)
    );
    assert_eq!(then, saw, "it can not go on, whoever asks");
    let (_, live) = rows("demo", &["--rows", "stock-levels"]);
    assert_eq!(saw, live);
    // Whoever came when daily-revenue was behind saw what it had by then.
    let (seen, saw) = rows("demo", &["--rows", "daily-revenue", "--as-of", "2877", "--seen"]);
    assert!(seen["checkpoint"].as_i64().unwrap() < 2_877);
    let at = seen["checkpoint"].to_string();
    assert_eq!(rows("demo", &["--rows", "daily-revenue", "--as-of", &at]).1, saw);
}

#[test]
fn a_row_of_the_past_is_what_its_events_made_until_then() {
    let orders = |at: &str| rows("demo", &["--rows", "customer-summaries", "--as-of", at]).1;
    let count = |at: &str| orders(at).get("kim").map_or(0, |kim| kim["orders"].as_i64().unwrap());
    let placed = foldback(&["log", "demo", "--type", "OrderPlaced", "--json"]).json();
    let kims = placed["events"].as_array().unwrap().iter().filter(|event| event["data"]["customer_id"] == "kim");
    let positions: Vec<i64> = kims.map(|event| event["global_position"].as_i64().unwrap()).collect();
    for (index, position) in positions.iter().enumerate() {
        assert_eq!(
            [count(&(position - 1).to_string()), count(&position.to_string())],
            [index as i64, index as i64 + 1]
        );
    }
    assert_eq!(foldback(&["projections", "demo", "--rows", "baskets"]).code, 4);
    let paged = rows("demo", &["--rows", "users", "--as-of", "2000", "--limit", "5"]).0;
    let next = paged["next"].as_str().unwrap();
    let rest = rows("demo", &["--rows", "users", "--as-of", "2000", "--after", next]).1;
    assert_eq!(rest.len() + 5, rows("demo", &["--rows", "users", "--as-of", "2000"]).1.len());
}
