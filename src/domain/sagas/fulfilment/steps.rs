//! What each step asks for, and what undoes what was done.

use super::state::{Ask, FulfilmentState, Step, Undo};
use crate::event::StreamName;
use crate::saga::{Outgoing, Recipient};
use serde_json::{Value, json};

impl Ask {
    fn call(service: &str, operation: &str, body: Value) -> Ask {
        Ask {
            name: format!("{service}.{operation}"),
            service: Some(service.to_owned()),
            what: operation.to_owned(),
            stream: None,
            body,
        }
    }

    fn command(name: &str, category: &str, id: &str, body: Value) -> Ask {
        Ask {
            name: format!("{name} {category}-{id}"),
            service: None,
            what: name.to_owned(),
            stream: Some(StreamName::of(category, id).0),
            body,
        }
    }

    /// As it goes out.
    pub fn outgoing(&self, saga_id: &str, attempt: u32) -> Outgoing {
        let to = match &self.service {
            Some(service) => Recipient::Call { service: service.clone(), operation: self.what.clone() },
            None => Recipient::Command {
                name: self.what.clone(),
                stream: StreamName(self.stream.clone().unwrap_or_default()),
            },
        };
        Outgoing::new(saga_id, &self.name, attempt, to, self.body.clone())
    }

    /// Whether it is a command: the log that decides it also holds the saga, so that it is never given up.
    pub fn is_command(&self) -> bool {
        self.service.is_none()
    }
}

/// The order's id, as text.
pub fn order_id(state: &FulfilmentState) -> &str {
    state.order.order_id.as_ref().map_or("", |id| id.as_str())
}

/// The payment that the fulfilment of an order makes.
pub fn payment_id(order_id: &str) -> String {
    format!("p-{order_id}")
}

/// What is to be sent, each kind of thing once: products are numbered like the stock that they are taken from.
fn items(state: &FulfilmentState) -> impl DoubleEndedIterator<Item = (&str, i64)> {
    let mut kinds: Vec<(&str, i64)> = Vec::new();
    for item in &state.order.items {
        let sku = item.product_id.as_str();
        match kinds.iter_mut().find(|(known, _)| *known == sku) {
            Some((_, quantity)) => *quantity = quantity.saturating_add(item.quantity),
            None => kinds.push((sku, item.quantity)),
        }
    }
    kinds.into_iter()
}

fn item_list(state: &FulfilmentState) -> Value {
    items(state).map(|(sku, quantity)| json!({"sku": sku, "quantity": quantity})).collect()
}

fn currency(state: &FulfilmentState) -> Option<&str> {
    state.order.currency.as_ref().map(|currency| currency.as_str())
}

fn stock(state: &FulfilmentState, command: &str, sku: &str, quantity: i64) -> Ask {
    let body = json!({"sku": sku, "order_id": order_id(state), "quantity": quantity});
    Ask::command(command, "inventory", sku, body)
}

/// What the step asks for, one after the other. What only an answer tells stands in the state by then.
pub fn operations(state: &FulfilmentState) -> Vec<Ask> {
    let order = order_id(state);
    let payment = payment_id(order);
    match state.step {
        Step::CreateOrder => Vec::new(),
        Step::ProcessPayment => vec![
            Ask::command(
                "RequestPayment",
                "payment",
                &payment,
                json!({"payment_id": payment, "order_id": order, "amount": state.order.total,
                       "currency": currency(state)}),
            ),
            Ask::call(
                "payment",
                "charge",
                json!({"order_id": order, "payment_id": payment, "amount": state.order.total,
                       "currency": currency(state)}),
            ),
            Ask::command(
                "AuthorizePayment",
                "payment",
                &payment,
                json!({"payment_id": payment, "authorization_code": state.authorization_code}),
            ),
            Ask::command("CapturePayment", "payment", &payment, json!({"payment_id": payment})),
            Ask::command("CompletePayment", "order", order, json!({"order_id": order, "payment_id": payment})),
        ],
        Step::ReserveInventory => {
            let call = Ask::call("inventory", "reserve", json!({"order_id": order, "items": item_list(state)}));
            let commands = items(state).map(|(sku, quantity)| stock(state, "ReserveStock", sku, quantity));
            std::iter::once(call).chain(commands).collect()
        }
        // The order is told last: until then a customer may cancel, and everything before it can be undone.
        Step::Ship => {
            let call = Ask::call("shipping", "book", json!({"order_id": order, "items": item_list(state)}));
            let commands = items(state).map(|(sku, quantity)| stock(state, "ShipStock", sku, quantity));
            let tell = Ask::command(
                "StartShipping",
                "order",
                order,
                json!({"order_id": order, "tracking_number": state.tracking_number}),
            );
            std::iter::once(call).chain(commands).chain([tell]).collect()
        }
    }
}

/// What undoes everything that was done, the last first. A call that may have been carried out is undone too: services
/// undo by the key of the call, and do nothing where it never reached them.
pub fn undoing(state: &FulfilmentState) -> Vec<Undo> {
    let order = order_id(state);
    let payment = payment_id(order);
    let done = |name: &str| state.done.iter().any(|done| done == name);
    let did = |command: &str, sku: &str| done(&format!("{command} inventory-{sku}"));
    let paid = |command: &str| done(&format!("{command} payment-{payment}"));
    let reason = state.failure.as_deref().unwrap_or("the order was not fulfilled");
    let mut undo = Vec::new();
    let mut add = |step, ask| undo.push(Undo { step, ask });
    for (sku, quantity) in items(state).rev().filter(|(sku, _)| did("ShipStock", sku)) {
        let body = json!({"sku": sku, "quantity": quantity});
        add(Step::Ship, Ask::command("ReceiveStock", "inventory", sku, body));
    }
    if done("shipping.book") {
        add(Step::Ship, Ask::call("shipping", "cancel", json!({"order_id": order})));
    }
    let held = |sku: &str| did("ReserveStock", sku) && !did("ShipStock", sku);
    for (sku, quantity) in items(state).rev().filter(|(sku, _)| held(sku)) {
        add(Step::ReserveInventory, stock(state, "ReleaseStock", sku, quantity));
    }
    if done("inventory.reserve") {
        add(Step::ReserveInventory, Ask::call("inventory", "release", json!({"order_id": order})));
    }
    if done("payment.charge") {
        let body = json!({"order_id": order, "payment_id": payment, "amount": state.order.total,
                          "currency": currency(state)});
        add(Step::ProcessPayment, Ask::call("payment", "refund", body));
    }
    if paid("CapturePayment") {
        let body = json!({"payment_id": payment, "amount": state.order.total, "reason": reason});
        add(Step::ProcessPayment, Ask::command("RefundPayment", "payment", &payment, body));
    } else if paid("RequestPayment") {
        let body = json!({"payment_id": payment, "reason": reason});
        add(Step::ProcessPayment, Ask::command("FailPayment", "payment", &payment, body));
    }
    if !state.order_cancelled {
        let body = json!({"order_id": order, "reason": reason});
        add(Step::CreateOrder, Ask::command("CancelOrder", "order", order, body));
    }
    undo
}
