//! What the events of a kind of thing in stock add up to.

use super::event::InventoryEvent;
use crate::ids::{OrderId, Sku};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A kind of thing in stock. It remembers open reservations only, so that it stays small however long its history.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoryState {
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sku: Option<Sku>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// How many are in the house.
    pub on_hand: i64,
    /// How many of them are set aside.
    pub reserved: i64,
    /// How many of them are free.
    pub available: i64,
    /// For which orders how many are set aside.
    pub reservations: BTreeMap<OrderId, i64>,
    /// How many were sent away in all.
    pub shipped: i64,
    /// How many reservations there was too little for.
    pub refused: i64,
}

impl InventoryState {
    /// How many are set aside for an order.
    pub fn reserved_for(&self, order: &OrderId) -> i64 {
        self.reservations.get(order).copied().unwrap_or(0)
    }

    fn reserve(&mut self, order: OrderId, quantity: i64) {
        let held = self.reservations.entry(order).or_insert(0);
        *held = held.saturating_add(quantity);
        self.reserved = self.reserved.saturating_add(quantity);
    }

    /// Takes from a reservation, which is gone when nothing is left of it.
    fn unreserve(&mut self, order: &OrderId, quantity: i64) {
        let left = self.reserved_for(order).saturating_sub(quantity);
        if left == 0 {
            self.reservations.remove(order);
        } else if let Some(held) = self.reservations.get_mut(order) {
            *held = left;
        } else {
            self.reservations.insert(order.clone(), left);
        }
        self.reserved = self.reserved.saturating_sub(quantity);
    }
}

/// The state after one more event.
pub fn evolve(mut state: InventoryState, event: InventoryEvent) -> InventoryState {
    match event {
        InventoryEvent::StockReceived(received) => {
            state.sku = Some(received.sku);
            state.name = received.name.or(state.name);
            state.on_hand = state.on_hand.saturating_add(received.quantity);
        }
        InventoryEvent::StockReserved(reserved) => state.reserve(reserved.order_id, reserved.quantity),
        InventoryEvent::StockReservationRefused(_) => state.refused = state.refused.saturating_add(1),
        InventoryEvent::StockReleased(released) => state.unreserve(&released.order_id, released.quantity),
        InventoryEvent::StockShipped(shipped) => {
            state.unreserve(&shipped.order_id, shipped.quantity);
            state.on_hand = state.on_hand.saturating_sub(shipped.quantity);
            state.shipped = state.shipped.saturating_add(shipped.quantity);
        }
        InventoryEvent::StockCounted(counted) => state.on_hand = counted.quantity,
    }
    state.available = state.on_hand.saturating_sub(state.reserved);
    state
}
