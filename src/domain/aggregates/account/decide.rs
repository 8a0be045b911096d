//! The rules of an account.

use super::command::AccountCommand;
use super::event::*;
use super::refusal::AccountRefusal;
use super::state::{AccountState, AccountStatus};
use crate::money::{Currency, Money};

/// The events that a command leads to, or the rule that refuses it.
pub fn decide(state: &AccountState, command: AccountCommand) -> Result<Vec<AccountEvent>, AccountRefusal> {
    let event = match command {
        AccountCommand::OpenAccount(open) => {
            if state.status != AccountStatus::New {
                return Err(AccountRefusal::AlreadyOpened);
            }
            AccountEvent::AccountOpened(AccountOpened {
                account_id: open.account_id,
                owner: open.owner,
                currency: open.currency,
            })
        }
        AccountCommand::Deposit(deposit) => {
            let currency = in_use(state)?;
            if let Some(given) = deposit.currency.filter(|given| *given != currency) {
                return Err(AccountRefusal::OtherCurrency { given, account: currency });
            }
            above_zero(deposit.amount, currency)?;
            addable(state.balance, deposit.amount)?;
            addable(state.deposited, deposit.amount)?;
            AccountEvent::MoneyDeposited(MoneyDeposited {
                account_id: deposit.account_id,
                amount: deposit.amount,
                transfer_id: deposit.transfer_id,
            })
        }
        AccountCommand::Withdraw(withdraw) => {
            let (withdrawal, _) = withdrawable(state, withdraw.amount)?;
            AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
                account_id: withdraw.account_id,
                withdrawal,
                amount: withdraw.amount,
                transfer_id: withdraw.transfer_id,
                to: None,
                currency: None,
            })
        }
        AccountCommand::TransferMoney(transfer) => {
            let (withdrawal, currency) = withdrawable(state, transfer.amount)?;
            if transfer.to.as_str().trim().is_empty() {
                return Err(AccountRefusal::NoReceiver);
            }
            if transfer.to == transfer.account_id {
                return Err(AccountRefusal::SameAccount);
            }
            let named = || format!("{}-{withdrawal}", transfer.account_id).into();
            AccountEvent::MoneyWithdrawn(MoneyWithdrawn {
                withdrawal,
                amount: transfer.amount,
                transfer_id: Some(transfer.transfer_id.unwrap_or_else(named)),
                account_id: transfer.account_id,
                to: Some(transfer.to),
                currency: Some(currency),
            })
        }
        AccountCommand::CompensateWithdrawal(compensate) => {
            in_use(state)?;
            let withdrawal = compensate.withdrawal;
            let Some(known) = state.recent_withdrawals.get(&withdrawal) else {
                return Err(AccountRefusal::UnknownWithdrawal { withdrawal });
            };
            if known.compensations > 0 {
                return Err(AccountRefusal::AlreadyCompensated { withdrawal });
            }
            addable(state.balance, known.amount)?;
            AccountEvent::WithdrawalCompensated(WithdrawalCompensated {
                account_id: compensate.account_id,
                withdrawal,
                original_event_id: compensate.original_event_id,
                amount: known.amount,
                reason: compensate.reason,
            })
        }
        AccountCommand::CloseAccount(close) => {
            let currency = in_use(state)?;
            if state.balance != 0 {
                return Err(AccountRefusal::NotEmpty { balance: Money::new(state.balance, currency) });
            }
            AccountEvent::AccountClosed(AccountClosed { account_id: close.account_id })
        }
    };
    Ok(vec![event])
}

/// The account's currency, if it is in use.
fn in_use(state: &AccountState) -> Result<Currency, AccountRefusal> {
    match (state.status, state.currency) {
        (AccountStatus::Open, Some(currency)) => Ok(currency),
        (AccountStatus::Closed, _) => Err(AccountRefusal::Closed),
        _ => Err(AccountRefusal::NotOpened),
    }
}

/// The number of the next withdrawal and the currency, if so much can go out.
fn withdrawable(state: &AccountState, amount: i64) -> Result<(u64, Currency), AccountRefusal> {
    let currency = in_use(state)?;
    above_zero(amount, currency)?;
    if amount > state.balance {
        return Err(AccountRefusal::Overdraft {
            wanted: Money::new(amount, currency),
            balance: Money::new(state.balance, currency),
        });
    }
    addable(state.withdrawn, amount)?;
    Ok((state.withdrawals.checked_add(1).ok_or(AccountRefusal::TooLarge)?, currency))
}

fn above_zero(amount: i64, currency: Currency) -> Result<(), AccountRefusal> {
    if amount > 0 { Ok(()) } else { Err(AccountRefusal::BadAmount { amount: Money::new(amount, currency) }) }
}

fn addable(sum: i64, amount: i64) -> Result<(), AccountRefusal> {
    sum.checked_add(amount).map(|_| ()).ok_or(AccountRefusal::TooLarge)
}
