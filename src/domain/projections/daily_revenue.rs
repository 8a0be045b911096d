//! `daily-revenue`: what came in and went back on each day (UTC), by currency.

use super::sum;
use crate::aggregates::payment::PaymentEvent;
use crate::fact::Fact;
use crate::projection::{Halt, Happened, Projection, Rows};
use serde::{Deserialize, Serialize};

/// The projection.
#[derive(Debug)]
pub struct DailyRevenue;

/// A row. Amounts are in minor units.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Row {
    /// The day, as `2026-01-05`.
    pub day: String,
    /// The currency.
    pub currency: String,
    /// What came in.
    pub captured: i64,
    /// What went back.
    pub refunded: i64,
    /// What is left of it.
    pub net: i64,
    /// How many payments came in.
    pub payments: i64,
}

impl Projection for DailyRevenue {
    fn name(&self) -> &'static str {
        "daily-revenue"
    }

    fn about(&self) -> &'static str {
        "what came in and went back on each day, by currency"
    }

    fn indexed(&self) -> &'static [&'static str] {
        &["day"]
    }

    fn event_types(&self) -> &'static [&'static str] {
        &["PaymentCaptured", "PaymentRefunded"]
    }

    fn apply(&self, event: &Happened<'_>, rows: &mut Rows) -> Result<(), Halt> {
        let (currency, captured, refunded, moved_at) = match event.fact {
            Fact::Payment(PaymentEvent::PaymentCaptured(event)) => {
                (event.currency, event.amount, 0, event.captured_at.map(|moment| moment.0))
            }
            Fact::Payment(PaymentEvent::PaymentRefunded(event)) => (event.currency, 0, event.amount, None),
            _ => return Ok(()),
        };
        let Some(at) = event.at.or(moved_at) else {
            return Err(Halt::Poison("nobody knows on which day it was: it has no time".to_owned()));
        };
        let day = at.strftime("%Y-%m-%d").to_string();
        let key = format!("{day} {currency}");
        let new = || Row { day, currency: currency.to_string(), ..Row::default() };
        let mut row = rows.get::<Row>(&key)?.unwrap_or_else(new);
        row.captured = sum("the amounts", row.captured, captured)?;
        row.refunded = sum("the amounts", row.refunded, refunded)?;
        row.net = sum("the amounts", row.captured, row.refunded.saturating_neg())?;
        row.payments = sum("the payments", row.payments, i64::from(captured != 0))?;
        rows.put(&key, &row);
        Ok(())
    }
}
