//! Users' own reducers from the command line: show, bisect, log --where, reducers, and the configuration.

use super::{Run, foldback, program};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Fifteen lines that say what a payment is.
const PAYMENTS: &str = "\
// Payments as Python's eventsourcing writes them: amounts are decimals in texts, wrapped or not.
const cents = (amount) => Math.round(Number(amount._data_ ?? amount) * 100);

fromCategory('Payment').foreachStream().when({
  $init: () => ({ status: 'new', captured: 0, refunded: 0 }),
  PaymentRequested: (state) => { state.status = 'requested'; },
  PaymentAuthorized: (state) => { state.status = 'authorized'; },
  PaymentCaptured: (state, event) => {
    state.status = 'captured';
    state.captured = cents(event.data.amount);
  },
  PaymentRefunded: (state, event) => {
    state.refunded += cents(event.data.amount);
  },
});
";

/// The payment that is refunded 30.88 after a capture of 25.73.
const PLANTED: &str = "44ddecbf08065163bc9cf66eb7122951";

fn fixture() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/eventsourcing.sqlite").to_str().unwrap().to_owned()
}

/// A folder with these files.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).unwrap();
    }
    dir
}

fn payments() -> (tempfile::TempDir, PathBuf) {
    let dir = folder(&[("payments.js", PAYMENTS)]);
    let path = dir.path().join("payments.js");
    (dir, path)
}

fn with(script: &Path, words: &[&str]) -> Run {
    let source = fixture();
    let rest = [&words[..1], &[&source], &words[1..], &["--reducers", script.to_str().unwrap()]].concat();
    foldback(&rest)
}

#[test]
fn a_script_folds_a_store_that_foldback_did_not_make() {
    let (dir, script) = payments();
    for given in [script.as_path(), dir.path()] {
        let shown = with(given, &["show", PLANTED, "--json"]);
        assert_eq!(shown.code, 0, "{}", shown.err);
        let shown = shown.json();
        assert_eq!(shown["reducer"], json!({"kind": "script", "name": "payments.js"}));
        assert_eq!(shown["state"], json!({"status": "captured", "captured": 2573, "refunded": 3088}));
        assert_eq!(shown["outcome"], "complete");
    }
    let overview = with(&script, &["overview", "--json"]).json();
    assert_eq!(overview["capabilities"]["state"]["available"], true);
    let blame = with(&script, &["blame", PLANTED, "--json"]).json();
    let line = blame["lines"].as_array().unwrap().iter().find(|line| line["path"] == "/refunded").unwrap();
    assert_eq!((&line["version"], &line["event_type"]), (&json!(4), &json!("PaymentRefunded")));
    let diff = with(&script, &["diff", &format!("{PLANTED}@3..4"), "--json"]).json();
    assert_eq!(diff["changes"][0]["path"], "/refunded");
}

#[test]
fn what_no_script_covers_has_no_state_and_says_so() {
    let (_dir, script) = payments();
    let orders = foldback(&["streams", &fixture(), "--category", "Order", "--limit", "1", "--json"]).json();
    let order = orders["streams"][0]["stream_id"].as_str().unwrap();
    let shown = with(&script, &["show", order, "--json"]);
    assert_eq!((shown.code, shown.json()["outcome"].as_str()), (5, Some("unavailable")));
    assert!(shown.json()["reason"].as_str().unwrap().contains("fromCategory('Order')"), "{}", shown.out);
}

#[test]
fn bisect_finds_the_refund_that_was_too_large() {
    let (_dir, script) = payments();
    let expr = "state.refunded > state.captured";
    for words in [vec!["bisect", "--category", "Payment", expr, "--json"], vec!["bisect", PLANTED, expr, "--json"]] {
        let found = with(&script, &words);
        assert_eq!(found.code, 1, "{}", found.err);
        let found = found.json();
        assert_eq!(found["findings"].as_array().unwrap().len(), 1);
        let finding = &found["findings"][0];
        assert_eq!((&finding["stream_id"], &finding["version"]), (&json!(PLANTED), &json!(4)));
        assert_eq!(finding["before"]["refunded"], 0);
        assert_eq!(finding["after"]["refunded"], 3088);
        assert_eq!((&found["method"], &found["undecided"]), (&json!("linear"), &json!(0)));
        assert_eq!((&found["schema"], &found["expression"]), (&json!("foldback.bisect/1"), &json!(expr)));
    }
    let text = with(&script, &["bisect", "--category", "Payment", expr]);
    assert!(text.out.contains("PaymentRefunded") && text.out.contains("1 finding in 56 events of 20 streams"));
    assert!(text.out.contains("foldback show"), "{}", text.out);
}

#[test]
fn bisect_works_with_the_domain_too() {
    let found = foldback(&["bisect", "demo", "--category", "payment", "state.refunded > state.captured", "--json"]);
    assert_eq!(found.code, 1, "{}", found.err);
    let finding = &found.json()["findings"][0];
    assert_eq!((&finding["stream_id"], &finding["version"]), (&json!("payment-527"), &json!(4)));
    assert!(finding["before"]["refunded"].as_i64() < finding["after"]["refunded"].as_i64());
    // Nobody has to know where: over everything it is the same one.
    let all = foldback(&["bisect", "demo", "--all", "state.refunded > state.captured", "--json"]);
    assert_eq!((all.code, &all.json()["findings"]), (1, &found.json()["findings"]));
    let both = foldback(&["bisect", "demo", "--all", "--category", "payment", "true"]);
    assert_eq!(both.code, 2);
    let none = foldback(&["bisect", "demo", "payment-527", "state.refunded < 0"]);
    assert_eq!(none.code, 0);
    // Over the event alone no reducer is needed.
    let event = foldback(&["bisect", &fixture(), PLANTED, "event.eventType === 'PaymentRefunded'", "--json"]);
    assert_eq!((event.code, &event.json()["findings"][0]["before"]), (1, &Value::Null));
}

#[test]
fn findings_come_in_the_order_of_the_log() {
    let found = foldback(&["bisect", "demo", "--all", "event.eventType === 'PaymentCaptured'", "--json"]).json();
    let positions: Vec<i64> =
        found["findings"].as_array().unwrap().iter().map(|found| found["global_position"].as_i64().unwrap()).collect();
    assert!(positions.len() > 50 && positions.is_sorted(), "{positions:?}");
}

#[test]
fn an_expression_that_throws_everywhere_is_no_answer() {
    let thrown = foldback(&["bisect", "demo", "--category", "payment", "state.no.such > 1", "--json"]);
    assert_eq!(thrown.code, 5);
    let thrown = thrown.json();
    assert_eq!((&thrown["outcome"], &thrown["undecided"]), (&json!("unavailable"), &thrown["searched"]["events"]));
    assert!(thrown["reason"].as_str().unwrap().contains("cannot read property"), "{thrown}");
}

#[test]
fn what_cannot_be_decided_is_counted_and_what_cannot_be_folded_is_said() {
    let (_dir, script) = payments();
    let thrown = with(&script, &["bisect", "--category", "Payment", "state.refunded.value.cents > 0", "--json"]);
    assert_eq!((thrown.code, &thrown.json()["undecided"]), (5, &json!(56)));
    assert!(thrown.json()["first_undecided"].as_str().unwrap().contains("TypeError"), "{}", thrown.out);
    let changing = with(&script, &["bisect", PLANTED, "state.refunded = 1", "--json"]);
    assert_eq!(changing.json()["undecided"], 4, "an expression does not change what it looks at");
    let endless = with(&script, &["bisect", PLANTED, "(() => { while (true) {} })()", "--json"]);
    assert_eq!(endless.json()["undecided"], 4);
    let endless = with(&script, &["log", "--where", "event.data.x || (() => { while (true) {} })()", "--json"]);
    assert_eq!((endless.code, &endless.json()["undecided"]), (0, &json!(400)), "it is not asked 400 times");
    let unavailable = with(&script, &["bisect", "--category", "Order", "state.total > 0", "--json"]);
    assert_eq!((unavailable.code, &unavailable.json()["outcome"]), (5, &json!("unavailable")));
    let none = with(&script, &["bisect", "--category", "Nothing", "true"]);
    assert_eq!(none.code, 4);
    for words in [vec!["bisect", PLANTED, "state."], vec!["bisect", PLANTED], vec!["bisect", PLANTED, ""]] {
        let refused = with(&script, &words);
        assert_eq!(refused.code, 2, "{words:?} {}", refused.err);
    }
}

#[test]
fn a_script_that_fails_makes_the_state_partial() {
    let dir = folder(&[("p.js", "fromAll().foreachStream().when({\n  PaymentRefunded(s) {\n    s.a.b = 1;\n  },\n})")]);
    let script = dir.path().join("p.js");
    let shown = with(&script, &["show", PLANTED, "--json"]);
    let document = shown.json();
    assert_eq!((shown.code, &document["outcome"], &document["state"]), (5, &json!("partial"), &json!({})));
    let reason = document["reason"].as_str().unwrap();
    assert!(reason.contains("v4 PaymentRefunded: p.js:3: TypeError"), "{reason}");
    let searched = with(&script, &["bisect", PLANTED, "state.x", "--json"]);
    assert_eq!((searched.code, &searched.json()["outcome"]), (5, &json!("partial")));
}

#[test]
fn log_shows_the_events_for_which_an_expression_holds() {
    let (_dir, script) = payments();
    let refunds =
        with(&script, &["log", "--where", "JSON.stringify(event.data.amount ?? 0).includes('30.88')", "--json"]).json();
    let found: Vec<_> = refunds["events"].as_array().unwrap().iter().map(|event| &event["stream_id"]).collect();
    assert_eq!((found.len(), found[0], &refunds["undecided"]), (1, &json!(PLANTED), &json!(0)));
    let above = ["log", "--category", "Payment", "--where", "state.refunded > state.captured", "--format", "jsonl"];
    let above = with(&script, &above);
    assert_eq!((above.out.lines().count(), above.err.as_str()), (1, ""));
    let one = ["log", "--where", "event.actor === 'dave' && event.category === 'Payment'", "--limit", "2", "--json"];
    assert_eq!(with(&script, &one).json()["events"].as_array().unwrap().len(), 2);
    // Streams without a reducer have no state: those events are counted, not passed over.
    let all = with(&script, &["log", "--where", "state.refunded > state.captured", "--json"]);
    assert_eq!((all.code, &all.json()["undecided"]), (0, &json!(344)));
    assert!(all.err.contains("undecided at 344 events"), "{}", all.err);
    let back = with(&script, &["log", "--where", "state.refunded > 0", "--reverse"]);
    assert!(back.code == 2 && back.err.contains("--reverse"), "{}", back.err);
    // The domain's states, too, and the same answer as bisect.
    let domain = foldback(&["log", "demo", "--where", "state.refunded > state.captured", "--json"]).json();
    assert_eq!(domain["events"][0]["stream_id"], "payment-527");
}

#[test]
fn a_filter_gives_the_same_in_any_order_of_streams() {
    // More streams than are kept folded, so that folds are put away and taken up again.
    let found = foldback(&["log", "demo", "--category", "payment", "--where", "state.refunded > 0", "--json"]).json();
    let found: std::collections::BTreeSet<_> =
        found["events"].as_array().unwrap().iter().map(|event| event["stream_id"].to_string()).collect();
    let bisected = foldback(&["bisect", "demo", "--category", "payment", "state.refunded > 0", "--json"]).json();
    let bisected: std::collections::BTreeSet<_> =
        bisected["findings"].as_array().unwrap().iter().map(|finding| finding["stream_id"].to_string()).collect();
    assert_eq!(found, bisected);
}

#[test]
fn reducers_says_what_covers_what() {
    let (_dir, script) = payments();
    let covered = with(&script, &["reducers", "--json"]).json();
    assert_eq!(covered["schema"], "foldback.reducers/1");
    let of = |name: &str| {
        covered["categories"].as_array().unwrap().iter().find(|covered| covered["category"] == name).unwrap().clone()
    };
    assert_eq!(of("Payment")["reducer"], json!({"kind": "script", "name": "payments.js"}));
    assert_eq!(of("Payment")["unhandled_types"], json!([{"event_type": "PaymentFailed", "events": 5}]));
    assert_eq!(of("Order")["reducer"], Value::Null);
    assert!(of("Order")["reason"].as_str().unwrap().contains("no reducer covers"));
    assert_eq!(covered["scripts"][0]["selector"], "fromCategory('Payment')");
    assert_eq!(covered["scripts"][0]["handlers"][0], "$init");
    let text = with(&script, &["reducers"]).out;
    assert!(text.contains("script:payments.js") && text.contains("PaymentFailed (5)"), "{text}");
    let own = foldback(&["reducers", "demo", "--json"]).json();
    assert_eq!(own["categories"][0]["reducer"]["kind"], "domain");
}

#[test]
fn reducers_that_cannot_be_used_are_wrong_usage() {
    let dir = folder(&[
        ("a.js", "fromCategory('Payment').when({ A() {} })"),
        ("b.js", "fromCategories(['Payment', 'Order']).when({ A() {} })"),
        ("broken.mjs", "fromCategory('Payment')\n  .when({ A( })"),
    ]);
    let missing = with(Path::new("/nowhere/x.js"), &["show", PLANTED]);
    assert!(missing.code == 2 && missing.err.contains("/nowhere/x.js"), "{}", missing.err);
    let broken = with(&dir.path().join("broken.mjs"), &["show", PLANTED]);
    assert!(broken.code == 2 && broken.err.contains("broken.mjs:2: SyntaxError"), "{}", broken.err);
    let two = with(dir.path(), &["show", PLANTED, "--json"]);
    let reason = two.json()["reason"].as_str().unwrap().to_owned();
    assert!(two.code == 5 && reason.contains("a.js") && reason.contains("b.js"), "{reason}");
    let empty = tempfile::tempdir().unwrap();
    assert_eq!(with(empty.path(), &["show", PLANTED]).code, 2);
}

#[test]
fn the_configuration_names_reducers_and_profiles() {
    let dir = folder(&[
        ("foldback.toml", &format!("reducers = [\"payments.js\"]\n[profiles.shop]\nsource = {:?}\n", fixture())),
        ("payments.js", PAYMENTS),
    ]);
    let run = |words: &[&str]| {
        let output = program().args(words).current_dir(dir.path()).output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
        )
    };
    let (code, out, err) = run(&["show", "@shop", PLANTED, "--json"]);
    assert_eq!(code, 0, "{err}");
    assert_eq!(serde_json::from_str::<Value>(&out).unwrap()["state"]["refunded"], 3088);
    let (code, _, err) = run(&["show", "@shp", PLANTED]);
    assert!(code == 2 && err.contains("@shop"), "{err}");
    std::fs::write(dir.path().join("foldback.toml"), "reducers = []\nreducer = 1\n").unwrap();
    let (code, _, err) = run(&["overview", "demo"]);
    assert!(code == 2 && err.contains("foldback.toml:2: unknown field `reducer`"), "{err}");
}
