//! How fast scripts fold, as ratios of one run: `cargo bench --bench scripts`.
//!
//! A fold by a script against the engine alone on the same calls, and `show` of an aggregate of 100,000 events in a
//! file as Python's eventsourcing writes it: the read, the fold, and both at once.

use foldback::adapters::{OpenOptions, SourceSpec, open};
use foldback::domain::event::{EventBody, Payload, StreamName, Version};
use foldback::domain::reading::{Direction, StreamRead};
use foldback::domain::{Fold, Registry};
use foldback::explore::reducers::ScriptFiles;
use foldback::explore::travel::Travel;
use foldback::explore::{Explorer, Reporter};
use foldback::replay::reducers::{Expr, Script, ScriptFold};
use rquickjs::{CatchResultExt, Context, Function, Object, Runtime, context::intrinsic};
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

const EVENTS: usize = 100_000;
const ROUNDS: usize = 7;

const SCRIPT: &str = "fromCategory('Account').foreachStream().when({
  $init: () => ({ balance: 0, count: 0, owner: '' }),
  Opened: (state, event) => { state.owner = event.data.owner; return state; },
  Deposited: (state, event) => { state.balance += event.data.amount; state.count += 1; return state; },
  Withdrawn: (state, event) => { state.balance -= event.data.amount; state.count += 1; return state; },
})";

/// The engine without anything around it.
const ALONE: &str = "(() => {
  let state = { balance: 0, count: 0, owner: '' };
  const handlers = [
    (state, event) => { state.owner = event.data.owner; return state; },
    (state, event) => { state.balance += event.data.amount; state.count += 1; return state; },
    (state, event) => { state.balance -= event.data.amount; state.count += 1; return state; },
  ];
  const types = ['Opened', 'Deposited', 'Withdrawn'];
  return {
    step(at, data, version) { state = handlers[at](state, { data, eventType: types[at], sequenceNumber: version }); },
    state: () => JSON.stringify(state),
  };
})()";

fn main() {
    // `cargo test --benches` runs this too, with nothing to measure in an unoptimised build.
    if !std::env::args().any(|word| word == "--bench") {
        return;
    }
    folds("small events", |n| format!("{{\"amount\":{}}}", n % 90 + 1));
    folds("events of 240 bytes", |n| {
        let id = format!("{n:08x}-0000-4000-8000-000000000000");
        format!(
            "{{\"timestamp\":\"2026-11-21T01:54:54.{:06}Z\",\"correlation_id\":\"{id}\",\"causation_id\":\"{id}\",\
             \"user_id\":\"alice\",\"note\":\"a deposit at the counter\",\"amount\":{}}}",
            n % 1_000_000,
            n % 90 + 1
        )
    });
    tokio::runtime::Runtime::new().unwrap().block_on(show());
}

fn number(n: usize) -> usize {
    if n == 0 { 0 } else { 1 + n % 2 }
}

fn best(mut round: impl FnMut() -> Duration) -> Duration {
    (0..ROUNDS).map(|_| round()).min().unwrap()
}

fn rate(took: Duration) -> f64 {
    EVENTS as f64 / took.as_secs_f64()
}

fn folds(what: &str, data: impl Fn(usize) -> String) {
    let types: Vec<Arc<str>> = ["Opened", "Deposited", "Withdrawn"].map(Arc::from).to_vec();
    let events: Vec<EventBody> = (0..EVENTS)
        .map(|n| EventBody {
            version: Version(n as i64),
            event_type: types[number(n)].clone(),
            schema_version: None,
            data: Payload::Json(data(n)),
            more: None,
        })
        .collect();
    let script = Script::parse("account.js", SCRIPT).unwrap();
    let folded = || {
        let mut fold = script.reducer().start();
        events.iter().for_each(|event| fold.apply(event).unwrap());
        fold.state().unwrap().to_string()
    };
    let alone = best(|| {
        let began = Instant::now();
        assert!(engine_alone(&events).contains("\"count\":99999"));
        began.elapsed()
    });
    let fold = best(|| {
        let began = Instant::now();
        assert!(folded().contains("\"count\":99999"));
        began.elapsed()
    });
    println!(
        "{what}: a fold {:.0} events/s, the engine alone {:.0}: {:.2} times (limit 1.30, or 250,000 events/s)",
        rate(fold),
        rate(alone),
        fold.as_secs_f64() / alone.as_secs_f64()
    );
    let expr = Expr::parse("state.balance < 0").unwrap();
    let asked = best(|| {
        let mut fold = script.reducer().start();
        let began = Instant::now();
        for event in &events {
            fold.apply(event).unwrap();
            let live = fold.as_any().and_then(|fold| fold.downcast_mut::<ScriptFold>()).unwrap();
            live.holds(&expr, event).unwrap();
        }
        began.elapsed()
    });
    println!("  with an expression asked behind each: {:.2} times the fold", asked.as_secs_f64() / fold.as_secs_f64());
}

fn engine_alone(events: &[EventBody]) -> String {
    type Allowed = (
        intrinsic::Eval,
        intrinsic::RegExpCompiler,
        intrinsic::RegExp,
        intrinsic::Json,
        intrinsic::MapSet,
        intrinsic::TypedArrays,
        intrinsic::Proxy,
    );
    let runtime = Runtime::new().unwrap();
    let context = Context::custom::<Allowed>(&runtime).unwrap();
    context.with(|ctx| {
        let fold: Object<'_> = ctx.eval(ALONE).catch(&ctx).unwrap();
        let step: Function<'_> = fold.get("step").unwrap();
        for (n, event) in events.iter().enumerate() {
            let Payload::Json(text) = &event.data else { continue };
            let data = ctx.json_parse(text.as_str()).unwrap();
            step.call::<_, ()>((number(n) as i32, data, event.version.0 as f64)).unwrap();
        }
        fold.get::<_, Function<'_>>("state").unwrap().call(()).unwrap()
    })
}

/// A file as Python's eventsourcing writes it, with one aggregate of 100,000 events among others.
fn python_file() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench");
    std::fs::create_dir_all(&dir).unwrap();
    let path = dir.join("python-100000.sqlite");
    if path.exists() {
        return path;
    }
    let mut file = Connection::open(&path).unwrap();
    file.execute_batch(
        "CREATE TABLE stored_events (originator_id TEXT, originator_version INTEGER, topic TEXT, state BLOB, \
         PRIMARY KEY (originator_id, originator_version));",
    )
    .unwrap();
    let all = file.transaction().unwrap();
    {
        let mut insert = all.prepare("INSERT INTO stored_events VALUES (?1, ?2, ?3, ?4)").unwrap();
        for n in 0..EVENTS {
            let kind = ["Opened", "Deposited", "Withdrawn"][number(n)];
            let at = format!("2026-11-21T01:54:54.{:06}+00:00", n % 1_000_000);
            let state = format!(
                "{{\"timestamp\":{{\"_type_\":\"datetime_iso\",\"_data_\":\"{at}\"}},\"amount\":{},\"user_id\":\"alice\"}}",
                n % 90 + 1
            );
            let topic = format!("bank.domain:Account.{kind}");
            insert.execute(("account-long", n as i64 + 1, &topic, state.as_bytes())).unwrap();
            let other = format!("account-{:05}", n / 10);
            insert.execute((other, n as i64 % 10 + 1, &topic, state.as_bytes())).unwrap();
        }
    }
    all.commit().unwrap();
    path
}

async fn show() {
    let path = python_file();
    let dir = tempfile::tempdir().unwrap();
    let script = dir.path().join("account.js");
    std::fs::write(&script, SCRIPT).unwrap();
    let spec = SourceSpec::parse(path.to_str().unwrap()).unwrap();
    let reader = open(&spec, &OpenOptions::default()).await.unwrap();
    let scripts = Arc::new(ScriptFiles::open(&[script]).unwrap());
    let explorer = Explorer::new(reader, Registry::embedded(), false).with_scripts(scripts);
    let stream = StreamName::from("account-long");
    let (mut read, mut whole) = (Vec::new(), Vec::new());
    let mut events = Vec::new();
    for _ in 0..ROUNDS {
        let began = Instant::now();
        events.clear();
        let (from, to) = (Version(i64::MIN), Version(i64::MAX));
        let mut next = StreamRead { stream: stream.clone(), from, to, direction: Direction::Forward, limit: 4_096 };
        loop {
            let page = explorer.reader.read_bodies(&next).await.unwrap();
            events.extend(page.items);
            match page.next {
                Some(more) => next.from = more,
                None => break,
            }
        }
        read.push(began.elapsed());
        let began = Instant::now();
        let mut travel = Travel::open(&explorer, &stream).await.unwrap().unwrap();
        let moment = travel.moment(Some(Version(EVENTS as i64)), &Reporter::silent()).await.unwrap();
        assert_eq!(moment.events_folded, EVENTS as u64);
        whole.push(began.elapsed());
    }
    let reducer = explorer.reducer(&stream, &"Account".into()).unwrap();
    let fold = best(|| {
        let began = Instant::now();
        let mut fold: Box<dyn Fold> = reducer.start();
        events.iter().for_each(|event| fold.apply(event).unwrap());
        began.elapsed()
    });
    let (read, whole) = (*read.iter().min().unwrap(), *whole.iter().min().unwrap());
    println!(
        "show, {EVENTS} events of Python's eventsourcing: {:.0} events/s (limit 344,000); the read alone {:.0}, the \
         fold alone {:.0}, one after the other {:.0}",
        rate(whole),
        rate(read),
        rate(fold),
        rate(read + fold)
    );
}
