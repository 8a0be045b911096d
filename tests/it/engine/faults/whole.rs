//! What must be so when everything has come to rest, whatever happened on the way.

use crate::engine::shop::{Shop, order};
use foldback::domain::aggregates::order::OrderStatus;
use foldback::domain::aggregates::{Inventory, Order, Payment};
use foldback::domain::event::Version;
use foldback::domain::processes::SagaStatus;
use foldback::domain::projections::ALL;
use foldback::engine::rebuild::rebuild;
use foldback::engine::{Bus, RetryPolicy};
use foldback::store::StoreError;
use foldback::store::books::view;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::Path;
use std::time::Duration;

/// How much tea there is at first.
const TEA: i64 = 1_000;

/// Waits until something is so; a store that does not answer is asked again.
pub async fn eventually(what: &str, mut so: impl AsyncFnMut() -> Result<bool, StoreError>) {
    let waiting = async {
        while !matches!(so().await, Ok(true)) {
            tokio::task::yield_now().await;
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(120), waiting).await;
    assert!(came.is_ok(), "{what} did not come about");
}

/// A bus that goes on through anything.
pub fn patient(shop: &Shop) -> Bus {
    shop.bus.clone().on_failure(RetryPolicy { attempts: 1_000, ..RetryPolicy::STANDARD })
}

/// Stocks tea, enough for everybody.
pub async fn stock(shop: &Shop) {
    foldback::engine::enrol(&shop.works).await.unwrap();
    shop.must("ReceiveStock", &format!(r#"{{"sku":"tea","quantity":{TEA}}}"#)).await;
}

/// Somebody orders and confirms, and gives each command until it is acknowledged.
pub async fn orders(bus: &Bus, id: &str) {
    let place = order(id, "kim", "tea", 2, 500).replacen('{', &format!(r#"{{"command_id":"place-{id}","#), 1);
    let confirm = format!(r#"{{"order_id":"{id}","command_id":"confirm-{id}"}}"#);
    for (name, json) in [("PlaceOrder", place), ("ConfirmOrder", confirm)] {
        bus.dispatch(crate::engine::shop::command(name, &json)).await.unwrap();
    }
}

/// A number that a question is answered with.
pub async fn number(shop: &Shop, sql: &str) -> Result<i64, StoreError> {
    shop.store.books.database().row(sql, &[]).await?.unwrap().must_int(0)
}

/// Whether nobody has anything left to do: sagas are over, consumers are at the end of the log, messages are out.
pub async fn is_at_rest(shop: &Shop, placed: usize) -> Result<bool, StoreError> {
    let over = "SELECT count(*) FROM sagas WHERE status IN ('COMPLETED', 'COMPENSATED')";
    let behind = "SELECT count(*) FROM projection_checkpoints \
                  WHERE coalesce(last_processed_position, 0) < (SELECT max(global_position) FROM events)";
    let consumers = "SELECT count(*) FROM projection_checkpoints";
    let waiting = "SELECT count(*) FROM outbox WHERE status <> 'published'";
    Ok(number(shop, over).await? == placed as i64
        && number(shop, behind).await? == 0
        && number(shop, consumers).await? == ALL.len() as i64 + 2
        && number(shop, waiting).await? == 0)
}

/// The rows of a read model.
async fn rows(shop: &Shop, name: &str) -> BTreeMap<String, (Value, i64)> {
    let sql = format!("SELECT key, row, position FROM {}", view(name));
    let rows = shop.store.books.database().rows(&sql, &[]).await.unwrap();
    let row = |row: &foldback::store::database::Row| {
        let json = serde_json::from_str(&row.json(1).unwrap().unwrap()).unwrap();
        (row.must_text(0).unwrap(), (json, row.must_int(2).unwrap()))
    };
    rows.iter().map(row).collect()
}

/// Every acknowledged order is there once, and everything that followed from it agrees.
pub async fn check(shop: &Shop, acknowledged: &[String]) {
    check_log(shop).await;
    let mut sent = 0;
    for id in acknowledged {
        let saga = shop.saga(id).await;
        let order = shop.state::<Order>(&format!("order-{id}")).await;
        let payment = shop.state::<Payment>(&format!("payment-p-{id}")).await;
        match saga.status {
            SagaStatus::Completed => {
                sent += 1;
                assert_eq!((order.status, payment.captured, payment.refunded), (OrderStatus::Shipping, 1_000, 0));
            }
            SagaStatus::Compensated => {
                assert_eq!((order.status, payment.captured), (OrderStatus::Cancelled, payment.refunded));
            }
            other => panic!("the saga of order {id} is {other}: {saga:?}"),
        }
    }
    let tea = shop.state::<Inventory>("inventory-tea").await;
    assert_eq!((tea.on_hand, tea.reserved), (TEA - 2 * sent, 0));
    assert_eq!(shop.texts("SELECT error FROM failed_events").await, [""; 0]);
    for projection in ALL {
        let live = rows(shop, projection.name()).await;
        rebuild(&shop.works, projection.name(), None, &|_, _| {}).await.unwrap();
        assert_eq!(rows(shop, projection.name()).await, live, "{}", projection.name());
    }
}

/// Versions and positions are without doubles, versions without holes, and what must happen once happened once.
async fn check_log(shop: &Shop) {
    let mut next: HashMap<String, Version> = HashMap::new();
    let (mut ids, mut last, mut once) = (BTreeSet::new(), None, BTreeSet::new());
    for event in shop.log().await {
        let head = event.head;
        let expected = next.entry(head.stream_id.to_string()).or_insert(Version(0));
        assert_eq!(head.stream_version, Some(*expected), "{}", head.stream_id);
        expected.0 += 1;
        assert!(ids.insert(head.event_id), "an event id twice");
        assert!(head.global_position > last, "{:?} after {last:?}", head.global_position);
        last = head.global_position;
        if head.event_type != "StockReserved" && head.event_type != "StockReleased" && head.event_type != "StockShipped"
        {
            assert!(once.insert((head.stream_id.to_string(), head.event_type.clone())), "{} twice", head.event_type);
        }
    }
}

/// Every message went out at least once, and for each aggregate none before the one that it follows.
pub async fn check_messages(shop: &Shop, file: &Path) {
    let told = std::fs::read_to_string(file).unwrap();
    assert!(told.ends_with('\n'), "a whole number of lines");
    let mut seen: BTreeSet<i64> = BTreeSet::new();
    let mut latest: HashMap<String, i64> = HashMap::new();
    for line in told.lines() {
        let message: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let (number, aggregate) = (message["number"].as_i64().unwrap(), message["aggregate_id"].as_str().unwrap());
        if seen.insert(number) {
            let before = latest.insert(aggregate.to_owned(), number);
            assert!(before < Some(number), "{aggregate}: {number} after {before:?}");
        }
    }
    let wanted = shop.texts("SELECT CAST(number AS TEXT) FROM outbox").await;
    let wanted: BTreeSet<i64> = wanted.iter().map(|number| number.parse().unwrap()).collect();
    assert_eq!(seen, wanted);
    // An event may have a message of each kind, and no more.
    let kinds = "SELECT count(*) FROM (SELECT DISTINCT event_id, message_type FROM outbox) AS messages";
    assert_eq!(number(shop, kinds).await.unwrap(), wanted.len() as i64);
}
