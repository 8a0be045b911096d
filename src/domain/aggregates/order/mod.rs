//! An order: placed, changed while pending, confirmed, paid, shipped, delivered; or cancelled on the way.

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
pub use refusal::OrderRefusal;
pub use state::{OrderState, OrderStatus, Shipping};

use crate::aggregate::{Aggregate, Violation};
use crate::command::{CommandError, NamedCommand};
use crate::money::{Currency, Money};

/// The aggregate of the streams `order-…`.
#[derive(Debug)]
pub struct Order;

impl Aggregate for Order {
    const CATEGORY: &'static str = "order";
    type State = OrderState;
    type Event = OrderEvent;
    type Command = OrderCommand;
    type Refusal = OrderRefusal;

    fn initial() -> OrderState {
        OrderState::default()
    }

    fn evolve(state: OrderState, event: OrderEvent) -> OrderState {
        state::evolve(state, event)
    }

    fn decide(state: &OrderState, command: OrderCommand) -> Result<Vec<OrderEvent>, OrderRefusal> {
        decide::decide(state, command)
    }

    fn violations(state: &OrderState) -> Vec<Violation> {
        let money = |amount| Money::new(amount, state.currency.unwrap_or(Currency::KRW));
        let mut found = Vec::new();
        if state.total != state.subtotal.saturating_sub(state.discount) {
            found.push(Violation {
                code: "total-mismatch",
                message: format!(
                    "the total is {}, but the items cost {} and the discount is {}",
                    money(state.total),
                    money(state.subtotal),
                    money(state.discount)
                ),
            });
        }
        if state.total < 0 {
            found.push(Violation { code: "total-below-zero", message: format!("the total is {}", money(state.total)) });
        }
        found
    }

    fn command_for(event: &OrderEvent) -> Option<OrderCommand> {
        recall::command_for(event)
    }

    fn parse_command(name: &str, json: &str) -> Result<OrderCommand, CommandError> {
        OrderCommand::parse(name, json)
    }
}
