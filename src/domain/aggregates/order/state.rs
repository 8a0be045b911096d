//! What an order's events add up to.

use super::event::{OrderEvent, OrderItem, OrderPlaced};
use crate::address::Address;
use crate::ids::{CustomerId, OrderId, PaymentId, ProductId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::{Deserialize, Serialize};
use std::fmt;

/// An order. What has not happened yet is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderState {
    /// How far it is.
    pub status: OrderStatus,
    /// Which order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub order_id: Option<OrderId>,
    /// Who ordered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer_id: Option<CustomerId>,
    /// What was ordered.
    pub items: Vec<OrderItem>,
    /// What the items cost.
    pub subtotal: i64,
    /// What the coupon takes off.
    pub discount: i64,
    /// The coupon, of which an order has at most one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub coupon: Option<String>,
    /// What is to be paid: the total that the order was placed with, and every change since.
    /// It is kept running and not computed from the rest, so that it can be held against it.
    pub total: i64,
    /// The currency of all amounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<Currency>,
    /// How and where it is sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shipping: Option<Shipping>,
    /// The payment that paid it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payment_id: Option<PaymentId>,
    /// When it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Moment>,
    /// When it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Moment>,
    /// Why it was cancelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
}

/// How far an order is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum OrderStatus {
    /// Not placed yet.
    #[default]
    New,
    /// Placed; items and coupon can still change.
    Pending,
    /// The customer stands by it.
    Confirmed,
    /// Paid, not sent.
    Paid,
    /// On its way.
    Shipping,
    /// Arrived.
    Delivered,
    /// Given up.
    Cancelled,
}

/// How and where an order is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shipping {
    /// `STANDARD`, `EXPRESS`.
    pub method: String,
    /// Where it goes.
    pub address: Address,
    /// The carrier's number, once it is on its way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tracking_number: Option<String>,
}

impl fmt::Display for OrderStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            OrderStatus::New => "NEW",
            OrderStatus::Pending => "PENDING",
            OrderStatus::Confirmed => "CONFIRMED",
            OrderStatus::Paid => "PAID",
            OrderStatus::Shipping => "SHIPPING",
            OrderStatus::Delivered => "DELIVERED",
            OrderStatus::Cancelled => "CANCELLED",
        })
    }
}

impl OrderState {
    /// What the items cost, whatever the events say. Like all sums of a fold it stops at the edge instead of wrapping.
    fn sum(&self) -> i64 {
        self.items.iter().fold(0, |sum: i64, item| sum.saturating_add(item.unit_price.saturating_mul(item.quantity)))
    }

    fn place(self, placed: OrderPlaced) -> OrderState {
        let state = OrderState {
            status: OrderStatus::Pending,
            order_id: Some(placed.order_id),
            customer_id: Some(placed.customer_id),
            items: placed.items,
            total: placed.total,
            currency: Some(placed.currency),
            shipping: Some(Shipping {
                method: placed.shipping_method,
                address: placed.shipping_address,
                tracking_number: None,
            }),
            ..self
        };
        OrderState { subtotal: state.sum(), ..state }
    }

    fn add(&mut self, item: OrderItem) {
        let same = |known: &&mut OrderItem| known.product_id == item.product_id && known.unit_price == item.unit_price;
        match self.items.iter_mut().find(same) {
            Some(known) => known.quantity = known.quantity.saturating_add(item.quantity),
            None => self.items.push(item),
        }
    }

    fn remove(&mut self, product: &ProductId, quantity: i64) {
        if let Some(item) = self.items.iter_mut().find(|item| item.product_id == *product) {
            item.quantity = item.quantity.saturating_sub(quantity);
        }
        self.items.retain(|item| item.product_id != *product || item.quantity != 0);
    }

    /// Takes over a change of the items: the total moves by what the items moved.
    fn recount(&mut self) {
        let before = self.subtotal;
        self.subtotal = self.sum();
        self.total = self.total.saturating_add(self.subtotal.saturating_sub(before));
    }
}

/// The state after one more event.
pub fn evolve(mut state: OrderState, event: OrderEvent) -> OrderState {
    match event {
        OrderEvent::OrderPlaced(placed) => return state.place(placed),
        OrderEvent::ItemAdded(added) => {
            state.add(added.item);
            state.recount();
        }
        OrderEvent::ItemRemoved(removed) => {
            state.remove(&removed.product_id, removed.quantity);
            state.recount();
        }
        OrderEvent::CouponApplied(applied) => {
            state.coupon = Some(applied.code);
            state.discount = applied.discount;
            state.total = state.total.saturating_sub(applied.discount);
        }
        OrderEvent::OrderConfirmed(_) => state.status = OrderStatus::Confirmed,
        OrderEvent::PaymentCompleted(completed) => {
            state.status = OrderStatus::Paid;
            state.payment_id = Some(completed.payment_id);
            state.paid_at = completed.paid_at;
        }
        OrderEvent::ShippingStarted(started) => {
            state.status = OrderStatus::Shipping;
            if let Some(shipping) = &mut state.shipping {
                shipping.tracking_number = Some(started.tracking_number);
            }
        }
        OrderEvent::OrderDelivered(delivered) => {
            state.status = OrderStatus::Delivered;
            state.delivered_at = delivered.delivered_at;
        }
        OrderEvent::OrderCancelled(cancelled) => {
            state.status = OrderStatus::Cancelled;
            state.cancel_reason = Some(cancelled.reason);
        }
    }
    state
}
