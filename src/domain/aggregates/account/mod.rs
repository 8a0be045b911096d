//! An account: money in, money out, now and then made good; never below zero by the rules.

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
pub use refusal::AccountRefusal;
pub use state::{AccountState, AccountStatus, REMEMBERED_WITHDRAWALS, Withdrawal};

use crate::aggregate::{Aggregate, Violation};
use crate::command::{CommandError, NamedCommand};
use crate::money::{Currency, Money};

/// The aggregate of the streams `account-…`.
#[derive(Debug)]
pub struct Account;

impl Aggregate for Account {
    const CATEGORY: &'static str = "account";
    type State = AccountState;
    type Event = AccountEvent;
    type Command = AccountCommand;
    type Refusal = AccountRefusal;

    fn initial() -> AccountState {
        AccountState::default()
    }

    fn evolve(state: AccountState, event: AccountEvent) -> AccountState {
        state::evolve(state, event)
    }

    fn decide(state: &AccountState, command: AccountCommand) -> Result<Vec<AccountEvent>, AccountRefusal> {
        decide::decide(state, command)
    }

    fn violations(state: &AccountState) -> Vec<Violation> {
        let money = |amount| Money::new(amount, state.currency.unwrap_or(Currency::KRW));
        let mut found = Vec::new();
        if state.balance < 0 {
            found.push(Violation {
                code: "balance-below-zero",
                message: format!("the balance is {}", money(state.balance)),
            });
        }
        if state.surplus_compensations > 0 {
            let times = if state.surplus_compensations == 1 { "time" } else { "times" };
            found.push(Violation {
                code: "compensated-twice",
                message: format!(
                    "a withdrawal that had been made good was compensated again, {} {times}",
                    state.surplus_compensations
                ),
            });
        }
        found
    }

    fn command_for(event: &AccountEvent) -> Option<AccountCommand> {
        recall::command_for(event)
    }

    fn parse_command(name: &str, json: &str) -> Result<AccountCommand, CommandError> {
        AccountCommand::parse(name, json)
    }
}
