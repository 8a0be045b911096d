//! What can be asked of an order.

use super::event::OrderItem;
use crate::address::Address;
use crate::ids::{CustomerId, OrderId, PaymentId, ProductId};
use crate::moment::Moment;
use crate::money::Currency;
use serde::Deserialize;

crate::command::commands! {
    /// What can be asked of an order.
    pub enum OrderCommand of super::Order, by order_id {
        /// Order something.
        PlaceOrder(PlaceOrder),
        /// Order more of a product.
        AddItem(AddItem),
        /// Order less of a product, or none.
        RemoveItem(RemoveItem),
        /// Make it cheaper by a coupon.
        ApplyCoupon(ApplyCoupon),
        /// Stand by it.
        ConfirmOrder(ConfirmOrder),
        /// Note that it was paid.
        CompletePayment(CompletePayment),
        /// Send it.
        StartShipping(StartShipping),
        /// Note that it arrived.
        DeliverOrder(DeliverOrder),
        /// Give it up.
        CancelOrder(CancelOrder),
    }
}

/// The fields of [`OrderCommand::PlaceOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaceOrder {
    /// Which order; it must be new.
    pub order_id: OrderId,
    /// Who orders.
    pub customer_id: CustomerId,
    /// What is ordered: at least one item.
    pub items: Vec<OrderItem>,
    /// The currency of the prices.
    #[serde(default = "won")]
    pub currency: Currency,
    /// Where it goes.
    pub shipping_address: Address,
    /// How it gets there.
    #[serde(default = "standard")]
    pub shipping_method: String,
}

fn won() -> Currency {
    Currency::KRW
}

fn standard() -> String {
    "STANDARD".to_owned()
}

/// The fields of [`OrderCommand::AddItem`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AddItem {
    /// Which order.
    pub order_id: OrderId,
    /// What is added.
    pub item: OrderItem,
}

/// The fields of [`OrderCommand::RemoveItem`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RemoveItem {
    /// Which order.
    pub order_id: OrderId,
    /// Of which product.
    pub product_id: ProductId,
    /// How many; all of them where nothing is said.
    #[serde(default)]
    pub quantity: Option<i64>,
}

/// The fields of [`OrderCommand::ApplyCoupon`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplyCoupon {
    /// Which order.
    pub order_id: OrderId,
    /// The coupon's code.
    pub code: String,
    /// By how much the order gets cheaper, in minor units.
    pub discount: i64,
}

/// The fields of [`OrderCommand::ConfirmOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConfirmOrder {
    /// Which order.
    pub order_id: OrderId,
}

/// The fields of [`OrderCommand::CompletePayment`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompletePayment {
    /// Which order.
    pub order_id: OrderId,
    /// By which payment.
    pub payment_id: PaymentId,
    /// When the money moved.
    #[serde(default)]
    pub paid_at: Option<Moment>,
}

/// The fields of [`OrderCommand::StartShipping`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StartShipping {
    /// Which order.
    pub order_id: OrderId,
    /// The carrier's number of the parcel.
    pub tracking_number: String,
}

/// The fields of [`OrderCommand::DeliverOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliverOrder {
    /// Which order.
    pub order_id: OrderId,
    /// When it was handed over.
    #[serde(default)]
    pub delivered_at: Option<Moment>,
}

/// The fields of [`OrderCommand::CancelOrder`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CancelOrder {
    /// Which order.
    pub order_id: OrderId,
    /// Why.
    pub reason: String,
}
