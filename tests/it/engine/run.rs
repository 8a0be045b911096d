//! The real program at work: until nothing is left, until it is interrupted, killed in the middle, and beside another.

use super::shop::{Shop, shop_at};
use crate::cli::{Run, foldback, program};
use foldback::adapters::SourceSpec;
use foldback::domain::aggregates::order::OrderStatus;
use foldback::domain::aggregates::{Inventory, Order, Payment};
use foldback::domain::processes::SagaStatus;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use tempfile::TempDir;

/// A file of a shop with so many orders that wait for an engine.
async fn orders(count: usize) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("shop.db");
    fill(again(&path).await, count).await;
    (folder, path)
}

async fn fill(shop: Shop, count: usize) {
    foldback::engine::enrol(&shop.works).await.unwrap();
    shop.must("ReceiveStock", r#"{"sku":"tea","quantity":100}"#).await;
    for number in 1..=count {
        shop.order(&number.to_string()).await;
    }
    shop.store.close().await;
}

async fn again(path: &Path) -> Shop {
    shop_at(SourceSpec::Sqlite { path: path.to_owned(), store: None }, None).await
}

fn words<'a>(path: &'a Path, rest: &[&'a str]) -> Vec<&'a str> {
    ["run", path.to_str().unwrap()].into_iter().chain(rest.iter().copied()).collect()
}

fn run(path: &Path, rest: &[&str]) -> Run {
    foldback(&words(path, rest))
}

/// A run that goes on beside the test.
pub struct Running {
    pub child: Child,
    says: BufReader<ChildStderr>,
}

impl Running {
    /// Starts one.
    pub fn start(path: &Path, rest: &[&str]) -> Running {
        let mut child = program().args(words(path, rest)).stdin(Stdio::null()).spawn().unwrap();
        let says = BufReader::new(child.stderr.take().unwrap());
        Running { child, says }
    }

    /// Waits for a line that has these words.
    pub fn until_it_says(&mut self, words: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            assert!(self.says.read_line(&mut line).unwrap() > 0, "it ended without saying {words:?}");
            if line.contains(words) {
                return line;
            }
        }
    }

    /// Asks it to stop; its exit code.
    pub fn interrupt(mut self) -> i32 {
        let told = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(told.success());
        self.child.wait().unwrap().code().unwrap_or(-1)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn until_idle_ends_when_everything_is_done() {
    let (folder, path) = orders(2).await;
    let out = folder.path().join("messages.jsonl");
    let fault = "payment.charge@2=refuse:the card is declined";
    let ran = run(&path, &["--until-idle", "--publish", out.to_str().unwrap(), "--fault", fault]);
    assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{}", ran.err);
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines.len() == 2 && lines[0].starts_with("foldback: running ") && lines[0].contains("shop.db: "),
        "{}",
        ran.err
    );
    assert!(lines[1].starts_with("foldback: nothing is left to do; "), "{}", ran.err);
    let shop = again(&path).await;
    assert_eq!(shop.saga("1").await.status, SagaStatus::Completed);
    let second = shop.saga("2").await;
    assert_eq!((second.status, second.error.as_deref()), (SagaStatus::Compensated, Some("the card is declined")));
    let messages = std::fs::read_to_string(&out).unwrap();
    assert_eq!(messages.lines().count(), shop.texts("SELECT message_type FROM outbox").await.len());
    assert_eq!(shop.texts("SELECT holder FROM leases").await, [""; 0]);
    shop.store.close().await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing stays beside the store");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_is_gone_on_with() {
    let (_folder, path) = orders(12).await;
    for captured in [1, 7] {
        let killed = Running::start(&path, &["--fault", "shipping.book%3=refuse:no carrier"]);
        let shop = again(&path).await;
        while shop.count("PaymentCaptured").await < captured {
            tokio::task::yield_now().await;
        }
        // SIGKILL, wherever it is.
        drop(killed);
        shop.store.close().await;
    }
    let ran = run(&path, &["--until-idle", "--fault", "shipping.book%3=refuse:no carrier"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let shop = again(&path).await;
    let mut sent = 0;
    for number in 1..=12 {
        let (id, saga) = (number.to_string(), shop.saga(&number.to_string()).await);
        let payment = shop.state::<Payment>(&format!("payment-p-{id}")).await;
        let order = shop.state::<Order>(&format!("order-{id}")).await;
        match saga.status {
            SagaStatus::Completed => {
                sent += 1;
                assert_eq!((order.status, payment.captured, payment.refunded), (OrderStatus::Shipping, 1_000, 0));
            }
            SagaStatus::Compensated => {
                assert_eq!((order.status, payment.captured, payment.refunded), (OrderStatus::Cancelled, 1_000, 1_000));
            }
            other => panic!("the saga of order {id} is {other}"),
        }
    }
    assert!(sent > 0 && sent < 12, "some were sent and some were not: {sent}");
    let stock = shop.state::<Inventory>("inventory-tea").await;
    assert_eq!((stock.on_hand, stock.reserved), (100 - 2 * sent, 0));
    assert_eq!((shop.count("PaymentCaptured").await, shop.count("ShippingStarted").await), (12, sent as usize));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_run_stands_by_until_the_first_ends() {
    let (_folder, path) = orders(1).await;
    let mut first = Running::start(&path, &[]);
    first.until_it_says("running ");
    let mut second = Running::start(&path, &["--until-idle"]);
    let line = second.until_it_says("standing by");
    assert!(line.contains(&format!("process {}", first.child.id())), "{line}");
    assert_eq!(first.interrupt(), 0);
    second.until_it_says("running ");
    second.until_it_says("nothing is left to do");
    assert_eq!(second.child.wait().unwrap().code(), Some(0));
    assert_eq!(again(&path).await.saga("1").await.status, SagaStatus::Completed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_others_append_is_taken_up_while_it_runs() {
    let (_folder, path) = orders(0).await;
    let mut running = Running::start(&path, &[]);
    running.until_it_says("running ");
    let shop = again(&path).await;
    shop.order("1").await;
    while shop.count("ShippingStarted").await == 0 {
        tokio::task::yield_now().await;
    }
    shop.store.close().await;
    assert_eq!(running.interrupt(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn retry_shows_the_effect_first_and_the_next_run_carries_it_out() {
    let (folder, path) = orders(1).await;
    let faults = ["--fault", "shipping.book=refuse:no carrier", "--fault", "payment.refund=refuse:closed"];
    assert_eq!(run(&path, &[&["--until-idle"], &faults[..]].concat()).code, 0);
    let store = path.to_str().unwrap();
    let dry = foldback(&["retry", store, "saga:1", "--dry-run"]);
    let effect = "saga:1: saga fulfil-1 tries the failed compensation again";
    assert!(dry.code == 0 && dry.out.starts_with(effect) && dry.out.contains("nothing was changed"), "{}", dry.out);
    let json = foldback(&["retry", store, "saga:1", "--json"]).json();
    assert_eq!((&json["schema"], &json["done"]), (&"foldback.retry/1".into(), &true.into()));
    assert!(json["next"].as_str().unwrap().starts_with("foldback run "), "{json}");
    for id in ["saga:1", "saga:99", "outbox:1", "projection:x", "all"] {
        let gone = foldback(&["retry", store, id]);
        assert!(gone.code == 4 && gone.err.contains("no open dead letter"), "{id}: {} {}", gone.code, gone.err);
    }
    assert_eq!(run(&path, &["--until-idle"]).code, 0);
    assert_eq!(again(&path).await.saga("1").await.status, SagaStatus::Compensated);
    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE events (a)").unwrap();
    for verb in [&["retry", foreign.to_str().unwrap(), "saga:1"][..], &["run", foreign.to_str().unwrap()]] {
        let refused = foldback(verb);
        assert!(refused.code == 3 && refused.err.contains("not a store that foldback made"), "{}", refused.err);
    }
}

#[test]
fn wrong_words_are_said() {
    for (words, code, expected) in [
        (&["run", "shop.db", "--fault", "payment.steal=fail"][..], 2, "there is no call payment.steal"),
        (&["run", "nowhere.db"], 3, "nowhere.db"),
        (&["run", "demo"], 3, "is only read"),
        (&["run", "shop.db", "--publish", "https://u:secret@host/x"], 2, "takes a file, not a URL"),
        (&["retry", "nowhere.db", "saga:1"], 3, "nowhere.db"),
    ] {
        let ran = foldback(words);
        assert!(ran.code == code && ran.err.contains(expected), "{words:?}: {} {}", ran.code, ran.err);
        assert!(!ran.err.contains("secret"), "{}", ran.err);
    }
    assert!(!Path::new("nowhere.db").exists());
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL: tests/run"]
async fn on_postgres_one_run_takes_over_from_another_that_was_killed() {
    let place = crate::servers::fresh();
    let shop = || async { shop_at(SourceSpec::Postgres(place.address()), None).await };
    fill(shop().await, 6).await;
    let url = Path::new(&place.url);
    let mut killed = Running::start(url, &["--fault", "shipping.book%3=refuse:no carrier"]);
    killed.until_it_says("running ");
    let mut other = Running::start(url, &["--until-idle", "--fault", "shipping.book%3=refuse:no carrier"]);
    other.until_it_says("standing by");
    drop(killed);
    other.until_it_says("nothing is left to do");
    assert_eq!(other.child.wait().unwrap().code(), Some(0));
    let shop = shop().await;
    for number in 1..=6 {
        let saga = shop.saga(&number.to_string()).await;
        assert!(matches!(saga.status, SagaStatus::Completed | SagaStatus::Compensated), "{saga:?}");
    }
    assert_eq!(shop.count("PaymentCaptured").await, 6);
    assert_eq!(shop.state::<Inventory>("inventory-tea").await.reserved, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_that_stands_by_takes_over_from_one_that_is_killed() {
    let (_folder, path) = orders(4).await;
    let mut killed = Running::start(&path, &[]);
    killed.until_it_says("running ");
    let mut other = Running::start(&path, &["--until-idle"]);
    other.until_it_says("standing by");
    drop(killed);
    let began = std::time::Instant::now();
    other.until_it_says("running ");
    // The lease is six seconds, and it is looked at twice a second; the rest is for a machine that has much to do.
    assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
    other.until_it_says("nothing is left to do");
    assert_eq!(other.child.wait().unwrap().code(), Some(0));
    let shop = again(&path).await;
    for number in 1..=4 {
        assert_eq!(shop.saga(&number.to_string()).await.status, SagaStatus::Completed);
    }
    assert_eq!((shop.count("PaymentCaptured").await, shop.count("ShippingStarted").await), (4, 4));
}
