//! A kind of thing in stock: received, set aside for orders, sent away, counted.

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
pub use refusal::InventoryRefusal;
pub use state::InventoryState;

use crate::aggregate::{Aggregate, Violation};
use crate::command::{CommandError, NamedCommand};

/// The aggregate of the streams `inventory-…`.
#[derive(Debug)]
pub struct Inventory;

impl Aggregate for Inventory {
    const CATEGORY: &'static str = "inventory";
    type State = InventoryState;
    type Event = InventoryEvent;
    type Command = InventoryCommand;
    type Refusal = InventoryRefusal;

    fn initial() -> InventoryState {
        InventoryState::default()
    }

    fn evolve(state: InventoryState, event: InventoryEvent) -> InventoryState {
        state::evolve(state, event)
    }

    fn decide(state: &InventoryState, command: InventoryCommand) -> Result<Vec<InventoryEvent>, InventoryRefusal> {
        decide::decide(state, command)
    }

    fn violations(state: &InventoryState) -> Vec<Violation> {
        let mut found = Vec::new();
        if state.on_hand < 0 {
            found.push(Violation { code: "stock-below-zero", message: format!("{} are on hand", state.on_hand) });
        }
        if state.reserved > state.on_hand {
            found.push(Violation {
                code: "reserved-beyond-stock",
                message: format!("{} are set aside of {} on hand", state.reserved, state.on_hand),
            });
        }
        if state.reserved < 0 {
            found.push(Violation { code: "reserved-below-zero", message: format!("{} are set aside", state.reserved) });
        }
        found
    }

    fn command_for(event: &InventoryEvent) -> Option<InventoryCommand> {
        recall::command_for(event)
    }

    fn parse_command(name: &str, json: &str) -> Result<InventoryCommand, CommandError> {
        InventoryCommand::parse(name, json)
    }
}
