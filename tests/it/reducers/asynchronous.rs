//! Scripts and expressions that put things off: nobody waits for them, and the engine does not fall over them.

use super::{event, folded, handlers, refusal, state};
use foldback::replay::reducers::{Asking, Expr};
use serde_json::json;

const SAID: &str = "it is asynchronous: its answer must be there at once";

#[test]
fn an_asynchronous_expression_is_undecided() {
    for text in [
        "(async () => {})()",
        "(async () => { await 1; return true })()",
        "import('x')",
        "[import('x')].length",
        "((async () => { for (;;) await 0 })(), true)",
        "((async () => { const f = async () => { await 0; f() }; f() })(), true)",
        "(async function* () { yield 1 })().next()",
        "((async () => { throw event })(), (async () => { await 0; event.no.such })(), true)",
    ] {
        let mut asking = Asking::new(Expr::parse(text).unwrap());
        for version in 0..2 {
            assert_eq!(asking.holds(None, &event(version, "A", "{}")), Err(SAID.to_owned()), "{text}");
        }
        let mut fold = folded(&handlers("A(s) { s.n = 1 }"), &[event(0, "A", "{}")]).unwrap();
        let mut asking = Asking::new(Expr::parse(&format!("state.n == 1 && {text}")).unwrap());
        assert_eq!(asking.holds(Some(fold.as_mut()), &event(0, "A", "{}")), Err(SAID.to_owned()), "{text}");
        fold.apply(&event(1, "A", "{}")).unwrap();
    }
}

#[test]
fn what_was_put_off_does_not_reach_the_next_event() {
    let text = "event.data.wait ? (async () => { await 0 })() : true";
    let mut asking = Asking::new(Expr::parse(text).unwrap());
    assert!(asking.holds(None, &event(0, "A", r#"{"wait": 1}"#)).is_err());
    assert_eq!(asking.holds(None, &event(1, "A", "{}")), Ok(true));
}

#[test]
fn an_asynchronous_handler_stops_the_fold_and_leaves_no_trace() {
    for handler in [
        "async Bad(s) { s.n = 99 }",
        "async Bad(s) { await 0; s.n = 99 }",
        "Bad(s) { import('x'); s.n = 99 }",
        "Bad(s) { (async () => { await 0; s.n = 99 })() }",
        "Bad(s) { (async () => { for (;;) { await 0; s.n = 99 } })() }",
        "async Bad(s, e) { s.n = e.streamId }",
    ] {
        let script = handlers(&format!("$init: () => ({{ n: 0 }}), Good(s) {{ s.n += 1 }}, {handler}"));
        let mut fold = folded(&script, &[event(0, "Good", "{}")]).unwrap();
        let said = fold.apply(&event(1, "Bad", "{}")).unwrap_err().to_string();
        assert!(said.starts_with("v1 Bad: test.js") && said.ends_with(SAID), "{handler}: {said}");
        assert_eq!(fold.state().unwrap(), json!({"n": 1}), "{handler}");
    }
}

#[test]
fn promises_elsewhere_are_said() {
    assert!(refusal("import('x'); fromAll().when({ A() {} })").contains(SAID));
    let init = handlers("$init: async () => ({}), A() {}");
    assert!(init.reducer().start().state().unwrap_err().to_string().contains(SAID));
    let hidden = handlers("A(s) { s.n = (async () => 1)() }");
    let fold = folded(&hidden, &[event(0, "A", "{}")]).unwrap();
    assert!(fold.state().unwrap_err().to_string().contains("state.n is a Promise"));
    let unused = handlers("A(s) { async function later() {} s.n = 1 }");
    assert_eq!(state(&unused, &[event(0, "A", "{}")]), json!({"n": 1}));
}
