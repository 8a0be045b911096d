//! What can have happened to an order.

use crate::address::Address;
use crate::ids::{CustomerId, OrderId, PaymentId, ProductId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::{Deserialize, Serialize};

crate::events! {
    /// What can have happened to an order.
    pub enum OrderEvent upcast by crate::upcasters::CHAIN => {
        /// A customer ordered.
        OrderPlaced(OrderPlaced) @ 2,
        /// More of a product was ordered.
        ItemAdded(ItemAdded),
        /// Less of a product was ordered.
        ItemRemoved(ItemRemoved),
        /// A coupon made it cheaper.
        CouponApplied(CouponApplied),
        /// The customer stands by it.
        OrderConfirmed(OrderConfirmed),
        /// It is paid.
        PaymentCompleted(PaymentCompleted),
        /// A parcel is on its way.
        ShippingStarted(ShippingStarted),
        /// The parcel arrived.
        OrderDelivered(OrderDelivered),
        /// It will not be fulfilled.
        OrderCancelled(OrderCancelled),
    }
}

/// So many of a product at a price each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderItem {
    /// Which product.
    pub product_id: ProductId,
    /// What it was called when it was ordered.
    pub name: String,
    /// How many.
    pub quantity: i64,
    /// The price of one, in minor units of the order's currency.
    pub unit_price: i64,
}

/// The payload of [`OrderEvent::OrderPlaced`], second schema: the first had no currency and no shipping method.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderPlaced {
    /// Which order.
    pub order_id: OrderId,
    /// Who ordered.
    pub customer_id: CustomerId,
    /// What was ordered.
    pub items: Vec<OrderItem>,
    /// What it costs, in minor units.
    pub total: i64,
    /// The currency of all its amounts.
    pub currency: Currency,
    /// Where it goes.
    pub shipping_address: Address,
    /// How it gets there: `STANDARD`, `EXPRESS`.
    pub shipping_method: String,
}

/// The payload of [`OrderEvent::ItemAdded`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemAdded {
    /// Which order.
    pub order_id: OrderId,
    /// What was added.
    pub item: OrderItem,
}

/// The payload of [`OrderEvent::ItemRemoved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemRemoved {
    /// Which order.
    pub order_id: OrderId,
    /// Of which product.
    pub product_id: ProductId,
    /// How many were taken out.
    pub quantity: i64,
}

/// The payload of [`OrderEvent::CouponApplied`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CouponApplied {
    /// Which order.
    pub order_id: OrderId,
    /// The coupon's code.
    pub code: String,
    /// By how much the order got cheaper, in minor units.
    pub discount: i64,
}

/// The payload of [`OrderEvent::OrderConfirmed`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderConfirmed {
    /// Which order.
    pub order_id: OrderId,
}

/// The payload of [`OrderEvent::PaymentCompleted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentCompleted {
    /// Which order.
    pub order_id: OrderId,
    /// By which payment.
    pub payment_id: PaymentId,
    /// When the money moved, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_at: Option<Moment>,
}

/// The payload of [`OrderEvent::ShippingStarted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippingStarted {
    /// Which order.
    pub order_id: OrderId,
    /// The carrier's number of the parcel.
    pub tracking_number: String,
}

/// The payload of [`OrderEvent::OrderDelivered`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderDelivered {
    /// Which order.
    pub order_id: OrderId,
    /// When it was handed over, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered_at: Option<Moment>,
}

/// The payload of [`OrderEvent::OrderCancelled`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OrderCancelled {
    /// Which order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}
