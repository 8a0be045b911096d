//! Stores for the benchmarks, made under target/ once and kept.

use foldback::domain::event::format_time;
use foldback::store::seed::seed;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The store of this name, of so many events; `line` writes the event of a number as JSON.
pub async fn store(name: &str, events: u64, line: impl FnMut(u64) -> String + Send + 'static) -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join(name);
    if !path.exists() {
        let began = Instant::now();
        let lines = Lines { next: 0, events, line, text: Vec::new(), at: 0 };
        seed(BufReader::with_capacity(1 << 20, lines), &path, |_| {}).await.unwrap();
        let took = began.elapsed();
        println!("made {name} in {took:.1?}: {:.0} events/s", events as f64 / took.as_secs_f64());
    }
    path
}

/// When the event of a number was recorded, where they come so many milliseconds apart.
pub fn recorded(n: u64, apart: u64) -> String {
    format_time(jiff::Timestamp::from_millisecond(1_767_600_000_000 + (n * apart) as i64).unwrap())
}

/// Events as JSON lines, made as they are read.
struct Lines<F> {
    next: u64,
    events: u64,
    line: F,
    text: Vec<u8>,
    at: usize,
}

impl<F: FnMut(u64) -> String> Read for Lines<F> {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        if self.at == self.text.len() {
            if self.next == self.events {
                return Ok(0);
            }
            self.text = (self.line)(self.next).into_bytes();
            self.text.push(b'\n');
            self.at = 0;
            self.next += 1;
        }
        let count = out.len().min(self.text.len() - self.at);
        out[..count].copy_from_slice(&self.text[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
