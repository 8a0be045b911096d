//! The real program in a real pseudo-terminal.

mod pty;

use pty::Terminal;

#[test]
fn it_starts_travels_and_gives_the_terminal_back() {
    let mut terminal = Terminal::run(&["demo"], 100, 30, &[]);
    terminal.wait("NEWEST EVENTS");
    terminal.wait("fulfil-2052");
    terminal.keys(":payment-527@4\r");
    terminal.wait("STATE at v4");
    terminal.wait("was 36000");
    terminal.keys("\x1b[D");
    terminal.wait("STATE at v3");
    terminal.keys("b");
    terminal.wait("BLAME at v3");
    terminal.keys("q");
    assert!(terminal.ended_well());
    assert!(!terminal.is_alternate(), "the first screen is back");
}

#[test]
fn control_c_ends_it_from_anywhere() {
    for keys in ["", "?", ":abc", "2/ab", "3g"] {
        let mut terminal = Terminal::run(&["demo"], 80, 24, &[]);
        terminal.wait("NEWEST EVENTS");
        terminal.keys(keys);
        terminal.keys("\x03");
        assert!(terminal.ended_well(), "after {keys:?}");
        assert!(!terminal.is_alternate());
    }
}

#[test]
fn a_new_size_is_drawn_and_a_tiny_one_says_so() {
    let mut terminal = Terminal::run(&["demo"], 120, 40, &[]);
    terminal.wait("NEWEST EVENTS");
    terminal.resize(40, 8);
    terminal.wait("foldback needs 60");
    terminal.resize(90, 25);
    terminal.wait("NEWEST EVENTS");
    terminal.keys("q");
    assert!(terminal.ended_well());
}

#[test]
fn no_color_is_honoured() {
    let mut terminal = Terminal::run(&["demo"], 100, 30, &[("NO_COLOR", "1")]);
    terminal.wait("fulfil-2052");
    assert!(!terminal.has_color());
    terminal.keys("q");
    assert!(terminal.ended_well());
}

#[cfg(unix)]
#[test]
fn being_told_to_end_gives_the_terminal_back() {
    let mut terminal = Terminal::run(&["demo"], 100, 30, &[]);
    terminal.wait("NEWEST EVENTS");
    terminal.signal("TERM");
    assert!(terminal.ended_well());
    assert!(!terminal.is_alternate());
}

/// A file of events that says when it is read: a pipe, which gives nothing before somebody writes.
#[cfg(unix)]
fn pipe(folder: &std::path::Path) -> std::path::PathBuf {
    let path = folder.join("events.jsonl");
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    path
}

#[cfg(unix)]
#[test]
fn a_source_that_takes_its_time_is_said_to_and_is_shown_then() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipe(folder.path());
    let mut terminal = Terminal::run(&[path.to_str().unwrap()], 100, 30, &[]);
    terminal.wait("opening it");
    terminal.wait("Esc leave");
    let line = r#"{"stream_id":"order-1","stream_version":0,"event_type":"OrderPlaced","data":{}}"#;
    std::fs::write(&path, line).unwrap();
    terminal.wait("NEWEST EVENTS");
    terminal.keys("q");
    assert!(terminal.ended_well());
    assert!(!terminal.is_alternate());
}

#[cfg(unix)]
#[test]
fn who_does_not_want_to_wait_for_a_source_leaves() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipe(folder.path());
    for key in ["q", "\x1b", "\x03"] {
        let mut terminal = Terminal::run(&[path.to_str().unwrap()], 100, 30, &[]);
        terminal.wait("opening it");
        terminal.keys(key);
        assert!(terminal.ended_well(), "{key:?}");
        assert!(!terminal.is_alternate());
    }
}

#[cfg(unix)]
#[test]
fn what_is_wrong_with_a_source_is_said_where_it_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = pipe(folder.path());
    let mut terminal = Terminal::run(&[path.to_str().unwrap()], 100, 30, &[]);
    terminal.wait("opening it");
    std::fs::write(&path, "no event\n").unwrap();
    terminal.wait("line 1: not an event");
    assert!(!terminal.ended_well(), "the exit code says it too");
    assert!(!terminal.is_alternate());
}

#[test]
fn a_script_that_is_saved_is_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("payments.js");
    let save = |handler: &str| {
        let text =
            format!("fromCategory('payment').foreachStream().when({{\n  PaymentRefunded: (s, e) => {handler},\n}})");
        std::fs::write(&script, text).unwrap();
    };
    save("({ refund: 1 })");
    let mut terminal = Terminal::run(&["demo", "--reducers", script.to_str().unwrap()], 100, 30, &[]);
    terminal.wait("NEWEST EVENTS");
    terminal.keys(":payment-527@4\r");
    terminal.wait("refund ");
    save("({ returned: 2 })");
    terminal.wait("returned");
    save("({ returned: 3 }");
    terminal.wait("SyntaxError");
    save("({ mended: 4 })");
    terminal.wait("mended");
    terminal.keys("q");
    assert!(terminal.ended_well());
}
