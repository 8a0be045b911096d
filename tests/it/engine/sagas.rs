//! Sagas on a real store: every fault of every service, and a crash between any two steps.

use super::shop::{Kind, Shop, on_each, order, shop};
use foldback::domain::aggregates::order::{OrderState, OrderStatus};
use foldback::domain::aggregates::{Account, Inventory, Order, Payment};
use foldback::domain::processes::SagaStatus;
use foldback::domain::{Aggregate, DomainEvent};
use foldback::engine::faults::Faults;
use foldback::engine::services::Services;
use foldback::engine::{Engine, Repository, Settings, Stop, dead_letters};
use foldback::store::books::SagaRecord;
use std::sync::Arc;

/// A shop with tea in stock, whose engine is enrolled before anybody orders.
pub async fn tea_shop(kind: Kind) -> Shop {
    let shop = shop(kind).await;
    foldback::engine::enrol(&shop.works).await.unwrap();
    shop.must("ReceiveStock", r#"{"sku":"tea","quantity":10}"#).await;
    shop
}

/// An engine on a shop, with faults by plan.
pub fn engine(shop: &Shop, plan: &[&str]) -> Engine {
    let faults = Faults::new(plan.iter().map(|rule| rule.parse().unwrap()).collect());
    Engine::new(shop.works.clone(), Settings::default(), faults)
}

impl Shop {
    /// Somebody orders two of tea, and confirms.
    pub async fn order(&self, id: &str) {
        self.must("PlaceOrder", &order(id, "kim", "tea", 2, 500)).await;
        self.must("ConfirmOrder", &format!(r#"{{"order_id":"{id}"}}"#)).await;
    }

    /// Lets an engine work until nothing is left to do.
    pub async fn settle(&self, plan: &[&str]) -> Engine {
        let engine = engine(self, plan);
        engine.until_idle(&Stop::new(), |_| ()).await.unwrap();
        engine
    }

    /// The saga of an order.
    pub async fn saga(&self, id: &str) -> SagaRecord {
        self.store.books.load_saga(&format!("fulfil-{id}")).await.unwrap().expect("the saga has begun")
    }

    /// The state of an aggregate.
    pub async fn state<A: Aggregate>(&self, stream: &str) -> A::State
    where
        A::Event: DomainEvent,
    {
        Repository::new(self.works.clone()).load::<A>(&stream.into()).await.unwrap().state
    }

    /// How many events of a type there are.
    pub async fn count(&self, event_type: &str) -> usize {
        self.log().await.iter().filter(|event| event.head.event_type == event_type).count()
    }

    /// All rows of one text column.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.store.books.database().rows(sql, &[]).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap().unwrap_or_default()).collect()
    }
}

fn effects(services: &Services, call: &str) -> usize {
    services.effects().iter().filter(|effect| effect.call == call).count()
}

/// Whatever happened: the order is either sent and paid once, or undone without a trace.
async fn check_whole(shop: &Shop, services: &Services, id: &str) -> SagaStatus {
    let saga = shop.saga(id).await;
    let order: OrderState = shop.state::<Order>(&format!("order-{id}")).await;
    let payment = shop.state::<Payment>(&format!("payment-p-{id}")).await;
    let stock = shop.state::<Inventory>("inventory-tea").await;
    let (charged, refunded) = (effects(services, "payment.charge"), effects(services, "payment.refund"));
    match saga.status {
        SagaStatus::Completed => {
            assert_eq!((order.status, payment.captured, payment.refunded), (OrderStatus::Shipping, 1_000, 0));
            assert_eq!((stock.on_hand, stock.reserved, charged, refunded), (8, 0, 1, 0));
        }
        SagaStatus::Compensated => {
            assert_eq!((order.status, payment.captured), (OrderStatus::Cancelled, payment.refunded));
            assert_eq!((stock.on_hand, stock.reserved), (10, 0));
            assert_eq!(charged, refunded);
        }
        other => panic!("the saga of order {id} is {other}: {saga:?}"),
    }
    for (event_type, most) in [("PaymentCaptured", 1), ("PaymentRefunded", 1), ("ShippingStarted", 1)] {
        assert!(shop.count(event_type).await <= most, "{event_type} happened more than once");
    }
    saga.status
}

async fn an_order_is_fulfilled_and_its_log_tells_how(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1017").await;
    let engine = shop.settle(&[]).await;
    assert_eq!(check_whole(&shop, engine.services(), "1017").await, SagaStatus::Completed);
    let saga = shop.saga("1017").await;
    // One correlation from the customer's order to the parcel; commands name the line that sent them.
    let log = shop.log().await;
    let placed = log.iter().find(|event| event.head.event_type == "OrderPlaced").unwrap();
    assert_eq!(saga.correlation_id, placed.head.correlation_id);
    let captured = log.iter().find(|event| event.head.event_type == "PaymentCaptured").unwrap();
    assert_eq!(captured.head.correlation_id, saga.correlation_id);
    assert_eq!(captured.head.actor.as_deref(), Some("order-fulfilment"));
    let line = captured.head.causation_id.as_deref().unwrap().strip_prefix("fulfil-1017#").unwrap();
    let sql = format!("SELECT CAST(sent AS TEXT) FROM saga_log WHERE saga_id = 'fulfil-1017' AND sequence = {line}");
    let sent: serde_json::Value = serde_json::from_str(&shop.texts(&sql).await[0]).unwrap();
    assert_eq!((&sent[0]["name"], &sent[0]["to"]), (&"CapturePayment".into(), &"payment-p-1017".into()));
    let statuses = shop.texts("SELECT status FROM saga_log ORDER BY sequence").await;
    assert_eq!((statuses[0].as_str(), statuses.last().unwrap().as_str()), ("STARTED", "COMPLETED"));
    // A second run finds nothing to do.
    let again = shop.settle(&[]).await;
    assert_eq!((again.steps(), shop.log().await.len()), (0, log.len()));
}

async fn every_fault_of_every_service_ends_whole(kind: Kind) {
    use SagaStatus::{Compensated, Completed};
    for (plan, expected) in [
        ("payment.charge=slow:5s", Completed),
        ("payment.charge=refuse:the card is declined", Compensated),
        ("payment.charge=fail-once", Completed),
        ("payment.charge=fail", Compensated),
        ("payment.charge=twice", Completed),
        ("payment.charge=late:40s", Completed),
        ("payment.charge=lost", Compensated),
        ("inventory.reserve=slow:5s", Completed),
        ("inventory.reserve=refuse:closed", Compensated),
        ("inventory.reserve=fail-once", Completed),
        ("inventory.reserve=fail", Compensated),
        ("inventory.reserve=twice", Completed),
        ("inventory.reserve=late:70s", Completed),
        ("inventory.reserve=lost", Compensated),
        ("shipping.book=slow:29s", Completed),
        ("shipping.book=refuse:no carrier", Compensated),
        ("shipping.book=fail-once", Completed),
        ("shipping.book=fail", Compensated),
        ("shipping.book=twice", Completed),
        ("shipping.book=late:31s", Completed),
        ("shipping.book=lost", Compensated),
    ] {
        let shop = tea_shop(kind).await;
        shop.order("1017").await;
        let engine = shop.settle(&[plan]).await;
        assert_eq!(check_whole(&shop, engine.services(), "1017").await, expected, "{plan}");
    }
}

async fn a_customer_who_cancels_and_stock_that_runs_out_are_undone(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.must("PlaceOrder", &order("1", "kim", "tea", 2, 500)).await;
    shop.must("CancelOrder", r#"{"order_id":"1","reason":"changed my mind"}"#).await;
    shop.settle(&[]).await;
    assert_eq!(shop.saga("1").await.status, SagaStatus::Failed);
    // Somebody else takes the tea between the order and its reservation.
    shop.order("2").await;
    shop.must("ReserveStock", r#"{"sku":"tea","order_id":"other","quantity":9}"#).await;
    let engine = shop.settle(&[]).await;
    let saga = shop.saga("2").await;
    assert_eq!((saga.status, saga.error.as_deref()), (SagaStatus::Compensated, Some("tea: 2 wanted, 1 available")));
    assert_eq!(effects(engine.services(), "payment.refund"), 1);
}

async fn orders_of_before_begin_no_saga(kind: Kind) {
    let shop = shop(kind).await;
    shop.must("ReceiveStock", r#"{"sku":"tea","quantity":10}"#).await;
    shop.order("1").await;
    shop.settle(&[]).await;
    shop.order("2").await;
    shop.settle(&[]).await;
    assert!(shop.store.books.load_saga("fulfil-1").await.unwrap().is_none());
    assert_eq!(shop.saga("2").await.status, SagaStatus::Completed);
}

/// Works for so many steps and is gone, whatever it held.
async fn crash_after(shop: &Shop, services: &Arc<Services>, steps: usize) -> bool {
    let works = shop.works.clone();
    let mut runner = foldback::engine::sagas::SagaRunner::<foldback::domain::sagas::OrderFulfilment>::new(
        works.clone(),
        shop.bus.clone(),
        services.clone(),
        Settings::default().patience,
    );
    use foldback::engine::part::{Part, Step};
    let mut done = 0;
    loop {
        if done == steps {
            return false;
        }
        match runner.step().await.unwrap() {
            Step::Worked => done += 1,
            Step::Idle(None) => return true,
            Step::Idle(Some(at)) => {
                let nap = std::time::Duration::try_from(at.duration_since(works.clock.now())).unwrap_or_default();
                works.clock.sleep(nap).await;
            }
        }
    }
}

async fn a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing(kind: Kind) {
    for (plan, expected) in
        [(vec![], SagaStatus::Completed), (vec!["payment.charge=twice", "shipping.book=fail"], SagaStatus::Compensated)]
    {
        for steps in 0.. {
            let shop = tea_shop(kind).await;
            shop.order("1017").await;
            let rules = plan.iter().map(|rule: &&str| rule.parse().unwrap()).collect();
            let services = Arc::new(Services::new(Faults::new(rules)));
            let ended = crash_after(&shop, &services, steps).await;
            assert!(crash_after(&shop, &services, 1_000).await, "it ends");
            assert_eq!(check_whole(&shop, &services, "1017").await, expected, "crash after {steps} steps");
            if ended {
                assert!(steps > 20, "there was something to be interrupted");
                break;
            }
        }
    }
}

async fn crash_after_crash_still_comes_to_an_end(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1017").await;
    let rules = vec!["inventory.reserve=refuse:closed".parse().unwrap()];
    let services = Arc::new(Services::new(Faults::new(rules)));
    // A page of the log is read again as long as it is not done: now and then a run must last long enough for one.
    for round in 0.. {
        if crash_after(&shop, &services, round % 40).await {
            break;
        }
        assert!(round < 500, "it goes round in circles: {:?}", shop.saga("1017").await);
    }
    assert_eq!(check_whole(&shop, &services, "1017").await, SagaStatus::Compensated);
}

async fn a_compensation_that_fails_is_a_dead_letter_that_somebody_takes_up(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.order("1017").await;
    shop.settle(&["shipping.book=refuse:no carrier", "payment.refund=fail"]).await;
    let saga = shop.saga("1017").await;
    assert_eq!((saga.status, saga.due_at), (SagaStatus::CompensationFailed, None));
    assert_eq!(shop.texts("SELECT blocks FROM failed_events").await, ["order-1017"]);
    let payload = shop.texts("SELECT CAST(payload AS TEXT) FROM failed_events").await.remove(0);
    assert!(payload.contains("refund payment") && payload.contains("no carrier"), "{payload}");
    let find = |id: &'static str, skip| dead_letters::find(&shop.works, id, skip);
    let letter = find("saga:1", false).await.unwrap();
    assert_eq!(letter.effect, "saga fulfil-1017 tries the failed compensation again");
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    // It is taken up once.
    for id in ["saga:1", "saga:2", "outbox:1", "nothing:1", "saga", "saga:x"] {
        assert!(matches!(find(id, false).await, Err(dead_letters::RetryFailure::NotFound(_))), "{id}");
    }
    // It fails again: another dead letter. Then somebody has seen to it by hand.
    shop.settle(&["payment.refund=fail"]).await;
    assert_eq!(shop.saga("1017").await.status, SagaStatus::CompensationFailed);
    let letter = find("saga:2", true).await.unwrap();
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    shop.settle(&[]).await;
    assert_eq!(shop.saga("1017").await.status, SagaStatus::Compensated);
    let causes = shop.texts("SELECT cause FROM saga_log ORDER BY sequence").await;
    assert!(causes.contains(&"retry by kim".to_owned()) && causes.contains(&"skipped by kim".to_owned()));
    assert_eq!(shop.texts("SELECT status FROM failed_events").await.len(), 2);
}

async fn a_saga_whose_state_is_spoilt_does_not_hold_up_the_others(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.must("PlaceOrder", &order("1", "kim", "tea", 2, 500)).await;
    shop.settle(&[]).await;
    let database = shop.store.books.database();
    database.run("UPDATE sagas SET state = '{}' WHERE saga_id = 'fulfil-1'", &[]).await.unwrap();
    shop.must("ConfirmOrder", r#"{"order_id":"1"}"#).await;
    shop.order("2").await;
    shop.settle(&[]).await;
    assert_eq!(shop.saga("2").await.status, SagaStatus::Completed);
    let errors = shop.texts("SELECT error FROM failed_events").await;
    assert!(errors[0].starts_with("the state of saga fulfil-1 does not decode"), "{errors:?}");
}

async fn money_moves_or_comes_back(kind: Kind) {
    let shop = tea_shop(kind).await;
    for (id, currency) in [("7", "KRW"), ("8", "KRW"), ("9", "USD"), ("10", "KRW")] {
        shop.must("OpenAccount", &format!(r#"{{"account_id":"{id}","owner":"kim","currency":"{currency}"}}"#)).await;
    }
    shop.must("CloseAccount", r#"{"account_id":"10"}"#).await;
    shop.must("Deposit", r#"{"account_id":"7","amount":1000}"#).await;
    for to in ["8", "9", "10", "absent"] {
        shop.must("TransferMoney", &format!(r#"{{"account_id":"7","to":"{to}","amount":100}}"#)).await;
    }
    shop.settle(&[]).await;
    shop.settle(&[]).await;
    let balance = async |id: &str| shop.state::<Account>(&format!("account-{id}")).await.balance;
    assert_eq!((balance("7").await, balance("8").await, balance("9").await), (900, 100, 0));
    assert_eq!(shop.count("WithdrawalCompensated").await, 3);
    let log = shop.log().await;
    let withdrawn = log.iter().find(|event| event.head.event_type == "MoneyWithdrawn").unwrap();
    let deposited = log.iter().rev().find(|event| event.head.event_type == "MoneyDeposited").unwrap();
    assert_eq!(deposited.head.causation_id, withdrawn.head.event_id);
    assert_eq!(deposited.head.correlation_id, withdrawn.head.correlation_id);
    let transfers = foldback::domain::sagas::transfer::derive(&log);
    let statuses: Vec<SagaStatus> = transfers.iter().map(|transfer| transfer.summary.status).collect();
    use SagaStatus::{Compensated, Completed};
    assert_eq!(statuses, [Completed, Compensated, Compensated, Compensated]);
}

async fn money_that_can_neither_arrive_nor_come_back_is_a_dead_letter(kind: Kind) {
    let shop = tea_shop(kind).await;
    shop.must("OpenAccount", r#"{"account_id":"7","owner":"kim"}"#).await;
    shop.must("Deposit", r#"{"account_id":"7","amount":100}"#).await;
    shop.must("TransferMoney", r#"{"account_id":"7","to":"8","amount":100}"#).await;
    shop.must("CloseAccount", r#"{"account_id":"7"}"#).await;
    shop.settle(&[]).await;
    shop.settle(&[]).await;
    let errors = shop.texts("SELECT error FROM failed_events").await;
    assert!(errors.len() == 1 && errors[0].contains("the account is closed"), "{errors:?}");
    let letter = dead_letters::find(&shop.works, "saga:1", false).await.unwrap();
    assert_eq!((letter.consumer.as_str(), letter.subject.as_deref()), ("money-transfer", Some("transfer-7-1")));
    let failed = dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap_err();
    assert!(failed.to_string().contains("it failed again"), "{failed}");
    // The other account is opened: now it arrives.
    shop.must("OpenAccount", r#"{"account_id":"8","owner":"lee"}"#).await;
    dead_letters::take_up(&shop.works, &letter, "kim").await.unwrap();
    assert_eq!(shop.state::<Account>("account-8").await.balance, 100);
    assert_eq!(shop.texts("SELECT status FROM failed_events").await, ["retried"]);
}

on_each! {
    an_order_is_fulfilled_and_its_log_tells_how,
    every_fault_of_every_service_ends_whole,
    a_customer_who_cancels_and_stock_that_runs_out_are_undone,
    orders_of_before_begin_no_saga,
    a_crash_between_any_two_steps_loses_nothing_and_doubles_nothing,
    crash_after_crash_still_comes_to_an_end,
    a_compensation_that_fails_is_a_dead_letter_that_somebody_takes_up,
    a_saga_whose_state_is_spoilt_does_not_hold_up_the_others,
    money_moves_or_comes_back,
    money_that_can_neither_arrive_nor_come_back_is_a_dead_letter,
}
