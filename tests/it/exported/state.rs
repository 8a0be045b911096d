//! payment-527 with skip v4: exported by foldback.

use foldback_domain::aggregates::Payment;
use foldback_domain::event::Payload;
use foldback_domain::{Aggregate, DomainEvent};
use serde_json::Value;

/// What happened: the type, the schema version and the payload of each event.
const GIVEN: &[(&str, u32, &str)] = &[
    ("PaymentRequested", 1, r#"{"payment_id":"527","order_id":"1024","amount":94000,"currency":"KRW","method":"CARD"}"#),
    ("PaymentAuthorized", 1, r#"{"payment_id":"527","authorization_code":"A937330"}"#),
    ("PaymentCaptured", 1, r#"{"payment_id":"527","amount":94000,"currency":"KRW","captured_at":"2026-01-05T20:27:52.750Z"}"#),
    ("PaymentRefunded", 1, r#"{"payment_id":"527","amount":36000,"currency":"KRW","reason":"cups returned"}"#),
];

#[test]
fn given_payment_527_with_skip_v4() {
    let state = GIVEN.iter().fold(Payment::initial(), |state, (event_type, schema, data)| {
        let data = Payload::Json((*data).to_owned());
        let event = <Payment as Aggregate>::Event::decode(event_type, *schema, &data);
        Payment::evolve(state, event.expect("an event that was given decodes"))
    });
    let expected: Value = serde_json::from_str(r#"{"status":"PARTIALLY_REFUNDED","payment_id":"527","order_id":"1024","method":"CARD","currency":"KRW","amount":94000,"captured":94000,"refunded":36000,"authorization_code":"A937330","captured_at":"2026-01-05T20:27:52.750Z","refund_reason":"cups returned"}"#).unwrap();
    assert_eq!(serde_json::to_value(&state).unwrap(), expected);
}
