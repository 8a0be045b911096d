//! What can have happened to a payment.

use crate::ids::{OrderId, PaymentId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::{Deserialize, Serialize};

crate::events! {
    /// What can have happened to a payment.
    pub enum PaymentEvent upcast by crate::upcasters::CHAIN => {
        /// Somebody is to pay.
        PaymentRequested(PaymentRequested),
        /// The bank holds the amount ready.
        PaymentAuthorized(PaymentAuthorized),
        /// The money moved.
        PaymentCaptured(PaymentCaptured),
        /// No money will move.
        PaymentFailed(PaymentFailed),
        /// Money went back.
        PaymentRefunded(PaymentRefunded),
    }
}

/// The payload of [`PaymentEvent::PaymentRequested`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRequested {
    /// Which payment.
    pub payment_id: PaymentId,
    /// For which order.
    pub order_id: OrderId,
    /// How much, in minor units.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
    /// How: `CARD`, `BANK_TRANSFER`.
    pub method: String,
}

/// The payload of [`PaymentEvent::PaymentAuthorized`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentAuthorized {
    /// Which payment.
    pub payment_id: PaymentId,
    /// The bank's word for it.
    pub authorization_code: String,
}

/// The payload of [`PaymentEvent::PaymentCaptured`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentCaptured {
    /// Which payment.
    pub payment_id: PaymentId,
    /// How much moved, in minor units.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
    /// When, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub captured_at: Option<Moment>,
}

/// The payload of [`PaymentEvent::PaymentFailed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentFailed {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Why.
    pub reason: String,
}

/// The payload of [`PaymentEvent::PaymentRefunded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentRefunded {
    /// Which payment.
    pub payment_id: PaymentId,
    /// How much went back this time, in minor units.
    pub amount: i64,
    /// Of which currency.
    pub currency: Currency,
    /// Why.
    pub reason: String,
}
