//! What a payment's events add up to.

use super::event::PaymentEvent;
use crate::ids::{OrderId, PaymentId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A payment. What has not happened yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentState {
    /// How far it is.
    pub status: PaymentStatus,
    /// Which payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// For which order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// How it is paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The currency of all amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How much was asked for.
    pub amount: i64,
    /// How much moved.
    pub captured: i64,
    /// How much of it went back.
    pub refunded: i64,
    /// The bank's word for the authorization.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub authorization_code: Option<String>,
    /// When the money moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Moment>,
    /// Why no money moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Why money went back the last time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund_reason: Option<String>,
}

/// How far a payment is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PaymentStatus {
    /// Not asked for yet.
    #[default]
    New,
    /// Somebody is to pay.
    Requested,
    /// The bank holds the amount ready.
    Authorized,
    /// The money moved.
    Captured,
    /// Some of it went back.
    PartiallyRefunded,
    /// All of it went back, or more.
    Refunded,
    /// No money will move.
    Failed,
}

impl fmt::Display for PaymentStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PaymentStatus::New => "NEW",
            PaymentStatus::Requested => "REQUESTED",
            PaymentStatus::Authorized => "AUTHORIZED",
            PaymentStatus::Captured => "CAPTURED",
            PaymentStatus::PartiallyRefunded => "PARTIALLY_REFUNDED",
            PaymentStatus::Refunded => "REFUNDED",
            PaymentStatus::Failed => "FAILED",
        })
    }
}

/// The state after one more event.
pub fn evolve(mut state: PaymentState, event: PaymentEvent) -> PaymentState {
    match event {
        PaymentEvent::PaymentRequested(requested) => {
            state.status = PaymentStatus::Requested;
            state.payment_id = Some(requested.payment_id);
            state.order_id = Some(requested.order_id);
            state.amount = requested.amount;
            state.currency = Some(requested.currency);
            state.method = Some(requested.method);
        }
        PaymentEvent::PaymentAuthorized(authorized) => {
            state.status = PaymentStatus::Authorized;
            state.authorization_code = Some(authorized.authorization_code);
        }
        PaymentEvent::PaymentCaptured(captured) => {
            state.status = PaymentStatus::Captured;
            state.captured = state.captured.saturating_add(captured.amount);
            state.captured_at = captured.captured_at;
        }
        PaymentEvent::PaymentFailed(failed) => {
            state.status = PaymentStatus::Failed;
            state.failure = Some(failed.reason);
        }
        PaymentEvent::PaymentRefunded(refunded) => {
            state.refunded = state.refunded.saturating_add(refunded.amount);
            state.refund_reason = Some(refunded.reason);
            state.status = if state.refunded < state.captured {
                PaymentStatus::PartiallyRefunded
            } else {
                PaymentStatus::Refunded
            };
        }
    }
    state
}
