//! `order-dashboard`: one row for each order, as lists show it.

use super::basket::Basket;
use crate::aggregates::order::{OrderEvent, OrderItem, OrderStatus};
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, Projection, Rows};
use serde::{Deserialize, Serialize};

/// The projection.
#[derive(Debug)]
pub struct OrderDashboard;

/// A row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Which order.
    pub order_id: String,
    /// Who ordered.
    pub customer_id: String,
    /// How far it is.
    pub status: OrderStatus,
    /// What is to be paid, in minor units.
    pub total: i64,
    /// Of which currency.
    pub currency: String,
    /// How many things it holds.
    pub items: i64,
    /// When it was placed.
    pub placed_at: Option<String>,
    /// What it holds, as far as the total needs it.
    pub lines: Basket,
}

impl Projection for OrderDashboard {
    fn name(&self) -> &'static str {
        "order-dashboard"
    }

    fn about(&self) -> &'static str {
        "one row for each order: customer, status, total"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &["customer_id", "status"]
    }

    fn event_types(&self) -> &'static [&'static str] {
        super::order_details::ORDER_EVENTS
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let Fact::Order(order) = event.fact else { return Ok(()) };
        if let OrderEvent::OrderPlaced(placed) = order {
            let lines = Basket::of(&placed.items);
            let row = Row {
                order_id: placed.order_id.as_str().to_owned(),
                customer_id: placed.customer_id.as_str().to_owned(),
                status: OrderStatus::Pending,
                total: placed.total,
                currency: placed.currency.to_string(),
                items: lines.count(),
                placed_at: event.at.map(format_time),
                lines,
            };
            rows.put(placed.order_id.as_str(), &row);
            return Ok(());
        }
        let (key, change) = follow(order);
        // An order that was never placed has no customer and no currency: there is nothing to show of it.
        let Some(mut row) = rows.get::<Row>(key)? else { return Ok(()) };
        change.make(&mut row.lines, &mut row.total, &mut row.status);
        row.items = row.lines.count();
        rows.put(key, &row);
        Ok(())
    }
}

/// What an event behind the first changes of an order.
pub(super) enum Change<'a> {
    /// More of a product.
    Added(&'a OrderItem),
    /// Less of a product.
    Removed(&'a str, i64),
    /// It costs less.
    Discount(i64),
    /// How far it is.
    Status(OrderStatus),
}

impl Change<'_> {
    /// Makes the change. Like all sums of a fold the total stops at the edge instead of wrapping.
    pub(super) fn make(self, lines: &mut Basket, total: &mut i64, status: &mut OrderStatus) {
        match self {
            Change::Added(item) => *total = total.saturating_add(lines.add(item)),
            Change::Removed(product, quantity) => *total = total.saturating_add(lines.remove(product, quantity)),
            Change::Discount(discount) => *total = total.saturating_sub(discount),
            Change::Status(now) => *status = now,
        }
    }
}

/// Which order an event is about, and what it changes.
pub(super) fn follow(event: &OrderEvent) -> (&str, Change<'_>) {
    match event {
        OrderEvent::OrderPlaced(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Pending)),
        OrderEvent::ItemAdded(event) => (event.order_id.as_str(), Change::Added(&event.item)),
        OrderEvent::ItemRemoved(event) => {
            (event.order_id.as_str(), Change::Removed(event.product_id.as_str(), event.quantity))
        }
        OrderEvent::CouponApplied(event) => (event.order_id.as_str(), Change::Discount(event.discount)),
        OrderEvent::OrderConfirmed(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Confirmed)),
        OrderEvent::PaymentCompleted(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Paid)),
        OrderEvent::ShippingStarted(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Shipping)),
        OrderEvent::OrderDelivered(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Delivered)),
        OrderEvent::OrderCancelled(event) => (event.order_id.as_str(), Change::Status(OrderStatus::Cancelled)),
    }
}
