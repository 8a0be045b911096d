//! `audit`: the row that was changed behind its projection's back is found, and nothing else.

use crate::cli::foldback;
use serde_json::json;

#[test]
fn the_spoilt_row_of_the_demo_is_found_with_the_event_where_it_parted() {
    let run = foldback(&["audit", "demo", "customer-summaries", "--json"]);
    assert_eq!(run.code, 1, "{}", run.err);
    let answer = run.json();
    assert_eq!(answer["schema"], "foldback.audit/1");
    let counts = ["missing", "surplus", "different"].map(|name| answer[name].as_u64().unwrap());
    assert_eq!((counts, answer["differing"].as_array().unwrap().len()), ([0, 0, 1], 1));
    assert!(answer["compared"].as_u64().unwrap() > 100);
    let kim = &answer["differing"][0];
    assert_eq!(
        (&kim["key"], &kim["kind"], &kim["agreed_before"]),
        (&json!("kim"), &json!("different"), &json!("fields"))
    );
    let change = &kim["changes"][0];
    assert_eq!((&change["path"], &change["before"], &change["after"]), (&json!("/orders"), &json!(12), &json!(3)));
    // The fourth order that kim placed is the first that the row does not count.
    let at = kim["first_global_position"].as_i64().unwrap();
    let orders = foldback(&["log", "demo", "--type", "OrderPlaced", "--to", &at.to_string(), "--json"]).json();
    let events = orders["events"].as_array().unwrap();
    let kims: Vec<_> = events.iter().filter(|event| event["data"]["customer_id"] == "kim").collect();
    assert_eq!(kims.len(), 4);
    assert_eq!(kims[3]["global_position"], at);
    assert_eq!(kims[3]["stream_id"], kim["stream_id"]);
    let printed = foldback(&["audit", "demo", "customer-summaries"]);
    assert_eq!(printed.code, 1);
    for said in
        ["kim", "3 in the read model, 12 by its events", "behind the projection's back", "foldback rebuild demo"]
    {
        assert!(printed.out.contains(said), "{said}: {}", printed.out);
    }
}

#[test]
fn rows_that_are_right_are_said_to_be_at_whatever_checkpoint() {
    for (name, checkpoint) in [("order-dashboard", 2_877), ("stock-levels", 2_322), ("daily-revenue", 2_810)] {
        let run = foldback(&["audit", "demo", name, "--json"]);
        assert_eq!(run.code, 0, "{name}: {}{}", run.out, run.err);
        assert_eq!((&run.json()["checkpoint"], &run.json()["head"]), (&json!(checkpoint), &json!(2_877)), "{name}");
    }
    assert_eq!(foldback(&["audit", "demo", "stock-levels", "--json"]).json()["skipped_events"], 1);
}

#[test]
fn what_cannot_be_audited_says_why() {
    let run = foldback(&["audit", "demo", "baskets"]);
    assert_eq!(run.code, 4);
    assert!(run.err.contains("customer-summaries"), "{}", run.err);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new.db");
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/sample-data/webshop.jsonl");
    assert_eq!(foldback(&["seed", sample, "-o", path.to_str().unwrap()]).code, 0);
    let run = foldback(&["audit", path.to_str().unwrap(), "users"]);
    assert_eq!(run.code, 4, "{}", run.err);
    assert!(run.err.contains("has not run"), "{}", run.err);
    let run = foldback(&["audit", sample, "users"]);
    assert_eq!(run.code, 3, "{}", run.err);
}
