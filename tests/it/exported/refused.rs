//! payment-527: exported by foldback.

use foldback_domain::aggregates::Payment;
use foldback_domain::event::Payload;
use foldback_domain::{Aggregate, DomainEvent};

/// What happened: the type, the schema version and the payload of each event.
const GIVEN: &[(&str, u32, &str)] = &[
    ("PaymentRequested", 1, r#"{"payment_id":"527","order_id":"1024","amount":94000,"currency":"KRW","method":"CARD"}"#),
    ("PaymentAuthorized", 1, r#"{"payment_id":"527","authorization_code":"A937330"}"#),
    ("PaymentCaptured", 1, r#"{"payment_id":"527","amount":94000,"currency":"KRW","captured_at":"2026-01-05T20:27:52.750Z"}"#),
    ("PaymentRefunded", 1, r#"{"payment_id":"527","amount":36000,"currency":"KRW","reason":"cups returned"}"#),
];

#[test]
fn given_payment_527() {
    let state = GIVEN.iter().fold(Payment::initial(), |state, (event_type, schema, data)| {
        let data = Payload::Json((*data).to_owned());
        let event = <Payment as Aggregate>::Event::decode(event_type, *schema, &data);
        Payment::evolve(state, event.expect("an event that was given decodes"))
    });
    let command = Payment::parse_command("RefundPayment", r#"{"payment_id":"527","amount":94000,"reason":"again"}"#).expect("the command is one of its own");
    let decided = Payment::decide(&state, command).map_err(|refusal| refusal.to_string());
    assert_eq!(decided.err().as_deref(), Some("94,000 KRW cannot be refunded; 58,000 KRW of what was captured is left"));
}
