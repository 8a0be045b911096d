//! Ids, each kind its own type, so that an order's id never stands where a payment's belongs.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident,)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                $name(id.to_owned())
            }
        }

        impl From<String> for $name {
            fn from(id: String) -> Self {
                $name(id)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An order: `1017` of the stream `order-1017`.
    OrderId,
    /// Whoever orders.
    CustomerId,
    /// What is sold. The demo's products are numbered like the stock that they are taken from.
    ProductId,
    /// A payment: `88` of the stream `payment-88`.
    PaymentId,
    /// A kind of thing in stock: `SKU-7` of the stream `inventory-SKU-7`.
    Sku,
    /// An account: `7` of the stream `account-7`.
    AccountId,
    /// A user: `kim` of the stream `user-kim`.
    UserId,
    /// A transfer between two accounts: what the withdrawal here and the deposit there have in common.
    TransferId,
}
