//! Money that moves between two accounts, choreographed: nobody coordinates it. A withdrawal says where its money is to
//! go, a reaction deposits it there, and makes the withdrawal good where that is refused.

mod derive;
mod reaction;
#[cfg(test)]
mod tests;

pub use derive::{Transfer, derive};
pub use reaction::{Reaction, reaction};

/// What kind of saga it is.
pub const TYPE: &str = "money-transfer";

/// A transfer's id as a saga's: `transfer-7-3`.
pub fn saga_id(transfer_id: &str) -> String {
    format!("transfer-{transfer_id}")
}
