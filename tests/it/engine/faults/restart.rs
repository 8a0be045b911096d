//! PostgreSQL goes away in the middle of whatever is under way, and comes back.

use super::whole::{check, check_messages, eventually, is_at_rest, number, orders, patient, stock};
use crate::engine::run::Running;
use crate::engine::shop::{Shop, shop_at};
use crate::servers::OwnServer;
use foldback::adapters::SourceSpec;
use foldback::engine::faults::Faults;
use foldback::engine::publisher::FilePublisher;
use foldback::engine::rebuild::rebuild;
use foldback::engine::{Bus, Engine, Notice, Settings, Stop, SystemClock};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::task::JoinHandle;

/// What is under way when the server goes away: it has moved since the server came.
const UNDER_WAY: [(&str, &str); 4] = [
    ("a save", "SELECT count(*) FROM events"),
    ("a step of a saga", "SELECT count(*) FROM saga_log"),
    ("a checkpoint", "SELECT sum(last_processed_position)::bigint FROM projection_checkpoints"),
    ("a message", "SELECT count(*) FROM outbox WHERE status = 'published'"),
];

const FAULT: &str = "shipping.book%3=refuse:no carrier";

/// Customers who order one after the other until they are told to stop; which orders were acknowledged.
fn customers(bus: Bus, enough: Arc<AtomicBool>) -> JoinHandle<Vec<String>> {
    tokio::spawn(async move {
        let mut placed = Vec::new();
        while !enough.load(Ordering::Relaxed) {
            let id = format!("{}", placed.len() + 1);
            orders(&bus, &id).await;
            placed.push(id);
        }
        placed
    })
}

/// Stops the server in the middle of each thing, and starts it again.
async fn restarts(server: &OwnServer, shop: &Shop) {
    for (what, sql) in UNDER_WAY {
        let mut first = None;
        eventually(what, async || {
            let now = number(shop, sql).await?;
            Ok(now > *first.get_or_insert(now) + 2)
        })
        .await;
        server.kill();
        server.start_again();
    }
}

/// The shop, with a clock that goes.
async fn shop_on(place: SourceSpec) -> Shop {
    let mut shop = shop_at(place, None).await;
    shop.works.clock = Arc::new(SystemClock);
    shop.bus = Bus::new(shop.works.clone());
    shop
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run"]
async fn an_engine_goes_on_by_itself_when_its_server_comes_back() {
    let server = OwnServer::start();
    let shop = Arc::new(shop_on(SourceSpec::Postgres(server.fresh().address())).await);
    stock(&shop).await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("messages.jsonl");
    let settings = Settings { publisher: Some(Arc::new(FilePublisher::open(&out).unwrap())), ..Settings::default() };
    let engine = Arc::new(Engine::new(shop.works.clone(), settings, Faults::new(vec![FAULT.parse().unwrap()])));
    let (stop, enough) = (Stop::new(), Arc::new(AtomicBool::new(false)));
    let running = tokio::spawn({
        let (engine, stop) = (engine.clone(), stop.clone());
        async move {
            let mut notices = Vec::new();
            engine.run(&stop, |notice| notices.push(notice)).await.map(|()| notices)
        }
    });
    let customers = customers(patient(&shop), enough.clone());
    let rebuilding = tokio::spawn({
        let (shop, enough) = (shop.clone(), enough.clone());
        async move {
            let (mut whole, mut broken) = (0, 0);
            while !enough.load(Ordering::Relaxed) || whole == 0 {
                match rebuild(&shop.works, "order-details", None, &|_, _| {}).await {
                    Ok(_) => whole += 1,
                    Err(_) => broken += 1,
                }
            }
            (whole, broken)
        }
    });
    restarts(&server, &shop).await;
    enough.store(true, Ordering::Relaxed);
    let placed = customers.await.unwrap();
    let (whole, broken) = rebuilding.await.unwrap();
    assert!(whole > 0 && broken > 0, "{whole} rebuilds came to their end, {broken} did not");
    eventually("rest", async || is_at_rest(&shop, placed.len()).await).await;
    stop.ask();
    let notices = running.await.unwrap().unwrap();
    let troubles = notices.iter().filter(|notice| matches!(notice, Notice::Trouble { .. }));
    assert!(troubles.count() > 0, "{notices:?}");
    check(&shop, &placed).await;
    check_messages(&shop, &out).await;
    let charged = engine.services().effects().iter().filter(|effect| effect.call == "payment.charge").count();
    assert_eq!(charged, placed.len(), "everybody was charged once");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run"]
async fn a_run_says_that_the_server_is_gone_and_goes_on_when_it_is_back() {
    let server = OwnServer::start();
    let place = server.fresh();
    let shop = shop_on(SourceSpec::Postgres(place.address())).await;
    stock(&shop).await;
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("messages.jsonl");
    let rest = ["--publish", out.to_str().unwrap(), "--fault", FAULT];
    let mut running = Running::start(Path::new(&place.url), &rest);
    running.until_it_says("running ");
    let enough = Arc::new(AtomicBool::new(false));
    let customers = customers(patient(&shop), enough.clone());
    restarts(&server, &shop).await;
    enough.store(true, Ordering::Relaxed);
    let placed = customers.await.unwrap();
    eventually("rest", async || is_at_rest(&shop, placed.len()).await).await;
    running.until_it_says("it is tried again");
    assert_eq!(running.interrupt(), 0);
    check(&shop, &placed).await;
    check_messages(&shop, &out).await;
}
