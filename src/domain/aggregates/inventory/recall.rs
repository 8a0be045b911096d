//! From an event of the stock back to the command that it comes of.

use super::command::*;
use super::event::InventoryEvent;

/// The command that an event comes of. A reservation that was refused comes of the same command as one that was not.
pub fn command_for(event: &InventoryEvent) -> Option<InventoryCommand> {
    Some(match event.clone() {
        InventoryEvent::StockReceived(event) => {
            InventoryCommand::ReceiveStock(ReceiveStock { sku: event.sku, name: event.name, quantity: event.quantity })
        }
        InventoryEvent::StockReserved(event) => InventoryCommand::ReserveStock(ReserveStock {
            sku: event.sku,
            order_id: event.order_id,
            quantity: event.quantity,
        }),
        InventoryEvent::StockReservationRefused(event) => InventoryCommand::ReserveStock(ReserveStock {
            sku: event.sku,
            order_id: event.order_id,
            quantity: event.quantity,
        }),
        InventoryEvent::StockReleased(event) => InventoryCommand::ReleaseStock(ReleaseStock {
            sku: event.sku,
            order_id: event.order_id,
            quantity: Some(event.quantity),
        }),
        InventoryEvent::StockShipped(event) => InventoryCommand::ShipStock(ShipStock {
            sku: event.sku,
            order_id: event.order_id,
            quantity: Some(event.quantity),
        }),
        InventoryEvent::StockCounted(event) => {
            InventoryCommand::CountStock(CountStock { sku: event.sku, quantity: event.quantity })
        }
    })
}
