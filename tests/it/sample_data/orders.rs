//! An order's way through the shop, one step causing the next.

use super::catalogue::{PRODUCTS, Product, address};
use super::time::{self, DAY, HOUR, MINUTE, SECOND};
use super::world::{Because, World};
use foldback::domain::aggregates::{Inventory, Order, Payment};
use foldback::domain::ids::OrderId;
use serde_json::{Value, json};

/// What will become of an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It arrives, if everything is in stock.
    Fulfilled,
    /// The card is declined.
    PaymentFails,
    /// The customer thinks better of it before paying.
    CancelledUnpaid,
    /// The customer thinks better of it after paying.
    CancelledPaid,
    /// Stock runs out after payment, and nobody gives the money back.
    NotRefunded,
    /// An item comes back, and then more money goes out than came in.
    OverRefunded,
}

/// An order on its way.
#[derive(Debug, Clone)]
pub struct Flow {
    pub order_id: String,
    pub customer: String,
    pub fate: Fate,
    /// The last event, and who goes on after it.
    pub because: Because,
}

impl Flow {
    pub fn new(order_id: &str, customer: &str, fate: Fate) -> Self {
        let because = Because::new(customer, &format!("fulfilment of order {order_id}"));
        Flow { order_id: order_id.to_owned(), customer: customer.to_owned(), fate, because }
    }

    /// Asks for something of an aggregate on behalf of somebody; what follows is caused by it.
    pub fn order(&mut self, world: &mut World, actor: &str, command: &str, mut fields: Value) {
        fields["order_id"] = self.order_id.clone().into();
        self.because.actor = actor.to_owned();
        let event = world.ask::<Order>(command, fields, &self.because);
        self.because = self.because.after(&event, actor);
    }

    pub fn payment(&mut self, world: &mut World, actor: &str, command: &str, fields: Value) {
        self.because.actor = actor.to_owned();
        let event = world.ask::<Payment>(command, fields, &self.because);
        self.because = self.because.after(&event, actor);
    }

    pub fn place(&mut self, world: &mut World, items: Value, currency: &str, city: &str) {
        let method = if world.random.chance(25) { "EXPRESS" } else { "STANDARD" };
        let number = world.random.range(1..250);
        let customer = self.customer.clone();
        let fields = json!({
            "customer_id": customer,
            "items": items,
            "currency": currency,
            "shipping_address": address(city, number),
            "shipping_method": method,
        });
        self.order(world, &customer, "PlaceOrder", fields);
    }
}

/// Somebody orders a few things.
pub fn begin(world: &mut World, order_id: &str, fate: Fate) {
    let customers = world.customers.clone();
    let (customer, country, city) = world.random.pick(&customers).clone();
    let currency = if country == "US" { "USD" } else { "KRW" };
    let mut flow = Flow::new(order_id, &customer, fate);
    let products = distinct(world);
    let items: Vec<Value> = products.iter().map(|product| product.item(world.random.range(1..4), currency)).collect();
    flow.place(world, items.into(), currency, &city);
    let (extra, changes) = (distinct(world).remove(0), world.random.chance(18));
    if changes && products.iter().all(|known| known.sku != extra.sku) {
        world.after(20 * SECOND..4 * MINUTE, move |world| {
            let item = extra.item(world.random.range(1..3), currency);
            flow.order(world, &customer, "AddItem", json!({ "item": item }));
            if world.random.chance(40) {
                flow.order(world, &customer, "RemoveItem", json!({"product_id": extra.sku, "quantity": 1}));
            }
            confirm(world, flow);
        });
    } else {
        confirm(world, flow);
    }
}

fn distinct(world: &mut World) -> Vec<&'static Product> {
    let mut products: Vec<&Product> = Vec::new();
    for _ in 0..*world.random.pick(&[1, 1, 1, 2, 2, 3]) {
        let product = world.random.pick(PRODUCTS);
        if products.iter().all(|known| known.sku != product.sku) {
            products.push(product);
        }
    }
    products
}

/// The customer stands by it, perhaps with a coupon; or does not.
pub fn confirm(world: &mut World, mut flow: Flow) {
    world.after(30 * SECOND..9 * MINUTE, move |world| {
        let customer = flow.customer.clone();
        if flow.fate == Fate::CancelledUnpaid {
            let reason = *world.random.pick(&["changed my mind", "found it cheaper", "ordered by mistake"]);
            return flow.order(world, &customer, "CancelOrder", json!({ "reason": reason }));
        }
        let order = world.state::<Order>(&flow.order_id);
        if flow.fate == Fate::Fulfilled && order.coupon.is_none() && world.random.chance(14) {
            let discount = order.total / 10;
            flow.order(world, &customer, "ApplyCoupon", json!({"code": "NEWYEAR10", "discount": discount}));
        }
        flow.order(world, &customer, "ConfirmOrder", json!({}));
        world.after(SECOND..4 * SECOND, move |world| request_payment(world, flow));
    });
}

pub fn request_payment(world: &mut World, mut flow: Flow) {
    let order = world.state::<Order>(&flow.order_id);
    world.payments_made += 1;
    let payment_id = world.payments_made.to_string();
    let fields = json!({
        "payment_id": payment_id,
        "order_id": flow.order_id,
        "amount": order.total,
        "currency": order.currency,
        "method": *world.random.pick(&["CARD", "CARD", "CARD", "BANK_TRANSFER"]),
    });
    flow.payment(world, "checkout-service", "RequestPayment", fields);
    world.after(3 * SECOND..70 * SECOND, move |world| authorize(world, flow, payment_id));
}

fn authorize(world: &mut World, mut flow: Flow, payment_id: String) {
    if flow.fate == Fate::PaymentFails {
        let reason = *world.random.pick(&["card declined", "insufficient funds", "3-D Secure timed out"]);
        flow.payment(world, "payments-service", "FailPayment", json!({"payment_id": payment_id, "reason": reason}));
        return world.after(SECOND..20 * SECOND, move |world| {
            flow.order(
                world,
                "checkout-service",
                "CancelOrder",
                json!({"reason": format!("payment failed: {reason}")}),
            );
        });
    }
    let code = format!("A{:06}", world.random.range(0..1_000_000));
    let fields = json!({"payment_id": payment_id, "authorization_code": code});
    flow.payment(world, "payments-service", "AuthorizePayment", fields);
    world.after(SECOND..8 * SECOND, move |world| {
        let captured_at = time::text(world.now - 40);
        let fields = json!({"payment_id": payment_id, "captured_at": captured_at});
        flow.payment(world, "payments-service", "CapturePayment", fields);
        let fields = json!({"payment_id": payment_id, "paid_at": captured_at});
        flow.order(world, "payments-service", "CompletePayment", fields);
        if flow.fate == Fate::NotRefunded {
            super::stories::not_refunded::sell_out(world);
        }
        world.after(2 * SECOND..40 * SECOND, move |world| reserve(world, flow, payment_id));
    });
}

/// Sets aside what was ordered. Where something is missing, everything is undone.
fn reserve(world: &mut World, mut flow: Flow, payment_id: String) {
    flow.because.actor = "fulfilment-service".into();
    let paid = flow.because.clone();
    for item in world.state::<Order>(&flow.order_id).items {
        let fields = json!({"sku": item.product_id, "order_id": flow.order_id, "quantity": item.quantity});
        let because = paid.clone();
        let (event, event_type) = world.try_ask::<Inventory>("ReserveStock", fields, &because).expect("it is stocked");
        flow.because = paid.after(&event, "fulfilment-service");
        if event_type == "StockReservationRefused" {
            return world.after(SECOND..10 * SECOND, move |world| {
                let reason = format!("{} is out of stock", item.product_id);
                undo(world, flow, payment_id, "fulfilment-service", &reason);
            });
        }
    }
    match flow.fate {
        Fate::CancelledPaid => world.after(5 * MINUTE..20 * MINUTE, move |world| {
            let customer = flow.customer.clone();
            undo(world, flow, payment_id, &customer, "changed my mind");
        }),
        _ => {
            let at = time::in_working_hours(&mut world.random, world.now);
            world.at(at, move |world| ship(world, flow, payment_id));
        }
    }
}

/// Cancels a paid order: frees what was set aside and gives the money back.
fn undo(world: &mut World, mut flow: Flow, payment_id: String, who: &str, reason: &str) {
    flow.order(world, who, "CancelOrder", json!({ "reason": reason }));
    let cancelled = flow.because.clone();
    let order_id = OrderId::from(flow.order_id.as_str());
    for item in world.state::<Order>(&flow.order_id).items {
        if world.state::<Inventory>(item.product_id.as_str()).reserved_for(&order_id) > 0 {
            let fields = json!({"sku": item.product_id, "order_id": flow.order_id});
            world.ask::<Inventory>(
                "ReleaseStock",
                fields,
                &Because { actor: "fulfilment-service".into(), ..cancelled.clone() },
            );
        }
    }
    if flow.fate == Fate::NotRefunded {
        return;
    }
    world.after(30 * SECOND..4 * MINUTE, move |world| {
        let amount = world.state::<Payment>(&payment_id).captured;
        let fields = json!({"payment_id": payment_id, "amount": amount, "reason": "order cancelled"});
        flow.payment(world, "payments-service", "RefundPayment", fields);
    });
}

fn ship(world: &mut World, mut flow: Flow, payment_id: String) {
    let tracking = format!("KP{:09}", world.random.range(0..1_000_000_000));
    flow.order(world, "warehouse", "StartShipping", json!({"tracking_number": tracking}));
    let shipped = flow.because.clone();
    for item in world.state::<Order>(&flow.order_id).items {
        let fields = json!({"sku": item.product_id, "order_id": flow.order_id});
        world.ask::<Inventory>("ShipStock", fields, &shipped);
    }
    let arrives = time::midnight(world.now) + DAY + world.random.range(9 * HOUR..20 * HOUR);
    world.at(arrives, move |world| {
        let delivered_at = time::text(world.now - 5 * SECOND);
        flow.order(world, "carrier", "DeliverOrder", json!({"delivered_at": delivered_at}));
        if flow.fate == Fate::OverRefunded {
            super::stories::over_refund::item_comes_back(world, flow, payment_id);
        }
    });
}
