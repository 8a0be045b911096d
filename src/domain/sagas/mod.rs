//! The shop's sagas: an order that is fulfilled step by step, and money that moves between two accounts by itself.

pub mod fulfilment;
pub mod transfer;

pub use fulfilment::OrderFulfilment;
