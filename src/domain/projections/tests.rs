//! Given events, then rows.

use super::*;
use crate::event::{Category, EventHead, Payload, Position, RecordedEvent, StreamName, Version, parse_time};
use crate::projection::{OnPoison, Rows, take_in};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Events of a few streams, one a minute.
fn events(told: &[(&str, &str, Value)]) -> Vec<RecordedEvent> {
    let event = |(at, (stream, event_type, data)): (usize, &(&str, &str, Value))| RecordedEvent {
        raw: None,
        head: EventHead {
            global_position: Some(Position(at as i64 + 1)),
            stream_id: StreamName::from(*stream),
            stream_version: Some(Version(at as i64)),
            category: Category(stream.split('-').next().unwrap().to_owned()),
            event_id: None,
            event_type: (*event_type).to_owned(),
            schema_version: Some(match *event_type {
                "OrderPlaced" => 2,
                "UserRegistered" => 3,
                _ => 1,
            }),
            correlation_id: None,
            causation_id: None,
            actor: Some("kim".to_owned()),
            created_at: parse_time(&format!("2026-01-05T23:{:02}:00Z", 50 + at)),
            mark: None,
        },
        data: Payload::Json(data.to_string()),
        metadata: None,
    };
    told.iter().enumerate().map(event).collect()
}

/// The rows that events lead to; the last halt is where it stops.
fn follow(projection: &dyn Projection, told: &[(&str, &str, Value)]) -> Result<BTreeMap<String, Value>, Halt> {
    let mut rows = Rows::of_empty_model();
    for event in events(told) {
        take_in(projection, &event, &mut rows)?;
    }
    let row = |(key, row, _): (String, Option<String>, Position)| Some((key, serde_json::from_str(&row?).unwrap()));
    Ok(rows.take_changes().into_iter().filter_map(row).collect())
}

/// The one row that events lead to, helper rows aside.
#[track_caller]
fn row(projection: &dyn Projection, told: &[(&str, &str, Value)]) -> Value {
    let rows = follow(projection, told).unwrap();
    let mut own = rows.into_iter().filter(|(key, _)| !key.starts_with('~')).map(|(_, row)| row);
    let row = own.next().expect("a row");
    assert_eq!(own.next(), None);
    row
}

fn item(product: &str, quantity: i64, price: i64) -> Value {
    json!({"product_id": product, "name": "Tea", "quantity": quantity, "unit_price": price})
}

fn placed() -> (&'static str, &'static str, Value) {
    let address = json!({"street": "1", "city": "Seoul", "state": "Seoul", "zip_code": "0", "country": "KR"});
    let data = json!({"order_id": "1", "customer_id": "kim", "items": [item("p", 2, 10)], "total": 20,
        "currency": "KRW", "shipping_address": address, "shipping_method": "STANDARD"});
    ("order-1", "OrderPlaced", data)
}

fn order(event_type: &'static str, more: Value) -> (&'static str, &'static str, Value) {
    let mut data = json!({"order_id": "1"});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ("order-1", event_type, data)
}

fn payment(event_type: &'static str, more: Value) -> (&'static str, &'static str, Value) {
    let mut data = json!({"payment_id": "8"});
    data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    ("payment-8", event_type, data)
}

#[test]
fn the_dashboard_follows_status_and_total() {
    let told = [
        placed(),
        order("ItemAdded", json!({"item": item("q", 1, 7)})),
        order("ItemRemoved", json!({"product_id": "p", "quantity": 1})),
        order("CouponApplied", json!({"code": "C", "discount": 2})),
        order("OrderConfirmed", json!({})),
    ];
    let row = row(&order_dashboard::OrderDashboard, &told);
    assert_eq!((&row["status"], &row["total"], &row["items"]), (&json!("CONFIRMED"), &json!(15), &json!(2)));
    assert_eq!(row["placed_at"], "2026-01-05T23:50:00.000Z");
    // What happened to an order that was never placed has no row.
    assert_eq!(follow(&order_dashboard::OrderDashboard, &told[1..]), Ok(BTreeMap::new()));
}

#[test]
fn details_hold_items_steps_and_payments() {
    let told = [
        placed(),
        payment("PaymentRequested", json!({"order_id": "1", "amount": 20, "currency": "KRW", "method": "CARD"})),
        payment("PaymentAuthorized", json!({"authorization_code": "A"})),
        payment("PaymentCaptured", json!({"amount": 20, "currency": "KRW"})),
        order("PaymentCompleted", json!({"payment_id": "8"})),
    ];
    let row = row(&order_details::OrderDetails, &told);
    assert_eq!((&row["order"]["status"], &row["order"]["payment_id"]), (&json!("PAID"), &json!("8")));
    assert_eq!((&row["payments"][0]["status"], &row["payments"][0]["captured"]), (&json!("CAPTURED"), &json!(20)));
    assert_eq!((row["history"].as_array().unwrap().len(), &row["steps"]), (5, &json!(5)));
    assert_eq!(row["history"][3]["stream_id"], "payment-8");
    // The history is bounded.
    let mut many = vec![placed()];
    many.extend((0..60).map(|_| order("CouponApplied", json!({"code": "C", "discount": 0}))));
    let row = self::row(&order_details::OrderDetails, &many[..]);
    assert_eq!((row["history"].as_array().unwrap().len(), &row["steps"]), (50, &json!(61)));
}

#[test]
fn a_customer_owes_what_is_confirmed_and_spent_what_is_paid() {
    let summary = |told: &[_]| row(&customer_summaries::CustomerSummaries, told);
    let confirmed = [placed(), order("OrderConfirmed", json!({}))];
    let row = summary(&confirmed);
    assert_eq!((&row["orders"], &row["open"], &row["spent"]), (&json!(1), &json!({"KRW": 20}), &json!({})));
    let paid = [&confirmed[..], &[order("PaymentCompleted", json!({"payment_id": "8"}))]].concat();
    let row = summary(&paid);
    assert_eq!((&row["open"], &row["spent"]), (&json!({"KRW": 0}), &json!({"KRW": 20})));
    let cancelled = [&paid[..], &[order("OrderCancelled", json!({"reason": "-"}))]].concat();
    let row = summary(&cancelled);
    assert_eq!((&row["cancelled"], &row["spent"]), (&json!(1), &json!({"KRW": 0})));
    // A second cancelling, past the rules, counts once.
    let twice = [&cancelled[..], &[order("OrderCancelled", json!({"reason": "-"}))]].concat();
    assert_eq!(summary(&twice)["cancelled"], 1);
}

#[test]
fn a_customer_cannot_take_the_place_of_a_helper_row() {
    let mut told = placed();
    told.2["customer_id"] = json!("~order:1");
    let rows = follow(&customer_summaries::CustomerSummaries, &[told, order("OrderConfirmed", json!({}))]).unwrap();
    assert_eq!(rows.keys().collect::<Vec<_>>(), ["~order:1", "~~~order:1"]);
    assert_eq!(rows["~~~order:1"]["open"], json!({"KRW": 20}));
}

#[test]
fn stock_follows_history_and_stops_at_what_cannot_be() {
    let stock = |event_type: &'static str, more: Value| {
        let mut data = json!({"sku": "S"});
        data.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        ("inventory-S", event_type, data)
    };
    let told = [
        stock("StockReceived", json!({"quantity": 10, "name": "Tea"})),
        stock("StockReserved", json!({"order_id": "1", "quantity": 4})),
        stock("StockShipped", json!({"order_id": "1", "quantity": 1})),
        stock("StockReleased", json!({"order_id": "1", "quantity": 1})),
        stock("StockReservationRefused", json!({"order_id": "2", "quantity": 99, "available": 7})),
    ];
    let levels = |row: Value| [row["on_hand"].clone(), row["reserved"].clone(), row["available"].clone()];
    assert_eq!(levels(row(&stock_levels::StockLevels, &told)), [9, 2, 7]);
    // Fewer than are set aside is odd, and it is what was counted.
    let counted = [&told[..], &[stock("StockCounted", json!({"quantity": 1}))]].concat();
    assert_eq!(levels(row(&stock_levels::StockLevels, &counted)), [1, 2, -1]);
    let broken = [&told[..], &[stock("StockCounted", json!({"quantity": -4}))]].concat();
    let why = "there cannot be -4 of S; a quantity is 0 or more";
    assert_eq!(follow(&stock_levels::StockLevels, &broken), Err(Halt::Poison(why.into())));
    let large = [&told[..], &[stock("StockReceived", json!({"quantity": i64::MAX}))]].concat();
    assert!(matches!(follow(&stock_levels::StockLevels, &large), Err(Halt::Poison(_))));
    let surplus = [stock("StockReceived", json!({"quantity": 1, "colour": "green"}))];
    assert!(matches!(follow(&stock_levels::StockLevels, &surplus), Err(Halt::Poison(_))));
}

#[test]
fn balances_follow_history_below_zero_too() {
    let told = [
        ("account-7", "AccountOpened", json!({"account_id": "7", "owner": "kim", "currency": "KRW"})),
        ("account-7", "MoneyDeposited", json!({"account_id": "7", "amount": 5})),
        ("account-7", "MoneyWithdrawn", json!({"account_id": "7", "withdrawal": 1, "amount": 9})),
    ];
    let row = row(&account_balances::AccountBalances, &told);
    assert_eq!((&row["balance"], &row["owner"], &row["status"]), (&json!(-4), &json!("kim"), &json!("OPEN")));
}

#[test]
fn a_deleted_user_is_forgotten() {
    let told = [
        (
            "user-kim",
            "UserRegistered",
            json!({"user_id": "kim", "name": "Kim", "country": "KR", "contact": {"email": "k@example.com"}}),
        ),
        ("user-kim", "ContactChanged", json!({"user_id": "kim", "contact": {"email": "kim@example.com"}})),
        ("user-kim", "UserDeleted", json!({"user_id": "kim", "reason": "asked"})),
    ];
    let known = row(&users::Users, &told[..2]);
    assert_eq!((&known["name"], &known["email"]), (&json!("Kim"), &json!("kim@example.com")));
    let deleted = row(&users::Users, &told);
    assert_eq!(
        (&deleted["status"], &deleted["name"], &deleted["email"]),
        (&json!("DELETED"), &json!(null), &json!(null))
    );
}

#[test]
fn revenue_is_counted_by_day_and_currency() {
    let mut told = vec![payment("PaymentCaptured", json!({"amount": 20, "currency": "KRW"}))];
    told.extend((0..9).map(|_| payment("PaymentRefunded", json!({"amount": 1, "currency": "KRW", "reason": "-"}))));
    told.push(payment("PaymentCaptured", json!({"amount": 5, "currency": "USD"})));
    let rows = follow(&daily_revenue::DailyRevenue, &told[..10]).unwrap();
    assert_eq!(
        rows["2026-01-05 KRW"],
        json!({"day": "2026-01-05", "currency": "KRW", "captured": 20, "refunded": 9, "net": 11, "payments": 1})
    );
    let mut timeless = events(&told[..1]);
    timeless[0].head.created_at = None;
    let halted = take_in(&daily_revenue::DailyRevenue, &timeless[0], &mut Rows::of_empty_model());
    assert!(matches!(halted, Err(Halt::Poison(_))));
}

#[test]
fn every_projection_says_what_it_is() {
    for projection in ALL {
        assert!(named(projection.name()).is_some_and(|found| found.name() == projection.name()));
        assert!(!projection.about().is_empty() && !projection.event_types().is_empty());
    }
    assert!(named("nothing").is_none());
    let stops: Vec<&str> =
        ALL.into_iter().filter(|it| it.on_poison() == OnPoison::Stop).map(Projection::name).collect();
    assert_eq!(stops, ["stock-levels", "account-balances"]);
}
