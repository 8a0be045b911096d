//! An event of the embedded domain, whichever aggregate it is of: what projections and sagas listen to.

use crate::aggregate::{Aggregate, DecodeError, DomainEvent};
use crate::aggregates::account::AccountEvent;
use crate::aggregates::inventory::InventoryEvent;
use crate::aggregates::order::OrderEvent;
use crate::aggregates::payment::PaymentEvent;
use crate::aggregates::user::UserEvent;
use crate::aggregates::{Account, Inventory, Order, Payment, User};
use crate::event::RecordedEvent;

/// Something that happened in the shop.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// To an order.
    Order(OrderEvent),
    /// To a payment.
    Payment(PaymentEvent),
    /// To a kind of thing in stock.
    Inventory(InventoryEvent),
    /// To an account.
    Account(AccountEvent),
    /// To a user.
    User(UserEvent),
}

impl Fact {
    /// Reads a stored event strictly; `None` for one of a category that the shop does not have.
    pub fn decode(event: &RecordedEvent) -> Option<Result<Fact, DecodeError>> {
        fn read<E: DomainEvent>(event: &RecordedEvent, fact: fn(E) -> Fact) -> Result<Fact, DecodeError> {
            E::decode(&event.head.event_type, event.head.schema_version.unwrap_or(1), &event.data).map(fact)
        }
        Some(match event.head.category.as_str() {
            Order::CATEGORY => read(event, Fact::Order),
            Payment::CATEGORY => read(event, Fact::Payment),
            Inventory::CATEGORY => read(event, Fact::Inventory),
            Account::CATEGORY => read(event, Fact::Account),
            User::CATEGORY => read(event, Fact::User),
            _ => return None,
        })
    }
}
