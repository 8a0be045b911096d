//! `customer-summaries`: what a customer ordered, spent and still owes.

use super::basket::Basket;
use super::order_dashboard::follow;
use super::{helper, key, sum};
use crate::aggregates::order::{OrderEvent, OrderStatus};
use crate::event::format_time;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, Projection, Rows};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The projection.
#[derive(Debug)]
pub struct CustomerSummaries;

/// A row. Amounts are in minor units, by currency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// Who.
    pub customer_id: String,
    /// How many orders they placed.
    pub orders: i64,
    /// How many of them were cancelled.
    pub cancelled: i64,
    /// What they paid for orders that were not cancelled.
    pub spent: BTreeMap<String, i64>,
    /// What they owe for orders that are confirmed and not paid: the credit that they use.
    pub open: BTreeMap<String, i64>,
    /// Their last order.
    pub last_order_id: Option<String>,
    /// When they placed it.
    pub last_order_at: Option<String>,
}

/// An order, as far as its customer's summary needs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ordered {
    customer_id: String,
    status: OrderStatus,
    total: i64,
    currency: String,
    lines: Basket,
}

impl Ordered {
    fn owed(&self) -> i64 {
        if self.status == OrderStatus::Confirmed { self.total } else { 0 }
    }

    fn paid(&self) -> i64 {
        match self.status {
            OrderStatus::Paid | OrderStatus::Shipping | OrderStatus::Delivered => self.total,
            _ => 0,
        }
    }
}

impl Projection for CustomerSummaries {
    fn name(&self) -> &'static str {
        "customer-summaries"
    }

    fn about(&self) -> &'static str {
        "what each customer ordered, spent and owes"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &[]
    }

    fn event_types(&self) -> &'static [&'static str] {
        super::order_details::ORDER_EVENTS
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let Fact::Order(order) = event.fact else { return Ok(()) };
        let (order_id, change) = follow(order);
        let helper = helper("order", order_id);
        if let OrderEvent::OrderPlaced(placed) = order {
            let customer_id = placed.customer_id.as_str().to_owned();
            let key = key(&customer_id);
            let mut row = rows.get::<Row>(&key)?.unwrap_or(Row { customer_id, ..Row::default() });
            row.orders = sum("orders", row.orders, 1)?;
            row.last_order_id = Some(order_id.to_owned());
            row.last_order_at = event.at.map(format_time);
            let ordered = Ordered {
                customer_id: row.customer_id.clone(),
                status: OrderStatus::Pending,
                total: placed.total,
                currency: placed.currency.to_string(),
                lines: Basket::of(&placed.items),
            };
            rows.put(&key, &row);
            rows.put(&helper, &ordered);
            return Ok(());
        }
        let Some(mut ordered) = rows.get::<Ordered>(&helper)? else { return Ok(()) };
        let key = key(&ordered.customer_id);
        let Some(mut row) = rows.get::<Row>(&key)? else { return Ok(()) };
        let (owed, paid, before) = (ordered.owed(), ordered.paid(), ordered.status);
        change.make(&mut ordered.lines, &mut ordered.total, &mut ordered.status);
        if ordered.status == OrderStatus::Cancelled && before != OrderStatus::Cancelled {
            row.cancelled = sum("orders", row.cancelled, 1)?;
        }
        for (amounts, by) in [
            (&mut row.open, ordered.owed().saturating_sub(owed)),
            (&mut row.spent, ordered.paid().saturating_sub(paid)),
        ] {
            if by != 0 {
                let amount = amounts.entry(ordered.currency.clone()).or_insert(0);
                *amount = sum("the amounts", *amount, by)?;
            }
        }
        rows.put(&key, &row);
        rows.put(&helper, &ordered);
        Ok(())
    }
}
