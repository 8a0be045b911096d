//! How fast the time machine is, without a store: `cargo bench --bench replay`.
//!
//! Prints what a user feels: the slowest seeks in a stream of 1,000,000 events, the fold from the start that they
//! replace, and what the keyframes take. Then criterion measures the differences between large states.

#[allow(dead_code, reason = "the properties use more of it")]
#[path = "../it/properties/toy.rs"]
mod toy;

use criterion::{Criterion, criterion_group, criterion_main};
use foldback::domain::event::{EventBody, Version};
use foldback::domain::{Domain, Fold, FoldError, Reducer, ReducerInfo, ReducerKind, Violation};
use foldback::replay::{Blame, KEYFRAME_BUDGET, Moment, Seek, Timeline, Walk, diff, text_diff};
use serde_json::{Value, json};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};
use toy::{Basket, put};

const EVENTS: i64 = 1_000_000;
const PAGE: usize = 500;

/// Serves what a seek needs from memory. Version n is event number n.
fn seek(timeline: &mut Timeline, events: &[EventBody], target: i64) -> Moment {
    loop {
        match timeline.seek(Some(Version(target))) {
            Seek::State(moment) => return moment,
            Seek::Need { after, to } => {
                let needed = &events[after.map_or(0, |after| after.0 as usize + 1)..=to.0 as usize];
                let pages = needed.len().div_ceil(PAGE);
                for (number, page) in needed.chunks(PAGE).enumerate() {
                    timeline.supply(page, number + 1 == pages);
                }
            }
        }
    }
}

/// The same numbers every time, spread evenly: a linear congruential generator.
fn random() -> impl FnMut(i64) -> i64 {
    let mut state: u64 = 42;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((state >> 33) as i64) % below
    }
}

/// A reducer whose state is a book of 50,000 pages, 5 MB in all; each event rewrites one page.
struct Book;

impl Reducer for Book {
    fn info(&self) -> ReducerInfo {
        ReducerInfo { kind: ReducerKind::Domain, name: "book".to_owned() }
    }

    fn start(&self) -> Box<dyn Fold> {
        Box::new(Pages(vec!["-".repeat(100); 50_000]))
    }

    fn restore(&self, saved: &[u8]) -> Result<Box<dyn Fold>, FoldError> {
        let pages = serde_json::from_slice(saved).map_err(|error| FoldError::NotAState(error.to_string()))?;
        Ok(Box::new(Pages(pages)))
    }

    fn event_types(&self) -> Vec<String> {
        vec![]
    }

    fn upcast(&self, _: &EventBody) -> Option<Result<Value, FoldError>> {
        None
    }
}

struct Pages(Vec<String>);

impl Fold for Pages {
    fn apply(&mut self, event: &EventBody) -> Result<(), FoldError> {
        let page = event.version.0 as usize % self.0.len();
        self.0[page] = format!("{:0>100}", event.version.0);
        Ok(())
    }

    fn state(&self) -> Result<Value, FoldError> {
        Ok(json!(self.0))
    }

    fn save(&self) -> Result<Vec<u8>, FoldError> {
        Ok(serde_json::to_vec(&self.0).expect("pages are JSON"))
    }

    fn violations(&self) -> Vec<Violation> {
        vec![]
    }
}

fn seeks(reducer: Arc<dyn Reducer>, articles: i64, number: usize) {
    let mut random = random();
    let events: Vec<EventBody> = (0..EVENTS).map(|version| put(version, random(articles), random(9) + 1)).collect();

    let begin = Instant::now();
    let mut fold = reducer.start();
    events.iter().for_each(|event| fold.apply(event).expect("a basket understands it"));
    let from_start = begin.elapsed();
    let state_bytes = fold.save().expect("it can be saved").len();

    let mut timeline = Timeline::new(reducer, KEYFRAME_BUDGET);
    let begin = Instant::now();
    black_box(seek(&mut timeline, &events, EVENTS - 1));
    let opened = begin.elapsed();

    let mut times: Vec<Duration> = (0..number)
        .map(|_| {
            let target = random(EVENTS);
            let begin = Instant::now();
            black_box(seek(&mut timeline, &events, target));
            begin.elapsed()
        })
        .collect();
    times.sort();
    let (p50, p99, worst) = (times[number / 2], times[number * 99 / 100], times[number - 1]);
    println!("{EVENTS} events, state of {state_bytes} bytes:");
    println!("  fold from the start   {from_start:>10.2?}");
    println!("  the same, keyframing  {opened:>10.2?}");
    println!("  {number:>5} random seeks    {p50:>10.2?} median  {p99:.2?} p99  {worst:.2?} worst");
    println!("  fold / p99 seek       {:>10.0}", from_start.as_secs_f64() / p99.as_secs_f64());
    println!("  keyframes             {:>10} in {} bytes", timeline.keyframes(), timeline.keyframe_bytes());
}

fn blame(events: i64) {
    let mut random = random();
    let mut walk = Walk::start(&Domain::<Basket>::new()).expect("a basket is JSON");
    let mut blame = Blame::new();
    let begin = Instant::now();
    for version in 0..events {
        let step = walk.step(&put(version, random(40), random(9) + 1)).expect("a basket understands it");
        blame.step(step.version, &step.before, &step.after);
    }
    let lines = blame.lines(walk.state()).len();
    println!("blame of {lines} paths over {events} events: {:.2?}", begin.elapsed());
}

fn keyed(count: i64) -> Vec<Value> {
    (0..count).map(|id| json!({"sku": format!("SKU-{id}"), "quantity": id % 7, "price": {"minor": id}})).collect()
}

/// The difference of two states of 100,000 elements, against writing one of them as JSON: both slow down together on a
/// slow machine.
fn big_states() {
    let before = Value::from(keyed(100_000));
    let mut one = before.clone();
    one[50_000]["quantity"] = json!(99);
    let mut reversed = before.clone();
    reversed.as_array_mut().expect("it is an array").reverse();
    let fastest = |work: &dyn Fn() -> usize| {
        let time = |_| {
            let begin = Instant::now();
            black_box(work());
            begin.elapsed()
        };
        (0..5).map(time).min().expect("five were measured")
    };
    let written = fastest(&|| serde_json::to_vec(&before).expect("it is JSON").len());
    println!("100,000 elements, written as JSON: {written:.2?}");
    for (name, after) in [("one changed", &one), ("reversed", &reversed)] {
        let took = fastest(&|| diff(&before, after).len());
        println!("  diff, {name}: {took:.2?}, diff / written {:.2}", took.as_secs_f64() / written.as_secs_f64());
    }
}

fn differences(c: &mut Criterion) {
    big_states();
    for articles in [40, 1000] {
        seeks(Arc::new(Domain::<Basket>::new()), articles, 1000);
    }
    seeks(Arc::new(Book), 1, 100);
    blame(100_000);

    let before = keyed(100_000);
    let mut one = before.clone();
    one[50_000]["quantity"] = json!(99);
    let mut reversed = before.clone();
    reversed.reverse();
    let mut ends = before.clone();
    ends.remove(0);
    ends.push(json!({"sku": "new"}));
    let numbers =
        |from: i64, step: i64| Value::from((0..100_000).map(|n| (n * step + from) % 100_003).collect::<Vec<_>>());
    let few = |seed: i64| Value::from((0..100_000i64).map(|n| (n * n * seed) % 1009 % 5).collect::<Vec<_>>());
    let text = |salt: usize| (0..10_000).map(|n| format!("line {}\n", n * salt % 7919)).collect::<String>();

    let mut group = c.benchmark_group("diff");
    group.sample_size(10).warm_up_time(Duration::from_millis(200)).measurement_time(Duration::from_millis(600));
    let before = Value::from(before);
    for (name, before, after) in [
        ("100,000 keyed, one changed", &before, &Value::from(one)),
        ("100,000 keyed, shifted by one", &before, &Value::from(ends)),
        ("100,000 keyed, reversed", &before, &Value::from(reversed)),
        ("100,000 numbers, all different", &numbers(0, 1), &Value::from(vec!["x"; 100_000])),
        ("100,000 numbers, shuffled", &numbers(0, 1), &numbers(5, 31)),
        ("100,000 of few values", &few(1), &few(3)),
    ] {
        group.bench_function(name, |b| b.iter(|| diff(black_box(before), black_box(after)).len()));
    }
    let (old, new) = (text(1), text(3));
    group.bench_function("10,000 lines of text", |b| b.iter(|| text_diff(black_box(&old), black_box(&new)).len()));
    group.finish();
}

criterion_group!(benches, differences);
criterion_main!(benches);
