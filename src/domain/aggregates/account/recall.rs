//! From an event of an account back to the command that it comes of.

use super::command::*;
use super::event::AccountEvent;

/// The command that an event comes of.
pub fn command_for(event: &AccountEvent) -> Option<AccountCommand> {
    Some(match event.clone() {
        AccountEvent::AccountOpened(event) => AccountCommand::OpenAccount(OpenAccount {
            account_id: event.account_id,
            owner: event.owner,
            currency: event.currency,
        }),
        AccountEvent::MoneyDeposited(event) => AccountCommand::Deposit(Deposit {
            account_id: event.account_id,
            amount: event.amount,
            transfer_id: event.transfer_id,
            currency: None,
        }),
        AccountEvent::MoneyWithdrawn(event) => match event.to {
            Some(to) => AccountCommand::TransferMoney(TransferMoney {
                account_id: event.account_id,
                to,
                amount: event.amount,
                transfer_id: event.transfer_id,
            }),
            None => AccountCommand::Withdraw(Withdraw {
                account_id: event.account_id,
                amount: event.amount,
                transfer_id: event.transfer_id,
            }),
        },
        AccountEvent::WithdrawalCompensated(event) => AccountCommand::CompensateWithdrawal(CompensateWithdrawal {
            account_id: event.account_id,
            withdrawal: event.withdrawal,
            original_event_id: event.original_event_id,
            reason: event.reason,
        }),
        AccountEvent::AccountClosed(event) => {
            AccountCommand::CloseAccount(CloseAccount { account_id: event.account_id })
        }
    })
}
