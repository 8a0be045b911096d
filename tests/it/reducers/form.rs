//! KurrentDB's form: selectors, handlers, what they return, and what is accepted without effect.

use super::{event, handlers, refusal, script, state, whole};
use foldback::domain::event::{Category, Payload, StreamName};
use foldback::replay::reducers::Scripts;
use serde_json::json;

#[test]
fn a_projection_of_kurrentdb_runs_unchanged() {
    let account = script(
        "options({ resultStreamName: 'balances', $includeLinks: false });
         fromCategory('account')
           .foreachStream()
           .when({
             $init: function () { return { balance: 0 }; },
             MoneyDeposited: function (s, e) { s.balance += e.data.amount; emit('x', 'y', {}); linkTo('z', e); },
             MoneyWithdrawn: (s, e) => ({ ...s, balance: s.balance - e.body.amount }),
           })
           .outputState();",
    );
    let events = [
        event(0, "MoneyDeposited", r#"{"amount": 50}"#),
        event(1, "Renamed", r#"{"name": "kim"}"#),
        event(2, "MoneyWithdrawn", r#"{"amount": 20}"#),
    ];
    assert_eq!(state(&account, &events), json!({"balance": 30}));
    assert_eq!(state(&account, &[]), json!({"balance": 0}));
    assert_eq!(account.about().handlers, ["$init", "MoneyDeposited", "MoneyWithdrawn"]);
}

#[test]
fn what_a_handler_returns_is_the_state_and_nothing_means_that_it_was_changed_in_place() {
    let kinds =
        handlers("InPlace(s) { s.n = 1 }, Other: () => ({ n: 2 }), Null: () => null, Number: () => 7, Text: () => 'x'");
    for (event_type, expected) in [
        ("InPlace", json!({"n": 1})),
        ("Other", json!({"n": 2})),
        ("Null", json!(null)),
        ("Number", json!(7)),
        ("Text", json!("x")),
        ("Unknown", json!({})),
    ] {
        assert_eq!(state(&kinds, &[event(0, event_type, "{}")]), expected, "{event_type}");
    }
}

#[test]
fn any_and_deleted_take_what_no_other_handler_takes() {
    let script = handlers(
        "$init: () => [], A: (s) => { s.push('A') }, $any: (s, e) => { s.push(e.eventType) }, \
         $deleted: (s) => { s.push('gone') }",
    );
    let events = ["A", "x.A", "B", "$streamDeleted", "$stream-deleted"].map(|kind| event(0, kind, "{}"));
    assert_eq!(state(&script, &events), json!(["A", "A", "B", "gone", "gone"]));
}

#[test]
fn the_whole_name_of_a_type_goes_before_its_last_segment() {
    let script = handlers("$init: () => [], 'shop.A': (s) => { s.push(1) }, A: (s) => { s.push(2) }");
    let events = ["shop.A", "A", "Other::A", "A#2"].map(|kind| event(0, kind, "{}"));
    assert_eq!(state(&script, &events), json!([1, 2, 2, 2]));
}

#[test]
fn an_event_has_all_that_the_text_of_the_script_names() {
    let script = handlers(
        "A: (s, e) => [e.data, e.body, e.isJson, e.metadata.user, e.eventType, e.streamId, e.sequenceNumber, e.created]",
    );
    assert_eq!(
        state(&script, &[whole(3, "A", "[1]", r#"{"user": "kim"}"#)]),
        json!([[1], [1], true, "kim", "A", "account-1", 3, "2026-01-05T09:12:44.120Z"])
    );
    assert!(script.reducer().needs_more());
    let narrow = handlers("A: (s, e) => e.data.metadata_count");
    assert!(!narrow.reducer().needs_more());
}

#[test]
fn what_was_not_read_is_not_undefined() {
    let sly = handlers("A: (s, e) => ({ m: e['meta' + 'data'] })");
    let error = super::folded(&sly, &[event(0, "A", "{}")]).map(drop).unwrap_err();
    assert!(error.to_string().contains("event.metadata is read from the store only where"), "{error}");
}

#[test]
fn payloads_that_are_not_json_are_text_or_nothing() {
    let script = handlers("A: (s, e) => [e.isJson, typeof e.data, e.bodyRaw ?? null]");
    let mut text = whole(0, "A", "", "{}");
    text.data = Payload::Text("plain".into());
    assert_eq!(state(&script, &[text.clone()]), json!([false, "string", "plain"]));
    text.data = Payload::Bytes(vec![255, 0]);
    assert_eq!(state(&script, &[text]), json!([false, "undefined", null]));
}

#[test]
fn transforms_show_another_state_than_the_one_that_goes_on() {
    let script = script(
        "fromAll().when({ $init: () => ({ n: 0 }), A: (s) => { s.n += 1 } })
           .filterBy((s) => s.n > 1).transformBy((s) => { s.n *= 10; return s; }).outputState()",
    );
    let events = [event(0, "A", "{}"), event(1, "A", "{}"), event(2, "A", "{}")];
    assert_eq!(state(&script, &events[..1]), json!(null));
    assert_eq!(state(&script, &events), json!({"n": 30}));
}

#[test]
fn only_a_streams_own_partition_can_be_folded() {
    let own = script("fromAll().partitionBy((e) => e.streamId).when({ A: (s) => { s.n = 1 } })");
    assert_eq!(state(&own, &[whole(0, "A", "{}", "{}")]), json!({"n": 1}));
    let none = script("fromAll().partitionBy((e) => e.data.none).when({ A: (s) => { s.n = 1 } })");
    assert_eq!(state(&none, &[whole(0, "A", "{}", "{}")]), json!({}));
    let other = script("fromAll().partitionBy((e) => e.data.customer).when({ A: (s) => { s.n = 1 } })");
    let error = super::folded(&other, &[whole(0, "A", r#"{"customer": "kim"}"#, "{}")]).map(drop).unwrap_err();
    assert!(error.to_string().contains("partitionBy puts the event into \"kim\""), "{error}");
}

#[test]
fn what_is_wrong_with_a_script_is_said_with_its_line() {
    for (text, expected) in [
        ("", "the script selects no events"),
        ("fromCategory('a')", "the script has no handlers"),
        ("fromCategory('a').when({ A: 1 })", "the handler A is no function"),
        ("fromCategory('a').fromAll()", "test.js:1: fromAll is no step that foldback knows"),
        ("fromCategory(7).when({})", "fromCategory takes names as texts"),
        ("fromAll(); fromAll()", "a script has one selector"),
        ("\n\nfromAll().when({ A() {} }).sortBy()", "test.js:3: sortBy is no step"),
        ("fromAll().when({\n  A: (s => {\n})", "test.js:3"),
        ("fromAll().when({ $initShared: () => ({}), A() {} })", "a state that streams share"),
        ("options({ biState: true })", "a state that streams share"),
        ("fromSomewhere('a')", "fromSomewhere"),
        ("count = 1; fromAll().when({ A() {} })", "count"),
    ] {
        let said = refusal(text);
        assert!(said.contains(expected) && said.starts_with("test.js"), "{text}: {said}");
    }
}

#[test]
fn the_more_specific_selector_wins_and_equals_are_an_error() {
    let named = |name: &str, from: &str| {
        foldback::replay::reducers::Script::parse(name, format!("{from}.when({{ A() {{}} }})")).unwrap()
    };
    let scripts = Scripts::new(vec![
        named("all.js", "fromAll()"),
        named("account.js", "fromCategories('account', 'user')"),
        named("one.js", "fromStreams(['account-1', '$ce-order'])"),
        named("user.js", "fromCategory('user')"),
    ]);
    let covering = |stream: &str, category: &str| {
        let found = scripts.covering(&StreamName::from(stream), &Category::from(category));
        found.map(|script| script.map(|script| script.name().to_owned()))
    };
    assert_eq!(covering("account-1", "account"), Ok(Some("one.js".into())));
    assert_eq!(covering("account-2", "account"), Ok(Some("account.js".into())));
    assert_eq!(covering("order-7", "order"), Ok(Some("one.js".into())));
    assert_eq!(covering("stock-7", "stock"), Ok(Some("all.js".into())));
    let two = covering("user-1", "user").unwrap_err();
    assert!(two.contains("account.js") && two.contains("user.js"), "{two}");
}
