//! Scripts that loop, grow, throw or reach out: the fold stops at the event and says script and line, and the state
//! is the one before it.

use super::{event, folded, handlers, script, state};
use foldback::domain::FoldError;
use serde_json::json;

/// A script whose handler `Bad` is this one, after a good event.
fn bad(body: &str) -> (String, serde_json::Value) {
    let script =
        handlers(&format!("\n$init: () => ({{ n: 0 }}),\nGood: (s) => {{ s.n += 1 }},\nBad(s, e) {{ {body} }}"));
    let mut fold = folded(&script, &[event(0, "Good", "{}"), event(1, "Good", "{}")]).unwrap();
    let error = fold.apply(&event(2, "Bad", r#"{"a": 1}"#)).unwrap_err();
    assert!(matches!(error, FoldError::Script { .. }));
    (error.to_string(), fold.state().unwrap())
}

#[test]
fn what_goes_wrong_leaves_no_trace_in_the_state() {
    for (body, expected) in [
        ("s.n = 99; throw new Error('no such thing')", "v2 Bad: test.js:4: no such thing"),
        ("s.n = 99; throw 'text'", "it throws text"),
        ("s.n = e.data.no.such", "test.js:4: TypeError: cannot read property 'such' of undefined"),
        ("s.n = 99; while (true) {}", "v2 Bad: test.js:4: it does not end"),
        ("s.n = 99; while (true) { try { while (true) {} } catch (e) {} }", "it does not end"),
        ("s.n = 99; /(a+)+$/.test('a'.repeat(64) + 'b')", "it does not end"),
        ("s.n = 99; const f = () => f() + 1; f()", "test.js:4: its calls go too deep"),
        ("s.n = 99; s.x = 'x'; while (true) s.x += s.x + '!'", "string too long"),
        ("s.n = 99; s.x = []; while (true) s.x.push(new Array(100000).fill(1))", "it needs more than 64 MiB of memory"),
        ("s.n = 99; new Uint8Array(1e9)", "it needs more than 64 MiB of memory"),
    ] {
        let (said, state) = bad(body);
        assert!(said.contains(expected), "{body}: {said}");
        assert_eq!(state, json!({"n": 2}), "{body}");
    }
}

#[test]
fn there_is_no_clock_no_randomness_and_no_way_out() {
    for name in [
        "Date",
        "performance",
        "Math.random",
        "setTimeout",
        "Promise",
        "WeakRef",
        "fetch",
        "require",
        "process",
        "console",
        "Atomics",
        "SharedArrayBuffer",
        "queueMicrotask",
        "gc",
        "Intl",
        "print",
        "std",
        "os",
        "navigator",
    ] {
        let probe =
            handlers(&format!("A: () => {{ try {{ return typeof ({name}) }} catch (e) {{ return 'undefined' }} }}"));
        assert_eq!(state(&probe, &[event(0, "A", "{}")]), json!("undefined"), "{name}");
    }
}

#[test]
fn a_script_remembers_nothing_from_one_fold_to_the_next() {
    let script = script("let seen = 0; fromAll().when({ A: (s) => { seen += 1; s.seen = seen } })");
    for _ in 0..3 {
        assert_eq!(state(&script, &[event(0, "A", "{}")]), json!({"seen": 1}));
    }
}

#[test]
fn a_script_that_does_not_end_is_refused() {
    let said = super::refusal("while (true) {}");
    assert!(said.contains("it does not end"), "{said}");
    let said = super::refusal("fromAll().when({ A() {} }); const f = () => f(); f()");
    assert!(said.contains("its calls go too deep"), "{said}");
}

#[test]
fn an_initial_state_that_is_none_is_said() {
    let nothing = handlers("$init: () => { count: 0 }, A() {}");
    let error = folded(&nothing, &[event(0, "A", "{}")]).map(drop).unwrap_err().to_string();
    assert!(error.contains("$init returns nothing") && error.contains("() => ({ … })"), "{error}");
    assert!(nothing.reducer().start().state().unwrap_err().to_string().contains("$init returns nothing"));
}

#[test]
fn a_payload_that_is_no_json_stops_the_fold() {
    let script = handlers("A: (s, e) => { s.a = e.data.a }");
    let error = folded(&script, &[event(4, "A", "{\"a\": ")]).map(drop).unwrap_err().to_string();
    assert!(error.starts_with("v4 A: test.js: SyntaxError"), "{error}");
    let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
    assert!(folded(&script, &[event(0, "A", &deep)]).is_err());
}
