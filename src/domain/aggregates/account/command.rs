//! What can be asked of an account.

use crate::ids::{AccountId, TransferId};
use crate::money::Currency;
use serde::Deserialize;
use uuid::Uuid;

crate::command::commands! {
    /// What can be asked of an account.
    pub enum AccountCommand of super::Account, by account_id {
        /// Open it.
        OpenAccount(OpenAccount),
        /// Pay in.
        Deposit(Deposit),
        /// Take out.
        Withdraw(Withdraw),
        /// Move money to another account: the withdrawal is decided here, what follows is a saga's.
        TransferMoney(TransferMoney),
        /// Make a withdrawal good.
        CompensateWithdrawal(CompensateWithdrawal),
        /// Close it.
        CloseAccount(CloseAccount),
    }
}

/// The fields of [`AccountCommand::OpenAccount`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OpenAccount {
    /// Which account; it must be new.
    pub account_id: AccountId,
    /// Whose it is.
    pub owner: String,
    /// The currency of all its amounts.
    #[serde(default = "won")]
    pub currency: Currency,
}

fn won() -> Currency {
    Currency::KRW
}

/// The fields of [`AccountCommand::Deposit`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deposit {
    /// Which account.
    pub account_id: AccountId,
    /// How much, in minor units.
    pub amount: i64,
    /// The transfer that it is the second half of.
    #[serde(default)]
    pub transfer_id: Option<TransferId>,
    /// The currency that it must be, where that matters: money of another one is not taken.
    #[serde(default)]
    pub currency: Option<Currency>,
}

/// The fields of [`AccountCommand::Withdraw`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Withdraw {
    /// Which account.
    pub account_id: AccountId,
    /// How much, in minor units.
    pub amount: i64,
    /// The transfer that it is the first half of.
    #[serde(default)]
    pub transfer_id: Option<TransferId>,
}

/// The fields of [`AccountCommand::TransferMoney`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TransferMoney {
    /// From which account.
    pub account_id: AccountId,
    /// To which account.
    pub to: AccountId,
    /// How much, in minor units.
    pub amount: i64,
    /// What the transfer is called; account and withdrawal where nothing is said: `7-3`.
    #[serde(default)]
    pub transfer_id: Option<TransferId>,
}

/// The fields of [`AccountCommand::CompensateWithdrawal`]. How much comes back is the account's to know.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompensateWithdrawal {
    /// Which account.
    pub account_id: AccountId,
    /// Which withdrawal of this account: the number in its event.
    pub withdrawal: u64,
    /// The id of that event.
    pub original_event_id: Uuid,
    /// Why.
    pub reason: String,
}

/// The fields of [`AccountCommand::CloseAccount`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CloseAccount {
    /// Which account.
    pub account_id: AccountId,
}
