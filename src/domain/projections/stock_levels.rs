//! `stock-levels`: how many there are of each product, and how many of them are free.

use super::sum;
use crate::aggregates::inventory::InventoryEvent;
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, OnPoison, Projection, Rows};
use serde::{Deserialize, Serialize};

/// The projection.
#[derive(Debug)]
pub struct StockLevels;

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// What it is.
    pub sku: String,
    /// What it is called.
    pub name: Option<String>,
    /// How many are in the house.
    pub on_hand: i64,
    /// How many of them are set aside.
    pub reserved: i64,
    /// How many of them are free.
    pub available: i64,
    /// When that changed last.
    pub updated_at: Option<String>,
}

impl Projection for StockLevels {
    fn name(&self) -> &'static str {
        "stock-levels"
    }

    fn about(&self) -> &'static str {
        "how many of each product are in the house, set aside and free"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &[]
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["StockReceived", "StockReserved", "StockReleased", "StockShipped", "StockCounted"]
    }

    /// Orders are decided by these rows: better old ones than wrong ones.
    fn on_poison(&self) -> OnPoison {
        OnPoison::Stop
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let Fact::Inventory(stock) = event.fact else { return Ok(()) };
        let (sku, quantity) = match stock {
            InventoryEvent::StockReceived(event) => (&event.sku, event.quantity),
            InventoryEvent::StockReserved(event) => (&event.sku, event.quantity),
            InventoryEvent::StockReleased(event) => (&event.sku, event.quantity),
            InventoryEvent::StockShipped(event) => (&event.sku, event.quantity),
            InventoryEvent::StockCounted(event) => (&event.sku, event.quantity),
            InventoryEvent::StockReservationRefused(_) => return Ok(()),
        };
        if quantity < 0 {
            return Err(Halt::Poison(format!("there cannot be {quantity} of {sku}; a quantity is 0 or more")));
        }
        let key = sku.as_str();
        let mut row = rows.get::<Row>(key)?.unwrap_or(Row { sku: key.to_owned(), ..Row::default() });
        match stock {
            InventoryEvent::StockReceived(received) => {
                row.on_hand = sum("the quantities", row.on_hand, quantity)?;
                row.name = received.name.clone().or(row.name);
            }
            InventoryEvent::StockReserved(_) => row.reserved = sum("the quantities", row.reserved, quantity)?,
            InventoryEvent::StockReleased(_) => row.reserved = sum("the quantities", row.reserved, -quantity)?,
            InventoryEvent::StockShipped(_) => {
                row.reserved = sum("the quantities", row.reserved, -quantity)?;
                row.on_hand = sum("the quantities", row.on_hand, -quantity)?;
            }
            InventoryEvent::StockCounted(_) => row.on_hand = quantity,
            InventoryEvent::StockReservationRefused(_) => {}
        }
        row.available = row.on_hand.saturating_sub(row.reserved);
        row.updated_at = event.at.map(format_time);
        rows.put(key, &row);
        Ok(())
    }
}
