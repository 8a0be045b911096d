//! The command line, run as a user runs it: the real program, its output, its exit code.

mod answers;
mod as_of;
mod bad_commands;
mod bad_input;
mod cache;
mod commands;
mod own_domain;
mod postgres;
mod processes;
mod processes_past;
mod reducers;
mod round_trip;
mod usage;
mod what_if;

use serde_json::Value;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run of the program gave.
pub struct Run {
    /// The exit code.
    pub code: i32,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

impl Run {
    /// The one JSON document that was printed.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e} in {}\n{}", self.out, self.err))
    }
}

/// Runs foldback with these words, in a data directory of the tests' own.
pub fn foldback(words: &[&str]) -> Run {
    foldback_with(words, "")
}

/// Runs foldback with these words and this standard input.
pub fn foldback_with(words: &[&str], input: &str) -> Run {
    let mut child = program().args(words).stdin(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    // A program that refuses its arguments does not read its input: a broken pipe is fine.
    let feed = std::thread::spawn(move || drop(stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// The program, with nothing of the user's own settings.
pub fn program() -> Command {
    let home = Path::new(env!("CARGO_TARGET_TMPDIR")).join("home");
    let mut command = Command::new(env!("CARGO_BIN_EXE_foldback"));
    command
        .env("HOME", &home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_CONFIG_HOME", home.join("config"))
        .env("XDG_CACHE_HOME", home.join("cache"))
        .env_remove("NO_COLOR")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}
