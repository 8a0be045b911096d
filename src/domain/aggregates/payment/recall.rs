//! From an event of a payment back to the command that it comes of.

use super::command::*;
use super::event::PaymentEvent;

/// The command that an event comes of.
pub fn command_for(event: &PaymentEvent) -> Option<PaymentCommand> {
    Some(match event.clone() {
        PaymentEvent::PaymentRequested(event) => PaymentCommand::RequestPayment(RequestPayment {
            payment_id: event.payment_id,
            order_id: event.order_id,
            amount: event.amount,
            currency: event.currency,
            method: event.method,
        }),
        PaymentEvent::PaymentAuthorized(event) => PaymentCommand::AuthorizePayment(AuthorizePayment {
            payment_id: event.payment_id,
            authorization_code: event.authorization_code,
        }),
        PaymentEvent::PaymentCaptured(event) => PaymentCommand::CapturePayment(CapturePayment {
            payment_id: event.payment_id,
            amount: Some(event.amount),
            captured_at: event.captured_at,
        }),
        PaymentEvent::PaymentFailed(event) => {
            PaymentCommand::FailPayment(FailPayment { payment_id: event.payment_id, reason: event.reason })
        }
        PaymentEvent::PaymentRefunded(event) => PaymentCommand::RefundPayment(RefundPayment {
            payment_id: event.payment_id,
            amount: event.amount,
            reason: event.reason,
        }),
    })
}
