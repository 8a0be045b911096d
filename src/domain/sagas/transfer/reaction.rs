//! What a withdrawal leads to that says where its money is to go.

use super::TYPE;
use crate::aggregates::account::{AccountEvent, MoneyWithdrawn};
use crate::event::StreamName;
use crate::fact::Fact;
use crate::ids::TransferId;
use crate::saga::{Outgoing, Recipient};
use serde_json::json;

/// What follows a withdrawal.
#[derive(Debug, Clone, PartialEq)]
pub struct Reaction {
    /// The transfer.
    pub transfer_id: TransferId,
    /// The second half: the deposit.
    pub deposit: Outgoing,
    withdrawn: MoneyWithdrawn,
    event_id: String,
}

/// What an event leads to; `None` for one that is not the first half of a transfer which somebody is to finish.
pub fn reaction(fact: &Fact, event_id: &str) -> Option<Reaction> {
    let Fact::Account(AccountEvent::MoneyWithdrawn(withdrawn)) = fact else { return None };
    let (Some(transfer_id), Some(to)) = (&withdrawn.transfer_id, &withdrawn.to) else { return None };
    let body = json!({
        "account_id": to,
        "amount": withdrawn.amount,
        "transfer_id": transfer_id,
        "currency": withdrawn.currency,
    });
    let deposit = command(event_id, "Deposit", to.as_str(), body);
    Some(Reaction {
        transfer_id: transfer_id.clone(),
        deposit,
        withdrawn: withdrawn.clone(),
        event_id: event_id.to_owned(),
    })
}

impl Reaction {
    /// What makes the withdrawal good, when the deposit is refused.
    pub fn compensation(&self, why: &str) -> Outgoing {
        let account = self.withdrawn.account_id.as_str();
        let body = json!({
            "account_id": account,
            "withdrawal": self.withdrawn.withdrawal,
            "original_event_id": self.event_id,
            "reason": format!("{} failed: {why}", self.transfer_id),
        });
        command(&self.event_id, "CompensateWithdrawal", account, body)
    }

    /// The account that the money came from.
    pub fn from(&self) -> StreamName {
        StreamName::of("account", self.withdrawn.account_id.as_str())
    }
}

/// A command whose id is made of the event that it follows: the same event leads to it once.
fn command(event_id: &str, name: &str, account: &str, body: serde_json::Value) -> Outgoing {
    let to = Recipient::Command { name: name.to_owned(), stream: StreamName::of("account", account) };
    Outgoing::new(&format!("{TYPE}/{event_id}"), name, 1, to, body)
}
