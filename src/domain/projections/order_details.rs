//! `order-details`: all of an order, with what happened to it and how it was paid.

use super::{helper, key};
use crate::Aggregate;
use crate::aggregates::order::{OrderEvent, OrderState};
use crate::aggregates::payment::{PaymentEvent, PaymentState};
use crate::aggregates::{Order, Payment};
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, Projection, Rows};
use serde::{Deserialize, Serialize};

/// How many steps a row remembers: without a bound it would grow with the stream.
pub const REMEMBERED_STEPS: usize = 50;

/// The types of an order's events.
pub(super) const ORDER_EVENTS: &[&str] = &[
    "OrderPlaced",
    "ItemAdded",
    "ItemRemoved",
    "CouponApplied",
    "OrderConfirmed",
    "PaymentCompleted",
    "ShippingStarted",
    "OrderDelivered",
    "OrderCancelled",
];

/// The projection.
#[derive(Debug)]
pub struct OrderDetails;

/// A row.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The order.
    pub order: OrderState,
    /// How it was paid, or was to be.
    pub payments: Vec<PaymentState>,
    /// What happened to it, the newest steps.
    pub history: Vec<Step>,
    /// How many steps there were in all.
    pub steps: u64,
}

/// Something that happened to an order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The event's type.
    pub event_type: String,
    /// Its stream.
    pub stream_id: String,
    /// Its place in the stream.
    pub version: Option<i64>,
    /// Its place in the log.
    pub global_position: i64,
    /// Who did it.
    pub actor: Option<String>,
    /// When.
    pub at: Option<String>,
}

/// A payment on its way, and the order that it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Paying {
    order_id: String,
    payment: PaymentState,
}

impl Projection for OrderDetails {
    fn name(&self) -> &'static str {
        "order-details"
    }

    fn about(&self) -> &'static str {
        "all of an order: items, steps, payments"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &[]
    }

    fn event_types(&self) -> &'static [&'static str] {
        &[
            "OrderPlaced",
            "ItemAdded",
            "ItemRemoved",
            "CouponApplied",
            "OrderConfirmed",
            "PaymentCompleted",
            "ShippingStarted",
            "OrderDelivered",
            "OrderCancelled",
            "PaymentRequested",
            "PaymentAuthorized",
            "PaymentCaptured",
            "PaymentFailed",
            "PaymentRefunded",
        ]
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        match event.fact {
            Fact::Order(order) => {
                let key = key(super::order_dashboard::follow(order).0);
                let known = rows.get::<Row>(&key)?;
                if known.is_none() && !matches!(order, OrderEvent::OrderPlaced(_)) {
                    return Ok(());
                }
                let mut row = known.unwrap_or_default();
                row.order = Order::evolve(row.order, order.clone());
                row.step(event);
                rows.put(&key, &row);
            }
            Fact::Payment(payment) => {
                let helper = helper("payment", payment_id(payment));
                let Some(mut paying) = rows.get::<Paying>(&helper)?.or_else(|| requested(payment)) else {
                    return Ok(());
                };
                paying.payment = Payment::evolve(paying.payment, payment.clone());
                let key = key(&paying.order_id);
                if let Some(mut row) = rows.get::<Row>(&key)? {
                    let same = |known: &&mut PaymentState| known.payment_id == paying.payment.payment_id;
                    match row.payments.iter_mut().find(same) {
                        Some(known) => known.clone_from(&paying.payment),
                        None => row.payments.push(paying.payment.clone()),
                    }
                    row.step(event);
                    rows.put(&key, &row);
                }
                rows.put(&helper, &paying);
            }
            _ => {}
        }
        Ok(())
    }
}

impl Row {
    fn step(&mut self, event: &Happened<'_>) {
        self.steps = self.steps.saturating_add(1);
        if self.history.len() == REMEMBERED_STEPS {
            self.history.remove(0);
        }
        self.history.push(Step {
            event_type: event.event_type.to_owned(),
            stream_id: event.stream.as_str().to_owned(),
            version: event.version.map(|version| version.0),
            global_position: event.position.0,
            actor: event.actor.map(str::to_owned),
            at: event.at.map(format_time),
        });
    }
}

fn requested(event: &PaymentEvent) -> Option<Paying> {
    match event {
        PaymentEvent::PaymentRequested(requested) => {
            Some(Paying { order_id: requested.order_id.as_str().to_owned(), payment: PaymentState::default() })
        }
        _ => None,
    }
}

fn payment_id(event: &PaymentEvent) -> &str {
    match event {
        PaymentEvent::PaymentRequested(event) => event.payment_id.as_str(),
        PaymentEvent::PaymentAuthorized(event) => event.payment_id.as_str(),
        PaymentEvent::PaymentCaptured(event) => event.payment_id.as_str(),
        PaymentEvent::PaymentFailed(event) => event.payment_id.as_str(),
        PaymentEvent::PaymentRefunded(event) => event.payment_id.as_str(),
    }
}
