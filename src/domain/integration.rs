//! What the world outside is told: integration messages for other systems, and notifications for people. Neither is the
//! domain's event: each has its own fields and its own version, so that the domain can change without its readers.

use crate::aggregates::inventory::InventoryEvent;
use crate::aggregates::order::OrderEvent;
use crate::aggregates::payment::PaymentEvent;
use crate::aggregates::user::UserEvent;
use crate::event::format_time;
use crate::fact::Fact;
use jiff::Timestamp;
use serde_json::{Value, json};

/// A message for outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// What it is called outside: `shop.…` for systems, `notify.…` for people.
    pub message_type: &'static str,
    /// What is told; its `version` is the version of this form.
    pub payload: Value,
}

/// The messages that go out because of an event, in order.
pub fn messages(fact: &Fact, at: Timestamp) -> Vec<Message> {
    let at = format_time(at);
    let message = |message_type, payload| Message { message_type, payload };
    match fact {
        Fact::Order(OrderEvent::OrderPlaced(placed)) => {
            let lines: Vec<Value> =
                placed.items.iter().map(|item| json!({"product": item.product_id, "count": item.quantity})).collect();
            vec![message(
                "shop.order.placed",
                json!({"version": 1, "order": placed.order_id, "customer": placed.customer_id, "lines": lines,
                       "amount": placed.total, "currency": placed.currency, "at": at}),
            )]
        }
        Fact::Order(OrderEvent::OrderConfirmed(confirmed)) => {
            vec![message(
                "notify.customer.order-confirmed",
                json!({"version": 1, "order": confirmed.order_id, "at": at}),
            )]
        }
        Fact::Order(OrderEvent::ShippingStarted(started)) => {
            let told = json!({"version": 1, "order": started.order_id, "parcel": started.tracking_number, "at": at});
            vec![message("shop.order.shipped", told.clone()), message("notify.customer.order-shipped", told)]
        }
        Fact::Order(OrderEvent::OrderDelivered(delivered)) => {
            vec![message("shop.order.delivered", json!({"version": 1, "order": delivered.order_id, "at": at}))]
        }
        Fact::Order(OrderEvent::OrderCancelled(cancelled)) => {
            let told = json!({"version": 1, "order": cancelled.order_id, "why": cancelled.reason, "at": at});
            vec![message("shop.order.cancelled", told.clone()), message("notify.customer.order-cancelled", told)]
        }
        Fact::Payment(PaymentEvent::PaymentCaptured(captured)) => vec![message(
            "shop.payment.captured",
            json!({"version": 1, "payment": captured.payment_id, "amount": captured.amount,
                   "currency": captured.currency, "at": at}),
        )],
        Fact::Payment(PaymentEvent::PaymentRefunded(refunded)) => {
            let told = json!({"version": 1, "payment": refunded.payment_id, "amount": refunded.amount,
                              "currency": refunded.currency, "why": refunded.reason, "at": at});
            vec![message("shop.payment.refunded", told.clone()), message("notify.customer.money-returned", told)]
        }
        Fact::Inventory(InventoryEvent::StockReservationRefused(refused)) => vec![message(
            "shop.stock.short",
            json!({"version": 1, "product": refused.sku, "wanted": refused.quantity, "left": refused.available, "at": at}),
        )],
        Fact::User(UserEvent::UserDeleted(deleted)) => {
            vec![message("shop.customer.left", json!({"version": 1, "customer": deleted.user_id, "at": at}))]
        }
        // What concerns nobody outside stays inside.
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aggregates::order::{AddItem, ItemAdded, OrderCancelled, OrderItem};
    use crate::event::parse_time;

    #[test]
    fn the_world_is_told_in_its_own_words() {
        let at = parse_time("2026-01-05T09:00:00Z").unwrap();
        let cancelled = OrderCancelled { order_id: "7".into(), reason: "no stock".into() };
        let told = messages(&Fact::Order(OrderEvent::OrderCancelled(cancelled)), at);
        let types: Vec<&str> = told.iter().map(|message| message.message_type).collect();
        assert_eq!(types, ["shop.order.cancelled", "notify.customer.order-cancelled"]);
        assert_eq!(
            told[0].payload,
            json!({"version": 1, "order": "7", "why": "no stock", "at": "2026-01-05T09:00:00.000Z"})
        );
    }

    #[test]
    fn what_concerns_nobody_outside_is_not_told() {
        let item = OrderItem { product_id: "SKU-1".into(), name: "tea".into(), quantity: 1, unit_price: 5 };
        let AddItem { order_id, item } = AddItem { order_id: "7".into(), item };
        assert_eq!(messages(&Fact::Order(OrderEvent::ItemAdded(ItemAdded { order_id, item })), Timestamp::MIN), []);
    }
}
