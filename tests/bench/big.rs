//! Large stores, and what running a program over them costs.

use crate::made::{self, recorded};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The stream that is long.
pub const LONG: &str = "inventory-long";

/// A store of so many events, of which so many are of one stream, scattered evenly.
pub async fn store(events: u64, long: u64) -> PathBuf {
    let every = events.checked_div(long).unwrap_or(u64::MAX);
    let mut of_long = 0;
    let line = move |n: u64| {
        let (stream, version) = if n.is_multiple_of(every) {
            of_long += 1;
            (LONG.to_owned(), of_long - 1)
        } else {
            // Ten events a stream, so that the list of streams is long as well.
            let others = n - of_long;
            (format!("inventory-{:09}", others / 10), others % 10)
        };
        event(n, &stream, version)
    };
    made::store(&format!("{events}-{long}.db"), events, line).await
}

fn event(n: u64, stream: &str, version: u64) -> String {
    let id = format!("{n:08x}-0000-4000-8000-{:012x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 16);
    let (kind, data) = match version % 3 {
        // A reservation without end would let the state grow with the stream; the long one only receives and counts.
        1 if stream == LONG => ("StockReceived", format!("{{\"sku\":\"p-7\",\"quantity\":{}}}", n % 5)),
        0 => ("StockReceived", format!("{{\"sku\":\"p-{}\",\"quantity\":{}}}", n % 97, 2 + n % 7)),
        1 => ("StockReserved", format!("{{\"sku\":\"p-{}\",\"order_id\":\"o-{n}\",\"quantity\":1}}", n % 97)),
        _ => ("StockCounted", format!("{{\"sku\":\"p-{}\",\"quantity\":{}}}", n % 97, n % 1_000)),
    };
    format!(
        "{{\"global_position\":{},\"stream_id\":\"{stream}\",\"stream_version\":{version},\"event_id\":\"{id}\",\
         \"event_type\":\"{kind}\",\"data\":{data},\"metadata\":{{\"correlation_id\":\"c-{}\",\"actor\":\"bench\"}},\
         \"schema_version\":1,\"created_at\":\"{}\"}}",
        n + 1,
        n / 4,
        recorded(n, 40)
    )
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
