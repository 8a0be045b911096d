//! What can have happened to a kind of thing in stock.

use crate::ids::{OrderId, Sku};
use serde::{Deserialize, Serialize};

crate::events! {
    /// What can have happened to a kind of thing in stock.
    pub enum InventoryEvent upcast by crate::upcasters::CHAIN => {
        /// Some came in.
        StockReceived(StockReceived),
        /// Some were set aside for an order.
        StockReserved(StockReserved),
        /// There were too few to be set aside: a business fact that a saga acts on, not an error.
        StockReservationRefused(StockReservationRefused),
        /// Some that were set aside are free again.
        StockReleased(StockReleased),
        /// Some that were set aside left the house.
        StockShipped(StockShipped),
        /// Somebody counted what is there.
        StockCounted(StockCounted),
    }
}

/// The payload of [`InventoryEvent::StockReceived`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockReceived {
    /// What came in.
    pub sku: Sku,
    /// What it is called, where the delivery says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many.
    pub quantity: i64,
}

/// The payload of [`InventoryEvent::StockReserved`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockReserved {
    /// What is set aside.
    pub sku: Sku,
    /// For which order.
    pub order_id: OrderId,
    /// How many.
    pub quantity: i64,
}

/// The payload of [`InventoryEvent::StockReservationRefused`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockReservationRefused {
    /// What there is too little of.
    pub sku: Sku,
    /// For which order it was wanted.
    pub order_id: OrderId,
    /// How many were wanted.
    pub quantity: i64,
    /// How many were free.
    pub available: i64,
}

/// The payload of [`InventoryEvent::StockReleased`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockReleased {
    /// What is free again.
    pub sku: Sku,
    /// For which order it was set aside.
    pub order_id: OrderId,
    /// How many.
    pub quantity: i64,
}

/// The payload of [`InventoryEvent::StockShipped`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockShipped {
    /// What left.
    pub sku: Sku,
    /// For which order.
    pub order_id: OrderId,
    /// How many.
    pub quantity: i64,
}

/// The payload of [`InventoryEvent::StockCounted`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StockCounted {
    /// What was counted.
    pub sku: Sku,
    /// How many there are.
    pub quantity: i64,
}
