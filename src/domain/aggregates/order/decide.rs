//! The rules of an order.

use super::command::{OrderCommand, PlaceOrder, RemoveItem};
use super::event::*;
use super::refusal::OrderRefusal;
use super::state::{OrderState, OrderStatus};

type Decision = Result<Vec<OrderEvent>, OrderRefusal>;

/// The events that a command leads to, or the rule that refuses it.
pub fn decide(state: &OrderState, command: OrderCommand) -> Decision {
    if let OrderCommand::PlaceOrder(place) = command {
        return decide_place(state, place);
    }
    if state.status == OrderStatus::New {
        return Err(OrderRefusal::NotPlaced);
    }
    use OrderStatus::{Confirmed, Paid, Pending, Shipping};
    let event = match command {
        OrderCommand::PlaceOrder(_) => unreachable!("placing was decided above"),
        OrderCommand::AddItem(add) => {
            needs(state, "take more items", &[Pending])?;
            check_item(&add.item)?;
            let known = state.items.iter().find(|item| item.product_id == add.item.product_id);
            if let Some(known) = known.filter(|known| known.unit_price != add.item.unit_price) {
                return Err(OrderRefusal::PriceDiffers { product_id: add.item.product_id, known: known.unit_price });
            }
            let price = add.item.unit_price.checked_mul(add.item.quantity).ok_or(OrderRefusal::TooLarge)?;
            state.subtotal.checked_add(price).ok_or(OrderRefusal::TooLarge)?;
            let total = state.total.checked_add(price).ok_or(OrderRefusal::TooLarge)?;
            if known.is_some_and(|known| known.quantity.checked_add(add.item.quantity).is_none()) {
                return Err(OrderRefusal::TooLarge);
            }
            above_zero(total)?;
            OrderEvent::ItemAdded(ItemAdded { order_id: add.order_id, item: add.item })
        }
        OrderCommand::RemoveItem(remove) => {
            needs(state, "lose items", &[Pending])?;
            OrderEvent::ItemRemoved(decide_removal(state, remove)?)
        }
        OrderCommand::ApplyCoupon(apply) => {
            needs(state, "take a coupon", &[Pending])?;
            if let Some(code) = &state.coupon {
                return Err(OrderRefusal::HasCoupon { code: code.clone() });
            }
            if apply.discount <= 0 {
                return Err(OrderRefusal::BadDiscount { discount: apply.discount });
            }
            above_zero(state.total.saturating_sub(apply.discount))?;
            OrderEvent::CouponApplied(CouponApplied {
                order_id: apply.order_id,
                code: apply.code,
                discount: apply.discount,
            })
        }
        OrderCommand::ConfirmOrder(confirm) => {
            needs(state, "be confirmed", &[Pending])?;
            OrderEvent::OrderConfirmed(OrderConfirmed { order_id: confirm.order_id })
        }
        OrderCommand::CompletePayment(complete) => {
            needs(state, "be paid", &[Pending, Confirmed])?;
            OrderEvent::PaymentCompleted(PaymentCompleted {
                order_id: complete.order_id,
                payment_id: complete.payment_id,
                paid_at: complete.paid_at,
            })
        }
        OrderCommand::StartShipping(start) => {
            needs(state, "be shipped", &[Paid])?;
            OrderEvent::ShippingStarted(ShippingStarted {
                order_id: start.order_id,
                tracking_number: start.tracking_number,
            })
        }
        OrderCommand::DeliverOrder(deliver) => {
            needs(state, "be delivered", &[Shipping])?;
            OrderEvent::OrderDelivered(OrderDelivered {
                order_id: deliver.order_id,
                delivered_at: deliver.delivered_at,
            })
        }
        OrderCommand::CancelOrder(cancel) => {
            needs(state, "be cancelled", &[Pending, Confirmed, Paid])?;
            OrderEvent::OrderCancelled(OrderCancelled { order_id: cancel.order_id, reason: cancel.reason })
        }
    };
    Ok(vec![event])
}

fn decide_place(state: &OrderState, place: PlaceOrder) -> Decision {
    if state.status != OrderStatus::New {
        return Err(OrderRefusal::AlreadyPlaced);
    }
    if place.items.is_empty() {
        return Err(OrderRefusal::NoItems);
    }
    let mut total = 0i64;
    for (place_in_list, item) in place.items.iter().enumerate() {
        check_item(item)?;
        if place.items[..place_in_list].iter().any(|earlier| earlier.product_id == item.product_id) {
            return Err(OrderRefusal::ListedTwice { product_id: item.product_id.clone() });
        }
        let price = item.unit_price.checked_mul(item.quantity).ok_or(OrderRefusal::TooLarge)?;
        total = total.checked_add(price).ok_or(OrderRefusal::TooLarge)?;
    }
    above_zero(total)?;
    Ok(vec![OrderEvent::OrderPlaced(OrderPlaced {
        order_id: place.order_id,
        customer_id: place.customer_id,
        items: place.items,
        total,
        currency: place.currency,
        shipping_address: place.shipping_address,
        shipping_method: place.shipping_method,
    })])
}

fn decide_removal(state: &OrderState, remove: RemoveItem) -> Result<ItemRemoved, OrderRefusal> {
    let Some(item) = state.items.iter().find(|item| item.product_id == remove.product_id) else {
        return Err(OrderRefusal::NotInOrder { product_id: remove.product_id });
    };
    let quantity = remove.quantity.unwrap_or(item.quantity);
    if quantity <= 0 {
        return Err(OrderRefusal::BadQuantity { product_id: remove.product_id, quantity });
    }
    if quantity > item.quantity {
        return Err(OrderRefusal::TooFew { product_id: remove.product_id, wanted: quantity, found: item.quantity });
    }
    if quantity == item.quantity && state.items.len() == 1 {
        return Err(OrderRefusal::NoItems);
    }
    above_zero(state.total.saturating_sub(item.unit_price.saturating_mul(quantity)))?;
    Ok(ItemRemoved { order_id: remove.order_id, product_id: remove.product_id, quantity })
}

fn needs(state: &OrderState, what: &'static str, wanted: &'static [OrderStatus]) -> Result<(), OrderRefusal> {
    if wanted.contains(&state.status) {
        return Ok(());
    }
    Err(OrderRefusal::WrongStatus { what, wanted, status: state.status })
}

fn check_item(item: &OrderItem) -> Result<(), OrderRefusal> {
    if item.quantity <= 0 {
        return Err(OrderRefusal::BadQuantity { product_id: item.product_id.clone(), quantity: item.quantity });
    }
    // A price of zero is a gift; below zero it would be a coupon by the back door.
    if item.unit_price < 0 {
        return Err(OrderRefusal::BadPrice { product_id: item.product_id.clone(), unit_price: item.unit_price });
    }
    Ok(())
}

fn above_zero(total: i64) -> Result<(), OrderRefusal> {
    if total > 0 { Ok(()) } else { Err(OrderRefusal::TotalNotAboveZero { total }) }
}
