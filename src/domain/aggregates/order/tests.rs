//! Given what happened, when something is asked for, then that happens: rules and properties.

use super::*;
use crate::address::Address;
use crate::aggregate::DomainEvent;
use crate::aggregates::properties::{amount, history_folds, id, rules_hold, text};
use crate::event::Payload;
use crate::ids::OrderId;
use crate::spec::given;
use crate::{DecodeError, NamedCommand};
use proptest::prelude::*;
use serde_json::json;

fn order_id() -> OrderId {
    "1017".into()
}

fn item(product: &str, quantity: i64, unit_price: i64) -> OrderItem {
    OrderItem { product_id: product.into(), name: format!("product {product}"), quantity, unit_price }
}

fn address() -> Address {
    Address {
        street: "1 Sejong-daero".into(),
        city: "Seoul".into(),
        state: "Seoul".into(),
        zip_code: "04524".into(),
        country: "KR".into(),
    }
}

fn placed(items: Vec<OrderItem>) -> OrderEvent {
    let total = items.iter().map(|item| item.quantity * item.unit_price).sum();
    OrderEvent::OrderPlaced(OrderPlaced {
        order_id: order_id(),
        customer_id: "kim".into(),
        items,
        total,
        currency: Currency::KRW,
        shipping_address: address(),
        shipping_method: "STANDARD".into(),
    })
}

fn place(items: Vec<OrderItem>) -> OrderCommand {
    OrderCommand::PlaceOrder(PlaceOrder {
        order_id: order_id(),
        customer_id: "kim".into(),
        items,
        currency: Currency::KRW,
        shipping_address: address(),
        shipping_method: "STANDARD".into(),
    })
}

fn two_items() -> OrderEvent {
    placed(vec![item("p-12", 2, 12_900), item("p-31", 1, 4_500)])
}

fn confirmed() -> OrderEvent {
    OrderEvent::OrderConfirmed(OrderConfirmed { order_id: order_id() })
}

fn paid() -> OrderEvent {
    OrderEvent::PaymentCompleted(PaymentCompleted {
        order_id: order_id(),
        payment_id: "88".into(),
        paid_at: Some(serde_json::from_str("\"2026-01-05T14:34:12.120Z\"").unwrap()),
    })
}

fn shipped() -> OrderEvent {
    OrderEvent::ShippingStarted(ShippingStarted { order_id: order_id(), tracking_number: "T-1".into() })
}

fn coupon(discount: i64) -> OrderEvent {
    OrderEvent::CouponApplied(CouponApplied { order_id: order_id(), code: "WELCOME".into(), discount })
}

fn apply_coupon(discount: i64) -> OrderCommand {
    OrderCommand::ApplyCoupon(ApplyCoupon { order_id: order_id(), code: "WELCOME".into(), discount })
}

fn confirm() -> OrderCommand {
    OrderCommand::ConfirmOrder(ConfirmOrder { order_id: order_id() })
}

fn cancel() -> OrderCommand {
    OrderCommand::CancelOrder(CancelOrder { order_id: order_id(), reason: "changed my mind".into() })
}

fn ship() -> OrderCommand {
    OrderCommand::StartShipping(StartShipping { order_id: order_id(), tracking_number: "T-1".into() })
}

fn remove(product: &str, quantity: Option<i64>) -> OrderCommand {
    OrderCommand::RemoveItem(RemoveItem { order_id: order_id(), product_id: product.into(), quantity })
}

#[test]
fn an_order_has_items_and_a_total_above_zero() {
    let new = given::<Order>([]);
    new.when(place(vec![item("p-12", 2, 12_900), item("p-31", 1, 4_500)])).then([two_items()]);
    new.when(place(vec![])).refused("an order needs at least one item");
    new.when(place(vec![item("p-1", 1, 0)])).refused("the total of an order must be above zero; it would be 0");
    new.when(place(vec![item("p-1", 0, 5)])).refused("the quantity of product p-1 must be above zero; it is 0");
    new.when(place(vec![item("p-1", 1, -5)])).refused("the price of product p-1 must not be below zero; it is -5");
    new.when(place(vec![item("p-1", 2, i64::MAX)])).refused("the amounts are too large to be added up");
    new.when(place(vec![item("p-1", 1, 1), item("p-1", 1, 1)]))
        .refused("product p-1 is listed twice; list it once with the sum");
    new.when(confirm()).refused("the order does not exist; place it first");
    given::<Order>([two_items()]).when(place(vec![item("p-1", 1, 1)])).refused("the order exists already");
}

#[test]
fn items_and_coupon_change_only_while_pending() {
    let pending = given::<Order>([two_items()]);
    let add = |item| OrderCommand::AddItem(AddItem { order_id: order_id(), item });
    let added = |item| OrderEvent::ItemAdded(ItemAdded { order_id: order_id(), item });
    pending.when(add(item("p-12", 1, 12_900))).then([added(item("p-12", 1, 12_900))]);
    pending
        .when(add(item("p-12", 1, 10)))
        .refused("product p-12 is in the order at 12900 each; an order has one price for a product");
    pending.when(remove("p-12", None)).then([OrderEvent::ItemRemoved(ItemRemoved {
        order_id: order_id(),
        product_id: "p-12".into(),
        quantity: 2,
    })]);
    pending.when(remove("p-12", Some(3))).refused("3 of product p-12 cannot be removed; the order has 2");
    pending.when(remove("p-99", None)).refused("product p-99 is not in the order");
    pending.when(apply_coupon(3_000)).then([coupon(3_000)]);
    pending.when(apply_coupon(30_300)).refused("the total of an order must be above zero; it would be 0");
    pending.when(apply_coupon(0)).refused("a discount must be above zero; it is 0");

    given::<Order>([two_items(), coupon(3_000)])
        .when(apply_coupon(1_000))
        .refused("an order takes one coupon; this one has WELCOME");
    given::<Order>([placed(vec![item("p-1", 1, 5)])])
        .when(remove("p-1", None))
        .refused("an order needs at least one item");
    let confirmed = given::<Order>([two_items(), confirmed()]);
    confirmed
        .when(add(item("p-1", 1, 1)))
        .refused("an order can take more items only while it is PENDING; this one is CONFIRMED");
    confirmed
        .when(apply_coupon(1))
        .refused("an order can take a coupon only while it is PENDING; this one is CONFIRMED");
}

#[test]
fn it_is_confirmed_paid_shipped_and_delivered_in_order() {
    let pay = || {
        OrderCommand::CompletePayment(CompletePayment {
            order_id: order_id(),
            payment_id: "88".into(),
            paid_at: Some(serde_json::from_str("\"2026-01-05T14:34:12.120Z\"").unwrap()),
        })
    };
    given::<Order>([two_items()]).when(confirm()).then([confirmed()]);
    given::<Order>([two_items()]).when(pay()).then([paid()]);
    given::<Order>([two_items(), confirmed()]).when(pay()).then([paid()]);
    given::<Order>([two_items(), confirmed(), paid()])
        .when(pay())
        .refused("an order can be paid only while it is PENDING or CONFIRMED; this one is PAID");
    given::<Order>([two_items(), confirmed()])
        .when(ship())
        .refused("an order can be shipped only while it is PAID; this one is CONFIRMED");
    given::<Order>([two_items(), confirmed(), paid()]).when(ship()).then([shipped()]);
    let deliver = || OrderCommand::DeliverOrder(DeliverOrder { order_id: order_id(), delivered_at: None });
    given::<Order>([two_items(), paid()])
        .when(deliver())
        .refused("an order can be delivered only while it is SHIPPING; this one is PAID");
    given::<Order>([two_items(), paid(), shipped()])
        .when(deliver())
        .then([OrderEvent::OrderDelivered(OrderDelivered { order_id: order_id(), delivered_at: None })]);
}

#[test]
fn what_is_shipped_or_cancelled_is_not_cancelled() {
    let cancelled =
        || OrderEvent::OrderCancelled(OrderCancelled { order_id: order_id(), reason: "changed my mind".into() });
    given::<Order>([two_items(), confirmed(), paid()]).when(cancel()).then([cancelled()]);
    let words = |status| {
        format!("an order can be cancelled only while it is PENDING or CONFIRMED or PAID; this one is {status}")
    };
    given::<Order>([two_items(), paid(), shipped()]).when(cancel()).refused(&words("SHIPPING"));
    given::<Order>([two_items(), cancelled()]).when(cancel()).refused(&words("CANCELLED"));
}

#[test]
fn the_state_is_pleasant_to_read() {
    let order = given::<Order>([two_items(), coupon(3_000), confirmed(), paid(), shipped()]);
    assert_eq!(
        serde_json::to_value(order.state()).unwrap(),
        json!({
            "status": "SHIPPING",
            "order_id": "1017",
            "customer_id": "kim",
            "items": [
                {"product_id": "p-12", "name": "product p-12", "quantity": 2, "unit_price": 12900},
                {"product_id": "p-31", "name": "product p-31", "quantity": 1, "unit_price": 4500},
            ],
            "subtotal": 30300,
            "discount": 3000,
            "coupon": "WELCOME",
            "total": 27300,
            "currency": "KRW",
            "shipping": {
                "method": "STANDARD",
                "address": {
                    "street": "1 Sejong-daero",
                    "city": "Seoul",
                    "state": "Seoul",
                    "zip_code": "04524",
                    "country": "KR",
                },
                "tracking_number": "T-1",
            },
            "payment_id": "88",
            "paid_at": "2026-01-05T14:34:12.120Z",
        })
    );
    assert!(order.violations().is_empty());
}

#[test]
fn a_history_that_the_rules_would_have_refused_is_folded_and_noticed() {
    let twice = given::<Order>([two_items(), coupon(3_000), coupon(3_000)]);
    assert_eq!((twice.state().discount, twice.state().total), (3_000, 24_300));
    assert_eq!(twice.violations(), ["total-mismatch"]);
    assert_eq!(
        Order::violations(twice.state())[0].message,
        "the total is 24,300 KRW, but the items cost 30,300 KRW and the discount is 3,000 KRW"
    );
    assert_eq!(given::<Order>([two_items(), coupon(40_000)]).violations(), ["total-below-zero"]);
}

#[test]
fn an_old_order_is_read_as_if_written_today() {
    let old = json!({
        "order_id": "1017",
        "customer_id": "kim",
        "items": [{"product_id": "p-1", "name": "pen", "quantity": 2, "unit_price": 500}],
        "total": 1000,
        "shipping_address": address(),
    });
    let old = Payload::Json(old.to_string());
    let Ok(OrderEvent::OrderPlaced(placed)) = OrderEvent::decode("OrderPlaced", 1, &old) else { panic!() };
    assert_eq!((placed.currency, placed.shipping_method.as_str()), (Currency::KRW, "STANDARD"));
    // The same payload is no valid one of today, and nothing makes up for it silently.
    let Err(DecodeError::Malformed(why)) = OrderEvent::decode("OrderPlaced", 2, &old) else { panic!() };
    assert!(why.contains("missing field `currency`"), "{why}");
    assert_eq!(OrderEvent::decode("OrderPlaced", 3, &old), Err(DecodeError::UnknownSchema { found: 3, newest: 2 }));
    assert_eq!(OrderEvent::decode("OrderLost", 1, &old), Err(DecodeError::UnknownType));
}

#[test]
fn reading_is_strict() {
    let surplus = Payload::Json(r#"{"order_id": "1", "by": "kim"}"#.into());
    let Err(DecodeError::Malformed(why)) = OrderEvent::decode("OrderConfirmed", 1, &surplus) else { panic!() };
    assert!(why.contains("unknown field `by`"), "{why}");
}

#[test]
fn commands_come_as_json() {
    let command = OrderCommand::parse("CancelOrder", r#"{"order_id": "1017", "reason": "changed my mind"}"#);
    assert_eq!(command, Ok(cancel()));
    assert_eq!(cancel().stream().as_str(), "order-1017");
    assert_eq!(cancel().name(), "CancelOrder");
    for (name, json, words) in [
        ("BurnOrder", "{}", "no command of this aggregate has that name"),
        ("ConfirmOrder", r#"{"order_id": " "}"#, "the command's JSON does not decode: order_id is empty"),
        ("ConfirmOrder", "{}", "the command's JSON does not decode: missing field `order_id` at line 1 column 2"),
    ] {
        assert_eq!(OrderCommand::parse(name, json).unwrap_err().to_string(), words);
    }
}

fn any_item() -> impl Strategy<Value = OrderItem> {
    (id(), text(), amount(), amount()).prop_map(|(product_id, name, quantity, unit_price)| OrderItem {
        product_id,
        name,
        quantity,
        unit_price,
    })
}

fn any_command() -> impl Strategy<Value = OrderCommand> {
    prop_oneof![
        2 => prop::collection::vec(any_item(), 0..4).prop_map(place),
        4 => any_item().prop_map(|item| OrderCommand::AddItem(AddItem { order_id: order_id(), item })),
        4 => (id(), prop::option::of(amount())).prop_map(|(product_id, quantity)| {
            OrderCommand::RemoveItem(RemoveItem { order_id: order_id(), product_id, quantity })
        }),
        2 => (text(), amount()).prop_map(|(code, discount)| {
            OrderCommand::ApplyCoupon(ApplyCoupon { order_id: order_id(), code, discount })
        }),
        1 => Just(confirm()),
        1 => Just(OrderCommand::CompletePayment(CompletePayment {
            order_id: order_id(),
            payment_id: "88".into(),
            paid_at: None,
        })),
        1 => Just(ship()),
        1 => Just(OrderCommand::DeliverOrder(DeliverOrder { order_id: order_id(), delivered_at: None })),
        1 => text().prop_map(|reason| OrderCommand::CancelOrder(CancelOrder { order_id: order_id(), reason })),
    ]
}

fn any_event() -> impl Strategy<Value = OrderEvent> {
    prop_oneof![
        (prop::collection::vec(any_item(), 0..3), amount()).prop_map(|(items, total)| {
            let OrderEvent::OrderPlaced(placed) = placed(vec![]) else { unreachable!() };
            OrderEvent::OrderPlaced(OrderPlaced { items, total, ..placed })
        }),
        any_item().prop_map(|item| OrderEvent::ItemAdded(ItemAdded { order_id: order_id(), item })),
        (id(), amount()).prop_map(|(product_id, quantity)| {
            OrderEvent::ItemRemoved(ItemRemoved { order_id: order_id(), product_id, quantity })
        }),
        amount().prop_map(coupon),
        Just(confirmed()),
        Just(paid()),
        Just(shipped()),
    ]
}

proptest! {
    #[test]
    fn rules_hold_for_any_commands(commands in prop::collection::vec(any_command(), 0..24)) {
        rules_hold::<Order>(commands);
    }

    #[test]
    fn any_history_folds(events in prop::collection::vec(any_event(), 0..12)) {
        history_folds::<Order>(events);
    }
}
