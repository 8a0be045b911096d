//! What an account's events add up to.

use super::event::AccountEvent;
use crate::ids::{AccountId, TransferId};
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// How many withdrawals an account remembers. Older ones can no longer be compensated: without a bound the state
/// would grow with its history, and every keyframe with it.
pub const REMEMBERED_WITHDRAWALS: usize = 20;

/// An account. What has not happened yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountState {
    /// Whether it is in use.
    pub status: AccountStatus,
    /// Which account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Whose it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// The currency of all amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// What is in it.
    pub balance: i64,
    /// What came in, in all.
    pub deposited: i64,
    /// What went out, in all.
    pub withdrawn: i64,
    /// What came back of it by compensations, in all.
    pub compensated: i64,
    /// How many withdrawals there were.
    pub withdrawals: u64,
    /// The newest withdrawals by their numbers.
    pub recent_withdrawals: BTreeMap<u64, Withdrawal>,
    /// How many compensations were for a withdrawal that had been made good before.
    pub surplus_compensations: u64,
}

/// A withdrawal as its account remembers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdrawal {
    /// How much went out.
    pub amount: i64,
    /// How many times it was made good: at most once, by the rules.
    pub compensations: u64,
    /// The transfer that it is the first half of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<TransferId>,
}

/// Whether an account is in use.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AccountStatus {
    /// Not opened yet.
    #[default]
    New,
    /// In use.
    Open,
    /// No longer in use.
    Closed,
}

impl fmt::Display for AccountStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            AccountStatus::New => "NEW",
            AccountStatus::Open => "OPEN",
            AccountStatus::Closed => "CLOSED",
        })
    }
}

/// The state after one more event.
pub fn evolve(mut state: AccountState, event: AccountEvent) -> AccountState {
    match event {
        AccountEvent::AccountOpened(opened) => {
            state.status = AccountStatus::Open;
            state.account_id = Some(opened.account_id);
            state.owner = Some(opened.owner);
            state.currency = Some(opened.currency);
        }
        AccountEvent::MoneyDeposited(deposited) => {
            state.balance = state.balance.saturating_add(deposited.amount);
            state.deposited = state.deposited.saturating_add(deposited.amount);
        }
        AccountEvent::MoneyWithdrawn(withdrawn) => {
            state.balance = state.balance.saturating_sub(withdrawn.amount);
            state.withdrawn = state.withdrawn.saturating_add(withdrawn.amount);
            state.withdrawals = state.withdrawals.max(withdrawn.withdrawal);
            let remembered =
                Withdrawal { amount: withdrawn.amount, compensations: 0, transfer_id: withdrawn.transfer_id };
            state.recent_withdrawals.insert(withdrawn.withdrawal, remembered);
            if state.recent_withdrawals.len() > REMEMBERED_WITHDRAWALS {
                state.recent_withdrawals.pop_first();
            }
        }
        AccountEvent::WithdrawalCompensated(compensated) => {
            state.balance = state.balance.saturating_add(compensated.amount);
            state.compensated = state.compensated.saturating_add(compensated.amount);
            if let Some(withdrawal) = state.recent_withdrawals.get_mut(&compensated.withdrawal) {
                withdrawal.compensations += 1;
                if withdrawal.compensations > 1 {
                    state.surplus_compensations += 1;
                }
            }
        }
        AccountEvent::AccountClosed(_) => state.status = AccountStatus::Closed,
    }
    state
}
