//! `account-balances`: what is in each account.

use super::sum;
use crate::aggregates::account::{AccountEvent, AccountStatus};
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, OnPoison, Projection, Rows};
use serde::{Deserialize, Serialize};

/// The projection.
#[derive(Debug)]
pub struct AccountBalances;

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Which account.
    pub account_id: String,
    /// Whose it is.
    pub owner: Option<String>,
    /// Whether it is in use.
    pub status: AccountStatus,
    /// What is in it, in minor units.
    pub balance: i64,
    /// Of which currency.
    pub currency: Option<String>,
    /// When that changed last.
    pub updated_at: Option<String>,
}

impl Projection for AccountBalances {
    fn name(&self) -> &'static str {
        "account-balances"
    }

    fn about(&self) -> &'static str {
        "what is in each account"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &["owner", "status"]
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["AccountOpened", "MoneyDeposited", "MoneyWithdrawn", "WithdrawalCompensated", "AccountClosed"]
    }

    /// A balance without one of its events is wrong for ever.
    fn on_poison(&self) -> OnPoison {
        OnPoison::Stop
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let Fact::Account(account) = event.fact else { return Ok(()) };
        let (account_id, by) = match account {
            AccountEvent::AccountOpened(event) => (&event.account_id, 0),
            AccountEvent::MoneyDeposited(event) => (&event.account_id, event.amount),
            AccountEvent::MoneyWithdrawn(event) => (&event.account_id, event.amount.saturating_neg()),
            AccountEvent::WithdrawalCompensated(event) => (&event.account_id, event.amount),
            AccountEvent::AccountClosed(event) => (&event.account_id, 0),
        };
        let key = account_id.as_str();
        let mut row = rows.get::<Row>(key)?.unwrap_or(Row { account_id: key.to_owned(), ..Row::default() });
        row.balance = sum("the amounts", row.balance, by)?;
        match account {
            AccountEvent::AccountOpened(opened) => {
                row.owner = Some(opened.owner.clone());
                row.currency = Some(opened.currency.to_string());
                row.status = AccountStatus::Open;
            }
            AccountEvent::AccountClosed(_) => row.status = AccountStatus::Closed,
            _ => {}
        }
        row.updated_at = event.at.map(format_time);
        rows.put(key, &row);
        Ok(())
    }
}
