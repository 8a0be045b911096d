//! Depth: the second opening of a stream of 1,000,000 events against the first, the most memory that each verb takes on
//! large stores, and what a user would pick instead: `jq` for states and bisects, `lnav` for a log of 10,000,000 events.
//!
//! `cargo bench --bench depth` makes its stores under target/ once and keeps them; what is not installed is left out, and
//! said. FOLDBACK_BENCH_EVENTS sets the size of the large log.

use big::{LONG, median, run, store};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

mod big;
mod made;

const MILLION: u64 = 1_000_000;

fn main() {
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let large = std::env::var("FOLDBACK_BENCH_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000_000);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stream = runtime.block_on(store(MILLION, MILLION));
    let log = runtime.block_on(store(large, large / 10));
    second_opening(&stream);
    memory(&stream, &log);
    against_jq(&stream);
    against_lnav(&log, large);
}

/// foldback with a cache folder of its own.
fn foldback(cache: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
    command.env("XDG_CACHE_HOME", cache).args(words).stderr(Stdio::null());
    command
}

fn ratio(name: &str, ours: Duration, theirs: Duration) {
    println!("  {name}: {ours:.2?} against {theirs:.2?}: {:.3} times", ours.as_secs_f64() / theirs.as_secs_f64());
}

fn second_opening(stream: &Path) {
    let file = stream.to_str().unwrap();
    let words = ["show", file, LONG, "--json"];
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let cache = tempfile::tempdir().unwrap();
        first.push(run(&mut foldback(cache.path(), &words)).0);
        second.extend((0..5).map(|_| run(&mut foldback(cache.path(), &words)).0));
    }
    println!("the second opening of a stream of 1,000,000 events (limit 0.020):");
    ratio("whole program, start to state", median(second), median(first));
}

fn memory(stream: &Path, log: &Path) {
    println!("peak memory (limit 150 MiB):");
    let cache = tempfile::tempdir().unwrap();
    let (stream, log) = (stream.to_str().unwrap(), log.to_str().unwrap());
    let middle = format!("{LONG}@400000..700000");
    for (of, words) in [
        ("1,000,000", vec!["show", stream, LONG]),
        ("1,000,000", vec!["show", stream, LONG, "--no-cache"]),
        ("1,000,000", vec!["diff", stream, &middle]),
        ("1,000,000", vec!["blame", stream, LONG]),
        ("1,000,000", vec!["blame", stream, LONG, "/on_hand"]),
        ("1,000,000", vec!["bisect", stream, LONG, "state.on_hand > 5000"]),
        ("large log", vec!["log", log, "--where", "event.data.quantity > 998"]),
        ("large log", vec!["log", log, "--format", "jsonl"]),
        ("large log", vec!["log", log, "--until", "2026-01-06"]),
        ("large log", vec!["streams", log]),
        ("large log", vec!["streams", log, "--sort", "length"]),
        ("large log", vec!["overview", log]),
        ("large log", vec!["trace", log, "4000000"]),
        ("large log", vec!["show", log, LONG]),
    ] {
        let (took, peak) = run(&mut foldback(cache.path(), &words));
        let verb: Vec<&str> = words.iter().copied().filter(|word| *word != stream && *word != log).collect();
        println!("  {:>4} MiB  {took:>9.2?}  {of}: {}", peak / 1024, verb.join(" "));
    }
}

/// The same events as JSON lines, made once.
fn exported(store: &Path, words: &[&str]) -> PathBuf {
    let path = store.with_extension("jsonl");
    if !path.exists() {
        let part = path.with_extension("part");
        let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
        let out = File::create(&part).unwrap();
        let status =
            command.args(["log", store.to_str().unwrap(), "--format", "jsonl"]).args(words).stdout(out).status();
        assert!(status.unwrap().success());
        fs::rename(part, &path).unwrap();
    }
    path
}

fn is_there(program: &str, version: &str) -> bool {
    let there = Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok();
    if !there {
        println!("  {program} is not installed: left out");
    }
    there
}

/// What a stock of the long stream comes to, as jq says it.
const STOCK: &str = "if .event_type == \"StockCounted\" then .data.quantity else $n + .data.quantity end";

fn said(command: &mut Command) -> String {
    String::from_utf8(command.stderr(Stdio::null()).output().unwrap().stdout).unwrap().trim().to_owned()
}

fn against_jq(stream: &Path) {
    println!("1,000,000 events of one stream, against jq:");
    if !is_there("jq", "--version") {
        return;
    }
    let lines = exported(stream, &[]);
    let (store, lines) = (stream.to_str().unwrap(), lines.to_str().unwrap());
    let state = format!("reduce (inputs | select(.stream_version <= 700000)) as $e (0; . as $n | $e | {STOCK})");
    let find = format!("[foreach inputs as $e (0; . as $n | $e | {STOCK}; select(. > 5000))] | length");
    let jq = |filter: &str| {
        let mut command = Command::new("jq");
        command.args(["-n", filter, lines]);
        command
    };
    let cache = tempfile::tempdir().unwrap();
    let at = format!("{LONG}@700000");
    let show = ["show", store, &at, "--json"];
    let shown: serde_json::Value = serde_json::from_str(&said(&mut foldback(cache.path(), &show))).unwrap();
    assert_eq!(said(&mut jq(&state)), shown["state"]["on_hand"].to_string(), "the same answer");
    let (theirs, _) = run(&mut jq(&state));
    ratio(
        "the state at v700,000, first opening",
        run(&mut foldback(cache.path(), &[&show[..], &["--no-cache"]].concat())).0,
        theirs,
    );
    ratio("the state at v700,000, second opening", run(&mut foldback(cache.path(), &show)).0, theirs);
    let same = ["show", lines, &at, "--domain", "--json"];
    ratio("the state at v700,000, of the same JSON lines", run(&mut foldback(cache.path(), &same)).0, theirs);

    let bisect = ["bisect", store, LONG, "state.on_hand > 5000", "--json"];
    let found: serde_json::Value = serde_json::from_str(&said(&mut foldback(cache.path(), &bisect))).unwrap();
    assert_eq!(said(&mut jq(&find)), found["findings"].as_array().unwrap().len().to_string(), "the same answer");
    ratio(
        "the first event after which … (there is none)",
        run(&mut foldback(cache.path(), &bisect)).0,
        run(&mut jq(&find)).0,
    );
}

/// How long a program takes until it has written something; it is ended then. Nothing within ten minutes is said.
fn until_written(command: &mut Command, path: &Path) -> Option<Duration> {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().unwrap();
    let mut took = None;
    while took.is_none() && began.elapsed() < Duration::from_secs(600) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
        took = fs::metadata(path).is_ok_and(|file| file.len() > 0).then(|| began.elapsed());
    }
    let _ = child.kill();
    child.wait().unwrap();
    if took.is_none() {
        println!("  lnav wrote no screen: left out");
    }
    took
}

fn against_lnav(log: &Path, large: u64) {
    println!("a log of {large} events, against lnav:");
    if !is_there("lnav", "-V") {
        return;
    }
    let lines = exported(log, &[]);
    let (store, lines) = (log.to_str().unwrap(), lines.to_str().unwrap());
    let home = tempfile::tempdir().unwrap();
    let cache = tempfile::tempdir().unwrap();
    let lnav = |line: u64| {
        let mut command = Command::new("lnav");
        let (goto, out) = (format!(":goto {line}"), home.path().join("out"));
        let write = format!(":write-screen-to {}", out.display());
        command.env("HOME", home.path()).env("XDG_CONFIG_HOME", home.path()).stderr(Stdio::null()).stdin(Stdio::null());
        command.args(["-q", "-n", "-N", "-c", &goto, "-c", &write, lines]);
        command
    };
    let from = (large / 2).to_string();
    let words = ["log", store, "--from", &from, "--limit", "50"];
    let Some(theirs) = until_written(&mut lnav(large / 2), &home.path().join("out")) else { return };
    ratio("open and jump to the middle, foldback's store", run(&mut foldback(cache.path(), &words)).0, theirs);
    let words = ["log", lines, "--from", &from, "--limit", "50"];
    let (ours, memory) = run(&mut foldback(cache.path(), &words));
    ratio("open and jump to the middle, the same JSON lines", ours, theirs);
    println!("  foldback's peak memory there: {} MiB", memory / 1024);
}
