//! The rules of a payment.

use super::command::PaymentCommand;
use super::event::*;
use super::refusal::PaymentRefusal;
use super::state::{PaymentState, PaymentStatus};
use crate::money::{Currency, Money};

/// The events that a command leads to, or the rule that refuses it.
pub fn decide(state: &PaymentState, command: PaymentCommand) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
    use PaymentStatus::{Authorized, Captured, New, PartiallyRefunded, Requested};
    let event = match command {
        PaymentCommand::RequestPayment(request) => {
            if state.status != New {
                return Err(PaymentRefusal::AlreadyRequested);
            }
            above_zero(request.amount, request.currency)?;
            PaymentEvent::PaymentRequested(PaymentRequested {
                payment_id: request.payment_id,
                order_id: request.order_id,
                amount: request.amount,
                currency: request.currency,
                method: request.method,
            })
        }
        PaymentCommand::AuthorizePayment(authorize) => {
            needs(state, "be authorized", &[Requested])?;
            PaymentEvent::PaymentAuthorized(PaymentAuthorized {
                payment_id: authorize.payment_id,
                authorization_code: authorize.authorization_code,
            })
        }
        PaymentCommand::CapturePayment(capture) => {
            let currency = needs(state, "be captured", &[Authorized])?;
            let amount = capture.amount.unwrap_or(state.amount);
            above_zero(amount, currency)?;
            if amount > state.amount {
                return Err(PaymentRefusal::BeyondAuthorization {
                    wanted: Money::new(amount, currency),
                    authorized: Money::new(state.amount, currency),
                });
            }
            PaymentEvent::PaymentCaptured(PaymentCaptured {
                payment_id: capture.payment_id,
                amount,
                currency,
                captured_at: capture.captured_at,
            })
        }
        PaymentCommand::FailPayment(fail) => {
            needs(state, "fail", &[Requested, Authorized])?;
            PaymentEvent::PaymentFailed(PaymentFailed { payment_id: fail.payment_id, reason: fail.reason })
        }
        PaymentCommand::RefundPayment(refund) => {
            let currency = needs(state, "be refunded", &[Captured, PartiallyRefunded])?;
            above_zero(refund.amount, currency)?;
            let left = state.captured.saturating_sub(state.refunded);
            if refund.amount > left {
                return Err(PaymentRefusal::BeyondCapture {
                    wanted: Money::new(refund.amount, currency),
                    left: Money::new(left, currency),
                });
            }
            PaymentEvent::PaymentRefunded(PaymentRefunded {
                payment_id: refund.payment_id,
                amount: refund.amount,
                currency,
                reason: refund.reason,
            })
        }
    };
    Ok(vec![event])
}

/// The payment's currency, if the payment is at one of these points.
fn needs(
    state: &PaymentState,
    what: &'static str,
    wanted: &'static [PaymentStatus],
) -> Result<Currency, PaymentRefusal> {
    match state.currency {
        Some(currency) if wanted.contains(&state.status) => Ok(currency),
        Some(_) => Err(PaymentRefusal::WrongStatus { what, wanted, status: state.status }),
        None => Err(PaymentRefusal::NotRequested),
    }
}

fn above_zero(amount: i64, currency: Currency) -> Result<(), PaymentRefusal> {
    if amount > 0 { Ok(()) } else { Err(PaymentRefusal::BadAmount { amount: Money::new(amount, currency) }) }
}
