//! What can have happened to an account.

use crate::ids::{AccountId, TransferId};
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

crate::events! {
    /// What can have happened to an account.
    pub enum AccountEvent upcast by crate::upcasters::CHAIN => {
        /// Somebody opened it.
        AccountOpened(AccountOpened),
        /// Money came in.
        MoneyDeposited(MoneyDeposited),
        /// Money went out.
        MoneyWithdrawn(MoneyWithdrawn),
        /// A withdrawal was made good, since what it was for did not happen.
        WithdrawalCompensated(WithdrawalCompensated),
        /// Nothing will happen to it any more.
        AccountClosed(AccountClosed),
    }
}

/// The payload of [`AccountEvent::AccountOpened`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountOpened {
    /// Which account.
    pub account_id: AccountId,
    /// Whose it is.
    pub owner: String,
    /// The currency of all its amounts.
    pub currency: Currency,
}

/// The payload of [`AccountEvent::MoneyDeposited`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyDeposited {
    /// Which account.
    pub account_id: AccountId,
    /// How much, in minor units.
    pub amount: i64,
    /// The transfer that it is the second half of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<TransferId>,
}

/// The payload of [`AccountEvent::MoneyWithdrawn`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MoneyWithdrawn {
    /// Which account.
    pub account_id: AccountId,
    /// Which withdrawal of this account, counted from 1: the name that a compensation calls it by.
    pub withdrawal: u64,
    /// How much, in minor units.
    pub amount: i64,
    /// The transfer that it is the first half of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_id: Option<TransferId>,
    /// Where the money is to go, where somebody is to see to the second half.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<AccountId>,
    /// The currency of the money, where it is to go somewhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
}

/// The payload of [`AccountEvent::WithdrawalCompensated`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalCompensated {
    /// Which account.
    pub account_id: AccountId,
    /// Which withdrawal of this account.
    pub withdrawal: u64,
    /// The id of the event `MoneyWithdrawn` that it makes good.
    pub original_event_id: Uuid,
    /// How much came back, in minor units.
    pub amount: i64,
    /// Why.
    pub reason: String,
}

/// The payload of [`AccountEvent::AccountClosed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountClosed {
    /// Which account.
    pub account_id: AccountId,
}
