//! Why a rule of an order refuses.

use super::state::OrderStatus;
use crate::command::NamedRefusal;
use crate::ids::ProductId;
use std::fmt;

/// Why a command is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRefusal {
    /// There is no such order yet.
    NotPlaced,
    /// The order exists already.
    AlreadyPlaced,
    /// It is not at a point where this can happen.
    WrongStatus {
        /// What was asked of it.
        what: &'static str,
        /// Where it would have to be.
        wanted: &'static [OrderStatus],
        /// Where it is.
        status: OrderStatus,
    },
    /// No item would be left.
    NoItems,
    /// A product stands in the list twice.
    ListedTwice {
        /// Which one.
        product_id: ProductId,
    },
    /// A quantity is not above zero.
    BadQuantity {
        /// Of which product.
        product_id: ProductId,
        /// The quantity.
        quantity: i64,
    },
    /// A price is below zero.
    BadPrice {
        /// Of which product.
        product_id: ProductId,
        /// The price.
        unit_price: i64,
    },
    /// The same product is in the order at another price.
    PriceDiffers {
        /// Which product.
        product_id: ProductId,
        /// The price in the order.
        known: i64,
    },
    /// The product is not in the order.
    NotInOrder {
        /// Which product.
        product_id: ProductId,
    },
    /// The order has fewer of the product than would be taken out.
    TooFew {
        /// Of which product.
        product_id: ProductId,
        /// How many would be taken out.
        wanted: i64,
        /// How many there are.
        found: i64,
    },
    /// The order has a coupon already.
    HasCoupon {
        /// Its code.
        code: String,
    },
    /// A discount is not above zero.
    BadDiscount {
        /// The discount.
        discount: i64,
    },
    /// Nothing would be left to pay.
    TotalNotAboveZero {
        /// What the total would be.
        total: i64,
    },
    /// The amounts are too large to be added up.
    TooLarge,
}

impl fmt::Display for OrderRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OrderRefusal::NotPlaced => write!(f, "the order does not exist; place it first"),
            OrderRefusal::AlreadyPlaced => write!(f, "the order exists already"),
            OrderRefusal::WrongStatus { what, wanted, status } => {
                let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
                write!(f, "an order can {what} only while it is {}; this one is {status}", wanted.join(" or "))
            }
            OrderRefusal::NoItems => write!(f, "an order needs at least one item"),
            OrderRefusal::ListedTwice { product_id } => {
                write!(f, "product {product_id} is listed twice; list it once with the sum")
            }
            OrderRefusal::BadQuantity { product_id, quantity } => {
                write!(f, "the quantity of product {product_id} must be above zero; it is {quantity}")
            }
            OrderRefusal::BadPrice { product_id, unit_price } => {
                write!(f, "the price of product {product_id} must not be below zero; it is {unit_price}")
            }
            OrderRefusal::PriceDiffers { product_id, known } => {
                write!(f, "product {product_id} is in the order at {known} each; an order has one price for a product")
            }
            OrderRefusal::NotInOrder { product_id } => write!(f, "product {product_id} is not in the order"),
            OrderRefusal::TooFew { product_id, wanted, found } => {
                write!(f, "{wanted} of product {product_id} cannot be removed; the order has {found}")
            }
            OrderRefusal::HasCoupon { code } => write!(f, "an order takes one coupon; this one has {code}"),
            OrderRefusal::BadDiscount { discount } => write!(f, "a discount must be above zero; it is {discount}"),
            OrderRefusal::TotalNotAboveZero { total } => {
                write!(f, "the total of an order must be above zero; it would be {total}")
            }
            OrderRefusal::TooLarge => write!(f, "the amounts are too large to be added up"),
        }
    }
}

impl NamedRefusal for OrderRefusal {
    fn is_absence(&self) -> bool {
        matches!(self, OrderRefusal::NotPlaced)
    }
}
