//! How fast finding is, as ratios within one run: `cargo bench --bench find`.
//!
//! A search, blame and the history of a field over one stream of 1,000,000 events, against one fold of it; and a search
//! over 100,000 streams against reading and folding them once, on every core. The stores are made under target/ once.

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::Registry;
use foldback::domain::event::{Category, StreamName, Version};
use foldback::domain::reading::StreamSummary;
use foldback::explore::crew::{self, Job, Wants};
use foldback::explore::travel::Travel;
use foldback::explore::{Bodies, Explorer, Reporter, bisect};
use foldback::replay::reducers::Expr;
use foldback::store::StoreError;
use std::time::{Duration, Instant};

mod made;

const EVENTS: u64 = 1_000_000;
const ROUNDS: usize = 5;
/// How many changes of a field the terminal UI lists.
const LISTED: u64 = 10_000;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        one_stream().await;
        many_streams().await;
    });
}

/// Reads and folds every stream, and asks nothing.
struct Folding(Explorer);

impl Job for Folding {
    type Out = u64;

    fn wants(&self, _: &StreamSummary) -> Wants {
        Wants::Bodies
    }

    async fn stream(&mut self, summary: &StreamSummary, bodies: &mut Bodies) -> Result<u64, StoreError> {
        let mut fold = self.0.reducer(&summary.stream_id, &summary.category).unwrap().start();
        let mut events = 0;
        while let Some(page) = bodies.next().await? {
            page.iter().for_each(|event| fold.apply(event).unwrap());
            events += page.len() as u64;
        }
        Ok(events)
    }
}

async fn folded(explorer: &Explorer) -> Duration {
    let began = Instant::now();
    let mut events = 0;
    let make = || Folding(explorer.clone());
    crew::run(explorer, None, make, &Reporter::silent(), |_, count| {
        events += count;
        true
    })
    .await
    .unwrap();
    assert_eq!(events, EVENTS);
    began.elapsed()
}

async fn timed<T>(work: impl Future<Output = T>) -> Duration {
    let began = Instant::now();
    work.await;
    began.elapsed()
}

fn say(what: &str, took: Duration, base: Duration, limit: f64) {
    println!("  {what:<46} {took:>9.2?}  {:.2} times (limit {limit})", took.as_secs_f64() / base.as_secs_f64());
}

async fn one_stream() {
    let explorer = explorer(1).await;
    let stream = StreamName::from("account-000000");
    let summary = explorer.reader.read_summary(&stream).await.unwrap().unwrap();
    let silent = Reporter::silent();
    let mut fold = Duration::MAX;
    for _ in 0..ROUNDS {
        fold = fold.min(folded(&explorer).await);
    }
    println!("1,000,000 events of one stream, read and folded once: {fold:.2?}");
    for text in [
        "state.balance < 0",
        "state.withdrawn > state.deposited && event.eventType === 'MoneyWithdrawn'",
        "event.data.amount > 1000000",
        "Object.keys(state.recent_withdrawals ?? {}).length > 100",
    ] {
        let expr = Expr::parse(text).unwrap();
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            best = best.min(timed(async { bisect::stream(&explorer, &expr, &summary, &silent).await.unwrap() }).await);
        }
        say(&format!("bisect {}", &text[..text.len().min(38)]), best, fold, 1.5);
    }
    let (mut blame, mut history, mut all, mut rare) = (Duration::MAX, Duration::MAX, Duration::MAX, Duration::MAX);
    let last = Some(Version(EVENTS as i64 - 1));
    for _ in 0..2 {
        let mut travel = Travel::open(&explorer, &stream).await.unwrap().unwrap();
        travel.moment(last, &silent).await.unwrap();
        blame = blame.min(timed(async { travel.blame(last, &silent).await.unwrap() }).await);
        history = history.min(changes(&mut travel, "/balance", LISTED).await);
        all = all.min(changes(&mut travel, "/balance", u64::MAX).await);
        rare = rare.min(changes(&mut travel, "/owner", u64::MAX).await);
    }
    say("blame", blame, fold, 1.5);
    say("history of a field that every event changes", history, fold, 1.5);
    say("the same, every event read, not only the listed", all, fold, 1.5);
    say("history of a field that few events change", rare, fold, 1.5);
    println!("  peak memory {}", peak());
}

/// How long the history of a field takes.
async fn changes(travel: &mut Travel, path: &str, listed: u64) -> Duration {
    let silent = Reporter::silent();
    let last = Some(Version(EVENTS as i64 - 1));
    timed(async { travel.history(path, last, listed, &silent, |_, _| {}).await.unwrap() }).await
}

async fn many_streams() {
    let explorer = explorer(100_000).await;
    let silent = Reporter::silent();
    let mut fold = Duration::MAX;
    for _ in 0..ROUNDS {
        fold = fold.min(folded(&explorer).await);
    }
    println!("1,000,000 events of 100,000 streams, read and folded once: {fold:.2?}");
    for text in ["state.balance < 0", "event.data.amount > 1000000"] {
        let expr = Expr::parse(text).unwrap();
        let mut best = Duration::MAX;
        for _ in 0..ROUNDS {
            let category = Category::from("account");
            let searching = bisect::streams(&explorer, &expr, Some(&category), &silent, |_, _| true);
            best = best.min(timed(async { assert_eq!(searching.await.unwrap().events, EVENTS) }).await);
        }
        say(&format!("bisect --category {text}"), best, fold, 1.2);
    }
    println!("  peak memory {}", peak());
}

/// The most memory that this process ever had, as the system counts it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or("unknown".to_owned(), |line| line.trim().to_owned())
}

async fn explorer(streams: u64) -> Explorer {
    let path = made::store(&format!("find-{streams}.db"), EVENTS, move |n| event(streams, n)).await;
    let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    Explorer::new(reader, Registry::embedded(), false)
}

/// The accounts take turns.
fn event(streams: u64, n: u64) -> String {
    let (version, account) = (n / streams, n % streams);
    let id = format!("\"account_id\":\"{account:06}\"");
    let (kind, data) = match version {
        0 => ("AccountOpened", format!("{{{id},\"owner\":\"kim\",\"currency\":\"KRW\"}}")),
        n if n % 2 == 1 => ("MoneyDeposited", format!("{{{id},\"amount\":{}}}", 500 + n % 90)),
        n => ("MoneyWithdrawn", format!("{{{id},\"withdrawal\":{},\"amount\":{}}}", n / 2, 1 + n % 90)),
    };
    format!(
        "{{\"stream_id\":\"account-{account:06}\",\"stream_version\":{version},\"event_type\":\"{kind}\",\"data\":{data},\
         \"metadata\":{{\"correlation_id\":\"c-{}\",\"actor\":\"bench\"}},\"schema_version\":1,\"created_at\":\"{}\"}}",
        n / 4,
        made::recorded(n, 40)
    )
}
