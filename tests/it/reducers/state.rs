//! States on their way out and back: what JSON cannot say is refused when it is shown, and kept when it is saved.

use super::{event, folded, handlers, script};
use foldback::domain::event::Version;
use foldback::replay::{KEYFRAME_BUDGET, Outcome, Seek, Timeline};
use serde_json::json;

#[test]
fn a_state_that_is_not_json_says_where() {
    for (made, expected) in [
        ("s.a = { total: NaN }", "test.js: TypeError: state.a.total is NaN"),
        ("s.a = [1, undefined]", "state.a[1] is undefined"),
        ("s.a = new Map()", "state.a is a Map"),
        ("s.f = () => 1", "state.f is a function"),
        ("s.s = s", "nested deeper than 100 levels, or holds itself"),
    ] {
        let script = handlers(&format!("A(s) {{ {made} }}"));
        let said = folded(&script, &[event(0, "A", "{}")]).unwrap().state().unwrap_err().to_string();
        assert!(said.contains(expected), "{made}: {said}");
    }
}

#[test]
fn a_seek_gives_what_a_fold_from_the_start_gives() {
    // Parts of the state that stand in two places, and values that JSON does not have, survive a keyframe.
    let script = script(
        "fromAll().when({
           $init: () => ({ items: [], last: null, seen: new Set(), worst: Infinity, big: 1n }),
           Added: (s, e) => {
             const item = { n: e.data.n, times: 1 };
             s.items.push(item); s.last = item;
             if (s.items.length > 5) s.items.shift();
             s.seen.add(e.data.n % 3); s.worst = Math.min(s.worst, e.data.n); s.big += 1n;
           },
           Again: (s) => { s.last.times += 1; },
         }).transformBy((s) => ({ ...s, seen: [...s.seen], worst: s.worst === Infinity ? null : s.worst }))",
    );
    let events: Vec<_> = (0..2_000)
        .map(|n| match n % 3 {
            1 => event(n, "Again", "{}"),
            _ => event(n, "Added", &format!("{{\"n\": {n}}}")),
        })
        .collect();
    let mut timeline = Timeline::new(script.reducer(), KEYFRAME_BUDGET);
    let mut seek = |at: i64| loop {
        match timeline.seek(Some(Version(at))) {
            Seek::State(moment) => break moment,
            Seek::Need { after, to } => {
                let from = after.map_or(0, |after| after.0 as usize + 1);
                timeline.supply(&events[from..=to.0 as usize], true);
            }
        }
    };
    for at in [1_999, 64, 65, 1_000, 300, 1_301, 0, 700] {
        let moment = seek(at);
        let expected = folded(&script, &events[..=at as usize]).unwrap().state().unwrap();
        assert_eq!(moment.outcome, Outcome::Complete);
        assert_eq!(moment.state.as_deref(), Some(&expected), "{at}");
    }
    assert!(timeline.keyframes() > 10);
}

#[test]
fn a_failure_far_from_the_start_goes_back_one_event() {
    let script = handlers(
        "$init: () => ({ n: 0, last: null }), A: (s, e) => { s.n += 1; s.last = e.data; if (s.n > 900) throw new Error('enough') }",
    );
    let mut fold = script.reducer().start();
    let mut failed = None;
    for version in 0..1_000 {
        if let Err(error) = fold.apply(&event(version, "A", &format!("{{\"v\": {version}}}"))) {
            failed = Some((version, error.to_string()));
            break;
        }
    }
    assert_eq!(failed.unwrap().0, 900);
    assert_eq!(fold.state().unwrap(), json!({"n": 900, "last": {"v": 899}}));
    // It goes on from there, where somebody asks it to.
    assert!(fold.apply(&event(901, "A", "{}")).is_err());
    fold.apply(&event(902, "B", "{}")).unwrap();
    assert_eq!(fold.state().unwrap()["n"], 900);
}
