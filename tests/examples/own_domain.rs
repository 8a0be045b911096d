//! foldback around a domain of one's own, on the shop's hand-made table of events:
//!
//! `cargo run --example own_domain -- tests/fixtures/seed2-aggregate-version.sqlite`

use foldback::domain::{Aggregate, Violation, events};
use serde::{Deserialize, Serialize};
use std::process::ExitCode;

events! {
    /// What can have happened to a payment.
    pub enum PaymentEvent {
        /// It was asked for.
        PaymentRequested(Requested),
        /// The bank agreed.
        PaymentAuthorized(Authorized),
        /// The bank refused.
        PaymentFailed(Failed),
        /// The money came.
        PaymentCaptured(Amount),
        /// Some of it went back.
        PaymentRefunded(Amount),
    }
}

/// What the bank said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Authorized {
    /// The bank's own number.
    pub auth_code: String,
}

/// Some money.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Amount {
    /// In the shop's currency.
    pub amount: f64,
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// In the shop's currency.
    pub amount: f64,
}

/// Why not.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failed {
    /// The bank's word for it.
    pub reason: String,
}

/// What the events of a payment add up to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Money {
    /// What came.
    pub captured: f64,
    /// What went back.
    pub refunded: f64,
}

/// A payment, as this program folds it.
pub struct MyPayment;

impl Aggregate for MyPayment {
    const CATEGORY: &'static str = "payment";
    type State = Money;
    type Event = PaymentEvent;
    type Command = ();
    type Refusal = String;

    fn initial() -> Money {
        Money::default()
    }

    fn evolve(mut money: Money, event: PaymentEvent) -> Money {
        match event {
            PaymentEvent::PaymentCaptured(Amount { amount }) => money.captured += amount,
            PaymentEvent::PaymentRefunded(Amount { amount }) => money.refunded += amount,
            _ => {}
        }
        money
    }

    fn decide(_: &Money, (): ()) -> Result<Vec<PaymentEvent>, String> {
        Err("this program only looks".to_owned())
    }

    fn violations(money: &Money) -> Vec<Violation> {
        let message = format!("{} went back of {}", money.refunded, money.captured);
        let wrong = Violation { code: "refunded-beyond-capture", message };
        if money.refunded > money.captured { vec![wrong] } else { Vec::new() }
    }
}

fn main() -> ExitCode {
    foldback::Explorer::new().aggregate::<MyPayment>("pay").run()
}
