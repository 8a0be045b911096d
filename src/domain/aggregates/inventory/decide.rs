//! The rules of the stock.

use super::command::InventoryCommand;
use super::event::*;
use super::refusal::InventoryRefusal;
use super::state::InventoryState;
use crate::ids::OrderId;

/// The events that a command leads to, or the rule that refuses it.
pub fn decide(state: &InventoryState, command: InventoryCommand) -> Result<Vec<InventoryEvent>, InventoryRefusal> {
    if state.sku.is_none() && !matches!(command, InventoryCommand::ReceiveStock(_)) {
        return Err(InventoryRefusal::NotStocked);
    }
    let event = match command {
        InventoryCommand::ReceiveStock(receive) => {
            above_zero(receive.quantity)?;
            state.on_hand.checked_add(receive.quantity).ok_or(InventoryRefusal::TooLarge)?;
            InventoryEvent::StockReceived(StockReceived {
                sku: receive.sku,
                name: receive.name,
                quantity: receive.quantity,
            })
        }
        InventoryCommand::ReserveStock(reserve) => {
            above_zero(reserve.quantity)?;
            if reserve.quantity > state.available {
                InventoryEvent::StockReservationRefused(StockReservationRefused {
                    sku: reserve.sku,
                    order_id: reserve.order_id,
                    quantity: reserve.quantity,
                    available: state.available,
                })
            } else {
                InventoryEvent::StockReserved(StockReserved {
                    sku: reserve.sku,
                    order_id: reserve.order_id,
                    quantity: reserve.quantity,
                })
            }
        }
        InventoryCommand::ReleaseStock(release) => {
            let quantity = from_reservation(state, &release.order_id, release.quantity)?;
            InventoryEvent::StockReleased(StockReleased { sku: release.sku, order_id: release.order_id, quantity })
        }
        InventoryCommand::ShipStock(ship) => {
            let quantity = from_reservation(state, &ship.order_id, ship.quantity)?;
            InventoryEvent::StockShipped(StockShipped { sku: ship.sku, order_id: ship.order_id, quantity })
        }
        InventoryCommand::CountStock(count) => {
            if count.quantity < state.reserved {
                return Err(InventoryRefusal::BelowReserved { counted: count.quantity, reserved: state.reserved });
            }
            InventoryEvent::StockCounted(StockCounted { sku: count.sku, quantity: count.quantity })
        }
    };
    Ok(vec![event])
}

/// How many are taken from a reservation: so many, or all that it holds.
fn from_reservation(state: &InventoryState, order: &OrderId, wanted: Option<i64>) -> Result<i64, InventoryRefusal> {
    let held = state.reserved_for(order);
    let wanted = wanted.unwrap_or(held.max(1));
    above_zero(wanted)?;
    if wanted > held {
        return Err(InventoryRefusal::BeyondReservation { order_id: order.clone(), wanted, held });
    }
    Ok(wanted)
}

fn above_zero(quantity: i64) -> Result<(), InventoryRefusal> {
    if quantity > 0 { Ok(()) } else { Err(InventoryRefusal::BadQuantity { quantity }) }
}
