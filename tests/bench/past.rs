//! Speed in the past: what it takes to show a screen when the as-of cursor moves by one event, or jumps anywhere, on a
//! large store; against the same reads of the store as it is now.
//!
//! `cargo bench --bench past` makes its store under target/ once and keeps it. FOLDBACK_BENCH_EVENTS sets its size
//! (default 1,000,000).

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::Registry;
use foldback::domain::event::{Position, StreamName};
use foldback::domain::reading::{Direction, LogFilter, LogRead, StreamSort, StreamsRead};
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter, log, overview, projections, streams};
use std::path::PathBuf;
use std::time::{Duration, Instant};

mod made;

/// How many lines a screen has.
const SCREEN: usize = 50;
/// One event in so many is of the long stream.
const LONG_EVERY: u64 = 10;
/// How many positions are looked at.
const MOVES: usize = 200;

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    let events = std::env::var("FOLDBACK_BENCH_EVENTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    tokio::runtime::Runtime::new().unwrap().block_on(measure(events));
}

async fn measure(events: u64) {
    let path = store(events).await;
    let reader = open(&SourceSpec::Sqlite { path, store: None }, &OpenOptions::default()).await.unwrap();
    let now = Explorer::new(reader, Registry::embedded(), false);
    let middle = i64::try_from(events / 2).unwrap();
    let by_one: Vec<Position> = (0..MOVES as i64).map(|step| Position(middle + step)).collect();
    let mut random = 0x9e37_79b9_7f4a_7c15u64;
    let mut anywhere = Vec::new();
    for _ in 0..MOVES {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        anywhere.push(Position(i64::try_from((random >> 20) % events).unwrap() + 1));
    }
    println!("{events} events; milliseconds: median, worst of {MOVES}; a screen has {SCREEN} lines");
    println!("{:<28} {:>8} {:>16} {:>16}", "", "now", "by one event", "anywhere");
    for screen in Screen::ALL {
        let present = times(&now, screen, &[None; 20]).await;
        let stepped = times(&now, screen, &by_one.iter().copied().map(Some).collect::<Vec<_>>()).await;
        let jumped = times(&now, screen, &anywhere.iter().copied().map(Some).collect::<Vec<_>>()).await;
        let shown = |(median, worst): (f64, f64)| format!("{median:>7.2} {worst:>8.2}");
        println!("{:<28} {:>8.2} {:>16} {:>16}", screen.name(), present.0, shown(stepped), shown(jumped));
    }
    let began = Instant::now();
    overview::totals(&now.at(Position(middle))).await.unwrap();
    println!("everything counted, in the background: {:.0} ms", began.elapsed().as_secs_f64() * 1_000.0);
}

/// What is shown.
#[derive(Clone, Copy)]
enum Screen {
    Names,
    Recent,
    Log,
    State,
    LongState,
    Projections,
}

impl Screen {
    const ALL: [Screen; 6] =
        [Screen::Names, Screen::Recent, Screen::Log, Screen::State, Screen::LongState, Screen::Projections];

    fn name(self) -> &'static str {
        match self {
            Screen::Names => "streams by name",
            Screen::Recent => "streams by newest event",
            Screen::Log => "log",
            Screen::State => "state of a stream",
            Screen::LongState => "state of the long one, open",
            Screen::Projections => "projections",
        }
    }
}

/// The median and the worst time of a screen at these places, each looked at for the first time.
async fn times(now: &Explorer, screen: Screen, places: &[Option<Position>]) -> (f64, f64) {
    // A stream that is open keeps what it folded, whatever the cursor does.
    let mut open = Travel::open(now, &StreamName("inventory-long".into())).await.unwrap().unwrap();
    let last = open.summary().version;
    open.moment(last, &Reporter::silent()).await.unwrap();
    let mut took = Vec::new();
    for place in places {
        let began = Instant::now();
        let explorer = place.map_or_else(|| now.clone(), |place| now.at(place));
        show(&explorer, screen, &mut open).await;
        took.push(began.elapsed());
    }
    took.sort();
    let millis = |time: Duration| time.as_secs_f64() * 1_000.0;
    (millis(took[took.len() / 2]), millis(took[took.len() - 1]))
}

async fn show(explorer: &Explorer, screen: Screen, open: &mut Travel) {
    let silent = Reporter::silent();
    match screen {
        Screen::Names | Screen::Recent => {
            let sort = if matches!(screen, Screen::Names) { StreamSort::Name } else { StreamSort::Recent };
            let read = StreamsRead { category: None, sort, after: None, limit: SCREEN };
            streams::page(explorer, &read, None, &silent).await.unwrap();
        }
        Screen::Log => {
            let filter = LogFilter::default();
            let read = LogRead { filter, start: None, direction: Direction::Backward, limit: SCREEN };
            log::page(explorer, &read, &silent).await.unwrap();
        }
        Screen::State => {
            let Some(mut travel) = Travel::open(explorer, &StreamName("inventory-7".into())).await.unwrap() else {
                return;
            };
            let last = travel.summary().version;
            travel.moment(last, &silent).await.unwrap();
        }
        Screen::LongState => {
            let stream = StreamName("inventory-long".into());
            let Some(summary) = streams::summary(explorer, &stream).await.unwrap() else { return };
            open.moment(summary.version, &silent).await.unwrap();
        }
        Screen::Projections => {
            projections::all(explorer, explorer.now()).await.unwrap();
        }
    }
}

/// A store in which every stream goes on over the whole log.
async fn store(events: u64) -> PathBuf {
    // The next version of each stream; the last is the long one.
    let mut versions = vec![0; events as usize / 20 + 1];
    let others = versions.len() - 1;
    let line = move |n: u64| {
        let mixed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let (which, stream) = match n.is_multiple_of(LONG_EVERY) {
            true => (others, "inventory-long".to_owned()),
            false => {
                let which = (mixed >> 24) as usize % others.max(1);
                (which, format!("inventory-{which}"))
            }
        };
        let version: u64 = versions[which];
        versions[which] += 1;
        format!(
            "{{\"global_position\":{},\"stream_id\":\"{stream}\",\"stream_version\":{version},\
             \"event_id\":\"{n:08x}-0000-4000-8000-{:012x}\",\"event_type\":\"StockReceived\",\
             \"data\":{{\"sku\":\"p-7\",\"quantity\":{}}},\"metadata\":{{\"correlation_id\":\"c-{}\"}},\
             \"schema_version\":1,\"created_at\":\"{}\"}}",
            n + 1,
            mixed >> 16,
            2 + n % 7,
            n / 4,
            made::recorded(n, 40)
        )
    };
    made::store(&format!("past-{events}.db"), events, line).await
}
