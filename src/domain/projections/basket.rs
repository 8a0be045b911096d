//! What an order holds, as far as its total needs it: an event that takes items out does not say their price.

use crate::aggregates::order::OrderItem;
use serde::{Deserialize, Serialize};

/// The lines of an order.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Basket(Vec<Line>);

/// So many of a product at a price each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    product_id: String,
    quantity: i64,
    unit_price: i64,
}

impl Basket {
    /// The lines of these items.
    pub fn of(items: &[OrderItem]) -> Basket {
        let line = |item: &OrderItem| Line {
            product_id: item.product_id.as_str().to_owned(),
            quantity: item.quantity,
            unit_price: item.unit_price,
        };
        Basket(items.iter().map(line).collect())
    }

    /// How many things there are in all.
    pub fn count(&self) -> i64 {
        self.0.iter().fold(0, |sum: i64, line| sum.saturating_add(line.quantity))
    }

    /// Adds some; by how much the total moves.
    pub fn add(&mut self, item: &OrderItem) -> i64 {
        let before = self.cost();
        let product = item.product_id.as_str();
        match self.0.iter_mut().find(|line| line.product_id == product && line.unit_price == item.unit_price) {
            Some(line) => line.quantity = line.quantity.saturating_add(item.quantity),
            None => self.0.extend(Basket::of(std::slice::from_ref(item)).0),
        }
        self.cost().saturating_sub(before)
    }

    /// Takes some out; by how much the total moves.
    pub fn remove(&mut self, product: &str, quantity: i64) -> i64 {
        let before = self.cost();
        if let Some(line) = self.0.iter_mut().find(|line| line.product_id == product) {
            line.quantity = line.quantity.saturating_sub(quantity);
        }
        self.0.retain(|line| line.product_id != product || line.quantity != 0);
        self.cost().saturating_sub(before)
    }

    fn cost(&self) -> i64 {
        self.0.iter().fold(0, |sum: i64, line| sum.saturating_add(line.unit_price.saturating_mul(line.quantity)))
    }
}
