//! The demo's domain: a small webshop. Every aggregate has the same skeleton.
//!
//! - `event`: what is stored, as an enum and a record for each payload.
//! - `state`: what the events add up to, and `evolve`, which never judges: history is what it is.
//! - `command`: what can be asked.
//! - `decide`: the rules: a command leads to events or to a `refusal`.
//! - `mod`: the [`Aggregate`](crate::Aggregate), with the invariants that history may have broken all the same.

pub mod account;
pub mod inventory;
pub mod order;
pub mod payment;
#[cfg(test)]
mod properties;
pub mod user;

pub use account::Account;
pub use inventory::Inventory;
pub use order::Order;
pub use payment::Payment;
pub use user::User;
