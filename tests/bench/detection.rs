//! How long it takes from a PostgreSQL with very many tables to the first page of the log, measured in runs of
//! `psql -c 'select 1'`. The databases are made at the first time, on the server of `FOLDBACK_TEST_POSTGRES`, and kept.

use std::fmt::Write as _;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How often each is measured; the middle counts.
const RUNS: usize = 15;

fn main() {
    let Ok(server) = std::env::var("FOLDBACK_TEST_POSTGRES") else {
        println!("left out: FOLDBACK_TEST_POSTGRES names no server; tests/postgres starts one");
        return;
    };
    let base = server.rsplit_once('/').map_or(server.as_str(), |(base, _)| base);
    println!("{:>8}  {:>12}  {:>12}  {:>6}", "tables", "psql", "first page", "ratio");
    for tables in [20, 2_000, 20_000] {
        let name = format!("foldback_bench_{tables}");
        let url = format!("{base}/{name}");
        if !quiet("psql", &[&url, "-c", "select 1"], "") {
            make(&server, &url, &name, tables);
        }
        let psql = middle(|| assert!(quiet("psql", &[&url, "-c", "select 1"], "")));
        let words = ["log", &url, "--limit", "200", "--json"];
        let ours = middle(|| assert!(quiet(env!("CARGO_BIN_EXE_foldback"), &words, "")));
        let ratio = ours.as_secs_f64() / psql.as_secs_f64();
        println!("{tables:>8}  {psql:>12.1?}  {ours:>12.1?}  {ratio:>6.2}");
    }
}

/// A database of tables as businesses have them, with one table of events among them.
fn make(server: &str, url: &str, name: &str, tables: usize) {
    assert!(quiet("psql", &[server, "-c", &format!("CREATE DATABASE {name}")], ""), "the database cannot be made");
    let mut sql = String::new();
    for table in 1..tables {
        let _ = writeln!(
            sql,
            "CREATE TABLE t_{table} (id bigserial PRIMARY KEY, customer_id bigint NOT NULL, name text, status text, \
             amount numeric(10,2), data jsonb, type text, created_at timestamptz DEFAULT now(), version int);"
        );
    }
    sql += "CREATE TABLE shop_events (event_id uuid PRIMARY KEY, stream_id text NOT NULL, stream_version int NOT NULL, \
            event_type text NOT NULL, event_data jsonb NOT NULL, metadata jsonb, created_at timestamptz DEFAULT now(), \
            global_position bigserial UNIQUE, UNIQUE (stream_id, stream_version)); \
            INSERT INTO shop_events SELECT gen_random_uuid(), 'order-' || g % 10, g / 10, 'Placed', '{}', '{}', now() \
            FROM generate_series(0, 999) g; ANALYZE;";
    assert!(quiet("psql", &["-q", "-v", "ON_ERROR_STOP=1", url], &sql), "the tables cannot be made");
}

/// Runs a program without a word; whether it was content.
fn quiet(program: &str, words: &[&str], input: &str) -> bool {
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("psql is on the path");
    let mut stdin = child.stdin.take().expect("it was asked for");
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    child.wait().is_ok_and(|code| code.success())
}

fn middle(mut run: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let began = Instant::now();
            run();
            began.elapsed()
        })
        .collect();
    times.sort();
    times[RUNS / 2]
}
