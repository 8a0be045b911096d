//! Bad input, through the real program: a clear sentence with a way out, the right exit code, and nothing lost.

use super::{Run, foldback, foldback_with, program};
use foldback::analysis::command::quoted;
use std::path::{Path, PathBuf};
use std::process::Command;

/// One event of an order, as a line.
fn line(stream: &str, version: i64, event_type: &str, data: &str) -> String {
    format!(
        "{{\"stream_id\":{},\"stream_version\":{version},\"event_type\":\"{event_type}\",\"data\":{data},\
         \"category\":\"order\",\"schema_version\":{},\"created_at\":\"2026-01-05T09:12:4{}.120Z\"}}\n",
        serde_json::to_string(stream).unwrap(),
        if event_type == "OrderPlaced" { 2 } else { 1 },
        version % 10
    )
}

const PLACED: &str = r#"{"order_id":"1","customer_id":"kim","items":[{"product_id":"p-1","name":"tea","quantity":2,"unit_price":1500}],"total":3000,"currency":"KRW","shipping_address":{"street":"1 Way","city":"Seoul","state":"","zip_code":"04524","country":"KR"},"shipping_method":"STANDARD"}"#;

/// A store made of these lines.
fn store(dir: &Path, lines: &str) -> PathBuf {
    let path = dir.join("odd.db");
    let run = foldback_with(&["seed", "-", "-o", path.to_str().unwrap()], lines);
    assert_eq!(run.code, 0, "{}", run.err);
    path
}

fn ask(path: &Path, verb: &str, rest: &[&str]) -> Run {
    foldback(&[&[verb, path.to_str().unwrap()], rest].concat())
}

#[test]
fn an_unknown_event_type_in_the_middle_makes_the_state_partial() {
    let dir = tempfile::tempdir().unwrap();
    let lines = line("order-1", 0, "OrderPlaced", PLACED)
        + &line("order-1", 1, "OrderConfirmed", r#"{"order_id":"1"}"#)
        + &line("order-1", 2, "OrderTeleported", "{}")
        + &line("order-1", 3, "OrderCancelled", r#"{"order_id":"1","reason":"late"}"#);
    let path = store(dir.path(), &lines);
    let before = ask(&path, "show", &["order-1@1", "--json"]);
    assert_eq!((before.code, before.json()["outcome"].as_str()), (0, Some("complete")), "{}", before.out);
    for at in ["order-1@2", "order-1@3", "order-1"] {
        let run = ask(&path, "show", &[at, "--json"]);
        assert_eq!(run.code, 5, "{at}: {}", run.err);
        let document = run.json();
        assert_eq!(document["outcome"], "partial");
        assert!(document["reason"].as_str().unwrap().contains("v2 OrderTeleported"), "{document}");
        assert_eq!(document["state"]["status"], "CONFIRMED", "the state before the event, never a guess");
        assert_eq!(document["events_folded"], 2);
    }
    let diff = ask(&path, "diff", &["order-1@0..3", "--json"]);
    assert_eq!((diff.code, diff.json()["to"]["outcome"].as_str()), (5, Some("partial")));
    let blame = ask(&path, "blame", &["order-1", "--json"]);
    assert_eq!(blame.code, 5);
    assert!(blame.json()["lines"].as_array().unwrap().iter().all(|line| line["version"].as_i64() < Some(2)));
    let overview = ask(&path, "overview", &["--json"]).json();
    assert_eq!(overview["attention"][0]["code"], "fold-error");
    assert_eq!(overview["attention"][0]["version"], 2);
}

#[test]
fn a_version_that_does_not_exist_is_4_and_says_which_do() {
    for at in ["order-1063@99", "order-1063@-1", "order-1063@9223372036854775807"] {
        let run = foldback(&["show", "demo", at]);
        assert_eq!(run.code, 4, "{at}: {}", run.err);
        assert!(run.err.contains("it has 0 to 7"), "{}", run.err);
    }
    let start = foldback(&["show", "demo", "order-1063@start", "--json"]);
    assert_eq!((start.code, start.json()["state"]["status"].as_str()), (0, Some("NEW")));
    let long_ago = foldback(&["show", "demo", "order-1063@2020-01-01", "--json"]);
    assert_eq!((long_ago.code, long_ago.json()["version"].is_null()), (0, true));
    let path = foldback(&["blame", "demo", "order-1063", "/nothing/here"]);
    assert_eq!(path.code, 4, "{}", path.err);
}

/// Names that a terminal would obey, a shell would take apart, or a splitter would cut.
const ODD: [&str; 6] = [
    "order-\u{1b}[31mred\u{9b}2J",
    "order-it's two\nlines",
    "order-x@3",
    "-order-flag",
    "order-\u{202e}rtl",
    "order-🎁",
];

#[test]
fn odd_names_are_shown_safely_and_their_commands_work() {
    let dir = tempfile::tempdir().unwrap();
    let bad = PLACED.replace("\"total\":3000", "\"total\":1");
    let lines: String = ODD.iter().map(|name| line(name, 0, "OrderPlaced", &bad)).collect();
    let path = store(dir.path(), &lines);
    for verb in ["overview", "streams", "log"] {
        let text = ask(&path, verb, &[]).out;
        let risky = text.chars().find(|c| c.is_control() && *c != '\n' || *c == '\u{202e}');
        assert_eq!(risky, None, "{verb}: {text}");
    }
    let bin = Path::new(env!("CARGO_BIN_EXE_foldback")).parent().unwrap();
    let findings = ask(&path, "overview", &["--json"]).json()["attention"].clone();
    assert_eq!(findings.as_array().unwrap().len(), ODD.len(), "{findings}");
    for finding in findings.as_array().unwrap() {
        let next = finding["next"].as_str().unwrap();
        let stream = finding["stream_id"].as_str().unwrap();
        let run = Command::new("bash")
            .args(["-c", &format!("{next} | head -c 100000")])
            .env("PATH", format!("{}:{}", bin.display(), std::env::var("PATH").unwrap()))
            .output()
            .unwrap();
        assert_eq!(String::from_utf8_lossy(&run.stderr), "", "{next}");
        assert!(String::from_utf8_lossy(&run.stdout).contains("/total"), "{next}");
        let exact = program()
            .args(["show"])
            .arg(&path)
            .args(["--json", "--at", "0", &format!("--stream={stream}")])
            .output()
            .unwrap();
        let shown: serde_json::Value = serde_json::from_slice(&exact.stdout).unwrap();
        assert_eq!(shown["stream_id"], stream, "{}", quoted(stream));
    }
}

#[test]
fn payloads_of_any_size_and_depth_are_carried_and_not_guessed() {
    let dir = tempfile::tempdir().unwrap();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let big = format!("{{\"blob\":\"{}\"}}", "x".repeat(50 << 20));
    let numbers = r#"{"big":12345678901234567890123,"exact":1.10}"#;
    let lines = line("order-deep", 0, "OrderPlaced", &deep)
        + &line("order-big", 0, "OrderPlaced", &big)
        + &line("order-numbers", 0, "OrderPlaced", numbers);
    let path = store(dir.path(), &lines);
    let log = ask(&path, "log", &["--format", "jsonl"]);
    assert_eq!(log.code, 0, "{}", log.err);
    let data: Vec<&str> = log.out.lines().map(|line| line.split("\"data\":").nth(1).unwrap()).collect();
    assert!(data[0].starts_with(&deep) && data[1].starts_with(&big) && data[2].starts_with(numbers));
    for (stream, why) in [("order-deep", "does not decode"), ("order-big", "unknown field"), ("order-numbers", "field")]
    {
        let run = ask(&path, "show", &[stream, "--json"]);
        assert_eq!(run.code, 5, "{stream}: {}", run.err);
        assert!(run.json()["reason"].as_str().unwrap().contains(why), "{stream}: {}", run.out);
    }
    assert_eq!(ask(&path, "overview", &["--json"]).json()["attention"].as_array().unwrap().len(), 3);
}

#[test]
fn what_is_no_store_is_3_and_says_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = dir.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    };
    let tables = dir.path().join("tables.db");
    rusqlite::Connection::open(&tables).unwrap().execute_batch("CREATE TABLE users(name)").unwrap();
    for (path, says) in [
        (dir.path().to_owned(), "directory"),
        (file("empty.db", b""), "empty"),
        (
            file("text.db", b"this is no database at all, but it is long enough to be looked at"),
            "not a SQLite database",
        ),
        (tables, "users"),
        (dir.path().join("missing.db"), "no such file"),
    ] {
        let run = ask(&path, "overview", &[]);
        assert_eq!(run.code, 3, "{}: {}", path.display(), run.err);
        assert!(run.err.contains(says) && run.err.contains(';'), "{says}: {}", run.err);
        assert_eq!(run.err.lines().count(), 1, "{}", run.err);
    }
}

#[test]
fn a_locked_store_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = store(dir.path(), &line("order-1", 0, "OrderPlaced", PLACED));
    let holder = rusqlite::Connection::open(&path).unwrap();
    holder.execute_batch("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE; CREATE TABLE held(x)").unwrap();
    let run = ask(&path, "overview", &[]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.err.contains("locked"), "{}", run.err);
}

#[test]
fn a_file_that_may_not_be_read_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let path = store(dir.path(), &line("order-1", 0, "OrderPlaced", PLACED));
    let mut rights = std::fs::metadata(&path).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut rights, 0o000);
    std::fs::set_permissions(&path, rights).unwrap();
    std::fs::set_permissions(dir.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let mut as_nobody = Command::new("setpriv");
    as_nobody.args(["--reuid=65534", "--regid=65534", "--clear-groups", env!("CARGO_BIN_EXE_foldback")]);
    let root = std::fs::File::open(&path).is_ok();
    let mut command = if root { as_nobody } else { program() };
    let Ok(output) = command.arg("overview").arg(&path).output() else {
        panic!("setpriv (util-linux) is needed to try this as somebody who is not root");
    };
    let said = String::from_utf8_lossy(&output.stderr);
    // Where the tests' own folder is closed to others the program cannot even start: then the system's word is enough.
    assert!(!output.status.success() && (said.contains("may read") || said.contains("ermission")), "{said}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let script = format!("{} log demo | head -n 1", env!("CARGO_BIN_EXE_foldback"));
    let output = Command::new("bash").args(["-o", "pipefail", "-c", &script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn an_answer_that_takes_too_long_is_given_up() {
    let run = foldback(&["overview", "demo", "--timeout", "1ns"]);
    assert_eq!(run.code, 3, "{}", run.out);
    assert!(run.err.contains("--timeout"), "{}", run.err);
}

#[test]
fn a_seed_that_is_refused_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let target = dir.path().join("new.db");
    let good = line("order-1", 0, "OrderPlaced", PLACED);
    for (lines, says) in [
        (good.clone() + "{not json\n", "line 2"),
        (good.clone() + &good, "line 2"),
        (good.clone() + &line("order-1", 2, "OrderConfirmed", "{}"), "line 2"),
        (good.clone() + "{\"stream_id\":\"a-1\",\"stream_version\":0,\"data\":{}}\n", "event_type"),
        (good.replace("\"category\"", "\"kategory\""), "kategory"),
        (String::new(), "no events"),
    ] {
        let run = foldback_with(&["seed", "-", "-o", target.to_str().unwrap()], &lines);
        assert_eq!(run.code, 3, "{says}: {}", run.err);
        assert!(run.err.contains(says), "{says}: {}", run.err);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{says}");
    }
    let nowhere = dir.path().join("no/such/new.db");
    let run = foldback_with(&["seed", "-", "-o", nowhere.to_str().unwrap()], &good);
    assert_eq!(run.code, 3, "{}", run.err);
}

#[test]
fn a_seed_that_waits_for_input_can_be_ended_and_leaves_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for signal in ["-INT", "-TERM", "-HUP"] {
        let stdin = std::process::Stdio::piped();
        let mut child =
            program().args(["seed", "-", "-o"]).arg(dir.path().join("new.db")).stdin(stdin).spawn().unwrap();
        while std::fs::read_dir(dir.path()).unwrap().count() == 0 {
            std::thread::yield_now();
        }
        assert!(Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap().success());
        let open = child.stdin.take();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
        drop(open);
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 0, "{signal}");
    }
}

#[test]
fn a_seed_that_is_interrupted_leaves_nothing() {
    use std::io::{BufRead, Write};
    let dir = tempfile::tempdir().unwrap();
    let events = dir.path().join("events.jsonl");
    let mut out = std::io::BufWriter::new(std::fs::File::create(&events).unwrap());
    for n in 0..400_000 {
        out.write_all(line(&format!("order-{n}"), 0, "OrderPlaced", "{}").as_bytes()).unwrap();
    }
    drop(out);
    let folder = dir.path().join("made");
    std::fs::create_dir(&folder).unwrap();
    let mut child = program().arg("seed").arg(&events).arg("-o").arg(folder.join("new.db")).spawn().unwrap();
    // The half-made file appears: only then is there something to interrupt.
    while std::fs::read_dir(&folder).unwrap().count() == 0 {
        assert!(child.try_wait().unwrap().is_none(), "the seed ended before it could be interrupted");
        std::thread::yield_now();
    }
    let kill = Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(kill.success());
    let mut said = String::new();
    std::io::BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
}
