//! Numbers that a double does not hold are kept as they are written, or said to be lost; never rounded.

use super::{event, folded, handlers, state};

/// What a value becomes on its way through a state, as text.
fn through(value: &str) -> String {
    let keep = handlers("A: (s, e) => ({ v: e.data.v })");
    let events = [event(0, "A", &format!("{{\"v\": {value}}}"))];
    let mut fold = folded(&keep, &events).unwrap();
    let shown = fold.state().unwrap()["v"].to_string();
    // Through a keyframe too.
    fold = keep.reducer().restore(&fold.save().unwrap()).unwrap();
    assert_eq!(fold.state().unwrap()["v"].to_string(), shown);
    shown
}

#[test]
fn numbers_come_through_as_they_are_written() {
    for value in [
        "9007199254740993",
        "-9007199254740993",
        "12345678901234567890123",
        "0.1234567890123456789",
        "1e+400",
        "0.30000000000000004",
        "9007199254740991",
        "3",
        "-1.5",
    ] {
        assert_eq!(through(value), value);
    }
    assert_eq!(through("1.10"), "1.1");
    assert_eq!(through("\"9007199254740993\""), "\"9007199254740993\"");
}

#[test]
fn large_integers_are_calculated_with_exactly_or_not_at_all() {
    let sum = handlers("$init: () => ({ n: 0n }), A: (s, e) => { s.n += BigInt(e.data.v) }");
    let events = [event(0, "A", r#"{"v": 9007199254740993}"#), event(1, "A", r#"{"v": 2}"#)];
    assert_eq!(state(&sum, &events).to_string(), r#"{"n":9007199254740995}"#);
    let mixed = handlers("$init: () => ({ n: 0 }),\n A: (s, e) => { s.n += e.data.v }");
    let error = folded(&mixed, &events).map(drop).unwrap_err().to_string();
    assert!(error.starts_with("v0 A: test.js:2: TypeError"), "{error}");
}

#[test]
fn decimals_that_no_number_holds_are_not_calculated_with() {
    let sum = handlers("$init: () => ({ n: 0 }), A: (s, e) => { s.n += e.data.v }");
    let error = folded(&sum, &[event(0, "A", r#"{"v": 0.1234567890123456789}"#)]).map(drop).unwrap_err().to_string();
    assert!(error.contains("0.1234567890123456789 has more digits than a script's number holds"), "{error}");
}
