//! Speed on large stores, as ratios within one run: the state of a long stream against what the `sqlite3` shell takes
//! to print the same columns of the same rows, and the first frame of a large store against that of a small one.
//!
//! `cargo bench --bench store` makes its stores under target/ once and keeps them.
//! FOLDBACK_BENCH_EVENTS sets the size of the largest (default 10,000,000).

use big::{LONG, median, run, store};
use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::Registry;
use foldback::domain::event::Position;
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamSort, StreamsRead};
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter, log, overview, streams};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

mod big;
mod made;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        show_against_the_shell().await;
        first_frame().await;
        seeks().await;
    });
}

fn explorer_of(reader: std::sync::Arc<dyn foldback::store::EventReader>) -> Explorer {
    Explorer::new(reader, Registry::embedded(), false)
}

async fn explorer(path: &Path) -> Explorer {
    let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
    explorer_of(open(&spec, &OpenOptions::default()).await.unwrap())
}

async fn show_against_the_shell() {
    let path = store(2_000_000, 200_000).await;
    let file = path.to_str().unwrap();
    let columns = "stream_version, event_type, schema_version, event_data";
    let sql = format!("SELECT {columns} FROM events WHERE stream_id = '{LONG}' ORDER BY stream_version");
    let (mut shell, mut show, mut peak) = (Vec::new(), Vec::new(), 0);
    for _ in 0..7 {
        shell.push(run(Command::new("sqlite3").args(["-readonly", file, &sql])).0);
        let (took, memory) = run(Command::new(env!("CARGO_BIN_EXE_foldback")).args(["show", file, LONG, "--json"]));
        show.push(took);
        peak = peak.max(memory);
    }
    let (shell, show) = (median(shell), median(show));
    println!(
        "show, 200,000 of 2,000,000 events: foldback {show:.0?}, sqlite3 shell {shell:.0?}: {:.2} times (limit 1.00), \
         peak memory {:.0} MiB (limit 64)",
        show.as_secs_f64() / shell.as_secs_f64(),
        peak as f64 / 1024.0
    );
}

/// What the first frame of the overview, the streams and the log wait for, from a closed file.
async fn first_frame() {
    let large: u64 = std::env::var("FOLDBACK_BENCH_EVENTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000_000);
    let mut frames = Vec::new();
    let mut jumps = Vec::new();
    for events in [10_000, large] {
        let path = store(events, events / 10).await;
        let mut frame = Vec::new();
        let mut jump = Vec::new();
        // The first rounds bring the file into memory: what is compared is foldback, not the disk.
        for round in (0..21u64).chain(0..21) {
            let began = Instant::now();
            let explorer = explorer(&path).await;
            overview::glance(&explorer).await.unwrap();
            let list = StreamsRead { category: None, sort: StreamSort::Name, after: None, limit: 200 };
            streams::page(&explorer, &list, None, &Reporter::silent()).await.unwrap();
            frame.push(began.elapsed());
            let start = Some(Position((events / 22 * (round + 1)) as i64));
            let read = LogRead { filter: LogFilter::default(), start, direction: Direction::Forward, limit: 200 };
            let began = Instant::now();
            assert!(!log::page(&explorer, &read, &Reporter::silent()).await.unwrap().items.is_empty());
            jump.push(began.elapsed());
        }
        frames.push(median(frame.split_off(21)));
        jumps.push(median(jump.split_off(21)));
    }
    for (what, times) in [("first frame", frames), ("jump to a position", jumps)] {
        println!(
            "{what}: {large} events {:.2?}, 10,000 events {:.2?}: {:.2} times (limit 1.30)",
            times[1],
            times[0],
            times[1].as_secs_f64() / times[0].as_secs_f64()
        );
    }
}

async fn seeks() {
    let path = store(1_000_000, 1_000_000).await;
    let explorer = explorer(&path).await;
    let silent = Reporter::silent();
    let mut travel = Travel::open(&explorer, &LONG.into()).await.unwrap().unwrap();
    let began = Instant::now();
    travel.moment(travel.summary().version, &silent).await.unwrap();
    let fold = began.elapsed();
    let mut times = Vec::new();
    let mut random = 1u64;
    for _ in 0..1_000 {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let version = foldback::domain::event::Version((random >> 33) as i64 % 1_000_000);
        let began = Instant::now();
        travel.moment(Some(version), &silent).await.unwrap();
        times.push(began.elapsed());
    }
    times.sort();
    let p99 = times[990];
    println!(
        "1,000 random seeks in 1,000,000 events: p50 {:.2?}, p99 {p99:.2?} (limit 16.7 ms), fold from the start {fold:.0?}: \
         {:.0} times (limit 200)",
        times[500],
        fold.as_secs_f64() / p99.as_secs_f64()
    );
}
