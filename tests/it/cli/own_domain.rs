//! A program of somebody's own around foldback: the example, run as its users run theirs.

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn example(words: &[&str]) -> Output {
    let built = Path::new(env!("CARGO_BIN_EXE_foldback")).with_file_name("examples").join("own_domain");
    assert!(built.exists(), "the example is not built: cargo build --example own_domain");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    Command::new(built).args(words).current_dir(root).output().unwrap()
}

#[test]
fn the_whole_tool_stands_around_a_domain_of_ones_own() {
    let source = "tests/fixtures/seed2-aggregate-version.sqlite";
    let found = example(&["bisect", source, "--category", "pay", "state.refunded > state.captured", "--json"]);
    assert_eq!(found.status.code(), Some(1));
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(found["findings"][0]["stream_id"], "pay-0007");
    assert_eq!(found["findings"][0]["after"]["refunded"], 30.88);

    let shown = example(&["show", source, "pay-0007@3", "--json"]);
    let shown: Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["reducer"], serde_json::json!({"kind": "domain", "name": "payment"}));
    assert_eq!(shown["state"], serde_json::json!({"captured": 25.73, "refunded": 0.0}));

    let overview = example(&["overview", source]);
    let text = String::from_utf8(overview.stdout).unwrap();
    assert!(text.contains("pay-0007: 30.88 went back of 25.73, since v4"), "{text}");
}
