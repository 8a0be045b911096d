//! Wrong words, missing things: the exit code, and an error that says what to do.

use super::{foldback, foldback_with};

#[test]
fn wrong_usage_is_2() {
    for words in [
        vec!["sales"],
        vec!["overview"],
        vec!["show", "demo"],
        vec!["log", "demo", "--no-such-flag"],
        vec!["log", "demo", "--since", "soon"],
        vec!["diff", "demo", "order-1"],
        vec!["show", "demo", "--stream", "order-1", "--at", "soon"],
        vec!["streams", "demo", "--sort", "length", "--after", "x"],
        vec!["log", "demo", "--reverse", "--follow"],
        vec!["overview", "demo", "--layout", "aggregate-version"],
        vec!["overview", "kafka://kim:secret@localhost/shop"],
        vec!["overview", "gopher://kim:secret@localhost/shop"],
        vec!["overview", "postgres://kim:secret@localhost:port/shop"],
        vec!["overview", "postgres://kim:secret@localhost/shop?secret=secret"],
        vec!["seed", "-", "-o", "postgres://kim:secret@localhost:port/shop"],
        vec!["overview", "postgres:kim:secret@localhost/shop"],
        vec!["seed", "postgres://kim:secret@localhost/shop", "-o", "never-made.db"],
        vec!["demo", "--db", "postgres://kim:secret@localhost/shop"],
        vec!["overview", "x.db", "--layout", "postgres://kim:secret@localhost/shop"],
    ] {
        let run = foldback(&words);
        assert_eq!(run.code, 2, "{words:?}: {}", run.err);
        assert!(!run.err.is_empty(), "{words:?}");
        assert!(!run.err.contains("secret"), "{words:?}: {}", run.err);
        assert_eq!(run.out, "", "{words:?}");
    }
}

#[test]
fn what_cannot_be_opened_is_3() {
    for words in [
        vec!["overview", "no/such/file.db"],
        vec!["overview", "."],
        vec!["seed", "no-such.jsonl", "-o", "never-made.db"],
        vec!["overview", "tests/fixtures/eventsourcing.sqlite", "--layout", "no-such-layout"],
    ] {
        let run = foldback(&words);
        assert_eq!(run.code, 3, "{words:?}: {}", run.err);
        assert!(run.err.starts_with("foldback: "), "{words:?}: {}", run.err);
    }
    assert!(!std::path::Path::new("never-made.db").exists());
}

#[test]
fn what_is_not_there_is_4() {
    for words in [
        vec!["show", "demo", "no-such-stream"],
        vec!["blame", "demo", "no-such-stream"],
        vec!["log", "demo", "--stream", "no-such-stream"],
    ] {
        let run = foldback(&words);
        assert_eq!(run.code, 4, "{words:?}: {}", run.err);
        assert!(run.err.contains("foldback streams demo"), "{}", run.err);
    }
}

#[test]
fn malformed_events_are_refused_with_their_line() {
    let run = foldback_with(&["overview", "-"], "{\"stream_id\":\"a-1\"}\n");
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.err.contains("line 1"), "{}", run.err);
}

#[test]
fn help_and_version_are_answers() {
    for words in [vec!["--help"], vec!["--version"], vec!["show", "--help"]] {
        let run = foldback(&words);
        assert_eq!(run.code, 0, "{words:?}: {}", run.err);
        assert!(run.out.contains("foldback"), "{words:?}: {}", run.out);
    }
    for verb in ["overview", "streams", "log", "show", "diff", "blame", "seed", "demo", "completions"] {
        let help = foldback(&[verb, "--help"]).out;
        assert!(help.contains("Example:") && help.contains(&format!("foldback {verb}")), "{verb}: {help}");
    }
}
