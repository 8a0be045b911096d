//! Large stores, made under target/ once and kept, and what running a program over them costs.

use foldback::store::seed::seed;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The stream that is long.
pub const LONG: &str = "inventory-long";

/// A store of so many events, of which so many are of one stream, scattered evenly.
pub async fn store(events: u64, long: u64) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(format!("{events}-{long}.db"));
    if !path.exists() {
        let began = Instant::now();
        seed(BufReader::with_capacity(1 << 20, Lines::new(events, long)), &path, |_| {}).await.unwrap();
        let took = began.elapsed();
        println!("made {} in {took:.1?}: {:.0} events/s", path.display(), events as f64 / took.as_secs_f64());
    }
    path
}

/// Events as JSON lines, made as they are read.
struct Lines {
    next: u64,
    events: u64,
    every: u64,
    long: u64,
    line: Vec<u8>,
    at: usize,
}

impl Lines {
    fn new(events: u64, long: u64) -> Self {
        Lines { next: 0, events, every: events.checked_div(long).unwrap_or(u64::MAX), long: 0, line: Vec::new(), at: 0 }
    }

    fn fill(&mut self) {
        let (n, at) =
            (self.next, jiff::Timestamp::from_millisecond(1_767_600_000_000 + self.next as i64 * 40).unwrap());
        let (stream, version) = if n.is_multiple_of(self.every) {
            self.long += 1;
            (LONG.to_owned(), self.long - 1)
        } else {
            // Ten events a stream, so that the list of streams is long as well.
            let others = n - self.long;
            (format!("inventory-{:09}", others / 10), others % 10)
        };
        let id = format!("{n:08x}-0000-4000-8000-{:012x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16);
        let (kind, data) = match version % 3 {
            0 => ("StockReceived", format!("{{\"sku\":\"p-{}\",\"quantity\":{}}}", n % 97, 2 + n % 7)),
            1 => ("StockReserved", format!("{{\"sku\":\"p-{}\",\"order_id\":\"o-{n}\",\"quantity\":1}}", n % 97)),
            _ => ("StockCounted", format!("{{\"sku\":\"p-{}\",\"quantity\":{}}}", n % 97, n % 1_000)),
        };
        // A reservation without end would let the state grow with the stream; the long one only receives and counts.
        let (kind, data) = if stream == LONG && kind == "StockReserved" {
            ("StockReceived", format!("{{\"sku\":\"p-7\",\"quantity\":{}}}", n % 5))
        } else {
            (kind, data)
        };
        self.line = format!(
            "{{\"global_position\":{},\"stream_id\":\"{stream}\",\"stream_version\":{version},\"event_id\":\"{id}\",\
             \"event_type\":\"{kind}\",\"data\":{data},\"metadata\":{{\"correlation_id\":\"c-{}\",\"actor\":\"bench\"}},\
             \"schema_version\":1,\"created_at\":\"{}\"}}\n",
            n + 1,
            n / 4,
            foldback::domain::event::format_time(at)
        )
        .into_bytes();
        self.at = 0;
        self.next += 1;
    }
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.line.len() {
            if self.next == self.events {
                return Ok(0);
            }
            self.fill();
        }
        let count = out.len().min(self.line.len() - self.at);
        out[..count].copy_from_slice(&self.line[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}

/// Runs a command to its end; how long it took and, in KiB, the most memory it had.
pub fn run(command: &mut Command) -> (Duration, u64) {
    let began = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let reading = std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()).unwrap());
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        if let Ok(file) = std::fs::File::open(&status) {
            let line = BufReader::new(file).lines().map_while(Result::ok).find(|line| line.starts_with("VmHWM:"));
            let size = line.and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
            peak = peak.max(size.unwrap_or(0));
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    reading.join().unwrap();
    (began.elapsed(), peak)
}
