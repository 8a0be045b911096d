//! Expressions: one of them, that looks and does not change, with the numbers that the source has.

use super::{event, folded, handlers, state, whole};
use foldback::domain::event::Version;
use foldback::replay::reducers::{Asking, Expr};
use serde_json::json;

#[test]
fn an_expression_does_not_change_what_it_looks_at() {
    let changes = "an expression looks at state and event, it does not change them; == and === compare";
    for (text, expected) in [
        ("event.data.amount = 7", changes),
        ("event.data.list[0] = 7", changes),
        ("event.data = {}", changes),
        ("event.eventType = 'A'", changes),
        ("event.metadata.user = 'kim'", changes),
        ("delete event.data.amount", changes),
        ("event.data.list.push(7)", changes),
        ("state.n = 7", changes),
        ("event = 7", "read-only"),
        ("state = 7", "read-only"),
    ] {
        let mut fold = folded(&handlers("A(s) { s.n = 1 }"), &[event(0, "A", "{}")]).unwrap();
        let mut asking = Asking::new(Expr::parse(text).unwrap());
        let event = whole(0, "A", r#"{"amount": 5, "list": [1]}"#, r#"{"user": "kim"}"#);
        let said = asking.holds(Some(fold.as_mut()), &event).unwrap_err();
        assert!(said.contains(expected), "{text}: {said}");
        assert_eq!(fold.state().unwrap(), json!({"n": 1}), "{text}");
    }
}

#[test]
fn an_expression_looks_at_all_of_an_event() {
    let event = whole(
        3,
        "A",
        r#"{"amount": 0.12345678901234567890, "list": [1, 2], "big": 12345678901234567890}"#,
        r#"{"user": "kim"}"#,
    );
    for text in [
        "event.metadata.user === 'kim' && event.streamId === 'account-1' && event.isJson",
        "event.data.list.map((n) => n + 1).includes(3) && Array.isArray(event.data.list)",
        "event.body.big === 12345678901234567890n && JSON.stringify(event.data).includes('0.12345678901234567890')",
        "event.sequenceNumber === 3 && Object.keys(event.data).length === 3 // a remark",
        "(event.data.list.length, true)",
        "'amount' in event.data && [...event.data.list].length == 2",
    ] {
        let mut asking = Asking::new(Expr::parse(text).unwrap());
        assert_eq!(asking.holds(None, &event), Ok(true), "{text}");
    }
}

#[test]
fn only_one_expression_is_one() {
    for text in [
        "1);(2",
        "1); (() => { for (;;); })(",
        "1];[2",
        "1)]",
        "}",
        "1\n);}(function(){(2",
        "...[1]",
        "1,",
        "1;",
        "/*",
        "//",
        "if (1) 2",
    ] {
        assert!(Expr::parse(text).is_err(), "{text}");
    }
    assert_eq!(Expr::parse("1);(2").unwrap_err().why, "it is more than one expression");
    for text in ["1, 2", "{a: 1}", "/[)]/.test(')')", "') ( ]'", "`${[1]}`", "() => { return 1 }"] {
        assert!(Expr::parse(text).is_ok(), "{text}");
    }
}

#[test]
fn a_version_that_the_source_does_not_have_is_null() {
    let made_up = Version::NUMBERLESS + 5;
    let narrow = handlers("A: (s, e) => [e.sequenceNumber]");
    assert_eq!(state(&narrow, &[event(made_up, "A", "{}")]), json!([null]));
    assert_eq!(state(&narrow, &[event(7, "A", "{}")]), json!([7]));
    let wide = handlers("A: (s, e) => [e.sequenceNumber, e.streamId]");
    assert_eq!(state(&wide, &[whole(made_up, "A", "{}", "{}")]), json!([null, "account-1"]));
    for text in ["event.sequenceNumber === null", "event.sequenceNumber === null && event.streamId === 'account-1'"] {
        let mut asking = Asking::new(Expr::parse(text).unwrap());
        assert_eq!(asking.holds(None, &whole(made_up, "A", "{}", "{}")), Ok(true), "{text}");
        assert_eq!(asking.holds(None, &whole(0, "A", "{}", "{}")), Ok(false), "{text}");
    }
}
