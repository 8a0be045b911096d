//! Projections at work: nothing is lost or doubled however they are interrupted, and one that fails stops no other.

use super::shop::{Kind, Shop, on_each, order, place, shop, shop_at};
use foldback::adapters::SourceSpec;
use foldback::domain::event::{Payload, Position, RecordedEvent};
use foldback::domain::projection::OnPoison;
use foldback::domain::projections::ALL;
use foldback::engine::faults::Faults;
use foldback::engine::projections::Settings;
use foldback::engine::rebuild::{abandon, rebuild};
use foldback::engine::{Engine, Progress, ProjectionRunner, RetryPolicy, Settings as EngineSettings, Stop};
use foldback::store::EventWriter;
use foldback::store::StoreError;
use foldback::store::books::view;
use foldback::store::database::Dialect;
use foldback::store::seed::{seed, seed_postgres};
use serde_json::Value;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use tokio::sync::watch;

const SAMPLE: &str = include_str!("../../../sample-data/webshop.jsonl");

on_each! {
    the_whole_sample_is_followed_as_a_fresh_rebuild_makes_it,
    a_projection_that_is_cut_off_anywhere_neither_loses_nor_doubles,
    a_rebuild_that_is_cut_off_leaves_the_live_rows_and_can_begin_again,
    poison_stops_a_projection_behind_what_it_could_handle,
    poison_is_recorded_and_skipped_where_that_is_set,
    a_rebuild_never_takes_readers_back,
    a_rebuild_stops_where_the_projection_stands_and_says_so,
    a_paused_projection_waits_and_a_spoilt_row_is_poison_until_it_is_mended,
    two_runners_of_one_projection_do_each_event_once,
    readers_see_old_rows_or_new_ones_while_a_rebuild_is_swapped,
    a_rebuild_that_is_given_up_leaves_nothing,
    all_run_side_by_side_and_wake_when_something_happens,
    checkpoints_are_sampled_when_something_changes_and_now_and_then,
    a_slow_projection_handles_events_one_by_one,
}

/// The rows of a projection as whoever reads its view sees them.
async fn rows(shop: &Shop, name: &str) -> BTreeMap<String, (Value, i64)> {
    let sql = format!("SELECT key, row, position FROM {}", view(name));
    let rows = shop.store.books.database().rows(&sql, &[]).await.unwrap();
    let row = |row: &foldback::store::database::Row| {
        let json: Value = serde_json::from_str(&row.json(1).unwrap().unwrap()).unwrap();
        (row.must_text(0).unwrap(), (json, row.must_int(2).unwrap()))
    };
    rows.iter().map(row).collect()
}

/// A runner that tries poison twice and hands out small batches, so that there is much to interrupt.
fn runner(shop: &Shop, batch: usize) -> ProjectionRunner {
    let retry = RetryPolicy { attempts: 2, ..RetryPolicy::STANDARD };
    ProjectionRunner::new(shop.works.clone()).with(Settings { batch, retry, ..Settings::default() })
}

async fn sample_shop(kind: Kind) -> Shop {
    let (spec, folder) = place(kind);
    match &spec {
        SourceSpec::Sqlite { path, .. } => drop(seed(SAMPLE.as_bytes(), path, |_| {}).await.unwrap()),
        SourceSpec::Postgres(address) => drop(seed_postgres(SAMPLE.as_bytes(), address, |_| {}).await.unwrap()),
        _ => unreachable!("a shop stands on a database"),
    }
    shop_at(spec, folder).await
}

/// How many tables a projection has.
async fn tables(shop: &Shop, name: &str) -> i64 {
    let tables = match shop.store.books.database().dialect() {
        Dialect::Sqlite => "sqlite_master WHERE type = 'table' AND name",
        Dialect::Postgres => "pg_tables WHERE schemaname = current_schema() AND tablename",
    };
    count(shop, &format!("{tables} LIKE '{}\\_g%' ESCAPE '\\'", view(name))).await
}

async fn checkpoint(shop: &Shop, name: &str) -> foldback::store::books::CheckpointRow {
    shop.store.books.read_checkpoint(name).await.unwrap().unwrap()
}

/// How many lines a table has.
async fn count(shop: &Shop, what: &str) -> i64 {
    let row = shop.store.books.database().row(&format!("SELECT count(*) FROM {what}"), &[]).await.unwrap();
    row.unwrap().must_int(0).unwrap()
}

async fn the_whole_sample_is_followed_as_a_fresh_rebuild_makes_it(kind: Kind) {
    let shop = sample_shop(kind).await;
    let runner = runner(&shop, 100);
    for projection in ALL {
        let name = projection.name();
        runner.settings().set_poison(name, OnPoison::Skip);
        assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Current, "{name}");
        let live = rows(&shop, name).await;
        assert!(!live.is_empty());
        let done = rebuild(&shop.works, name, Some(OnPoison::Skip), &|_, _| {}).await.unwrap();
        assert_eq!(rows(&shop, name).await, live, "{name}");
        assert_eq!((done.events, done.position), (2_067, Some(Position(2_074))));
        // Only the count below zero cannot be handled.
        assert_eq!(done.skipped, usize::from(name == "stock-levels"), "{name}");
    }
    assert_eq!(count(&shop, "failed_events WHERE status = 'open'").await, 1);
    let dashboard = rows(&shop, "order-dashboard").await;
    assert_eq!(dashboard["1063"].0["total"], 57560);
    let accounts = rows(&shop, "account-balances").await;
    assert_eq!(accounts["117"].0["balance"], -200000);
}

/// Polls a future so many times and then drops it, as a crash would.
async fn cut<T>(work: impl Future<Output = T>, polls: u64) -> Option<T> {
    let mut work = Box::pin(work);
    for _ in 0..polls {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return Some(done);
        }
        tokio::task::yield_now().await;
        std::thread::yield_now();
    }
    None
}

async fn a_projection_that_is_cut_off_anywhere_neither_loses_nor_doubles(kind: Kind) {
    let shop = sample_shop(kind).await;
    let names = ["account-balances", "daily-revenue", "customer-summaries"];
    for name in names {
        let mut cuts = 0;
        loop {
            let polls = 1 + shop.works.chance.below(4_000);
            match cut(runner(&shop, 60).step(name), polls).await {
                Some(Ok(Progress::Current)) => break,
                Some(Ok(_)) => {}
                Some(Err(error)) => panic!("{error}"),
                None => cuts += 1,
            }
        }
        let live = rows(&shop, name).await;
        rebuild(&shop.works, name, None, &|_, _| {}).await.unwrap();
        assert_eq!(rows(&shop, name).await, live, "{name} after {cuts} cuts");
    }
}

async fn a_rebuild_that_is_cut_off_leaves_the_live_rows_and_can_begin_again(kind: Kind) {
    let shop = sample_shop(kind).await;
    let name = "account-balances";
    runner(&shop, 500).catch_up(name).await.unwrap();
    let live = rows(&shop, name).await;
    let mut cuts = 0;
    loop {
        let polls = 1 + shop.works.chance.below(3_000);
        match cut(rebuild(&shop.works, name, None, &|_, _| {}), polls).await {
            Some(done) => break drop(done.unwrap()),
            None => cuts += 1,
        }
        assert_eq!(rows(&shop, name).await, live, "after {cuts} cuts");
    }
    assert_eq!(rows(&shop, name).await, live);
    // What the cut ones made is gone: one table is left, and the projection goes on.
    assert_eq!(tables(&shop, "account-balances").await, 1);
    shop.must("OpenAccount", r#"{"account_id":"new","owner":"kim"}"#).await;
    assert_eq!(runner(&shop, 500).catch_up(name).await.unwrap(), Progress::Current);
    assert!(rows(&shop, name).await.contains_key("new"));
}

/// Appends an event past the rules.
async fn past_the_rules(shop: &Shop, like: &RecordedEvent, data: &str) -> Position {
    let mut event = like.clone();
    event.head.event_id = Some(format!("past-{}", shop.works.chance.id()));
    event.head.global_position = None;
    event.head.stream_version = None;
    event.data = Payload::Json(data.to_owned());
    shop.store.books.database().import(&[event]).await.unwrap();
    shop.store.reader.read_head().await.unwrap().unwrap()
}

/// A shop with stock, a count below zero at the position that comes with it, and more stock behind.
async fn poisoned(kind: Kind) -> (Shop, Position) {
    let shop = shop(kind).await;
    shop.must("ReceiveStock", r#"{"sku":"S","quantity":10}"#).await;
    let counted = shop.must("CountStock", r#"{"sku":"S","quantity":9}"#).await;
    let at = past_the_rules(&shop, &counted.events[0], r#"{"sku":"S","quantity":-4}"#).await;
    shop.must("ReceiveStock", r#"{"sku":"T","quantity":1}"#).await;
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    (shop, at)
}

async fn poison_stops_a_projection_behind_what_it_could_handle(kind: Kind) {
    let (shop, at) = poisoned(kind).await;
    let runner = runner(&shop, 500);
    let name = "stock-levels";
    let before = shop.works.clock.now();
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Failed { at });
    assert!(shop.works.clock.now().duration_since(before).as_millis() >= 500, "it was tried again after a pause");
    assert_eq!(rows(&shop, name).await["S"].0["on_hand"], 9);
    let row = checkpoint(&shop, name).await;
    assert_eq!(
        (row.status.as_str(), row.position, row.failed_position),
        ("failed", Some(Position(at.0 - 1)), Some(at))
    );
    let sql = "SELECT error, attempts, blocks, global_position FROM failed_events WHERE status = 'open'";
    let failed = shop.store.books.database().rows(sql, &[]).await.unwrap();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0].must_text(0).unwrap(), "there cannot be -4 of S; a quantity is 0 or more");
    assert_eq!((failed[0].must_int(1).unwrap(), failed[0].must_int(3).unwrap()), (2, at.0));
    assert_eq!(failed[0].must_text(2).unwrap(), name);
    // It stays there and is no longer tried; others go on.
    assert_eq!(runner.step(name).await.unwrap(), Progress::Failed { at });
    assert_eq!(runner.catch_up("account-balances").await.unwrap(), Progress::Current);
    // Taken up again it fails again; skipped it goes on, and a rebuild skips the event too.
    shop.store.books.resume_projection(name, shop.works.clock.now()).await.unwrap();
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Failed { at });
    shop.store.books.skip_failed_event(name, shop.works.clock.now()).await.unwrap();
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Current);
    let live = rows(&shop, name).await;
    assert!(live.contains_key("T"));
    let done = rebuild(&shop.works, name, None, &|_, _| {}).await.unwrap();
    assert_eq!((done.stops, rows(&shop, name).await), (None, live));
}

async fn poison_is_recorded_and_skipped_where_that_is_set(kind: Kind) {
    let (shop, at) = poisoned(kind).await;
    let runner = runner(&shop, 500);
    runner.settings().set_poison("stock-levels", OnPoison::Skip);
    assert_eq!(runner.catch_up("stock-levels").await.unwrap(), Progress::Current);
    assert_eq!(rows(&shop, "stock-levels").await.len(), 2);
    assert_eq!(count(&shop, &format!("failed_events WHERE status = 'open' AND global_position = {}", at.0)).await, 1);
    assert_eq!(count(&shop, "projection_checkpoints WHERE skipped = 1").await, 1);
}

async fn a_rebuild_never_takes_readers_back(kind: Kind) {
    let (shop, at) = poisoned(kind).await;
    let name = "stock-levels";
    let runner = runner(&shop, 500);
    runner.settings().set_poison(name, OnPoison::Skip);
    runner.catch_up(name).await.unwrap();
    let live = rows(&shop, name).await;
    let refused = rebuild(&shop.works, name, Some(OnPoison::Stop), &|_, _| {}).await.unwrap_err().to_string();
    assert!(
        refused.contains(&format!("stops at event {at}")) && refused.contains("live rows are further"),
        "{refused}"
    );
    assert_eq!(rows(&shop, name).await, live);
    assert_eq!(checkpoint(&shop, name).await.rebuild_generation, None);
}

async fn a_rebuild_stops_where_the_projection_stands_and_says_so(kind: Kind) {
    let (shop, at) = poisoned(kind).await;
    let name = "stock-levels";
    let runner = runner(&shop, 500);
    runner.catch_up(name).await.unwrap();
    let live = rows(&shop, name).await;
    let done = rebuild(&shop.works, name, None, &|_, _| {}).await.unwrap();
    assert_eq!(done.stops.map(|(stopped, _)| stopped), Some(at));
    assert_eq!(rows(&shop, name).await, live);
    assert_eq!(runner.catch_up(name).await.unwrap(), Progress::Failed { at });
}

async fn a_paused_projection_waits_and_a_spoilt_row_is_poison_until_it_is_mended(kind: Kind) {
    let shop = shop(kind).await;
    let name = "account-balances";
    let runner = runner(&shop, 500);
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    runner.catch_up(name).await.unwrap();
    let now = shop.works.clock.now();
    shop.store.books.pause_projection(name, now).await.unwrap();
    shop.must("Deposit", r#"{"account_id":"7","amount":5}"#).await;
    assert_eq!(runner.step(name).await.unwrap(), Progress::Paused);
    shop.store.books.resume_projection(name, now).await.unwrap();
    let spoil = |row: &'static str| {
        let sql = format!("UPDATE account_balances_g1 SET row = '{row}'");
        async move { shop.store.books.database().run(&sql, &[]).await.unwrap() }
    };
    spoil(r#"{"half":1}"#).await;
    assert!(matches!(runner.catch_up(name).await.unwrap(), Progress::Failed { .. }));
}

async fn two_runners_of_one_projection_do_each_event_once(kind: Kind) {
    let shop = sample_shop(kind).await;
    let name = "daily-revenue";
    let (a, b) = (runner(&shop, 50), runner(&shop, 70));
    let (first, second) = tokio::join!(a.catch_up(name), b.catch_up(name));
    assert_eq!((first.unwrap(), second.unwrap()), (Progress::Current, Progress::Current));
    let live = rows(&shop, name).await;
    rebuild(&shop.works, name, None, &|_, _| {}).await.unwrap();
    assert_eq!(rows(&shop, name).await, live);
}

async fn readers_see_old_rows_or_new_ones_while_a_rebuild_is_swapped(kind: Kind) {
    let shop = Arc::new(sample_shop(kind).await);
    let name = "account-balances";
    runner(&shop, 500).catch_up(name).await.unwrap();
    let live = rows(&shop, name).await;
    // Old rows that can be told from new ones.
    shop.store.books.database().run("UPDATE account_balances_g1 SET position = -1", &[]).await.unwrap();
    let (stop, stopped) = watch::channel(false);
    let reader = {
        let (shop, count) = (shop.clone(), live.len());
        tokio::spawn(async move {
            let mut looks = 0;
            while !*stopped.borrow() {
                let seen = rows(&shop, name).await;
                let old = seen.values().filter(|(_, position)| *position == -1).count();
                assert!(seen.len() == count && (old == 0 || old == count), "{old} old rows of {}", seen.len());
                looks += 1;
                tokio::task::yield_now().await;
            }
            looks
        })
    };
    for _ in 0..5 {
        rebuild(&shop.works, name, None, &|_, _| {}).await.unwrap();
    }
    stop.send_replace(true);
    assert!(reader.await.unwrap() > 0);
    assert_eq!(rows(&shop, name).await, live);
}

async fn a_rebuild_that_is_given_up_leaves_nothing(kind: Kind) {
    let shop = sample_shop(kind).await;
    let name = "users";
    runner(&shop, 500).catch_up(name).await.unwrap();
    shop.store.books.begin_rebuild(name, &[], shop.works.clock.now()).await.unwrap();
    abandon(&shop.works, name).await.unwrap();
    assert_eq!(tables(&shop, "users").await, 1);
    let unknown = rebuild(&shop.works, "nothing", None, &|_, _| {}).await.unwrap_err();
    assert!(matches!(&unknown, StoreError::Unavailable { hint, .. } if hint.contains("stock-levels")), "{unknown}");
}

async fn all_run_side_by_side_and_wake_when_something_happens(kind: Kind) {
    let (shop, at) = poisoned(kind).await;
    let runner = runner(&shop, 500);
    let engine = Engine::new(shop.works.clone(), EngineSettings::default(), Faults::default());
    let engine = engine.with_projections(runner);
    let stop = Stop::new();
    let running = {
        let stop = stop.clone();
        tokio::spawn(async move { engine.run(&stop, |_| {}).await })
    };
    shop.must("PlaceOrder", &order("1", "kim", "U", 1, 5)).await;
    let head = shop.store.reader.read_head().await.unwrap();
    for projection in ALL.iter().filter(|projection| projection.name() != "stock-levels") {
        let there = async {
            while shop.store.books.read_checkpoint(projection.name()).await.unwrap().and_then(|row| row.position)
                != head
            {
                tokio::task::yield_now().await;
            }
        };
        let there = tokio::time::timeout(std::time::Duration::from_secs(30), there).await;
        assert!(there.is_ok(), "{}", projection.name());
    }
    let stopped_at = async {
        while checkpoint(&shop, "stock-levels").await.failed_position != Some(at) {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), stopped_at).await.unwrap();
    stop.ask();
    tokio::time::timeout(std::time::Duration::from_secs(30), running).await.unwrap().unwrap().unwrap();
    assert!(count(&shop, "projection_samples WHERE projection_name = 'users'").await >= 1);
}

async fn checkpoints_are_sampled_when_something_changes_and_now_and_then(kind: Kind) {
    let shop = sample_shop(kind).await;
    let runner = runner(&shop, 100);
    let samples = async || count(&shop, "projection_samples WHERE projection_name = 'users'").await;
    runner.step("users").await.unwrap();
    runner.step("users").await.unwrap();
    assert_eq!(samples().await, 1, "the clock stands still");
    shop.works.clock.sleep(std::time::Duration::from_secs(11)).await;
    runner.step("users").await.unwrap();
    assert_eq!(samples().await, 2);
    runner.catch_up("users").await.unwrap();
    assert_eq!(samples().await, 3, "it came up with the log");
    shop.works.clock.sleep(std::time::Duration::from_secs(60)).await;
    runner.step("users").await.unwrap();
    assert_eq!(samples().await, 3, "nothing happens, nothing is written");
    shop.store.books.pause_projection("users", shop.works.clock.now()).await.unwrap();
    runner.step("users").await.unwrap();
    assert_eq!(samples().await, 4);
}

async fn a_slow_projection_handles_events_one_by_one(kind: Kind) {
    let shop = sample_shop(kind).await;
    let runner = runner(&shop, 100);
    runner.settings().set_delay("users", Some(std::time::Duration::from_secs(3)));
    let before = shop.works.clock.now();
    assert_eq!(runner.step("users").await.unwrap(), Progress::Moved { to: Position(1), more: true });
    assert_eq!(shop.works.clock.now().duration_since(before).as_secs(), 3);
    runner.settings().set_delay("users", None);
    assert_eq!(runner.step("users").await.unwrap(), Progress::Moved { to: Position(101), more: true });
    // Another projection knows nothing of it.
    assert!(matches!(runner.step("daily-revenue").await.unwrap(), Progress::Moved { more: true, .. }));
}
