//! Read models as of any position: 1,000,000 events and seven read models. What it costs to fold their histories once, to
//! move the cursor by one event, and to go anywhere, against a rebuild of all seven.
//!
//! `cargo bench --bench past_models` makes its store under target/ once and keeps it.

use foldback::adapters::{OwnStore, SourceSpec, open_own};
use foldback::analysis::read_models::Which;
use foldback::domain::Registry;
use foldback::domain::event::Position;
use foldback::domain::projections::ALL;
use foldback::engine::rebuild::rebuild;
use foldback::engine::{Chance, SystemClock, Works};
use foldback::explore::histories::rows_at;
use foldback::explore::{Explorer, Reporter};
use std::sync::Arc;
use std::time::{Duration, Instant};

mod made;

const EVENTS: u64 = 1_000_000;
const FRAME: Duration = Duration::from_micros(16_667);
/// How many rows a screen holds.
const PAGE: usize = 200;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let path = made::store("past_models.db", EVENTS, event).await;
        let spec = SourceSpec::Sqlite { path, store: None };
        let store = open_own(&spec, false).await.unwrap();
        let explorer = Explorer::new(store.reader.clone(), Registry::embedded(), false);
        let began = Instant::now();
        look(&explorer, Position(EVENTS as i64)).await;
        let folding = began.elapsed();
        let (mut steps, mut jumps) = (Vec::new(), Vec::new());
        for n in 0..200 {
            let at = (n * 7_919_317 + 13) % EVENTS as i64;
            jumps.push(look(&explorer, Position(at)).await);
            steps.push(look(&explorer, Position(at + 1)).await);
        }
        let memory = peak();
        let rebuilding = rebuilt(&store).await;
        let (step, jump) = (worst(&mut steps), worst(&mut jumps));
        println!(
            "the histories of 7 read models over 1,000,000 events: {folding:.2?}; a rebuild of all: {rebuilding:.2?}"
        );
        println!("one event on, all seven: {step:.2?} at the 99th percentile: {:.2} of a frame", ratio(step, FRAME));
        println!(
            "anywhere, all seven: {jump:.2?} at the 99th percentile: {:.5} of a rebuild (limit 0.05)",
            ratio(jump, rebuilding)
        );
        println!("memory until then: {memory} MiB (limit 150)");
        store.close().await;
    });
}

/// How long a page of each read model takes.
async fn look(explorer: &Explorer, at: Position) -> Duration {
    let began = Instant::now();
    for projection in ALL {
        let silent = Reporter::silent();
        let page = rows_at(explorer, projection.name(), at, Which::Should, None, PAGE, &silent).await.unwrap();
        assert_eq!((page.unavailable, page.stopped), (None, None));
    }
    began.elapsed()
}

async fn rebuilt(store: &OwnStore) -> Duration {
    let works = Works {
        reader: store.reader.clone(),
        books: store.books.clone(),
        clock: Arc::new(SystemClock),
        chance: Arc::new(Chance::seeded(1)),
    };
    let began = Instant::now();
    for projection in ALL {
        rebuild(&works, projection.name(), None, &|_, _| {}).await.unwrap();
    }
    began.elapsed()
}

fn worst(times: &mut [Duration]) -> Duration {
    times.sort();
    times[times.len() * 99 / 100]
}

fn ratio(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64()
}

/// The most memory that the process has held, in MiB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) / 1024
}

/// An order from its beginning to its end, stock, an account and a user, and again.
fn event(n: u64) -> String {
    let (stream, version, kind, data) = happened(n);
    let schema = match kind {
        "OrderPlaced" => 2,
        "UserRegistered" => 3,
        _ => 1,
    };
    format!(
        "{{\"stream_id\":\"{stream}\",\"stream_version\":{version},\"event_type\":\"{kind}\",\"data\":{data},\
         \"metadata\":{{\"correlation_id\":\"c-{}\",\"actor\":\"bench\"}},\"schema_version\":{schema},\"created_at\":\"{}\"}}",
        n / 10,
        made::recorded(n, 5_000)
    )
}

/// The stream, version, type and payload of an event.
fn happened(n: u64) -> (String, u64, &'static str, String) {
    let (i, part) = (n / 10, n % 10);
    let order = format!("\"order_id\":\"{i}\"");
    let item = format!("{{\"product_id\":\"p-{}\",\"name\":\"tea\",\"quantity\":2,\"unit_price\":4500}}", i % 50);
    let address =
        "{\"street\":\"Teestr. 1\",\"city\":\"Berlin\",\"state\":\"BE\",\"zip_code\":\"10115\",\"country\":\"DE\"}";
    let (stock, sku) = (i / 1_000, i % 1_000);
    let (kind, data) = match part {
        0 => (
            "OrderPlaced",
            format!(
                "{{{order},\"customer_id\":\"c-{}\",\"items\":[{item}],\"total\":9000,\"currency\":\"KRW\",\
                 \"shipping_address\":{address},\"shipping_method\":\"STANDARD\"}}",
                i % 20_000
            ),
        ),
        1 => ("ItemAdded", format!("{{{order},\"item\":{item}}}")),
        2 => ("OrderConfirmed", format!("{{{order}}}")),
        3 => ("PaymentCompleted", format!("{{{order},\"payment_id\":\"{i}\"}}")),
        4 => ("ShippingStarted", format!("{{{order},\"tracking_number\":\"t-{i}\"}}")),
        5 => ("OrderDelivered", format!("{{{order}}}")),
        6 => ("StockReceived", format!("{{\"sku\":\"{sku:04}\",\"quantity\":{}}}", 2 + i % 7)),
        7 => ("StockReserved", format!("{{\"sku\":\"{sku:04}\",\"order_id\":\"{i}\",\"quantity\":1}}")),
        8 if i < 10_000 => {
            ("AccountOpened", format!("{{\"account_id\":\"{i}\",\"owner\":\"o-{i}\",\"currency\":\"KRW\"}}"))
        }
        8 => ("MoneyDeposited", format!("{{\"account_id\":\"{}\",\"amount\":500}}", i % 10_000)),
        _ => (
            "UserRegistered",
            format!(
                "{{\"user_id\":\"{i}\",\"name\":\"u {i}\",\"country\":\"DE\",\"contact\":{{\"email\":\"u{i}@example.com\"}}}}"
            ),
        ),
    };
    let (stream, version) = match part {
        0..6 => (format!("order-{i}"), part),
        6 | 7 => (format!("inventory-{sku:04}"), stock * 2 + part - 6),
        8 => (format!("account-{}", i % 10_000), i / 10_000),
        _ => (format!("user-{i}"), 0),
    };
    (stream, version, kind, data)
}
