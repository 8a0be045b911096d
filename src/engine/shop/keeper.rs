//! Acts of the day as commands: who sends them, and what they say.

use super::agenda::{Act, Agenda, product};
use super::catalogue::{OLD_USERS, address};
use crate::engine::{Answer, Bus, Chance, CommandFailure, Request};
use serde_json::{Value, json};

/// Sends what customers, the warehouse and the bank want to the command bus.
pub struct Keeper {
    bus: Bus,
    chance: Chance,
}

impl Keeper {
    /// A keeper whose commands have the same ids for the same seed.
    pub fn new(bus: Bus, seed: u64) -> Keeper {
        Keeper { bus, chance: Chance::seeded(seed) }
    }

    /// Does an act. A rule's refusal is a part of the day; `Ok(None)` is an act that is no command.
    pub async fn perform(&self, act: &Act, agenda: &mut Agenda) -> Result<Option<Answer>, CommandFailure> {
        let (actor, name, fields) = match act {
            Act::Order { order, customer, items, .. } => {
                let (id, _, city) = OLD_USERS[*customer];
                let items: Vec<Value> =
                    items.iter().map(|(place, quantity)| product(*place).item(*quantity, "KRW")).collect();
                let fields = json!({
                    "order_id": order.to_string(),
                    "customer_id": id,
                    "items": items,
                    "shipping_address": address(city, 1 + self.chance.below(250) as i64),
                });
                (id, "PlaceOrder", fields)
            }
            Act::Confirm { order, customer } => {
                (OLD_USERS[*customer].0, "ConfirmOrder", json!({"order_id": order.to_string()}))
            }
            Act::ChangeMind { order, customer } => {
                let reason =
                    ["changed my mind", "found it cheaper", "ordered by mistake"][self.chance.below(3) as usize];
                let fields = json!({"order_id": order.to_string(), "reason": reason});
                (OLD_USERS[*customer].0, "CancelOrder", fields)
            }
            Act::Deliver { order, .. } => ("courier", "DeliverOrder", json!({"order_id": order.to_string()})),
            Act::Restock { product: place, quantity } => {
                ("warehouse", "ReceiveStock", json!({"sku": product(*place).sku, "quantity": quantity}))
            }
            Act::Transfer { from, to, amount } => {
                let fields = json!({
                    "account_id": from.to_string(),
                    "to": to.to_string(),
                    "amount": amount,
                    "transfer_id": self.chance.id().to_string(),
                });
                ("online-banking", "TransferMoney", fields)
            }
            Act::Incident(_) => return Ok(None),
        };
        let correlation = match act {
            // What belongs to one order belongs together, whoever does it.
            Act::Order { order, .. }
            | Act::Confirm { order, .. }
            | Act::ChangeMind { order, .. }
            | Act::Deliver { order, .. } => Some(format!("order-{order}")),
            _ => None,
        };
        let request = Request {
            name: name.to_owned(),
            json: fields.to_string(),
            command_id: Some(self.chance.id().to_string()),
            correlation_id: correlation,
            causation_id: None,
            actor: Some(actor.to_owned()),
        };
        let done = self.bus.dispatch(request).await;
        if let (Act::Deliver { order, tries }, Err(CommandFailure::Refused(_))) = (act, &done) {
            agenda.deliver_later(*order, *tries);
        }
        done.map(Some)
    }
}
