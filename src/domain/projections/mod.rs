//! The shop's read models. Each follows history as it is; only what it truly cannot handle is poison.

pub mod account_balances;
mod basket;
pub mod customer_summaries;
pub mod daily_revenue;
pub mod order_dashboard;
pub mod order_details;
pub mod stock_levels;
#[cfg(test)]
mod tests;
pub mod users;

use crate::projection::{Halt, Projection};

/// Every projection, in the order that they are listed.
pub const ALL: [&dyn Projection; 7] = [
    &order_dashboard::OrderDashboard,
    &order_details::OrderDetails,
    &customer_summaries::CustomerSummaries,
    &stock_levels::StockLevels,
    &account_balances::AccountBalances,
    &users::Users,
    &daily_revenue::DailyRevenue,
];

/// The projection of a name.
pub fn named(name: &str) -> Option<&'static dyn Projection> {
    ALL.into_iter().find(|projection| projection.name() == name)
}

/// The sum; poison where it is too large to be written.
fn sum(what: &str, a: i64, b: i64) -> Result<i64, Halt> {
    a.checked_add(b).ok_or_else(|| Halt::Poison(format!("{what} {a} and {b} are too large to be added up")))
}

/// The key of a helper row, which no id of the model's own rows can have: those are escaped by [`key`].
fn helper(kind: &str, id: &str) -> String {
    format!("~{kind}:{id}")
}

/// The key of a row of the model's own, in a model that has helper rows too.
pub fn key(id: &str) -> String {
    if id.starts_with('~') { format!("~~{id}") } else { id.to_owned() }
}
