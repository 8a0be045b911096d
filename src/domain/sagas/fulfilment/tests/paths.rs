//! Each path, from the first event to the last line.

use super::world::World;
use crate::aggregates::order::OrderStatus;
use crate::aggregates::payment::PaymentStatus;
use crate::processes::SagaStatus;
use crate::saga::{Due, Outcome, Outgoing, Signal};
use serde_json::json;

fn refused(what: &'static str, why: &'static str) -> impl FnMut(&Outgoing) -> Option<Option<Outcome>> {
    move |asked| (asked.name() == what).then(|| Some(Outcome::Refused(why.into())))
}

fn failing(what: &'static str, mut times: u32) -> impl FnMut(&Outgoing) -> Option<Option<Outcome>> {
    move |asked| {
        if asked.name() != what || times == 0 {
            return None;
        }
        times -= 1;
        Some(Some(Outcome::Failed("no connection".into())))
    }
}

#[test]
fn an_order_is_fulfilled_step_by_step() {
    let mut world = World::with_stock(10, 10);
    world.take_event();
    assert_eq!((world.status, world.due), (SagaStatus::Started, Due::Never), "a customer may take any time");
    world.play(|_| None);
    assert_eq!(world.status, SagaStatus::Completed);
    let steps = ["create order", "process payment", "reserve inventory", "ship"];
    assert_eq!(world.story(), steps.map(|step| format!("{step}: COMPLETED")));
    assert_eq!((world.order.status, world.payment.status), (OrderStatus::Shipping, PaymentStatus::Captured));
    assert_eq!((world.payment.captured, world.reserved(), world.on_hand()), (7_000, 0, 17));
    assert_eq!((world.did("payment.charge"), world.did("shipping.book")), (1, 1));
    assert_eq!(world.order.shipping.unwrap().tracking_number.as_deref(), Some("T-1"));
}

#[test]
fn a_refused_charge_leaves_nothing_to_give_back() {
    let mut world = World::with_stock(10, 10);
    world.play(refused("payment.charge", "the card is declined"));
    assert_eq!(world.status, SagaStatus::Compensated);
    let story = ["create order: COMPLETED", "process payment: FAILED", "refund payment: COMPENSATED"];
    assert_eq!(world.story()[..3], story);
    assert_eq!((world.order.status, world.payment.status), (OrderStatus::Cancelled, PaymentStatus::Failed));
    assert_eq!(world.order.cancel_reason.as_deref(), Some("the card is declined"));
    assert_eq!((world.did("payment.charge"), world.did("payment.refund")), (0, 0));
}

#[test]
fn too_little_stock_gives_the_money_back_and_frees_what_was_set_aside() {
    let mut world = World::with_stock(10, 1);
    world.command("ReserveStock", &json!({"sku": "SKU-2", "order_id": "9", "quantity": 1})).unwrap();
    world.play(|_| None);
    assert_eq!(world.status, SagaStatus::Compensated);
    let story = [
        "create order: COMPLETED",
        "process payment: COMPLETED",
        "reserve inventory: FAILED",
        "release stock: COMPENSATED",
        "refund payment: COMPENSATED",
        "cancel order: COMPENSATED",
    ];
    assert_eq!(world.story(), story);
    assert_eq!(world.lines.last().unwrap().state.failure.as_deref(), Some("SKU-2: 1 wanted, 0 available"));
    assert_eq!((world.payment.captured, world.payment.refunded, world.reserved()), (7_000, 7_000, 1));
    assert_eq!((world.did("payment.charge"), world.did("payment.refund")), (1, 1));
}

#[test]
fn a_refused_shipment_undoes_everything_in_reverse_order() {
    let mut world = World::with_stock(10, 10);
    world.play(refused("StartShipping", "the carrier is on strike"));
    assert_eq!(world.status, SagaStatus::Compensated);
    let undone: Vec<_> = world.lines.iter().filter(|line| line.compensates.is_some()).collect();
    let asked: Vec<_> = undone.iter().filter_map(|line| line.sent.as_ref()).map(Outgoing::name).collect();
    let expected = [
        "ReceiveStock",
        "ReceiveStock",
        "shipping.cancel",
        "inventory.release",
        "payment.refund",
        "RefundPayment",
        "CancelOrder",
    ];
    assert_eq!(asked, expected);
    assert_eq!((world.on_hand(), world.reserved(), world.order.status), (20, 0, OrderStatus::Cancelled));
}

#[test]
fn what_fails_is_tried_again_after_a_pause_and_then_undone() {
    let mut world = World::with_stock(10, 10);
    world.play(failing("payment.charge", 2));
    assert_eq!((world.status, world.did("payment.charge")), (SagaStatus::Completed, 1));
    let attempts: Vec<u32> = world
        .lines
        .iter()
        .filter(|line| line.sent.as_ref().is_some_and(|sent| sent.name() == "payment.charge"))
        .map(|line| line.attempt)
        .collect();
    assert_eq!(attempts, [1, 2, 3]);
    let mut world = World::with_stock(10, 10);
    world.play(failing("payment.charge", 3));
    assert_eq!((world.status, world.did("payment.refund")), (SagaStatus::Compensated, 0));
}

#[test]
fn a_store_that_is_away_is_waited_for_as_long_as_it_takes() {
    let mut world = World::with_stock(10, 10);
    world.play(failing("CapturePayment", 20));
    assert_eq!((world.status, world.payment.captured), (SagaStatus::Completed, 7_000));
}

#[test]
fn no_answer_is_noted_and_what_may_have_happened_is_undone() {
    let mut world = World::with_stock(10, 10);
    let mut lost = Vec::new();
    world.play(|asked| {
        let charge = asked.name() == "payment.charge";
        if charge {
            lost.push(asked.clone());
        }
        charge.then_some(None)
    });
    assert_eq!((world.status, lost.len()), (SagaStatus::Compensated, 3));
    let noted = world.lines.iter().filter(|line| line.step_status == Some(SagaStatus::TimedOut)).count();
    assert_eq!(noted, 3);
    assert_eq!(world.did("payment.refund"), 1, "the charge may have been carried out");
    // The answer comes after all: it is noted, and changes nothing.
    let (before, lines) = (world.state.clone(), world.lines.len());
    world.reply(&lost[0], Outcome::Done(json!({"authorization_code": "late"})));
    assert_eq!((world.lines.len(), &world.state), (lines + 1, &before));
    assert_eq!(world.lines.last().unwrap().cause, "late reply of payment");
    assert!(world.asked.is_empty());
}

#[test]
fn an_answer_to_an_earlier_attempt_is_an_answer_and_a_second_one_is_not() {
    let mut world = World::with_stock(10, 10);
    let mut first = None;
    let mut second = None;
    world.play(|asked| {
        if asked.name() == "payment.charge" && first.is_none() {
            first = Some(asked.clone());
            return Some(None);
        }
        if asked.name() == "payment.charge" {
            second = Some(asked.clone());
            return Some(Some(Outcome::Done(json!({"authorization_code": "A-1"}))));
        }
        None
    });
    assert_eq!(world.status, SagaStatus::Completed);
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_ne!(first.id, second.id);
    assert_eq!(first.key, second.key);
    world.reply(&second, Outcome::Done(json!({"authorization_code": "A-1"})));
    assert_eq!((world.status, world.lines.last().unwrap().sent.is_none()), (SagaStatus::Completed, true));
}

#[test]
fn a_customer_who_cancels_at_once_leaves_nothing_to_undo() {
    let mut world = World::with_stock(10, 10);
    world.events.pop_back();
    world.command("CancelOrder", &json!({"order_id": "1017", "reason": "changed my mind"})).unwrap();
    world.play(|_| None);
    assert_eq!(world.status, SagaStatus::Failed);
    assert_eq!(world.story().last().unwrap(), "create order: FAILED");
}

#[test]
fn a_customer_who_cancels_on_the_way_is_waited_for_and_everything_is_undone() {
    let mut world = World::with_stock(10, 10);
    world.take_event();
    world.take_event();
    let request = world.asked.pop_front().unwrap();
    world.command("CancelOrder", &json!({"order_id": "1017", "reason": "changed my mind"})).unwrap();
    world.take_event();
    assert!(world.asked.is_empty(), "nothing is undone while it is open what was done");
    let outcome = world.carry_out(&request);
    world.reply(&request, outcome);
    world.play(|_| None);
    assert_eq!(world.status, SagaStatus::Compensated);
    assert_eq!((world.payment.status, world.did("payment.charge")), (PaymentStatus::Failed, 0));
    assert!(!world.lines.iter().any(|line| line.sent.as_ref().is_some_and(|sent| sent.name() == "CancelOrder")));
}

#[test]
fn a_compensation_that_fails_waits_for_a_person_and_goes_on_from_there() {
    let mut world = World::with_stock(10, 1);
    world.command("ReserveStock", &json!({"sku": "SKU-2", "order_id": "9", "quantity": 1})).unwrap();
    world.play(failing("payment.refund", 3));
    assert_eq!((world.status, world.dead_letters, world.due), (SagaStatus::CompensationFailed, 1, Due::Never));
    assert_eq!((world.order.status, world.payment.refunded), (OrderStatus::Paid, 0));
    let before = world.lines.len();
    world.signal(&Signal::Retry { by: "kim".into() });
    assert_eq!(world.due, Due::After(std::time::Duration::ZERO), "a runner elsewhere finds it as due");
    world.play(|_| None);
    assert_eq!((world.status, world.did("payment.refund")), (SagaStatus::Compensated, 1));
    assert_eq!(world.lines[before].cause, "retry by kim");
    assert_eq!((world.order.status, world.payment.refunded), (OrderStatus::Cancelled, 7_000));
    // Nobody can take it up twice.
    let lines = world.lines.len();
    world.signal(&Signal::Retry { by: "kim".into() });
    assert_eq!(world.lines.len(), lines);
}

#[test]
fn what_somebody_did_by_hand_is_skipped() {
    let mut world = World::with_stock(10, 10);
    world.play(|asked| match asked.name().as_str() {
        "inventory.reserve" => Some(Some(Outcome::Refused("closed for the day".into()))),
        "payment.refund" => Some(Some(Outcome::Refused("no such charge".into()))),
        _ => None,
    });
    assert_eq!(world.status, SagaStatus::CompensationFailed);
    world.signal(&Signal::Skip { by: "kim".into() });
    world.play(|_| None);
    assert_eq!((world.status, world.order.status), (SagaStatus::Compensated, OrderStatus::Cancelled));
    assert_eq!((world.did("payment.refund"), world.payment.refunded), (0, 7_000));
}

#[test]
fn an_order_that_was_paid_by_other_means_is_not_charged() {
    let mut world = World::with_stock(10, 10);
    world.events.pop_back();
    world.command("CompletePayment", &json!({"order_id": "1017", "payment_id": "88"})).unwrap();
    world.play(|_| None);
    assert_eq!((world.status, world.did("payment.charge")), (SagaStatus::Completed, 0));
}

#[test]
fn an_order_that_changes_before_it_is_confirmed_is_charged_as_it_is_then() {
    let mut world = World::with_stock(10, 10);
    world.events.pop_back();
    world.order.status = OrderStatus::Pending;
    world.command("RemoveItem", &json!({"order_id": "1017", "product_id": "SKU-2"})).unwrap();
    world.command("ConfirmOrder", &json!({"order_id": "1017"})).unwrap();
    world.play(|_| None);
    assert_eq!((world.status, world.payment.captured), (SagaStatus::Completed, 2_000));
}
