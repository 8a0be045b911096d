//! Whether an order should be taken at all: is there enough of everything, and does the customer still have credit.

use crate::aggregates::order::{OrderItem, PlaceOrder};
use crate::ids::ProductId;
use crate::money::{Currency, Money};
use std::fmt;

/// Why an order is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Objection {
    /// There are too few of a product.
    TooFew {
        /// Which product.
        product_id: ProductId,
        /// How many are wanted.
        wanted: i64,
        /// How many are free.
        available: i64,
    },
    /// The customer would owe too much.
    BeyondCredit {
        /// What they owe for confirmed orders.
        open: Money,
        /// What this order costs.
        order: Money,
        /// What they may owe.
        limit: Money,
    },
}

impl fmt::Display for Objection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Objection::TooFew { product_id, wanted, available } => {
                write!(f, "{wanted} of {product_id} are wanted, and {available} are free")
            }
            Objection::BeyondCredit { open, order, limit } => write!(
                f,
                "the customer owes {open} for confirmed orders, and with {order} more the limit of {limit} is passed"
            ),
        }
    }
}

/// What a customer may owe: 5,000,000 won, or 5,000 units of a currency that has smaller ones.
pub fn credit_limit(currency: Currency) -> i64 {
    match currency.digits() {
        0 => 5_000_000,
        digits => 5_000 * 10i64.pow(digits),
    }
}

/// Whether an order may be taken. `available` says how many of a product are free, where that is known: what is not
/// stocked is not counted. `open` is what the customer owes in the order's currency, where that is known.
pub fn check(
    place: &PlaceOrder,
    available: impl Fn(&ProductId) -> Option<i64>,
    open: Option<i64>,
) -> Result<(), Objection> {
    for item in &place.items {
        if let Some(available) = available(&item.product_id)
            && item.quantity > available
        {
            let (product_id, wanted) = (item.product_id.clone(), item.quantity);
            return Err(Objection::TooFew { product_id, wanted, available: available.max(0) });
        }
    }
    let (currency, limit) = (place.currency, credit_limit(place.currency));
    let cost = |sum: i64, item: &OrderItem| sum.saturating_add(item.unit_price.saturating_mul(item.quantity));
    let order = place.items.iter().fold(0, cost);
    match open {
        Some(open) if open.saturating_add(order) > limit => Err(Objection::BeyondCredit {
            open: Money::new(open, currency),
            order: Money::new(order, currency),
            limit: Money::new(limit, currency),
        }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::Address;

    fn place(quantity: i64, unit_price: i64) -> PlaceOrder {
        let item = OrderItem { product_id: "p".into(), name: "Tea".into(), quantity, unit_price };
        let text = || "x".to_owned();
        PlaceOrder {
            order_id: "1".into(),
            customer_id: "kim".into(),
            items: vec![item],
            currency: Currency::KRW,
            shipping_address: Address {
                street: text(),
                city: text(),
                state: text(),
                zip_code: text(),
                country: text(),
            },
            shipping_method: text(),
        }
    }

    #[test]
    fn stock_and_credit_are_checked_where_they_are_known() {
        let said = |quantity, price, available: Option<i64>, open: Option<i64>| {
            check(&place(quantity, price), |_| available, open).err().map(|objection| objection.to_string())
        };
        assert_eq!(said(5, 1, Some(5), Some(0)), None);
        assert_eq!(said(5, 1, Some(4), Some(0)).as_deref(), Some("5 of p are wanted, and 4 are free"));
        assert_eq!(said(5, 1, Some(-4), None).as_deref(), Some("5 of p are wanted, and 0 are free"));
        assert_eq!(said(5, i64::MAX, None, None), None);
        assert_eq!(said(1, 1_000_000, None, Some(4_000_000)), None);
        assert_eq!(
            said(1, 1_000_001, None, Some(4_000_000)).as_deref(),
            Some(
                "the customer owes 4,000,000 KRW for confirmed orders, and with 1,000,001 KRW more the limit of \
                 5,000,000 KRW is passed"
            )
        );
        assert_eq!(credit_limit(Currency::USD), 500_000);
    }
}
