//! What can be asked of a kind of thing in stock.

use crate::ids::{OrderId, Sku};
use serde::Deserialize;

crate::command::commands! {
    /// What can be asked of a kind of thing in stock.
    pub enum InventoryCommand of super::Inventory, by sku {
        /// Take some in.
        ReceiveStock(ReceiveStock),
        /// Set some aside for an order.
        ReserveStock(ReserveStock),
        /// Free what was set aside.
        ReleaseStock(ReleaseStock),
        /// Send away what was set aside.
        ShipStock(ShipStock),
        /// Note how many there are.
        CountStock(CountStock),
    }
}

/// The fields of [`InventoryCommand::ReceiveStock`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReceiveStock {
    /// What comes in.
    pub sku: Sku,
    /// What it is called.
    #[serde(default)]
    pub name: Option<String>,
    /// How many.
    pub quantity: i64,
}

/// The fields of [`InventoryCommand::ReserveStock`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReserveStock {
    /// Of what.
    pub sku: Sku,
    /// For which order.
    pub order_id: OrderId,
    /// How many.
    pub quantity: i64,
}

/// The fields of [`InventoryCommand::ReleaseStock`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleaseStock {
    /// Of what.
    pub sku: Sku,
    /// For which order it was set aside.
    pub order_id: OrderId,
    /// How many; all of them where nothing is said.
    #[serde(default)]
    pub quantity: Option<i64>,
}

/// The fields of [`InventoryCommand::ShipStock`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShipStock {
    /// Of what.
    pub sku: Sku,
    /// For which order it was set aside.
    pub order_id: OrderId,
    /// How many; all of them where nothing is said.
    #[serde(default)]
    pub quantity: Option<i64>,
}

/// The fields of [`InventoryCommand::CountStock`].
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountStock {
    /// Of what.
    pub sku: Sku,
    /// How many there are.
    pub quantity: i64,
}
