//! The outbox' relay: at least once, in order for each aggregate, and a dead message blocks its aggregate alone.

use super::sagas::tea_shop;
use super::shop::{Kind, Shop, on_each, order};
use foldback::engine::faults::Faults;
use foldback::engine::publisher::{FaultyPublisher, FilePublisher, MemoryPublisher, Publisher};
use foldback::engine::{Engine, Settings, Stop, dead_letters};
use foldback::store::{EventReader, Past};
use foldback_domain::event::Position;
use foldback_domain::processes::{OutboxRead, OutboxStatus};
use foldback_domain::reading::EventAddress;
use std::sync::Arc;

async fn relay(shop: &Shop, publisher: &Arc<MemoryPublisher>, plan: &[&str]) -> u64 {
    let faults = Faults::new(plan.iter().map(|rule| rule.parse().unwrap()).collect());
    let publisher: Arc<dyn Publisher> = Arc::new(FaultyPublisher { inner: publisher.clone(), faults });
    let settings = Settings { publisher: Some(publisher), ..Settings::default() };
    let engine = Engine::new(shop.works.clone(), settings, Faults::default());
    engine.until_idle(&Stop::new(), |_| ()).await.unwrap();
    engine.published()
}

fn told(publisher: &MemoryPublisher) -> Vec<(String, i64)> {
    publisher.published().into_iter().map(|message| (message.aggregate.0, message.number)).collect()
}

fn of<'a>(told: &'a [(String, i64)], aggregate: &'a str) -> Vec<i64> {
    told.iter().filter(|(name, _)| name == aggregate).map(|(_, number)| *number).collect()
}

async fn messages_go_out_once_and_in_order_for_each_aggregate(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1").await;
    shop.order("2").await;
    let publisher = Arc::new(MemoryPublisher::default());
    let published = relay(&shop, &publisher, &["outbox.publish=fail-once"]).await;
    let told = told(&publisher);
    let numbers = shop.texts("SELECT CAST(number AS TEXT) FROM outbox").await;
    assert!(numbers.len() > 4);
    assert_eq!((told.len(), published as usize), (numbers.len(), numbers.len()));
    for aggregate in ["order-1", "order-2", "payment-p-1"] {
        let numbers = of(&told, aggregate);
        assert!(!numbers.is_empty() && numbers.is_sorted(), "{aggregate}: {numbers:?}");
    }
    assert_eq!(relay(&shop, &publisher, &[]).await, 0);
}

async fn a_message_that_nobody_heard_of_goes_out_again(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.must("PlaceOrder", &order("1", "kim", "tea", 2, 500)).await;
    let publisher = Arc::new(MemoryPublisher::default());
    relay(&shop, &publisher, &["outbox.publish#1=lost"]).await;
    assert_eq!(of(&told(&publisher), "order-1"), [1, 1]);
}

async fn a_dead_message_blocks_its_aggregate_until_somebody_takes_it_up(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1").await;
    shop.order("2").await;
    let publisher = Arc::new(MemoryPublisher::default());
    relay(&shop, &publisher, &["outbox.publish@order-1=fail"]).await;
    assert_eq!(of(&told(&publisher), "order-1"), [0i64; 0]);
    let others = of(&told(&publisher), "order-2").len();
    assert!(others > 1);
    assert_eq!(shop.texts("SELECT blocks FROM failed_events").await, ["order-1"]);
    assert_eq!(shop.texts("SELECT CAST(attempts AS TEXT) FROM failed_events").await, ["3"]);
    // Still blocked, though the publisher works again.
    assert_eq!(relay(&shop, &publisher, &[]).await, 0);
    let letter = dead_letters::find(&shop.works, "outbox:1", false).await.unwrap();
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    relay(&shop, &publisher, &[]).await;
    let first = of(&told(&publisher), "order-1");
    assert!(first.len() == others && first.is_sorted(), "{first:?}");
}

async fn a_dead_message_that_is_skipped_never_goes_out(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1").await;
    let publisher = Arc::new(MemoryPublisher::default());
    relay(&shop, &publisher, &["outbox.publish@order-1=refuse:too large"]).await;
    assert_eq!(shop.texts("SELECT error FROM failed_events").await, ["too large"]);
    let letter = dead_letters::find(&shop.works, "outbox:1", true).await.unwrap();
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    relay(&shop, &publisher, &[]).await;
    let numbers = of(&told(&publisher), "order-1");
    assert!(!numbers.is_empty() && !numbers.contains(&1), "{numbers:?}");
    assert_eq!(shop.texts("SELECT status FROM outbox WHERE number = 1").await, ["skipped"]);
}

async fn what_waited_then_is_not_told_as_out(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1").await;
    let publisher = Arc::new(MemoryPublisher::default());
    relay(&shop, &publisher, &["outbox.publish@order-1=fail"]).await;
    let reader = shop.works.reader.clone();
    let head = async || reader.read_head().await.unwrap().unwrap();
    let dead = head().await;
    shop.order("2").await;
    let letter = dead_letters::find(&shop.works, "outbox:1", false).await.unwrap();
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    relay(&shop, &publisher, &[]).await;
    let out = head().await;
    let statuses = async |as_of: Position, status: Option<OutboxStatus>| {
        let past = Past::new(reader.clone(), as_of);
        let read = OutboxRead { status, limit: 100, ..OutboxRead::default() };
        let found = past.processes().unwrap().read_outbox(&read).await.unwrap();
        found.into_iter().map(|message| (message.number, message.status, message.error)).collect::<Vec<_>>()
    };
    let first = shop.texts("SELECT event_id FROM outbox WHERE number = 1").await[0].clone();
    let first = reader.read_event(&EventAddress::Id(first)).await.unwrap().unwrap();
    let begun = first.head.global_position.unwrap();
    assert!(begun < dead && dead < out);
    assert_eq!(statuses(begun, None).await, [(1, OutboxStatus::Pending, None)]);
    assert_eq!(statuses(begun, Some(OutboxStatus::Dead)).await, []);
    let then = statuses(dead, Some(OutboxStatus::Dead)).await;
    assert_eq!(then.iter().map(|message| message.0).collect::<Vec<_>>(), [1]);
    assert!(then[0].2.is_some());
    let waiting = statuses(dead, Some(OutboxStatus::Pending)).await;
    assert!(!waiting.is_empty(), "those behind it wait");
    let now = statuses(out, None).await;
    assert!(now.iter().all(|message| message.1 == OutboxStatus::Published), "{now:?}");
    assert!(now.len() > then.len() + waiting.len());
}

async fn a_file_takes_a_message_a_line(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.must("PlaceOrder", &order("1", "kim", "tea", 2, 500)).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("messages.jsonl");
    let publisher: Arc<dyn Publisher> = Arc::new(FilePublisher::open(&path).unwrap());
    let settings = Settings { publisher: Some(publisher), ..Settings::default() };
    let engine = Engine::new(shop.works.clone(), settings, Faults::default());
    engine.until_idle(&Stop::new(), |_| ()).await.unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    let line: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!((&line["message_type"], &line["aggregate_id"]), (&"shop.order.placed".into(), &"order-1".into()));
    assert!(line["payload"].is_object() && text.ends_with('\n'), "{line}");
}

on_each! {
    messages_go_out_once_and_in_order_for_each_aggregate,
    a_message_that_nobody_heard_of_goes_out_again,
    a_dead_message_blocks_its_aggregate_until_somebody_takes_it_up,
    a_dead_message_that_is_skipped_never_goes_out,
    what_waited_then_is_not_told_as_out,
    a_file_takes_a_message_a_line,
}
