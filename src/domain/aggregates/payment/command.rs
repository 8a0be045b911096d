//! What can be asked of a payment.

use crate::ids::{OrderId, PaymentId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::Deserialize;

crate::command::commands! {
    /// What can be asked of a payment.
    pub enum PaymentCommand of super::Payment, by payment_id {
        /// Ask somebody to pay.
        RequestPayment(RequestPayment),
        /// Note that the bank holds the amount ready.
        AuthorizePayment(AuthorizePayment),
        /// Move the money.
        CapturePayment(CapturePayment),
        /// Note that no money will move.
        FailPayment(FailPayment),
        /// Give money back.
        RefundPayment(RefundPayment),
    }
}

/// The fields of [`PaymentCommand::RequestPayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestPayment {
    /// Which payment; it must be new.
    pub payment_id: PaymentId,
    /// For which order.
    pub order_id: OrderId,
    /// How much, in minor units.
    pub amount: i64,
    /// Of which currency.
    #[serde(default = "won")]
    pub currency: Currency,
    /// How.
    #[serde(default = "card")]
    pub method: String,
}

fn won() -> Currency {
    Currency::KRW
}

fn card() -> String {
    "CARD".to_owned()
}

/// The fields of [`PaymentCommand::AuthorizePayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorizePayment {
    /// Which payment.
    pub payment_id: PaymentId,
    /// The bank's word for it.
    pub authorization_code: String,
}

/// The fields of [`PaymentCommand::CapturePayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CapturePayment {
    /// Which payment.
    pub payment_id: PaymentId,
    /// How much, in minor units; all that was asked for where nothing is said.
    #[serde(default)]
    pub amount: Option<i64>,
    /// When the money moved.
    #[serde(default)]
    pub captured_at: Option<Moment>,
}

/// The fields of [`PaymentCommand::FailPayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailPayment {
    /// Which payment.
    pub payment_id: PaymentId,
    /// Why.
    pub reason: String,
}

/// The fields of [`PaymentCommand::RefundPayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefundPayment {
    /// Which payment.
    pub payment_id: PaymentId,
    /// How much, in minor units.
    pub amount: i64,
    /// Why.
    pub reason: String,
}
