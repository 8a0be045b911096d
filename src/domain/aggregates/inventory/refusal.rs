//! Why a rule of the stock refuses.

use crate::command::NamedRefusal;
use crate::ids::OrderId;
use std::fmt;

/// Why a command is refused. Too little stock is not here: it is the event `StockReservationRefused`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InventoryRefusal {
    /// Nothing of the kind was ever received.
    NotStocked,
    /// A quantity is not above zero.
    BadQuantity {
        /// The quantity.
        quantity: i64,
    },
    /// More would be taken from a reservation than it holds.
    BeyondReservation {
        /// Whose reservation.
        order_id: OrderId,
        /// How many would be taken.
        wanted: i64,
        /// How many it holds.
        held: i64,
    },
    /// Fewer were counted than are set aside.
    BelowReserved {
        /// How many were counted.
        counted: i64,
        /// How many are set aside.
        reserved: i64,
    },
    /// The quantities are too large to be added up.
    TooLarge,
}

impl fmt::Display for InventoryRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            InventoryRefusal::NotStocked => write!(f, "nothing of that kind is in stock; receive some first"),
            InventoryRefusal::BadQuantity { quantity } => {
                write!(f, "the quantity must be above zero; it is {quantity}")
            }
            InventoryRefusal::BeyondReservation { order_id, wanted, held } => {
                write!(f, "{wanted} cannot be taken from the reservation of order {order_id}; it holds {held}")
            }
            InventoryRefusal::BelowReserved { counted, reserved } => {
                write!(f, "{counted} were counted, but {reserved} are set aside; release reservations first")
            }
            InventoryRefusal::TooLarge => write!(f, "the quantities are too large to be added up"),
        }
    }
}

impl NamedRefusal for InventoryRefusal {
    fn is_absence(&self) -> bool {
        matches!(self, InventoryRefusal::NotStocked)
    }
}
