//! From an event of an order back to the command that it comes of.

use super::command::*;
use super::event::OrderEvent;

/// The command that an event comes of.
pub fn command_for(event: &OrderEvent) -> Option<OrderCommand> {
    Some(match event.clone() {
        OrderEvent::OrderPlaced(event) => OrderCommand::PlaceOrder(PlaceOrder {
            order_id: event.order_id,
            customer_id: event.customer_id,
            items: event.items,
            currency: event.currency,
            shipping_address: event.shipping_address,
            shipping_method: event.shipping_method,
        }),
        OrderEvent::ItemAdded(event) => OrderCommand::AddItem(AddItem { order_id: event.order_id, item: event.item }),
        OrderEvent::ItemRemoved(event) => OrderCommand::RemoveItem(RemoveItem {
            order_id: event.order_id,
            product_id: event.product_id,
            quantity: Some(event.quantity),
        }),
        OrderEvent::CouponApplied(event) => OrderCommand::ApplyCoupon(ApplyCoupon {
            order_id: event.order_id,
            code: event.code,
            discount: event.discount,
        }),
        OrderEvent::OrderConfirmed(event) => OrderCommand::ConfirmOrder(ConfirmOrder { order_id: event.order_id }),
        OrderEvent::PaymentCompleted(event) => OrderCommand::CompletePayment(CompletePayment {
            order_id: event.order_id,
            payment_id: event.payment_id,
            paid_at: event.paid_at,
        }),
        OrderEvent::ShippingStarted(event) => OrderCommand::StartShipping(StartShipping {
            order_id: event.order_id,
            tracking_number: event.tracking_number,
        }),
        OrderEvent::OrderDelivered(event) => {
            OrderCommand::DeliverOrder(DeliverOrder { order_id: event.order_id, delivered_at: event.delivered_at })
        }
        OrderEvent::OrderCancelled(event) => {
            OrderCommand::CancelOrder(CancelOrder { order_id: event.order_id, reason: event.reason })
        }
    })
}
