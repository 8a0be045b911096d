//! The fulfilment of an order, orchestrated: create order, process payment, reserve inventory, ship. What fails is
//! undone, the last step first.

mod decide;
mod draft;
mod state;
mod steps;
#[cfg(test)]
mod tests;
mod undo;

pub use state::{Ask, FulfilmentState, Phase, Step, Undo, Waiting};
pub use steps::payment_id;

use crate::aggregates::order::OrderEvent;
use crate::fact::Fact;
use crate::saga::{At, Outgoing, Saga, Signal, Transition};

/// The saga of the orders: `fulfil-1017` for the order `1017`.
#[derive(Debug)]
pub struct OrderFulfilment;

impl Saga for OrderFulfilment {
    const TYPE: &'static str = "order-fulfilment";
    type State = FulfilmentState;

    fn id_of(fact: &Fact) -> Option<String> {
        let Fact::Order(event) = fact else { return None };
        let order_id = match event {
            OrderEvent::OrderPlaced(placed) => &placed.order_id,
            OrderEvent::ItemAdded(added) => &added.order_id,
            OrderEvent::ItemRemoved(removed) => &removed.order_id,
            OrderEvent::CouponApplied(applied) => &applied.order_id,
            OrderEvent::OrderConfirmed(confirmed) => &confirmed.order_id,
            OrderEvent::PaymentCompleted(completed) => &completed.order_id,
            OrderEvent::OrderCancelled(cancelled) => &cancelled.order_id,
            // Both are what the saga itself leads to, or what comes long after it.
            OrderEvent::ShippingStarted(_) | OrderEvent::OrderDelivered(_) => return None,
        };
        Some(format!("fulfil-{order_id}"))
    }

    fn decide(at: &At<'_, FulfilmentState>, signal: &Signal<'_>) -> Option<Transition<FulfilmentState>> {
        decide::decide(at, signal)
    }

    fn outstanding(saga_id: &str, state: &FulfilmentState) -> Option<(i64, Outgoing)> {
        Some((state.asked_at, state.outstanding(saga_id)?))
    }
}
