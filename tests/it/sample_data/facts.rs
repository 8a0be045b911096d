//! What the stories in `sample-data/README.md` say, checked by folding.

use super::log::{Log, Point};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn last(log: &Log, stream: &str) -> Point {
    log.fold(stream).pop().expect("the stream has events")
}

fn actor(point: &Point) -> &str {
    point.event["actor"].as_str().unwrap()
}

#[test]
fn every_stream_folds_and_only_the_staged_ones_break_an_invariant() {
    let log = Log::read();
    let mut broken: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for stream in log.streams().keys() {
        let points = log.fold(stream);
        let codes: Vec<&str> = points.iter().flat_map(|point| point.violations.clone()).collect();
        if !codes.is_empty() {
            broken.insert((*stream).to_owned(), points.last().unwrap().violations.clone());
        }
    }
    // With what is broken at the end: the count of the cups was set right.
    let expected = BTreeMap::from([
        ("account-117".to_owned(), vec!["balance-below-zero", "compensated-twice"]),
        ("inventory-SKU-5".to_owned(), vec![]),
        ("order-1063".to_owned(), vec!["total-mismatch"]),
        (log.payment_of("1024"), vec!["refunded-beyond-capture"]),
    ]);
    assert_eq!(broken, expected);
}

#[test]
fn a_payment_is_refunded_beyond_its_capture() {
    let log = Log::read();
    let payment = log.payment_of("1024");
    let points = log.fold(&payment);
    let state = |version: usize| (&points[version].state["captured"], &points[version].state["refunded"]);
    assert_eq!(state(3), (&json!(94_000), &json!(36_000)));
    assert_eq!(state(4), (&json!(94_000), &json!(130_000)));
    assert_eq!(actor(&points[4]), "legacy-billing");
    assert_eq!(points.len(), 5);
}

#[test]
fn a_coupon_takes_its_discount_off_twice() {
    let log = Log::read();
    let points = log.fold("order-1063");
    assert_eq!(log.first("order-1063", |point| !point.violations.is_empty()), Some(3));
    assert_eq!(points[3].event["event_type"], "CouponApplied");
    assert_eq!((actor(&points[1]), actor(&points[3])), ("choi", "import-job"));
    assert_eq!(points[3].event["causation_id"], points[1].event["event_id"]);
    assert_eq!((&points[2].state["total"], &points[3].state["total"]), (&json!(63_630), &json!(57_560)));
    assert_eq!(points[3].state["discount"], 6_070);
    assert_eq!(last(&log, &log.payment_of("1063")).state["captured"], 57_560);
}

#[test]
fn a_withdrawal_is_compensated_twice_and_spent() {
    let log = Log::read();
    let points = log.fold("account-117");
    let balances: Vec<&Value> = points.iter().map(|point| &point.state["balance"]).collect();
    assert_eq!(json!(balances), json!([0, 500_000, 200_000, 500_000, 800_000, 100_000, -200_000]));
    assert_eq!(log.first("account-117", |point| point.violations.contains(&"compensated-twice")), Some(4));
    assert_eq!(log.first("account-117", |point| point.violations.contains(&"balance-below-zero")), Some(6));
    assert_eq!((actor(&points[4]), actor(&points[6])), ("settlement-batch", "legacy-billing"));
    for compensation in [3, 4] {
        assert_eq!(points[compensation].event["data"]["original_event_id"], points[2].event["event_id"]);
    }
}

#[test]
fn old_schemas_are_there_and_are_lifted() {
    let log = Log::read();
    let count = |event_type: &str, schema: u64| {
        log.events.iter().filter(|event| event["event_type"] == event_type && event["schema_version"] == schema).count()
    };
    assert_eq!((count("OrderPlaced", 1), count("UserRegistered", 1), count("UserRegistered", 2)), (6, 10, 8));
    let order = &log.fold("order-991")[0];
    assert!(order.event["data"].get("currency").is_none());
    assert_eq!((&order.state["currency"], &order.state["shipping"]["method"]), (&json!("KRW"), &json!("STANDARD")));
    let user = &log.fold("user-kim")[0];
    assert_eq!(user.event["data"]["mail"], "kim@example.com");
    assert_eq!(user.state["contact"]["email"], "kim@example.com");
}

#[test]
fn two_people_edit_one_order() {
    let log = Log::read();
    let points = log.fold("order-1029");
    let editors: Vec<&str> = points[..9].iter().map(actor).collect();
    assert_eq!(
        editors,
        ["park", "park", "support-jin", "park", "support-jin", "park", "support-jin", "support-jin", "park"]
    );
    let teapots =
        |point: &Point| point.state["items"].as_array().unwrap().iter().any(|item| item["product_id"] == "SKU-4");
    let with: Vec<bool> = points[..9].iter().map(teapots).collect();
    assert_eq!(with, [true, true, false, true, true, true, true, false, false]);
}

#[test]
fn a_paid_order_is_cancelled_and_never_refunded() {
    let log = Log::read();
    let order = last(&log, "order-1017");
    assert_eq!(
        (&order.state["status"], &order.state["cancel_reason"]),
        (&json!("CANCELLED"), &json!("SKU-7 is out of stock"))
    );
    let payment = last(&log, &log.payment_of("1017"));
    assert_eq!((&payment.state["status"], &payment.state["refunded"]), (&json!("CAPTURED"), &json!(0)));
    // The only one: every other cancelled order has its money back.
    for (stream, _) in log.streams().iter().filter(|(stream, _)| stream.starts_with("payment-")) {
        let payment = last(&log, stream).state;
        let order = last(&log, &format!("order-{}", payment["order_id"].as_str().unwrap())).state;
        let kept = order["status"] == "CANCELLED" && payment["captured"] != payment["refunded"];
        assert_eq!(kept, order["order_id"] == "1017", "{stream}");
    }
}

#[test]
fn a_count_below_zero_refuses_orders_until_it_is_set_right() {
    let log = Log::read();
    let below = |point: &Point| point.violations.contains(&"stock-below-zero");
    let points = log.fold("inventory-SKU-5");
    let wrong = points.iter().find(|point| below(point)).expect("a count below zero");
    assert_eq!((actor(wrong), &wrong.event["data"]["quantity"]), ("import-job", &json!(-4)));
    let refused = points.iter().filter(|point| point.event["event_type"] == "StockReservationRefused").count();
    assert!(refused > 0, "somebody suffers");
    assert_eq!(points.last().unwrap().violations, [""; 0]);
}

#[test]
fn the_filters_have_six_hundred_events() {
    let log = Log::read();
    assert_eq!(log.fold("inventory-SKU-7").len(), 600);
}

#[test]
fn names_are_odd() {
    let log = Log::read();
    let streams = log.streams();
    for stream in ["order-주문-1", "order-🎁-1", "user-👩‍🚀", "user-علي", "user-김하늘"] {
        assert!(streams.contains_key(stream), "{stream}");
    }
    assert_eq!(streams.keys().filter(|stream| stream.len() == 4_096).count(), 1);
    let items = last(&log, "order-주문-1").state["items"].clone();
    let names: Vec<&str> = items.as_array().unwrap().iter().map(|item| item["name"].as_str().unwrap()).collect();
    assert!(names.iter().any(|name| name.contains("\u{1b}[31m")));
    assert!(names.iter().any(|name| name.len() == 4_096));
    assert_eq!(last(&log, "user-long").state["name"].as_str().unwrap().len(), 4_096);
}

#[test]
fn positions_have_holes() {
    let log = Log::read();
    let positions: Vec<i64> = log.events.iter().map(|event| event["global_position"].as_i64().unwrap()).collect();
    let holes: Vec<i64> = positions.windows(2).map(|pair| pair[1] - pair[0] - 1).filter(|hole| *hole > 0).collect();
    assert_eq!(holes, [1, 1, 5]);
    assert_eq!(positions.first(), Some(&1));
}

/// The readme names streams and versions as `order-1063@3`, and positions as `#916`: each has to be there. What it says of
/// the morning that is not in the file is checked in `morning.rs`.
#[test]
fn the_readme_names_what_is_there() {
    let log = Log::read();
    let (readme, _) = super::readme();
    let streams = log.streams();
    let (thousands, rest) = (log.events.len() / 1_000, log.events.len() % 1_000);
    let size = format!("{thousands},{rest:03} events in {} streams", streams.len());
    assert!(readme.contains(&size), "the readme says: {size}");
    let (mut named, mut numbered) = (0, 0);
    for quoted in readme.split('`').skip(1).step_by(2) {
        let (stream, version) = quoted.split_once('@').unwrap_or((quoted, "0"));
        let category = stream.split('-').next().unwrap();
        let ours = ["order", "payment", "inventory", "account", "user"].contains(&category);
        if ours && stream.contains('-') && !stream.contains(['*', ' ', '…']) {
            let events = streams.get(stream).unwrap_or_else(|| panic!("there is no stream {stream}"));
            let version: usize = version.parse().unwrap_or_else(|_| panic!("{quoted} names a version"));
            assert!(version < events.len(), "{stream} has no version {version}");
            named += 1;
        }
        if let Some(position) = quoted.strip_prefix('#') {
            let position: i64 = position.parse().unwrap();
            let there = log.events.iter().any(|event| event["global_position"] == position);
            let hole = readme.contains(&format!("hole `#{position}`"));
            assert!(there != hole, "#{position}");
            numbered += 1;
        }
    }
    assert!(named > 15 && numbered > 3, "{named} streams, {numbered} positions");
}
