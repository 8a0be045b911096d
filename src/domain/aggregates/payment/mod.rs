//! A payment: requested, authorized, captured, perhaps refunded; or failed before any money moved.

mod command;
mod decide;
mod event;
mod recall;
mod refusal;
mod state;
#[cfg(test)]
mod tests;

pub use command::*;
pub use event::*;
pub use refusal::PaymentRefusal;
pub use state::{PaymentState, PaymentStatus};

use crate::aggregate::{Aggregate, Violation};
use crate::command::{CommandError, NamedCommand};
use crate::money::{Currency, Money};

/// The aggregate of the streams `payment-…`.
#[derive(Debug)]
pub struct Payment;

impl Aggregate for Payment {
    const CATEGORY: &'static str = "payment";
    type State = PaymentState;
    type Event = PaymentEvent;
    type Command = PaymentCommand;
    type Refusal = PaymentRefusal;

    fn initial() -> PaymentState {
        PaymentState::default()
    }

    fn evolve(state: PaymentState, event: PaymentEvent) -> PaymentState {
        state::evolve(state, event)
    }

    fn decide(state: &PaymentState, command: PaymentCommand) -> Result<Vec<PaymentEvent>, PaymentRefusal> {
        decide::decide(state, command)
    }

    fn violations(state: &PaymentState) -> Vec<Violation> {
        let money = |amount| Money::new(amount, state.currency.unwrap_or(Currency::KRW));
        let mut found = Vec::new();
        if state.refunded > state.captured {
            found.push(Violation {
                code: "refunded-beyond-capture",
                message: format!("refunded {} of {} captured", money(state.refunded), money(state.captured)),
            });
        }
        if state.captured > state.amount {
            found.push(Violation {
                code: "captured-beyond-request",
                message: format!("captured {} of {} requested", money(state.captured), money(state.amount)),
            });
        }
        found
    }

    fn command_for(event: &PaymentEvent) -> Option<PaymentCommand> {
        recall::command_for(event)
    }

    fn parse_command(name: &str, json: &str) -> Result<PaymentCommand, CommandError> {
        PaymentCommand::parse(name, json)
    }
}
