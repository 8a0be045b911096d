//! Why a rule of an account refuses.

use super::state::REMEMBERED_WITHDRAWALS;
use crate::command::NamedRefusal;
use crate::money::{Currency, Money};
use std::fmt;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccountRefusal {
    /// There is no such account yet.
    NotOpened,
    /// The account exists already.
    AlreadyOpened,
    /// The account is closed.
    Closed,
    /// An amount is not above zero.
    BadAmount {
        /// The amount.
        amount: Money,
    },
    /// More would go out than is in it.
    Overdraft {
        /// What would go out.
        wanted: Money,
        /// What is in it.
        balance: Money,
    },
    /// The money is of another currency than the account.
    OtherCurrency {
        /// The money's.
        given: Currency,
        /// The account's.
        account: Currency,
    },
    /// A transfer needs an account to go to.
    NoReceiver,
    /// A transfer needs two accounts.
    SameAccount,
    /// The withdrawal never was, or is too long ago.
    UnknownWithdrawal {
        /// Its number.
        withdrawal: u64,
    },
    /// The withdrawal was made good before.
    AlreadyCompensated {
        /// Its number.
        withdrawal: u64,
    },
    /// An account that is not empty cannot be closed.
    NotEmpty {
        /// What is in it.
        balance: Money,
    },
    /// The amounts are too large to be added up.
    TooLarge,
}

impl fmt::Display for AccountRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AccountRefusal::NotOpened => write!(f, "the account does not exist; open it first"),
            AccountRefusal::AlreadyOpened => write!(f, "the account exists already"),
            AccountRefusal::Closed => write!(f, "the account is closed"),
            AccountRefusal::BadAmount { amount } => write!(f, "the amount must be above zero; it is {amount}"),
            AccountRefusal::Overdraft { wanted, balance } => {
                write!(f, "{wanted} cannot be withdrawn; the balance is {balance}")
            }
            AccountRefusal::OtherCurrency { given, account } => {
                write!(f, "the account is in {account}; it does not take {given}")
            }
            AccountRefusal::NoReceiver => write!(f, "to is empty; a transfer needs an account to go to"),
            AccountRefusal::SameAccount => write!(f, "a transfer needs two accounts; both are the same"),
            AccountRefusal::UnknownWithdrawal { withdrawal } => {
                write!(f, "withdrawal {withdrawal} is not among the account's newest {REMEMBERED_WITHDRAWALS}")
            }
            AccountRefusal::AlreadyCompensated { withdrawal } => {
                write!(f, "withdrawal {withdrawal} was compensated before")
            }
            AccountRefusal::NotEmpty { balance } => {
                write!(f, "an account must be empty to be closed; the balance is {balance}")
            }
            AccountRefusal::TooLarge => write!(f, "the amounts are too large to be added up"),
        }
    }
}

impl NamedRefusal for AccountRefusal {
    fn is_absence(&self) -> bool {
        matches!(self, AccountRefusal::NotOpened)
    }
}
