//! Why a rule of a payment refuses.

use super::state::PaymentStatus;
use crate::command::NamedRefusal;
use crate::money::Money;
use std::fmt;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentRefusal {
    /// There is no such payment yet.
    NotRequested,
    /// The payment exists already.
    AlreadyRequested,
    /// It is not at a point where this can happen.
    WrongStatus {
        /// What was asked of it.
        what: &'static str,
        /// Where it would have to be.
        wanted: &'static [PaymentStatus],
        /// Where it is.
        status: PaymentStatus,
    },
    /// An amount is not above zero.
    BadAmount {
        /// The amount.
        amount: Money,
    },
    /// More would move than was authorized.
    BeyondAuthorization {
        /// What would move.
        wanted: Money,
        /// What was authorized.
        authorized: Money,
    },
    /// More would go back than is left of what moved.
    BeyondCapture {
        /// What would go back.
        wanted: Money,
        /// What is left.
        left: Money,
    },
}

impl fmt::Display for PaymentRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PaymentRefusal::NotRequested => write!(f, "the payment does not exist; request it first"),
            PaymentRefusal::AlreadyRequested => write!(f, "the payment exists already"),
            PaymentRefusal::WrongStatus { what, wanted, status } => {
                let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
                write!(f, "a payment can {what} only while it is {}; this one is {status}", wanted.join(" or "))
            }
            PaymentRefusal::BadAmount { amount } => write!(f, "the amount must be above zero; it is {amount}"),
            PaymentRefusal::BeyondAuthorization { wanted, authorized } => {
                write!(f, "{wanted} cannot be captured; {authorized} is authorized")
            }
            PaymentRefusal::BeyondCapture { wanted, left } => {
                write!(f, "{wanted} cannot be refunded; {left} of what was captured is left")
            }
        }
    }
}

impl NamedRefusal for PaymentRefusal {
    fn is_absence(&self) -> bool {
        matches!(self, PaymentRefusal::NotRequested)
    }
}
