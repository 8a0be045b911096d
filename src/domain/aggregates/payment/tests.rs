//! Given what happened, when something is asked for, then that happens: rules and properties.

use super::*;
use crate::aggregates::properties::{amount, history_folds, rules_hold, text};
use crate::ids::PaymentId;
use crate::spec::given;
use proptest::prelude::*;

fn payment_id() -> PaymentId {
    "88".into()
}

fn requested() -> PaymentEvent {
    PaymentEvent::PaymentRequested(PaymentRequested {
        payment_id: payment_id(),
        order_id: "1017".into(),
        amount: 30_300,
        currency: Currency::KRW,
        method: "CARD".into(),
    })
}

fn request(amount: i64) -> PaymentCommand {
    PaymentCommand::RequestPayment(RequestPayment {
        payment_id: payment_id(),
        order_id: "1017".into(),
        amount,
        currency: Currency::KRW,
        method: "CARD".into(),
    })
}

fn authorized() -> PaymentEvent {
    PaymentEvent::PaymentAuthorized(PaymentAuthorized { payment_id: payment_id(), authorization_code: "A-7".into() })
}

fn authorize() -> PaymentCommand {
    PaymentCommand::AuthorizePayment(AuthorizePayment { payment_id: payment_id(), authorization_code: "A-7".into() })
}

fn captured(amount: i64) -> PaymentEvent {
    PaymentEvent::PaymentCaptured(PaymentCaptured {
        payment_id: payment_id(),
        amount,
        currency: Currency::KRW,
        captured_at: None,
    })
}

fn capture(amount: Option<i64>) -> PaymentCommand {
    PaymentCommand::CapturePayment(CapturePayment { payment_id: payment_id(), amount, captured_at: None })
}

fn failed() -> PaymentEvent {
    PaymentEvent::PaymentFailed(PaymentFailed { payment_id: payment_id(), reason: "card declined".into() })
}

fn fail() -> PaymentCommand {
    PaymentCommand::FailPayment(FailPayment { payment_id: payment_id(), reason: "card declined".into() })
}

fn refunded(amount: i64) -> PaymentEvent {
    PaymentEvent::PaymentRefunded(PaymentRefunded {
        payment_id: payment_id(),
        amount,
        currency: Currency::KRW,
        reason: "returned".into(),
    })
}

fn refund(amount: i64) -> PaymentCommand {
    PaymentCommand::RefundPayment(RefundPayment { payment_id: payment_id(), amount, reason: "returned".into() })
}

#[test]
fn money_moves_once_it_is_authorized() {
    given::<Payment>([]).when(request(30_300)).then([requested()]);
    given::<Payment>([]).when(request(0)).refused("the amount must be above zero; it is 0 KRW");
    given::<Payment>([]).when(authorize()).refused("the payment does not exist; request it first");
    given::<Payment>([requested()]).when(request(1)).refused("the payment exists already");
    given::<Payment>([requested()]).when(authorize()).then([authorized()]);
    given::<Payment>([requested()])
        .when(capture(None))
        .refused("a payment can be captured only while it is AUTHORIZED; this one is REQUESTED");
    let ready = given::<Payment>([requested(), authorized()]);
    ready.when(capture(None)).then([captured(30_300)]);
    ready.when(capture(Some(100))).then([captured(100)]);
    ready.when(capture(Some(30_301))).refused("30,301 KRW cannot be captured; 30,300 KRW is authorized");
}

#[test]
fn a_payment_fails_before_money_moves_or_not_at_all() {
    given::<Payment>([requested()]).when(fail()).then([failed()]);
    given::<Payment>([requested(), authorized()]).when(fail()).then([failed()]);
    given::<Payment>([requested(), authorized(), captured(30_300)])
        .when(fail())
        .refused("a payment can fail only while it is REQUESTED or AUTHORIZED; this one is CAPTURED");
}

#[test]
fn no_more_goes_back_than_came() {
    let paid = given::<Payment>([requested(), authorized(), captured(30_300)]);
    paid.when(refund(30_300)).then([refunded(30_300)]);
    paid.when(refund(30_301)).refused("30,301 KRW cannot be refunded; 30,300 KRW of what was captured is left");
    paid.when(refund(-5)).refused("the amount must be above zero; it is -5 KRW");
    let partly = given::<Payment>([requested(), authorized(), captured(30_300), refunded(30_000)]);
    partly.when(refund(300)).then([refunded(300)]);
    partly.when(refund(301)).refused("301 KRW cannot be refunded; 300 KRW of what was captured is left");
    given::<Payment>([requested(), authorized(), captured(30_300), refunded(30_300)])
        .when(refund(1))
        .refused("a payment can be refunded only while it is CAPTURED or PARTIALLY_REFUNDED; this one is REFUNDED");
}

#[test]
fn a_refund_beyond_the_capture_is_folded_and_noticed() {
    let odd = given::<Payment>([requested(), authorized(), captured(30_300), refunded(30_300), refunded(14_700)]);
    assert_eq!(odd.violations(), ["refunded-beyond-capture"]);
    assert_eq!(Payment::violations(odd.state())[0].message, "refunded 45,000 KRW of 30,300 KRW captured");
    assert_eq!(given::<Payment>([requested(), captured(30_301)]).violations(), ["captured-beyond-request"]);
}

fn any_command() -> impl Strategy<Value = PaymentCommand> {
    prop_oneof![
        1 => amount().prop_map(request),
        1 => text().prop_map(|authorization_code| {
            PaymentCommand::AuthorizePayment(AuthorizePayment { payment_id: payment_id(), authorization_code })
        }),
        1 => prop::option::of(amount()).prop_map(capture),
        1 => Just(fail()),
        4 => amount().prop_map(refund),
    ]
}

fn any_event() -> impl Strategy<Value = PaymentEvent> {
    prop_oneof![
        Just(requested()),
        Just(authorized()),
        amount().prop_map(captured),
        Just(failed()),
        amount().prop_map(refunded),
    ]
}

proptest! {
    #[test]
    fn rules_hold_for_any_commands(commands in prop::collection::vec(any_command(), 0..24)) {
        rules_hold::<Payment>(commands);
    }

    #[test]
    fn any_history_folds(events in prop::collection::vec(any_event(), 0..12)) {
        history_folds::<Payment>(events);
    }
}
