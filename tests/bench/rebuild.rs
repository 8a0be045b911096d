//! Speed of a rebuild, as a ratio within one run: 1,000,000 events made into a read model of 100,000 rows, against
//! reading the same events alone.
//!
//! `cargo bench --bench rebuild` makes its store under target/ once and keeps it.

use foldback::adapters::{OwnStore, SourceSpec, open_own};
use foldback::domain::reading::{Direction, LogFilter, LogRead};
use foldback::engine::rebuild::rebuild;
use foldback::engine::{Chance, SystemClock, Works};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod made;

const EVENTS: u64 = 1_000_000;
const ROUNDS: usize = 5;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let spec = SourceSpec::Sqlite { path: made::store("rebuild.db", EVENTS, event).await, store: None };
        let store = open_own(&spec, false).await.unwrap();
        let works = Works {
            reader: store.reader.clone(),
            books: store.books.clone(),
            clock: Arc::new(SystemClock),
            chance: Arc::new(Chance::seeded(1)),
        };
        let (mut reading, mut rebuilding) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            reading.push(read(&store).await);
            let began = Instant::now();
            let done = rebuild(&works, "stock-levels", None, &|_, _| {}).await.unwrap();
            rebuilding.push(began.elapsed());
            assert_eq!((done.events, done.stops), (EVENTS, None));
        }
        let (reading, rebuilding) = (median(reading), median(rebuilding));
        println!(
            "rebuild, 1,000,000 events into 100,000 rows: {rebuilding:.2?}, reading them alone {reading:.2?}: \
             {:.2} of the speed of reading (limit 0.50)",
            reading.as_secs_f64() / rebuilding.as_secs_f64()
        );
        store.close().await;
    });
}

/// How long reading every event takes.
async fn read(store: &OwnStore) -> Duration {
    let began = Instant::now();
    let mut read = LogRead { filter: LogFilter::default(), start: None, direction: Direction::Forward, limit: 4_096 };
    let mut events = 0;
    loop {
        let page = store.reader.read_events(&read).await.unwrap();
        events += page.items.len() as u64;
        match page.next {
            Some(next) => read.start = Some(next),
            None => break,
        }
    }
    assert_eq!(events, EVENTS);
    began.elapsed()
}

/// Ten of each product, the products taking turns.
fn event(n: u64) -> String {
    let (version, sku) = (n / 100_000, n % 100_000);
    let (kind, data) = match version % 4 {
        0 => ("StockReceived", format!("{{\"sku\":\"{sku:06}\",\"quantity\":{}}}", 2 + n % 7)),
        1 => ("StockReserved", format!("{{\"sku\":\"{sku:06}\",\"order_id\":\"o-{sku}\",\"quantity\":1}}")),
        2 => ("StockShipped", format!("{{\"sku\":\"{sku:06}\",\"order_id\":\"o-{sku}\",\"quantity\":1}}")),
        _ => ("StockCounted", format!("{{\"sku\":\"{sku:06}\",\"quantity\":{}}}", n % 1_000)),
    };
    format!(
        "{{\"stream_id\":\"inventory-{sku:06}\",\"stream_version\":{version},\"event_type\":\"{kind}\",\"data\":{data},\
         \"metadata\":{{\"correlation_id\":\"c-{}\",\"actor\":\"bench\"}},\"schema_version\":1,\"created_at\":\"{}\"}}",
        n / 4,
        made::recorded(n, 40)
    )
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
